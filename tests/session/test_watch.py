"""Saved module files are heard of, whatever becomes of the events that tell of them."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import watchfiles

from livepatch.session.watch import Watch
from tests.session.guest import until


@pytest.fixture
def looks(tmp_path: Path) -> Iterator[list[int]]:
    """Grows with each look that a watch of the folder asks for."""
    asked: list[int] = []
    watch = Watch([tmp_path], lambda: asked.append(len(asked)))
    watch.start()
    yield asked
    watch.end()


def replaced(path: Path, text: str) -> None:
    """Save as most editors do: beside the file, and then in its place."""
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


@pytest.mark.parametrize("save", [replaced, Path.write_text])
def test_a_save_is_heard_of(looks: list[int], tmp_path: Path, save: Callable[[Path, str], object]) -> None:
    until(lambda: len(looks) == 1, "the first look")
    for number in range(5):
        looks.clear()
        save(tmp_path / "vco.py", f"number = {number}")
        until(lambda: bool(looks), "the save is heard of")


def test_a_save_of_which_no_event_tells_is_heard_of_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "vco.py").write_text("first")
    (tmp_path / "vca.py").symlink_to(tmp_path / "nowhere.py")
    steps = threading.Semaphore(0)

    def silent(*_: object, **__: object) -> Iterator[set[object]]:
        while True:
            steps.acquire()
            yield set()

    monkeypatch.setattr(watchfiles, "watch", silent)
    asked: list[int] = []
    watch = Watch([tmp_path], lambda: asked.append(len(asked)))
    watch.start()
    until(lambda: len(asked) == 1, "the first look")
    steps.release(3)
    replaced(tmp_path / "vco.py", "other")
    steps.release()
    until(lambda: len(asked) == 2, "the save is heard of")
    os.utime(tmp_path / "vco.py", (1.0, 1.0))
    steps.release()
    until(lambda: len(asked) == 3, "saved again")
