"""Compare: which of two voltages is the greater, and by what one is held to the other."""

from livepatch.dsp import GATE_VOLTS, absolute, clamp, maximum, minimum
from livepatch.module import Module, inlet, knob, outlet


class Compare(Module):
    """A voltage against another, which is the knob's and the cable's sum."""

    level = knob(-10.0, 10.0, 0.0, "B", unit="V", description="added to what goes into B")
    a = inlet("A", voices=True)
    b = inlet("B", voices=True)
    higher = outlet("Higher", description="the greater of the two")
    lower = outlet("Lower", description="the smaller of the two")
    clip = outlet("Clip", description="A, not further from 0 V than B")
    over = outlet("A over B")
    under = outlet("A under B")
    clipped = outlet("Clipped", description="10 V while B holds A")
    excess = outlet("Excess", description="what of A is further from 0 V than B")
    within = outlet("Within", description="10 V while A is no further from 0 V than B")
    rack = {
        "Fundamental/Compare": {
            "params": {0: "level"},
            "inputs": {0: "a", 1: "b"},
            "outputs": {
                0: "higher",
                1: "lower",
                2: "clip",
                3: "excess",
                4: "clipped",
                5: "within",
                6: "over",
                7: "under",
            },
        }
    }

    def step(self) -> None:
        b = self.b + self.level
        limit = absolute(b)
        self.higher = maximum(self.a, b)
        self.lower = minimum(self.a, b)
        clip = clamp(self.a, -limit, limit)
        beyond = absolute(self.a) > limit
        self.clip = clip
        self.excess = self.a - clip
        self.over = GATE_VOLTS if self.a > b else 0.0
        self.under = GATE_VOLTS if self.a < b else 0.0
        self.clipped = GATE_VOLTS if beyond else 0.0
        self.within = 0.0 if beyond else GATE_VOLTS
