"""Noise in seven colours: white, pink, red, violet, blue, gray and black."""

from math import tau

from livepatch.dsp import divide, grey_filter, pink_filter, white_noise
from livepatch.module import Module, connected, outlet


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
            "outputs": {0: "white", 1: "pink", 2: "red", 3: "violet", 4: "blue", 5: "gray", 6: "black"},
            # all but black are as loud as a sine of 5 V there
            "gains": {"white": 1.2247, "pink": 1.73, "red": 2.63, "violet": 1.443, "blue": 1.356, "gray": 1.82},
        }
    }

    source = white_noise()
    other = white_noise()
    pinking = pink_filter()
    greying = grey_filter()
    last_white = 0.0
    last_pink = 0.0
    brown = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        white = self.source.process()
        self.white = 5.0 * white
        self.violet = 3.0 * (white - self.last_white)
        self.last_white = white

        if connected(self.pink) or connected(self.blue):
            pink = self.pinking.process(white)
            self.pink = 2.0 * pink
            self.blue = 4.0 * (pink - self.last_pink)
            self.last_pink = pink
        if connected(self.red):
            self.brown += 20.0 * tau * period * (white - self.brown)
            self.red = 60.0 * self.brown
        if connected(self.gray):
            self.gray = 0.6 * self.greying.process(white)
        if connected(self.black):
            self.black = 5.0 * self.other.process()
