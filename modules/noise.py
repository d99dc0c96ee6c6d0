"""Noise in seven colours: white, pink, red, violet, blue, gray and black.

Source: pink is a row of shelves two octaves apart, each a pole and a zero; gray is the A-weighting of IEC 61672
upside down.
"""

from math import tau

from livepatch.dsp import divide, exp2, next_word, sin1, sqrt, uniform
from livepatch.module import Module, outlet

LOST_OCTAVES = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""


class Noise(Module):
    """Seven noises. Every module of the rack has its own, the same each time it is rendered."""

    white = outlet("White", description="±5 V, level at every frequency")
    pink = outlet("Pink", description="falls by 3 dB per octave")
    red = outlet("Red", description="falls by 6 dB per octave above 20 Hz")
    violet = outlet("Violet", description="rises by 6 dB per octave")
    blue = outlet("Blue", description="rises by 3 dB per octave")
    gray = outlet("Gray", description="as loud to the ear at every frequency from 100 Hz to 16 kHz")
    black = outlet("Black", description="±5 V, each voltage as likely; another noise than white")
    rack = {
        "Fundamental/Noise": {
            "outputs": {0: "white", 1: "pink", 2: "red", 3: "violet", 4: "blue", 5: "gray", 6: "black"}
        }
    }

    word = 0
    last_white = 0.0
    last_pink = 0.0
    p1 = 0.0
    p2 = 0.0
    p3 = 0.0
    p4 = 0.0
    p5 = 0.0
    p6 = 0.0
    brown = 0.0
    g1 = 0.0
    g2 = 0.0
    g3 = 0.0
    g4 = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        self.word = next_word(self.word, self.seed)
        white = 2.0 * uniform(self.word) - 1.0
        self.white = 5.0 * white
        self.violet = 3.0 * (white - self.last_white)
        self.last_white = white

        lost = -LOST_OCTAVES * period
        v1 = white + exp2(8.0 * lost) * self.p1
        a = v1 - exp2(16.395 * lost) * self.p1
        v2 = a + exp2(33.6 * lost) * self.p2
        b = v2 - exp2(68.86 * lost) * self.p2
        v3 = b + exp2(141.12 * lost) * self.p3
        c = v3 - exp2(289.21 * lost) * self.p3
        v4 = c + exp2(592.7 * lost) * self.p4
        d = v4 - exp2(1214.7 * lost) * self.p4
        v5 = d + exp2(2489.4 * lost) * self.p5
        e = v5 - exp2(5101.7 * lost) * self.p5
        v6 = e + exp2(10455.3 * lost) * self.p6
        pink = v6 - exp2(21427.0 * lost) * self.p6
        self.p1 = v1
        self.p2 = v2
        self.p3 = v3
        self.p4 = v4
        self.p5 = v5
        self.p6 = v6
        self.pink = 2.0 * pink
        self.blue = 4.0 * (pink - self.last_pink)
        self.last_pink = pink

        leak = divide(20.0 * tau, self.sample_rate)
        self.brown += leak * (white - self.brown)
        self.red = 60.0 * self.brown

        rest = exp2(20.6 * lost)
        g1 = white + rest * self.g1
        g2 = g1 - exp2(107.7 * lost) * self.g1 + rest * self.g2
        low = g2 - exp2(737.9 * lost) * self.g2
        self.g1 = g1
        self.g2 = g2
        half = sin1(5000.0 * period)
        steep = divide(0.16813093466891885, half * half)
        top = divide(2.0 * steep + 1.0 - sqrt(4.0 * steep + 1.0), 2.0 * steep)
        high = low - top * self.g3
        self.gray = 0.6 * (high - top * self.g4) * divide(1.0, (1.0 - top) * (1.0 - top))
        self.g3 = low
        self.g4 = high

        self.word = next_word(self.word, self.seed)
        self.black = 10.0 * uniform(self.word) - 5.0
