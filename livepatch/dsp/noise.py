"""Noise in six colours. Each block has its own, and the same again when a patch is rendered again.

Source: pink is a row of shelves two octaves apart, each a pole and a zero; grey is the A-weighting of IEC 61672
upside down.
"""

from typing import Final

from livepatch.block import Block
from livepatch.dsp.chance import next_word, uniform
from livepatch.dsp.functions import divide, exp2, sin1, sqrt

LOST_OCTAVES: Final = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""


class white_noise(Block):
    """±1, each value as likely, level at every frequency: RMS 0.577."""

    word = 0

    def process(self) -> float:
        """The next sample."""
        self.word = next_word(self.word, self.seed)
        return 2.0 * uniform(self.word) - 1.0


class pink_filter(Block):
    """Makes pink noise of white: it falls by 3 dB an octave, within 0.3 dB from 20 Hz to 18 kHz at 48 kHz."""

    p1 = 0.0
    p2 = 0.0
    p3 = 0.0
    p4 = 0.0
    p5 = 0.0
    p6 = 0.0

    def process(self, white: float) -> float:
        """The next sample; white noise of ±1 becomes 2.5 times as high as `pink_noise`."""
        lost = -LOST_OCTAVES * self.sample_seconds
        v1 = white + exp2(8.0 * lost) * self.p1
        v2 = v1 - exp2(16.395 * lost) * self.p1 + exp2(33.6 * lost) * self.p2
        v3 = v2 - exp2(68.86 * lost) * self.p2 + exp2(141.12 * lost) * self.p3
        v4 = v3 - exp2(289.21 * lost) * self.p3 + exp2(592.7 * lost) * self.p4
        v5 = v4 - exp2(1214.7 * lost) * self.p4 + exp2(2489.4 * lost) * self.p5
        v6 = v5 - exp2(5101.7 * lost) * self.p5 + exp2(10455.3 * lost) * self.p6
        pink = v6 - exp2(21427.0 * lost) * self.p6
        self.p1 = v1
        self.p2 = v2
        self.p3 = v3
        self.p4 = v4
        self.p5 = v5
        self.p6 = v6
        return pink


class pink_noise(Block):
    """Falls by 3 dB an octave, within 0.3 dB from 20 Hz to 18 kHz at 48 kHz; RMS about 0.35."""

    def __init__(self) -> None:
        self.white = white_noise()
        self.filter = pink_filter()

    def process(self) -> float:
        """The next sample."""
        return 0.4 * self.filter.process(self.white.process())


class red_noise(Block):
    """Falls by 6 dB an octave from 20 Hz up."""

    level = 0.0

    def __init__(self) -> None:
        self.white = white_noise()

    def process(self) -> float:
        """The next sample."""
        self.level += 125.66370614359172 * self.sample_seconds * (self.white.process() - self.level)
        return 12.0 * self.level


class blue_noise(Block):
    """Rises by 3 dB an octave."""

    last = 0.0

    def __init__(self) -> None:
        self.pink = pink_noise()

    def process(self) -> float:
        """The next sample."""
        pink = self.pink.process()
        rise = 2.0 * (pink - self.last)
        self.last = pink
        return rise


class violet_noise(Block):
    """Rises by 6 dB an octave."""

    last = 0.0

    def __init__(self) -> None:
        self.white = white_noise()

    def process(self) -> float:
        """The next sample."""
        white = self.white.process()
        rise = 0.6 * (white - self.last)
        self.last = white
        return rise


class grey_filter(Block):
    """Makes grey noise of white: as loud to the ear at every frequency, within 1.5 dB from 100 Hz to 16 kHz."""

    g1 = 0.0
    g2 = 0.0
    g3 = 0.0
    g4 = 0.0

    def process(self, white: float) -> float:
        """The next sample; white noise of ±1 becomes 8 times as high as `grey_noise`."""
        lost = -LOST_OCTAVES * self.sample_seconds
        rest = exp2(20.6 * lost)
        low1 = white + rest * self.g1
        low2 = low1 - exp2(107.7 * lost) * self.g1 + rest * self.g2
        low = low2 - exp2(737.9 * lost) * self.g2
        self.g1 = low1
        self.g2 = low2
        half = sin1(5000.0 * self.sample_seconds)
        steep = divide(0.16813093466891885, half * half)
        top = divide(2.0 * steep + 1.0 - sqrt(4.0 * steep + 1.0), 2.0 * steep)
        high = low - top * self.g3
        grey = (high - top * self.g4) * divide(1.0, (1.0 - top) * (1.0 - top))
        self.g3 = low
        self.g4 = high
        return grey


class grey_noise(Block):
    """As loud to the ear at every frequency, within 1.5 dB from 100 Hz to 16 kHz."""

    def __init__(self) -> None:
        self.white = white_noise()
        self.filter = grey_filter()

    def process(self) -> float:
        """The next sample."""
        return 0.125 * self.filter.process(self.white.process())
