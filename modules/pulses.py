"""Pulses: ten buttons to play triggers and gates by hand."""

from livepatch.dsp import GATE_VOLTS, TRIGGER_SECONDS, maximum
from livepatch.module import Module, button, outlet


class Pulses(Module):
    """Ten buttons. Each gives a trigger of 1 ms when it is pushed, and a gate as long as it is held."""

    push1 = button("Push 1")
    push2 = button("Push 2")
    push3 = button("Push 3")
    push4 = button("Push 4")
    push5 = button("Push 5")
    push6 = button("Push 6")
    push7 = button("Push 7")
    push8 = button("Push 8")
    push9 = button("Push 9")
    push10 = button("Push 10")
    trigger1 = outlet("Trigger 1")
    trigger2 = outlet("Trigger 2")
    trigger3 = outlet("Trigger 3")
    trigger4 = outlet("Trigger 4")
    trigger5 = outlet("Trigger 5")
    trigger6 = outlet("Trigger 6")
    trigger7 = outlet("Trigger 7")
    trigger8 = outlet("Trigger 8")
    trigger9 = outlet("Trigger 9")
    trigger10 = outlet("Trigger 10")
    gate1 = outlet("Gate 1")
    gate2 = outlet("Gate 2")
    gate3 = outlet("Gate 3")
    gate4 = outlet("Gate 4")
    gate5 = outlet("Gate 5")
    gate6 = outlet("Gate 6")
    gate7 = outlet("Gate 7")
    gate8 = outlet("Gate 8")
    gate9 = outlet("Gate 9")
    gate10 = outlet("Gate 10")
    rack = {
        "Fundamental/Pulses": {
            "params": {
                0: "push1",
                1: "push2",
                2: "push3",
                3: "push4",
                4: "push5",
                5: "push6",
                6: "push7",
                7: "push8",
                8: "push9",
                9: "push10",
            },
            "outputs": {
                0: "trigger1",
                1: "trigger2",
                2: "trigger3",
                3: "trigger4",
                4: "trigger5",
                5: "trigger6",
                6: "trigger7",
                7: "trigger8",
                8: "trigger9",
                9: "trigger10",
                10: "gate1",
                11: "gate2",
                12: "gate3",
                13: "gate4",
                14: "gate5",
                15: "gate6",
                16: "gate7",
                17: "gate8",
                18: "gate9",
                19: "gate10",
            },
        }
    }

    held1 = False
    held2 = False
    held3 = False
    held4 = False
    held5 = False
    held6 = False
    held7 = False
    held8 = False
    held9 = False
    held10 = False
    left1 = 0.0
    left2 = 0.0
    left3 = 0.0
    left4 = 0.0
    left5 = 0.0
    left6 = 0.0
    left7 = 0.0
    left8 = 0.0
    left9 = 0.0
    left10 = 0.0

    def step(self) -> None:
        frames = TRIGGER_SECONDS * self.sample_rate
        self.left1 = frames if self.push1 and not self.held1 else maximum(self.left1 - 1.0, 0.0)
        self.left2 = frames if self.push2 and not self.held2 else maximum(self.left2 - 1.0, 0.0)
        self.left3 = frames if self.push3 and not self.held3 else maximum(self.left3 - 1.0, 0.0)
        self.left4 = frames if self.push4 and not self.held4 else maximum(self.left4 - 1.0, 0.0)
        self.left5 = frames if self.push5 and not self.held5 else maximum(self.left5 - 1.0, 0.0)
        self.left6 = frames if self.push6 and not self.held6 else maximum(self.left6 - 1.0, 0.0)
        self.left7 = frames if self.push7 and not self.held7 else maximum(self.left7 - 1.0, 0.0)
        self.left8 = frames if self.push8 and not self.held8 else maximum(self.left8 - 1.0, 0.0)
        self.left9 = frames if self.push9 and not self.held9 else maximum(self.left9 - 1.0, 0.0)
        self.left10 = frames if self.push10 and not self.held10 else maximum(self.left10 - 1.0, 0.0)
        self.trigger1 = GATE_VOLTS if self.left1 > 0.0 else 0.0
        self.trigger2 = GATE_VOLTS if self.left2 > 0.0 else 0.0
        self.trigger3 = GATE_VOLTS if self.left3 > 0.0 else 0.0
        self.trigger4 = GATE_VOLTS if self.left4 > 0.0 else 0.0
        self.trigger5 = GATE_VOLTS if self.left5 > 0.0 else 0.0
        self.trigger6 = GATE_VOLTS if self.left6 > 0.0 else 0.0
        self.trigger7 = GATE_VOLTS if self.left7 > 0.0 else 0.0
        self.trigger8 = GATE_VOLTS if self.left8 > 0.0 else 0.0
        self.trigger9 = GATE_VOLTS if self.left9 > 0.0 else 0.0
        self.trigger10 = GATE_VOLTS if self.left10 > 0.0 else 0.0
        self.gate1 = GATE_VOLTS if self.push1 else 0.0
        self.gate2 = GATE_VOLTS if self.push2 else 0.0
        self.gate3 = GATE_VOLTS if self.push3 else 0.0
        self.gate4 = GATE_VOLTS if self.push4 else 0.0
        self.gate5 = GATE_VOLTS if self.push5 else 0.0
        self.gate6 = GATE_VOLTS if self.push6 else 0.0
        self.gate7 = GATE_VOLTS if self.push7 else 0.0
        self.gate8 = GATE_VOLTS if self.push8 else 0.0
        self.gate9 = GATE_VOLTS if self.push9 else 0.0
        self.gate10 = GATE_VOLTS if self.push10 else 0.0
        self.held1 = self.push1
        self.held2 = self.push2
        self.held3 = self.push3
        self.held4 = self.push4
        self.held5 = self.push5
        self.held6 = self.push6
        self.held7 = self.push7
        self.held8 = self.push8
        self.held9 = self.push9
        self.held10 = self.push10
