"""A module that somebody waits for is heard with one voice first; what goes wrong after that keeps it playing."""

import os
import signal
from pathlib import Path

import pytest

from livepatch.compiler import attempt
from livepatch.compiler.attempt import Attempts
from livepatch.compiler.cache import Cache
from livepatch.compiler.compilation import Compilation
from livepatch.compiler.toolchain import CompilerFailedError
from livepatch.protocol.builds import read_build
from livepatch.protocol.messages import Build, Built, Rejected
from tests.conftest import native_runtime

TEXT = """\
from livepatch.module import Module, inlet, outlet


class Level(Module):
    audio = inlet()
    out = outlet()
    level = 0.0

    def step(self) -> None:
        self.level += 0.1 * (self.audio - self.level)
        self.out = self.level
"""


@pytest.fixture
def own(attempts: Attempts, tmp_path: Path) -> Attempts:
    """What builds modules into a cache without any."""
    return Attempts(attempts.builder, Cache(tmp_path, attempts.cache.key), slowest_ns=20000.0)


def heard(attempts: Attempts, text: str = TEXT) -> Built | Rejected:
    """The first answer to a hurried build."""
    with native_runtime(attempts.builder.parts.core):
        return attempts.build(Build(1, "/rack/modules/level.py", text, hurried=True), None, lambda: True)


def finished(attempts: Attempts) -> Built:
    """The second."""
    return attempts.finish(None, lambda: True)


def refuse(*_: object) -> None:
    """Do not play side by side as one voice does."""


def crash(*_: object) -> None:
    """End the process as an illegal instruction would."""
    os.kill(os.getpid(), signal.SIGILL)


@pytest.mark.parametrize(("mishap", "words"), [(refuse, "play something else"), (crash, "was ended by SIGILL")])
def test_voices_that_cannot_play_side_by_side_play_in_turn_for_good(
    own: Attempts, monkeypatch: pytest.MonkeyPatch, mishap: object, words: str
) -> None:
    monkeypatch.setattr(attempt, "_together", mishap)
    first = heard(own)
    assert isinstance(first, Built)
    assert first.more
    second = finished(own)
    assert (second.source, second.more) == (first.source, False)
    assert words in second.voices
    facts = read_build(Path(second.folder))
    assert not facts.lanes
    assert own.cache.find(first.source) == facts


def test_what_the_c_compiler_refuses_side_by_side_plays_in_turn(
    own: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = Compilation.link

    def picky(self: Compilation, output: Path, *, voices: bool = True) -> Path:
        if voices:
            raise CompilerFailedError("gcc failed on generated code")
        return link(self, output, voices=voices)

    monkeypatch.setattr(Compilation, "link", picky)
    assert isinstance(heard(own), Built)
    assert "side by side it goes wrong: gcc failed on generated code" in finished(own).voices


def test_what_is_given_up_leaves_what_is_heard_and_is_made_whole_later(own: Attempts) -> None:
    first = heard(own)
    assert isinstance(first, Built)
    own.give_up()
    assert own.cache.find(first.source) is None
    assert read_build(Path(first.folder)).source == first.source
    again = heard(own)
    assert isinstance(again, Built)
    assert again.folder == first.folder
    assert read_build(Path(finished(own).folder)).lanes
    assert not list(own.cache.builds.glob("new-*"))


def test_a_mistake_is_told_in_the_first_answer_and_there_is_no_second(own: Attempts) -> None:
    wrong = heard(own, TEXT.replace("0.1 *", "0.1 / 0.0 *"))
    assert isinstance(wrong, Rejected)
    assert wrong.problems[0].line == 10
    typed = heard(own, TEXT.replace("0.1 *", "'a' *"))
    assert isinstance(typed, Rejected)
    crashing = TEXT.replace("class Level(Module):", "class Level(Module):\n    deep = 0").replace(
        "        self.out", "        while self.level < 1e9:\n            self.deep = 0\n        self.out"
    )
    hung = heard(own, crashing)
    assert isinstance(hung, Rejected)
    assert "does not come to an end" in hung.problems[0].message


def test_a_module_without_a_form_side_by_side_has_one_answer(own: Attempts) -> None:
    alone = TEXT.replace(
        "self.level +=", "for _ in range(int(self.audio)):\n            pass\n        self.level +="
    )
    only = heard(own, alone)
    assert isinstance(only, Built)
    assert not only.more
    assert "one after the other (line 10" in only.voices
