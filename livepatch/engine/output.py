"""The safe output: what leaves the rack for the sound card.

Native code in the engine process. A DC block and a limiter that looks one quantum ahead, so everything
is heard one quantum late; below its threshold the limiter changes no bit.
"""

import math
from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import to_float
from livepatch.dsp.blocks import blank, flush_denormals, guard, peak, peek, poke
from livepatch.engine.outlets import silence
from livepatch.engine.ports import ONE, Inlet
from livepatch.runtime import QUANTUM
from livepatch.voltage import FULL_SCALE_VOLTS

LIMIT: Final = 0.8912508487701416
"""-1 dBFS, rounded down to what a float32 can hold."""
DC_BLOCK_HZ: Final = 5.0
HOLD_QUANTA: Final = 16
RELEASE_DB_PER_SECOND: Final = 60.0
INAUDIBLE: Final = 1e-25
"""Anything smaller is silence; so a float32 is never denormal, which some processors flush and others do not."""
TURN: Final = 6.283185307179586
DECIBEL: Final = 0.11512925464970228
"""The natural logarithm of one decibel."""


MOST_CHANNELS: Final = 16


class Side:
    """The left, the right or a further channel: what comes in, and the quantum that is held back.

    `going` is the largest sample of `held`, `coming` that of `ahead` once it is whole.
    """

    def __init__(self, name: str) -> None:
        self.inlet = Inlet(None, name)
        self.inlet.total = True
        self.held: vec[float] = silence()
        self.ahead: vec[float] = silence()
        self.input: float = 0.0
        self.blocked: float = 0.0
        self.coming: float = 0.0
        self.going: float = 0.0
        self.peak: float = 0.0

    def listen(self, start: i64, stop: i64) -> vec[float]:
        """Put the frames from `start` to `stop` into `ahead`, at full scale instead of volts."""
        if self.inlet.busy:
            self.inlet.mix(start, stop)
        source = self.inlet.bound
        ahead = self.ahead
        for index in range(start, stop):
            poke(ahead, index, peek(source, index) / FULL_SCALE_VOLTS)
        return ahead

    def turn(self, gain: float, fall: float) -> None:
        """`held` has been let out under a gain; it is the turn of `ahead`. `fall` is that of the meter."""
        self.peak = max(self.going * gain, self.peak * fall)
        self.going = self.coming
        held = self.held
        self.held = self.ahead
        self.ahead = held

    def keep(self, before: float, blocked: float, start: i64, stop: i64) -> None:
        """The frames from `start` to `stop` are in `ahead`: clear what nobody hears, and note where they end."""
        ahead = self.ahead
        for index in range(start, stop):
            sample = peek(ahead, index)
            poke(ahead, index, sample if abs(sample) > INAUDIBLE else 0.0)
        self.input = before
        self.blocked = blocked if abs(blocked) > INAUDIBLE else 0.0
        if guard(ahead, start, stop) > 0:
            self.input = 0.0
            self.blocked = 0.0


class Output:
    """Takes volts on its `sides`, left first, and leaves ±1.0 in `interleaved`, a quantum of all of them in turn.

    The first `channels` are played, as many as the sound card has open; the limiter holds for all of them at once.

    `safe` switches DC block and limiter. `level` is faded to `goal`, 0 or 1, over `level_frames`.
    `gain` is what the limiter multiplies by at the end of the quantum. `moving`: there cables fade.
    """

    def __init__(self, sample_rate: float) -> None:
        self.sides: list[Side] = [Side(str(number)) for number in range(MOST_CHANNELS)]
        self.left = self.sides[0]
        self.right = self.sides[1]
        self.moving: list[Inlet] = []
        self.channels: i64 = 2
        self.interleaved: vec[float] = blank(2 * QUANTUM, 0.0)
        self.safe: bool = True
        self.block: float = 1.0
        self.aim: float = 1.0
        self.gain: float = 1.0
        self.need: float = 1.0
        self.wait: i64 = 0
        self.level: float = 1.0
        self.goal: float = 1.0
        self.level_frames: i64 = QUANTUM
        self.pole: float = 0.0
        self.release: float = 1.0
        self.retune(sample_rate)

    def open(self, channels: i64) -> None:
        """Play so many channels, 2 to 16; while nothing plays."""
        self.channels = min(max(channels, 2), MOST_CHANNELS)
        self.interleaved = blank(self.channels * QUANTUM, 0.0)

    def retune(self, sample_rate: float) -> None:
        """Follow another sample rate."""
        self.pole = 1.0 - TURN * DC_BLOCK_HZ / sample_rate
        self.release = 1.0 + RELEASE_DB_PER_SECOND * DECIBEL * QUANTUM / sample_rate

    def reduction_db(self) -> float:
        """What the limiter takes away, in dB, 0 or above."""
        return -20.0 * math.log10(self.gain)

    def count_voices(self) -> None:
        """Hear the sum of however many voices there are now."""
        for side in self.sides:
            side.inlet.read(ONE)

    def silent(self) -> bool:
        """Whether all that was held back has faded to nothing too."""
        if self.level != 0.0 or self.goal != 0.0:
            return False
        loudest = 0.0
        for number in range(self.channels):
            loudest = max(loudest, peak(self.sides[number].held, 0, QUANTUM))
        return loudest == 0.0

    def take(self, start: i64, stop: i64) -> None:
        """Take the frames from `start` to `stop` of a quantum."""
        if start == 0:
            self.aim = 1.0 if self.safe else 0.0
        number: i64 = 0
        if self.aim == 1.0 and self.block == 1.0:
            while number + 1 < self.channels:
                self._take_two(self.sides[number], self.sides[number + 1], start, stop)
                number += 2
        while number < self.channels:
            self._take(self.sides[number], start, stop)
            number += 1

    def render(self, fall: float) -> bool:
        """The quantum is taken: let out the one before; whether an unpatched cable has gone for good.

        `fall` is that of the meters.
        """
        self.block = self.aim
        self._fade()
        largest = 0.0
        for number in range(self.channels):
            side = self.sides[number]
            side.coming = peak(side.ahead, 0, QUANTUM)
            largest = max(largest, side.coming)
        need = LIMIT / largest if self.safe and largest > LIMIT else 1.0
        goal = min(self.need, need)
        goal = min(goal, self._released(need))  # of three at once, min() is not native
        if self.channels == 2 and self.gain == 1.0 and goal == 1.0:
            self._leave_two(fall)
        else:
            for number in range(self.channels):
                self._leave(self.sides[number], number, goal, fall)
        self.gain = goal
        self.need = need
        return len(self.moving) > 0 and self._end()

    def _end(self) -> bool:
        gone = False
        for inlet in self.moving:
            gone = inlet.end() or gone
        self.settle()
        return gone

    def settle(self) -> None:
        """Find out where cables fade; whenever one came, went or got another delay."""
        self.moving = [side.inlet for side in self.sides if side.inlet.moving]

    def _released(self, need: float) -> float:
        """How far the limiter may let go: not at all for a while after it was needed, so that bass stays clean."""
        if need < 1.0 and need <= self.gain * 1.05:
            self.wait = HOLD_QUANTA
        elif self.wait > 0:
            self.wait -= 1
        return self.gain if self.wait > 0 else self.gain * self.release

    def _take_two(self, one: Side, two: Side, start: i64, stop: i64) -> None:
        """As `_take`, of two sides while the DC block stays on: neither waits for the other's last sample."""
        ahead, other_ahead = one.listen(start, stop), two.listen(start, stop)
        before, other_before = one.input, two.input
        blocked, other_blocked = one.blocked, two.blocked
        pole = self.pole
        for index in range(start, stop):
            now = peek(ahead, index)
            blocked = now - before + pole * blocked
            before = now
            poke(ahead, index, blocked)
            now = peek(other_ahead, index)
            other_blocked = now - other_before + pole * other_blocked
            other_before = now
            poke(other_ahead, index, other_blocked)
        one.keep(before, blocked, start, stop)
        two.keep(other_before, other_blocked, start, stop)

    def _take(self, side: Side, start: i64, stop: i64) -> None:
        """Full scale instead of volts, and no DC if `safe`; switching takes one quantum."""
        ahead = side.listen(start, stop)
        rise = (self.aim - self.block) / QUANTUM
        share = self.block + rise * to_float(start)
        before = side.input
        blocked = side.blocked
        pole = self.pole
        for index in range(start, stop):
            now = peek(ahead, index)
            blocked = now - before + pole * blocked
            before = now
            share += rise
            poke(ahead, index, blocked if share == 1.0 else now + share * (blocked - now))
        side.keep(before, blocked, start, stop)

    def _fade(self) -> None:
        """Apply the level to what was taken; it is 1 but for starts, stops and panics."""
        if self.level == 1.0 and self.goal == 1.0:
            return
        step = QUANTUM / to_float(self.level_frames)
        after = min(self.level + step, self.goal) if self.goal > self.level else max(self.level - step, self.goal)
        rise = (after - self.level) / QUANTUM
        for number in range(self.channels):
            side = self.sides[number]
            for index in range(i64(QUANTUM)):
                poke(side.ahead, index, peek(side.ahead, index) * (self.level + rise * to_float(index + 1)))
        self.level = after

    def _leave_two(self, fall: float) -> None:
        """Let out what was held back on the left and on the right, as it is."""
        left, right, target = self.left.held, self.right.held, self.interleaved
        for index in range(i64(QUANTUM)):
            poke(target, 2 * index, peek(left, index))
            poke(target, 2 * index + 1, peek(right, index))
        self.left.turn(1.0, fall)
        self.right.turn(1.0, fall)

    def _leave(self, side: Side, number: i64, goal: float, fall: float) -> None:
        """Let out the quantum that was held back, under a gain that goes in a line to `goal`."""
        held = side.held
        gain = self.gain
        rise = (goal - gain) / QUANTUM
        target = self.interleaved
        channels = self.channels
        for index in range(i64(QUANTUM)):
            sample = peek(held, index)
            if rise != 0.0 or gain != 1.0:
                sample = sample * (gain + rise * to_float(index + 1))
                if self.safe:
                    sample = min(max(sample, -LIMIT), LIMIT)
            poke(target, channels * index + number, sample)
        side.turn(max(gain, goal), fall)


def forget_small_numbers() -> None:
    """Make the calling thread treat numbers too small to hear as 0, natively; nothing in plain Python."""
    flush_denormals()
