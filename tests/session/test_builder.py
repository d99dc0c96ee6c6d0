"""In which order module files are compiled."""

from pathlib import Path

from livepatch.protocol.messages import Message
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
