"""A string: what is put into it goes round in a loop as long as its pitch takes, and dies away.

Source: David Jaffe and Julius Smith, Extensions of the Karplus-Strong Plucked-String Algorithm, 1983.
"""

import math
from typing import Final

from livepatch.block import Block, buffer
from livepatch.dsp.functions import LOG2_10, clamp, cos1, divide, exp2, floor, minimum, sin1, sqrt
from livepatch.dsp.levels import SILENCE
from livepatch.dsp.lines import tap

_LOST_OCTAVES: Final = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""
_LOWEST: Final = 0.01
"""Where the loop lets no DC through, times the pitch."""


class string(Block):
    """A string of one pitch, in tune to a hundredth of a cent. `tune()` it in every sample, then `process()`."""

    freq = -1.0
    ring = -1.0
    bright = -1.0
    whole = 2
    period = 100.0
    gain = 0.0
    dull = 0.0
    heavy = 0.0
    bend = 0.0
    position = 0
    between = 0.0
    low = 0.0
    slow = 0.0

    def __init__(self) -> None:
        self.line = buffer(seconds=0.15)

    def tune(self, freq: float, ring: float, bright: float) -> None:
        """Set the pitch and how it dies away.

        `freq`: the pitch in cycles a sample, from 8 Hz up to a fifth of the sample rate; `ring`: the seconds in
        which the lowest partial loses 60 dB; `bright`: where the higher ones lose more, times the pitch.
        """
        if freq != self.freq or ring != self.ring or bright != self.bright:
            self.freq = freq
            self.ring = ring
            self.bright = bright
            f = clamp(freq, divide(7.5, self.sample_rate), 0.2)
            self.period = divide(1.0, f)
            dull = exp2(-_LOST_OCTAVES * minimum(f * bright, 3.0))
            heavy = exp2(-_LOST_OCTAVES * _LOWEST * f)
            sine = sin1(f)
            cosine = cos1(f)
            late = math.atan(divide(dull * sine, 1.0 - dull * cosine))
            early = 0.5 * math.pi - math.pi * f - math.atan(divide(heavy * sine, 1.0 - heavy * cosine))
            passed = divide(1.0 - dull, sqrt(1.0 - 2.0 * dull * cosine + dull * dull))
            kept = divide(2.0 * heavy * sin1(0.5 * f), sqrt(1.0 - 2.0 * heavy * cosine + heavy * heavy))
            fall = exp2(-3.0 * LOG2_10 * divide(self.period, ring * self.sample_rate))
            self.gain = minimum(divide(fall, passed * kept), 1.0)
            self.dull = dull
            self.heavy = heavy
            rest = self.period - divide(late - early, 2.0 * math.pi * f)
            whole = clamp(floor(rest - 0.5), 1.0, float(len(self.line) - 2))
            part = clamp(rest - whole, 0.1, 1.9)
            self.bend = divide(sin1(0.5 * f * (1.0 - part)), sin1(0.5 * f * (1.0 + part)))
            self.whole = int(whole)

    def process(self, push: float) -> float:
        """What moves along the string now, with `push` put into it."""
        length = len(self.line)
        place = self.position - self.whole
        place = place if place >= 0 else place + length
        older = self.line[place - 1 if place > 0 else length - 1]
        self.between = older + self.bend * (self.line[place] - self.between)
        self.low = self.between + self.dull * (self.low - self.between)
        self.slow = self.low + self.heavy * (self.slow - self.low)
        moved = self.gain * (self.low - self.slow) + push + SILENCE
        self.line[self.position] = moved
        self.position = self.position + 1 if self.position + 1 < length else 0
        return moved

    def heard(self, share: float) -> float:
        """What a pick-up hears at a `share` (0..0.5) of the string's length; plucked there, it sounds the same."""
        length = len(self.line)
        last = self.position - 1 if self.position > 0 else length - 1
        return self.line[last] - tap(self.line, last, share * self.period)
