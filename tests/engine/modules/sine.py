"""A sine of 5 V; its hits are counted."""

from livepatch.dsp import frac, sin1
from livepatch.module import Module, knob, outlet, trace


class Sine(Module):
    hertz = knob(20.0, 10000.0, 375.0)
    out = outlet()
    phase = 0.0
    turns = 0
    curve = trace(8)

    def step(self) -> None:
        self.phase += self.hertz / self.sample_rate
        if self.phase >= 1.0:
            self.turns += 1
        self.phase = frac(self.phase)
        self.out = 5.0 * sin1(self.phase)
        self.curve[self.turns % 8] = self.out
