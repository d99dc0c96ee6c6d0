"""Compare: which of two voltages is the greater, and by what one is held to the other."""

from livepatch.dsp import GATE_VOLTS, absolute, clamp, maximum, minimum
from livepatch.module import Module, inlet, knob, outlet


class Compare(Module):
    """A voltage against another, which is the knob's and the cable's sum."""

    level = knob(-10.0, 10.0, 0.0, "B", unit="V", description="added to what goes into B")
    a = inlet("A")
    b = inlet("B")
    higher = outlet("Higher", description="the greater of the two")
    lower = outlet("Lower", description="the smaller of the two")
    clip = outlet("Clip", description="A, not further from 0 V than B")
    over = outlet("A over B")
    under = outlet("A under B")
    clipped = outlet("Clipped", description="10 V while B holds A")

    def step(self) -> None:
        b = self.b + self.level
        limit = absolute(b)
        self.higher = maximum(self.a, b)
        self.lower = minimum(self.a, b)
        self.clip = clamp(self.a, -limit, limit)
        self.over = GATE_VOLTS if self.a > b else 0.0
        self.under = GATE_VOLTS if self.a < b else 0.0
        self.clipped = GATE_VOLTS if absolute(self.a) > limit else 0.0
