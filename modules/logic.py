"""Logic: gates made of two gates."""

from livepatch.dsp import GATE_VOLTS, schmitt
from livepatch.module import Module, button, inlet, outlet


class Logic(Module):
    """Every gate that two gates make. A gate is on from 1 V, and off again from 0.1 V down."""

    push_b = button("B", description="B is on while it is held")
    a = inlet("A", voices=True)
    b = inlet("B", voices=True)
    either = outlet("A or B")
    neither = outlet("Neither")
    both = outlet("A and B")
    not_both = outlet("Not both")
    one = outlet("One of them", description="A or B, but not both")
    same = outlet("Both or neither")
    not_a = outlet("Not A")
    not_b = outlet("Not B")
    rack = {
        "Fundamental/Logic": {
            "params": {0: "push_b"},
            "inputs": {0: "a", 1: "b"},
            "outputs": {
                0: "not_a",
                1: "not_b",
                2: "either",
                3: "neither",
                4: "both",
                5: "not_both",
                6: "one",
                7: "same",
            },
        }
    }

    a_gate = schmitt()
    b_gate = schmitt()

    def step(self) -> None:
        a = self.a_gate.process(self.a)
        b = self.b_gate.process(self.b) or self.push_b
        self.either = GATE_VOLTS if a or b else 0.0
        self.neither = 0.0 if a or b else GATE_VOLTS
        self.both = GATE_VOLTS if a and b else 0.0
        self.not_both = 0.0 if a and b else GATE_VOLTS
        self.one = GATE_VOLTS if a != b else 0.0
        self.same = 0.0 if a != b else GATE_VOLTS
        self.not_a = 0.0 if a else GATE_VOLTS
        self.not_b = 0.0 if b else GATE_VOLTS
