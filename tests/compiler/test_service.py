"""The compiler process, asked over its channel."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from livepatch.compiler.parts import Parts
from livepatch.protocol.builds import core_folder, load_core, read_build
from livepatch.protocol.channel import Channel
from livepatch.protocol.messages import Build, Built, FromCompiler, Message, Notice, Progress, Quit, Rejected

TEXT = """\
from livepatch.module import Module, inlet, outlet


class Double(Module):
    audio = inlet()
    out = outlet()

    def step(self) -> None:
        self.out = 2.0 * self.audio
"""
PATH = "/rack/modules/double.py"
SECONDS = 240.0
"""The first build compiles the engine."""


@contextmanager
def compiler(cache: Path, home: Path, **environment: str) -> Iterator[Channel]:
    """A compiler process, ended at last."""
    ours, theirs = socket.socketpair()
    with theirs:
        arguments = ["--cache", str(cache), "--socket-fd", str(theirs.fileno())]
        process = subprocess.Popen(
            [sys.executable, "-m", "livepatch.compiler", *arguments],
            pass_fds=(theirs.fileno(),),
            env=os.environ | {"LIVEPATCH_HOME": str(home)} | environment,
        )
    channel = Channel(ours, FromCompiler)
    try:
        yield channel
        channel.send(Quit())
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait()
        channel.close()


def answer(channel: Channel) -> Message:
    """The next message that is not about progress."""
    while isinstance(message := channel.receive(SECONDS), Progress):
        pass
    assert isinstance(message, Message)
    return message


def linked(cache: Path, folder: Path) -> Path:
    """A cache of its own that has the compiled parts of the shared one, but no builds."""
    own = folder / "cache"
    own.mkdir()
    for name in ("kits", "core"):
        (own / name).symlink_to(cache / name)
    shutil.copy(cache / "toolchain.json", own)
    return own


def test_a_module_is_built_once_and_found_again(compiled_cache: Path, tmp_path: Path) -> None:
    cache = linked(compiled_cache, tmp_path)
    with compiler(cache, tmp_path) as channel:
        channel.send(Build(1, PATH, TEXT))
        first = answer(channel)
        channel.send(Build(2, PATH, TEXT))
        second = answer(channel)

    assert isinstance(first, Built)
    assert isinstance(second, Built)
    assert (first.id, first.type, first.cached) == (1, "double", False)
    assert (second.id, second.folder, second.cached) == (2, first.folder, True)
    assert read_build(Path(first.folder)).panel == second.panel
    assert 0.0 < second.nanoseconds < 100.0
    assert {folder.name for folder in (cache / "builds").iterdir()} == {first.source}


def test_what_is_cached_is_answered_where_there_is_no_compiler(compiled_cache: Path, tmp_path: Path) -> None:
    cache = linked(compiled_cache, tmp_path)
    with compiler(cache, tmp_path) as channel:
        channel.send(Build(1, PATH, TEXT))
        assert isinstance(answer(channel), Built)
    with compiler(cache, tmp_path, PATH="", CC="") as channel:
        channel.send(Build(1, PATH, TEXT))
        known = answer(channel)
        channel.send(Build(2, PATH, TEXT.replace("2.0", "3.0")))
        new = answer(channel)

    assert isinstance(known, Built)
    assert known.cached
    assert isinstance(new, Rejected)
    assert "C compiler" in new.problems[0].message
    assert "\n" not in new.problems[0].message


def test_without_any_compiler_one_line_says_what_to_do(tmp_path: Path) -> None:
    with compiler(tmp_path / "empty", tmp_path, PATH="", CC="") as channel:
        channel.send(Build(1, PATH, TEXT))
        told = [answer(channel)]
        if isinstance(told[0], Notice):
            told.append(answer(channel))

    rejected = told[-1]
    assert isinstance(rejected, Rejected)
    assert "no C compiler was found; install one" in rejected.problems[0].message


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with compiler(blocked / "cache", tmp_path) as channel:
        channel.send(Build(1, PATH, TEXT))
        told = answer(channel)
        if isinstance(told, Notice):
            told = answer(channel)

    assert isinstance(told, Rejected)
    assert "cannot be kept in" in told.problems[0].message


def test_a_save_that_follows_at_once_replaces_the_one_before(compiled_cache: Path, tmp_path: Path) -> None:
    cache = linked(compiled_cache, tmp_path)
    with compiler(cache, tmp_path) as channel:
        for number in range(1, 6):
            channel.send(Build(number, PATH, TEXT.replace("2.0", f"{number}.5")))
        last = answer(channel)
        while isinstance(last, Built) and last.id != 5:
            last = answer(channel)
        channel.send(Build(6, PATH, TEXT))
        assert isinstance(answer(channel), Built)

    assert isinstance(last, Built)
    assert last.id == 5


def test_a_hurried_module_is_heard_with_one_voice_and_then_with_all(compiled_cache: Path, tmp_path: Path) -> None:
    cache = linked(compiled_cache, tmp_path)
    with compiler(cache, tmp_path) as channel:
        channel.send(Build(1, PATH, TEXT, hurried=True))
        first, second = answer(channel), answer(channel)
        channel.send(Build(2, PATH, TEXT, hurried=True))
        again = answer(channel)

    assert isinstance(first, Built)
    assert isinstance(second, Built)
    assert isinstance(again, Built)
    assert (first.id, second.id, first.source) == (1, 1, second.source)
    assert (first.more, second.more, again.more) == (True, False, False)
    assert not read_build(Path(first.folder)).lanes
    assert read_build(Path(second.folder)).lanes
    assert "one after the other (side by side in a moment)" in first.voices
    assert "16 voices side by side" in second.voices
    assert (again.folder, again.cached) == (second.folder, True)
    assert {"rewrite", "translate", "compile", "rehearse"} == first.stages.keys()
    assert list((cache / "builds").glob("new-*")) == []


def test_voices_side_by_side_never_come_of_a_text_that_was_saved_over(
    compiled_cache: Path, tmp_path: Path
) -> None:
    cache = linked(compiled_cache, tmp_path)
    with compiler(cache, tmp_path) as channel:
        channel.send(Build(1, PATH, TEXT, hurried=True))
        told = [answer(channel)]
        channel.send(Build(2, PATH, TEXT.replace("2.0", "3.0"), hurried=True))
        while not (isinstance(told[-1], Built) and told[-1].id == 2 and not told[-1].more):
            told.append(answer(channel))

    answers = [(message.id, message.more) for message in told if isinstance(message, Built)]
    assert answers[-2:] == [(2, True), (2, False)]
    assert (1, True) in answers


def test_voices_side_by_side_come_later_if_another_module_is_saved_meanwhile(
    compiled_cache: Path, tmp_path: Path
) -> None:
    cache = linked(compiled_cache, tmp_path)
    with compiler(cache, tmp_path) as channel:
        channel.send(Build(1, PATH, TEXT, hurried=True))
        told = [answer(channel)]
        channel.send(Build(2, "/rack/modules/other.py", TEXT, hurried=True))
        told += [answer(channel) for _ in range(3)]

    answers = [(message.id, message.more) for message in told if isinstance(message, Built)]
    assert sorted(answers) == [(1, False), (1, True), (2, False), (2, True)]


def test_a_hang_does_not_stop_the_next_build(compiled_cache: Path, tmp_path: Path) -> None:
    cache = linked(compiled_cache, tmp_path)
    endless = TEXT.replace("self.out = 2.0 * self.audio", "while True:\n            pass")
    with compiler(cache, tmp_path) as channel:
        channel.send(Build(1, PATH, endless))
        channel.send(Build(2, "/rack/modules/other.py", TEXT))
        hung, fine = answer(channel), answer(channel)

    assert isinstance(hung, Rejected)
    assert hung.problems[0].line == 9
    assert isinstance(fine, Built)
    assert list((cache / "builds").glob("new-*")) == []


def test_the_core_library_is_where_the_engine_looks(compiled_cache: Path) -> None:
    folder = core_folder(compiled_cache)

    assert folder == Parts(compiled_cache).core
    code = (
        "import pathlib, sys; from livepatch.protocol.builds import load_core;"
        f"load_core(pathlib.Path({str(folder)!r}));"
        "import livepatch.runtime, livepatch.engine.graph;"
        "assert livepatch.runtime.__file__.endswith('.so'), livepatch.runtime.__file__;"
        "assert 'mypy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert callable(load_core)


def test_the_progress_of_a_first_build_comes_to_its_end(tmp_path: Path) -> None:
    with compiler(tmp_path / "empty", tmp_path) as channel:
        channel.send(Build(1, PATH, TEXT))
        told: list[Progress] = []
        while isinstance(message := channel.receive(SECONDS), Progress):
            told.append(message)

    assert isinstance(message, Built)
    assert [progress.done for progress in told] == [0, 1, 2, 3]
    assert {progress.total for progress in told} == {3}


def test_a_save_is_answered_before_a_module_that_nobody_is_to_hear_yet(
    compiled_cache: Path, tmp_path: Path
) -> None:
    cache = linked(compiled_cache, tmp_path)
    with compiler(cache, tmp_path) as channel:
        channel.send(Build(1, PATH, TEXT))
        channel.send(Build(2, PATH.replace("double", "double2"), TEXT.replace("Double", "Double2"), hurried=True))
        first = answer(channel)
        channel.send(Build(3, PATH, TEXT))
        others = [answer(channel), answer(channel)]

    assert isinstance(first, Built)
    assert (first.id, first.type) == (2, "double2")
    assert sorted(other.id for other in others if isinstance(other, Built)) == [2, 3]


def test_voices_side_by_side_come_before_modules_that_nobody_waits_for(
    compiled_cache: Path, tmp_path: Path
) -> None:
    cache = linked(compiled_cache, tmp_path)
    with compiler(cache, tmp_path) as channel:
        channel.send(Build(1, PATH, TEXT, hurried=True))
        told = [answer(channel)]
        for number in (2, 3):
            channel.send(Build(number, f"/rack/modules/other{number}.py", TEXT))
        told += [answer(channel) for _ in range(3)]

    answers = [(message.id, message.more) for message in told if isinstance(message, Built)]
    assert answers == [(1, True), (1, False), (2, False), (3, False)]
