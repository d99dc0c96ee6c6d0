"""What comes in at the sound card, on its way to the outlets that hold it.

Native code in the engine process; once it plays, everything here belongs to the audio callback.
"""

from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import to_float
from livepatch.dsp.blocks import capturer, fill, peek, poke
from livepatch.engine.outlets import Outlet
from livepatch.engine.ports import CABLE_FADE_FRAMES
from livepatch.runtime import QUANTUM

MOST_CHANNELS: Final = 16
MOST_QUANTA: Final = 8
"""Quanta that are there at once, at most."""
ROOM: Final = MOST_QUANTA * QUANTUM
FALL_QUANTA: Final = 512
"""So long the meters fall once nothing is captured any more."""


class Tap:
    """An outlet that holds what one channel of the sound card brings, 0 the first.

    `gain` is where it stands, on a line to `goal`. `leaving`: it goes once no cable comes from it.
    """

    def __init__(self, outlet: Outlet, channel: i64) -> None:
        self.outlet = outlet
        self.channel: i64 = channel
        self.gain: float = 0.0
        self.goal: float = 1.0
        self.leaving: bool = False


class Intake:
    """The volts that come in, and the outlets that hold them.

    `volts` has ROOM frames of each channel, one channel after the other; `channels` of them hold something, and
    none while nothing is captured. `quantum` is the one of them that is played next. `rest`: for so many quanta
    there is something to do yet, although nothing is captured.
    """

    def __init__(self) -> None:
        self.volts: vec[float] = vec[float]([0.0] * (MOST_CHANNELS * ROOM))
        self.channels: i64 = 0
        self.quantum: i64 = 0
        self.rest: i64 = 0
        self.taps: list[Tap] = []

    def play(self, start: i64, levels: vec[float], fall: float) -> None:
        """Fill the outlets for a quantum of which frame `start` is next, and move their meters."""
        if start > 0 or len(self.taps) == 0:
            return
        if self.channels > 0:
            self.rest = FALL_QUANTA
        elif self.rest > 0:
            self.rest -= 1
        else:
            return
        since = self.quantum * QUANTUM
        for tap in self.taps:
            if tap.channel < self.channels and (tap.gain > 0.0 or tap.goal > 0.0):
                self._fill(tap, tap.channel * ROOM + since)
            else:
                fill(tap.outlet.block, 0.0, 0, QUANTUM)
            outlet = tap.outlet
            outlet.guard(0, QUANTUM)
            slot = outlet.slot
            if slot >= 0:
                poke(levels, slot, max(outlet.measure(), peek(levels, slot) * fall))
        self.quantum = (self.quantum + 1) % MOST_QUANTA

    def _fill(self, tap: Tap, since: i64) -> None:
        block, volts = tap.outlet.block, self.volts
        gain, goal = tap.gain, tap.goal
        if gain == 1.0 and goal == 1.0:
            for index in range(i64(QUANTUM)):
                poke(block, index, peek(volts, since + index))
            return
        rise = 1.0 / CABLE_FADE_FRAMES if goal > gain else -1.0 / CABLE_FADE_FRAMES
        for index in range(i64(QUANTUM)):
            weight = min(max(gain + rise * to_float(index + 1), 0.0), 1.0)
            poke(block, index, weight * peek(volts, since + index))
        tap.gain = min(max(gain + rise * QUANTUM, 0.0), 1.0)

    def tap(self, outlet: Outlet, channel: i64) -> bool:
        """Let an outlet hold a channel, faded in; whether it has another number of voices than before."""
        self.rest = FALL_QUANTA  # its meter may be where that of another outlet was
        for tap in self.taps:
            if tap.outlet is outlet and tap.channel == channel:
                tap.leaving = False
                tap.goal = 1.0
                return False
        outlet.captured = True
        self.taps.append(Tap(outlet, channel))
        return outlet.carry(1)

    def untap(self, outlet: Outlet, channel: i64) -> None:
        """Fade a channel out of an outlet, which is then its module's again."""
        for tap in self.taps:
            if tap.outlet is outlet and tap.channel == channel:
                tap.leaving = True
                tap.goal = 0.0

    def forget(self) -> None:
        """The outlets are not heard but by the cables that are found next."""
        for tap in self.taps:
            tap.outlet.was_heard = tap.outlet.heard
            tap.outlet.heard = tap.outlet.tapped

    def let_go(self) -> None:
        """Drop what is leaving and not heard any more."""
        if any(tap.leaving and not tap.outlet.heard for tap in self.taps):
            for tap in self.taps:
                if tap.leaving and not tap.outlet.heard:
                    tap.outlet.captured = False
                    fill(tap.outlet.block, 0.0, 0, QUANTUM)
            self.taps = [tap for tap in self.taps if not tap.leaving or tap.outlet.heard]


def callback() -> i64:
    """Where the function lies that PortAudio calls with captured sound; 0 in plain Python, which has none."""
    return capturer()
