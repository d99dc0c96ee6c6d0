"""How long a sample takes, whatever else the machine does."""

import time
from collections.abc import Iterator

from livepatch.compiler.rehearsal import FRAMES, Rehearsal


def test_blocks_that_were_interrupted_do_not_count() -> None:
    interruptions: Iterator[float] = iter([0.02, 0.02, 0.02])

    def process(_start: int, _stop: int) -> None:
        time.sleep(next(interruptions, 0.0))

    assert Rehearsal._quickest(process) < 0.5 * 0.02 / FRAMES * 1e9
