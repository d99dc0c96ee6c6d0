"""Noise: white, pink and red.

Source: George Marsaglia, Xorshift RNGs, 2003; Paul Kellet, pink noise filter, 1999.
"""

from math import tau

from livepatch.dsp import divide
from livepatch.module import Module, outlet

WORD = 0xFFFFFFFF
UNIT = 1.0 / 2147483648.0


class Noise(Module):
    """Noise. Every module of the rack has its own, the same each time it is rendered."""

    white = outlet("White", description="±5 V, level at every frequency")
    pink = outlet("Pink", description="falls by 3 dB per octave")
    red = outlet("Red", description="falls by 6 dB per octave above 20 Hz")

    word = 0
    p1 = 0.0
    p2 = 0.0
    p3 = 0.0
    p4 = 0.0
    p5 = 0.0
    p6 = 0.0
    p7 = 0.0
    brown = 0.0

    def step(self) -> None:
        word = self.word
        if word == 0:
            word = ((self.seed & WORD) * 0x6C078965 + 0x3C6EF35F) & WORD
            word = word if word != 0 else 1
        word ^= (word << 13) & WORD
        word ^= word >> 17
        word ^= (word << 5) & WORD
        self.word = word
        white = float((word * 0x2545F491) & WORD) * UNIT - 1.0

        self.p1 = 0.99886 * self.p1 + 0.0555179 * white
        self.p2 = 0.99332 * self.p2 + 0.0750759 * white
        self.p3 = 0.96900 * self.p3 + 0.1538520 * white
        self.p4 = 0.86650 * self.p4 + 0.3104856 * white
        self.p5 = 0.55000 * self.p5 + 0.5329522 * white
        self.p6 = -0.7616 * self.p6 - 0.0168980 * white
        pink = self.p1 + self.p2 + self.p3 + self.p4 + self.p5 + self.p6 + self.p7 + 0.5362 * white
        self.p7 = 0.115926 * white

        leak = divide(20.0 * tau, self.sample_rate)
        self.brown += leak * (white - self.brown)
        self.white = 5.0 * white
        self.pink = pink
        self.red = 60.0 * self.brown
