"""Adds up what comes in, one hundredth a sample, and adds its bias; one state for each voice."""

from livepatch.module import Module, inlet, knob, outlet


class SumUp(Module):
    scale = knob(0.0, 10.0, 1.0)
    a = inlet()
    bias = inlet()
    out = outlet()
    total = 0.0

    def step(self) -> None:
        self.total = self.total + 0.01 * self.a
        self.out = self.scale * self.total + self.bias
