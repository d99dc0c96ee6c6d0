"""Multiplies what comes in by its knob."""

from livepatch.module import Module, inlet, knob, outlet


class Scaled(Module):
    amount = knob(-1e9, 1e9, 0.0)
    a = inlet()
    out = outlet()

    def step(self) -> None:
        self.out = self.a * self.amount
