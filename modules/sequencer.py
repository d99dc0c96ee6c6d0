"""Sequencer: eight steps, each with a voltage and a gate."""

from livepatch.dsp import GATE_VOLTS, TRIGGER_SECONDS, schmitt
from livepatch.module import Module, inlet, knob, light, outlet, switch


class Sequencer(Module):
    """Eight steps. A clock within a millisecond after a reset belongs to the first step."""

    cv1 = knob(-5.0, 5.0, 0.0, "Step 1", unit="V")
    cv2 = knob(-5.0, 5.0, 0.0, "Step 2", unit="V")
    cv3 = knob(-5.0, 5.0, 0.0, "Step 3", unit="V")
    cv4 = knob(-5.0, 5.0, 0.0, "Step 4", unit="V")
    cv5 = knob(-5.0, 5.0, 0.0, "Step 5", unit="V")
    cv6 = knob(-5.0, 5.0, 0.0, "Step 6", unit="V")
    cv7 = knob(-5.0, 5.0, 0.0, "Step 7", unit="V")
    cv8 = knob(-5.0, 5.0, 0.0, "Step 8", unit="V")
    steps = knob(1.0, 8.0, 8.0, "Steps", description="how many are played")
    gate1 = switch("off", "on", default=1, label="Gate 1")
    gate2 = switch("off", "on", default=1, label="Gate 2")
    gate3 = switch("off", "on", default=1, label="Gate 3")
    gate4 = switch("off", "on", default=1, label="Gate 4")
    gate5 = switch("off", "on", default=1, label="Gate 5")
    gate6 = switch("off", "on", default=1, label="Gate 6")
    gate7 = switch("off", "on", default=1, label="Gate 7")
    gate8 = switch("off", "on", default=1, label="Gate 8")
    clock = inlet("Clock", description="each rise is a step; the gate is as long as it is high")
    reset = inlet("Reset", description="back to the first step")
    cv = outlet("Voltage")
    gate = outlet("Gate")
    step_number = outlet("Step", description="1 V at the first step to 8 V at the eighth")
    playing = light("Gate", colour="green")

    index = 0
    clock_edge = schmitt()
    reset_edge = schmitt()
    since_reset = 0.0

    def step(self) -> None:
        if self.reset_edge.rises(self.reset):
            self.index = 0
            self.since_reset = 0.0
        if self.clock_edge.rises(self.clock) and self.since_reset >= TRIGGER_SECONDS:
            self.index += 1
        if self.since_reset < TRIGGER_SECONDS:
            self.since_reset += 1.0 / self.sample_rate
        if self.index > int(self.steps + 0.5) - 1:
            self.index = 0

        i = self.index
        volts = self.cv1
        open_gate = self.gate1
        if i == 1:
            volts = self.cv2
            open_gate = self.gate2
        elif i == 2:
            volts = self.cv3
            open_gate = self.gate3
        elif i == 3:
            volts = self.cv4
            open_gate = self.gate4
        elif i == 4:
            volts = self.cv5
            open_gate = self.gate5
        elif i == 5:
            volts = self.cv6
            open_gate = self.gate6
        elif i == 6:
            volts = self.cv7
            open_gate = self.gate7
        elif i == 7:
            volts = self.cv8
            open_gate = self.gate8
        sounding = self.clock_edge.on and open_gate == 1
        self.cv = volts
        self.gate = GATE_VOLTS if sounding else 0.0
        self.step_number = float(i) + 1.0
        self.playing = 1.0 if sounding else 0.0
