"""Holds what its knob says."""

from livepatch.module import Module, knob, outlet


class Constant(Module):
    volts = knob(-10.0, 10.0, 1.0)
    out = outlet()

    def step(self) -> None:
        self.out = self.volts
