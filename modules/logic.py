"""Logic: gates made of two gates."""

from livepatch.dsp import GATE_VOLTS, schmitt
from livepatch.module import Module, inlet, outlet


class Logic(Module):
    """Every gate that two gates make. A gate is on from 1 V, and off again from 0.1 V down."""

    a = inlet("A")
    b = inlet("B")
    either = outlet("A or B")
    neither = outlet("Neither")
    both = outlet("A and B")
    not_both = outlet("Not both")
    one = outlet("One of them", description="A or B, but not both")
    same = outlet("Both or neither")
    not_a = outlet("Not A")
    not_b = outlet("Not B")

    a_on = False
    b_on = False

    def step(self) -> None:
        self.a_on = schmitt(self.a_on, self.a)
        self.b_on = schmitt(self.b_on, self.b)
        self.either = GATE_VOLTS if self.a_on or self.b_on else 0.0
        self.neither = 0.0 if self.a_on or self.b_on else GATE_VOLTS
        self.both = GATE_VOLTS if self.a_on and self.b_on else 0.0
        self.not_both = 0.0 if self.a_on and self.b_on else GATE_VOLTS
        self.one = GATE_VOLTS if self.a_on != self.b_on else 0.0
        self.same = 0.0 if self.a_on != self.b_on else GATE_VOLTS
        self.not_a = 0.0 if self.a_on else GATE_VOLTS
        self.not_b = 0.0 if self.b_on else GATE_VOLTS
