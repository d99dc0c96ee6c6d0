"""In which order module files are compiled."""

from pathlib import Path

from livepatch.protocol.messages import Build, Message
from livepatch.session.builder import Builder
from livepatch.session.sources import SourceFile


def test_what_the_rack_needs_is_compiled_before_what_waits(tmp_path: Path) -> None:
    told: list[Message] = []
    builder = Builder([], tmp_path / "log", lambda _file, _answer: None, told.append)
    for type in ("adsr", "lfo", "vca", "vco"):
        builder.build(SourceFile(type, tmp_path / f"{type}.py", "", 0.0))
    builder.hurry({"vco", "vca", "nowhere"})
    assert [file.type for file in builder._waiting] == ["vca", "vco", "adsr", "lfo"]
    assert not told


class Post:
    """Keeps what would be sent to a compiler."""

    def __init__(self) -> None:
        self.sent: list[Build] = []

    def post(self, message: Build) -> None:
        self.sent.append(message)


def test_a_save_waits_for_no_module_that_nobody_is_to_hear_yet(tmp_path: Path) -> None:
    builder = Builder([], tmp_path / "log", lambda _file, _answer: None, lambda _: None)
    post = Post()
    builder._outbox = post  # type: ignore[assignment]
    for type in ("adsr", "lfo"):
        builder.build(SourceFile(type, tmp_path / f"{type}.py", "", 0.0))
    builder.build(SourceFile("vco", tmp_path / "vco.py", "", 0.0, hurried=True), soon=True)
    builder.build(SourceFile("vca", tmp_path / "vca.py", "", 0.0, hurried=True), soon=True)
    assert [Path(build.path).stem for build in post.sent] == ["adsr", "vco"]
    assert [file.type for file in builder._waiting] == ["vca", "adsr", "lfo"]
