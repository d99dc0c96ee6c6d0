"""The replay driver: plays again what an engine was told, each thing at the very frame at which it took effect."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.code import Code
from livepatch.engine.engine import Engine
from livepatch.errors import PatchError
from livepatch.patch.edits import Edit
from livepatch.protocol.states import read_states
from livepatch.runtime import QUANTUM


@dataclass(frozen=True)
class Event:
    """What took effect at a frame: an edit, the states in a file, or a `word` with its `value`.

    None of these: modules got `runs` of their code, by id, for voices that are computed in turn, or played it
    `again` in new runs.
    """

    frame: int
    runs: dict[int, int] = field(default_factory=dict)
    edit: Edit | None = None
    states: Path | None = None
    word: str = ""
    value: float = 0.0
    again: tuple[int, ...] = ()


class Replay:
    """An engine that hears of everything again. `sample_rate` is what it plays at now."""

    def __init__(self, codes: Sequence[Code], sample_rate: float, swap_fade_seconds: float) -> None:
        """`codes` are all that was played, by the hashes of then."""
        self._engine = Engine(sample_rate, swap_fade_seconds=swap_fade_seconds)
        self._engine.timed = 0
        for code in codes:
            self._engine.load(code)

    @property
    def sample_rate(self) -> float:
        """In Hz."""
        return self._engine.sample_rate

    def play(self, events: Sequence[Event], frames: int, block: int) -> Iterator[NDArray[np.float32]]:
        """The sound from the engine's beginning, up to `block` frames at a time: (frames, 2), ±1.0.

        Every event has to be in a quantum that was not rendered yet; they come in order.
        """
        waiting = deque(events)
        position = 0
        while position < frames:
            while waiting and waiting[0].frame < position // QUANTUM * QUANTUM + QUANTUM:
                self._do(waiting.popleft())
            stop = min(position + block, frames)
            if waiting:
                stop = min(stop, max(waiting[0].frame // QUANTUM * QUANTUM, position + 1))
            out = np.zeros(2 * (stop - position), np.float32)
            self._engine.fill(out)
            self._engine.messages()
            position = stop
            yield out.reshape(-1, 2)

    def _do(self, event: Event) -> None:
        engine = self._engine
        engine.timed = event.frame
        engine.rack.runs_to_make = event.runs
        if event.edit is not None:
            try:
                engine.perform(0, event.edit)
            except PatchError:
                engine.perform(0, engine.rack.fitting(event.edit))
        elif event.states is not None:
            engine.give_states(read_states(event.states))
        elif event.word == "panic":
            engine.panic()
        elif event.word == "safe":
            engine.protect(enabled=bool(event.value))
        elif event.word == "fade_out":
            engine.fade_out()
        elif event.word == "sample_rate":
            engine.retune(event.value)
        elif event.again:
            engine.begin_again(event.again)
        else:
            for id, runs in event.runs.items():
                engine.feed(id, runs)
