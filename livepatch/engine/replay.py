"""The replay driver: plays again what an engine was told, each thing at the very frame at which it took effect."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.code import Code
from livepatch.engine.engine import Engine
from livepatch.errors import PatchError
from livepatch.patch.edits import Edit
from livepatch.protocol.messages import PlugIn, PluginLost
from livepatch.protocol.states import read_states
from livepatch.runtime import QUANTUM


@dataclass(frozen=True)
class Event:
    """What took effect at a frame: an edit, the states in a file, or a `word` with its `value`.

    None of these: modules got `runs` of their code, by id, for voices that are computed in turn, or played it
    `again` in new runs. `stands` are knobs that go where the plug-in of their module stands already, `kept` the
    files with the states that plug-ins took over, both by the module's id.
    """

    frame: int
    runs: dict[int, int] = field(default_factory=dict)
    edit: Edit | None = None
    states: Path | None = None
    word: str = ""
    value: float = 0.0
    again: tuple[int, ...] = ()
    stands: dict[int, dict[str, float]] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)


class Guests(Protocol):
    """The processes of the plug-ins."""

    def begin(self, sample_rate: float) -> None:
        """Another engine plays."""

    def prepare(self, sample_rate: float) -> None:
        """They begin afresh."""

    def restore(self, states: Mapping[int, str]) -> None:
        """They take over states."""

    def follow(self, edit: Edit) -> list[PlugIn]:
        """The rack has changed; where those are that came."""

    def lost(self, id: int, how: str) -> None:
        """One plays no more."""


class Replay:
    """An engine that hears of everything again. `sample_rate` is what it plays at now."""

    def __init__(
        self, codes: Sequence[Code], sample_rate: float, swap_fade_seconds: float, guests: Guests, running: int = 0
    ) -> None:
        """`codes` are all that was played, by the hashes of then; `running` as of the engine."""
        self._guests = guests
        guests.begin(sample_rate)
        self._engine = Engine(sample_rate, running, swap_fade_seconds=swap_fade_seconds)
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
            for message in self._engine.messages():
                if isinstance(message, PluginLost):
                    self._guests.lost(message.id, message.how)
            position = stop
            yield out.reshape(-1, 2)

    def _do(self, event: Event) -> None:
        engine = self._engine
        engine.timed = event.frame
        engine.rack.runs_to_make = event.runs
        self._guests.restore(event.kept)
        for id, knobs in event.stands.items():
            engine.rack.plugs.expect(id, knobs)
        if event.edit is not None:
            self._perform(event.edit)
        elif event.states is not None:
            engine.give_states(read_states(event.states))
        elif event.word == "panic":
            engine.panic()
            self._guests.prepare(engine.sample_rate)
        elif event.word == "safe":
            engine.protect(enabled=bool(event.value))
        elif event.word == "fade_out":
            engine.fade_out()
        elif event.word == "sample_rate":
            engine.retune(event.value)
            self._guests.prepare(event.value)
        elif event.again:
            engine.begin_again(event.again)
        else:
            for id, runs in event.runs.items():
                engine.feed(id, runs)

    def _perform(self, edit: Edit) -> None:
        engine = self._engine
        try:
            engine.perform(0, edit)
        except PatchError:
            engine.perform(0, engine.rack.fitting(edit))
        for place in self._guests.follow(edit):
            engine.plug_in(place)

    def close(self) -> None:
        """Leave the plug-ins."""
        self._engine.rack.plugs.close()
