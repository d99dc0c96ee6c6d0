"""A plug-in played in the test's own process, or that of a child."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livepatch.plugins.plugin import NOTE_ON, PARAMETER, Event, Plugin


def note(frame: int = 0, key: int = 69, velocity: float = 1.0, cents: float = 0.0) -> Event:
    return Event(NOTE_ON, frame, 0, key, velocity, cents)


def turn(id: int, value: float, frame: int = 0) -> Event:
    return Event(PARAMETER, frame, 0, id, value)


class Playing:
    """A prepared plug-in with memory for its audio; `plugin` is the plug-in."""

    def __init__(
        self, plugin: Plugin, sample_rate: float = 48000.0, block: int = 64, *, doubles: bool = False
    ) -> None:
        self.plugin = plugin
        self.block = block
        self.sample_rate = sample_rate
        plugin.prepare(sample_rate, block, doubles=doubles)
        kind = np.float64 if doubles else np.float32
        self.inputs = np.zeros((sum(bus.channels for bus in plugin.facts.inputs), block), kind)
        self.outputs = np.zeros((sum(bus.channels for bus in plugin.facts.outputs), block), kind)
        self.answers: list[Event] = []
        plugin.connect([row.ctypes.data for row in self.inputs], [row.ctypes.data for row in self.outputs])

    def render(
        self, frames: int, events: Sequence[Event] = (), given: NDArray[Any] | None = None
    ) -> NDArray[np.float64]:
        """What comes out, (channels, frames): `events` in order, at frames of the whole; `given` as the result.

        The clock goes on; answers of the plug-in are in `answers`, at frames of the whole.
        """
        made = np.zeros((len(self.outputs), frames))
        self.answers = []
        clock = self.plugin.clock
        for begin in range(0, frames, self.block):
            count = min(self.block, frames - begin)
            if given is not None:
                self.inputs[:, :count] = given[:, begin : begin + count]
            due = [
                event._replace(frame=event.frame - begin) for event in events if 0 <= event.frame - begin < count
            ]
            answers = self.plugin.process(count, due)
            self.answers += [event._replace(frame=event.frame + begin) for event in answers]
            made[:, begin : begin + count] = self.outputs[:, :count]
            clock.frame += count
            if clock.playing:
                clock.beats += count * clock.tempo / 60.0 / self.sample_rate
        return made


def hertz(signal: NDArray[np.float64], sample_rate: float = 48000.0) -> float:
    """The pitch of a wave with one rise through zero in each period, from the first of them to the last."""
    at = np.flatnonzero((signal[:-1] < 0) & (signal[1:] >= 0))
    places = at + signal[at] / (signal[at] - signal[at + 1])
    return float((len(places) - 1) * sample_rate / (places[-1] - places[0]))
