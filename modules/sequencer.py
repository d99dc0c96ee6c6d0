"""Sequencer: eight steps, each with three voltages and a gate."""

from livepatch.dsp import GATE_VOLTS, TRIGGER_SECONDS, clamp, exp2, floor, maximum, nearest, schmitt
from livepatch.module import Module, button, connected, inlet, knob, light, outlet, switch, transport


def eighth(i: int, a: float, b: float, c: float, d: float, e: float, f: float, g: float, h: float) -> float:  # noqa: PLR0913, PLR0917  # eight steps
    """The voltage of step `i`, counted from 0."""
    first = a if i == 0 else b if i == 1 else c if i == 2 else d
    return first if i < 4 else e if i == 4 else f if i == 5 else g if i == 6 else h


def four(first: int, second: int, third: int, fourth: int) -> int:
    """Four gates in one number, a bit for each."""
    return first + 2 * second + 4 * third + 8 * fourth


class Sequencer(Module):
    """Eight steps, at its own tempo or that of its clock.

    A clock within a millisecond after a reset belongs to the first step.
    """

    cv1 = knob(-10.0, 10.0, 0.0, "Step 1", unit="V")
    cv2 = knob(-10.0, 10.0, 0.0, "Step 2", unit="V")
    cv3 = knob(-10.0, 10.0, 0.0, "Step 3", unit="V")
    cv4 = knob(-10.0, 10.0, 0.0, "Step 4", unit="V")
    cv5 = knob(-10.0, 10.0, 0.0, "Step 5", unit="V")
    cv6 = knob(-10.0, 10.0, 0.0, "Step 6", unit="V")
    cv7 = knob(-10.0, 10.0, 0.0, "Step 7", unit="V")
    cv8 = knob(-10.0, 10.0, 0.0, "Step 8", unit="V")
    steps = knob(1.0, 8.0, 8.0, "Steps", description="how many are played", randomize=False)
    gate1 = switch("off", "on", default=1, label="Gate 1")
    gate2 = switch("off", "on", default=1, label="Gate 2")
    gate3 = switch("off", "on", default=1, label="Gate 3")
    gate4 = switch("off", "on", default=1, label="Gate 4")
    gate5 = switch("off", "on", default=1, label="Gate 5")
    gate6 = switch("off", "on", default=1, label="Gate 6")
    gate7 = switch("off", "on", default=1, label="Gate 7")
    gate8 = switch("off", "on", default=1, label="Gate 8")
    b1 = knob(-10.0, 10.0, 0.0, "Row B, step 1", unit="V")
    b2 = knob(-10.0, 10.0, 0.0, "Row B, step 2", unit="V")
    b3 = knob(-10.0, 10.0, 0.0, "Row B, step 3", unit="V")
    b4 = knob(-10.0, 10.0, 0.0, "Row B, step 4", unit="V")
    b5 = knob(-10.0, 10.0, 0.0, "Row B, step 5", unit="V")
    b6 = knob(-10.0, 10.0, 0.0, "Row B, step 6", unit="V")
    b7 = knob(-10.0, 10.0, 0.0, "Row B, step 7", unit="V")
    b8 = knob(-10.0, 10.0, 0.0, "Row B, step 8", unit="V")
    c1 = knob(-10.0, 10.0, 0.0, "Row C, step 1", unit="V")
    c2 = knob(-10.0, 10.0, 0.0, "Row C, step 2", unit="V")
    c3 = knob(-10.0, 10.0, 0.0, "Row C, step 3", unit="V")
    c4 = knob(-10.0, 10.0, 0.0, "Row C, step 4", unit="V")
    c5 = knob(-10.0, 10.0, 0.0, "Row C, step 5", unit="V")
    c6 = knob(-10.0, 10.0, 0.0, "Row C, step 6", unit="V")
    c7 = knob(-10.0, 10.0, 0.0, "Row C, step 7", unit="V")
    c8 = knob(-10.0, 10.0, 0.0, "Row C, step 8", unit="V")
    tempo = knob(
        -2.0,
        4.0,
        1.0,
        "Tempo",
        unit="BPM",
        base=2.0,
        multiplier=60.0,
        description="of its own clock, which goes while nothing is patched into clock",
        randomize=False,
    )
    tempo_depth = knob(0.0, 1.0, 1.0, "Tempo depth", unit="%", multiplier=100.0, randomize=False)
    steps_depth = knob(0.0, 1.0, 1.0, "Steps depth", unit="%", multiplier=100.0, randomize=False)
    sync = switch(
        "off",
        "on",
        label="Sync",
        description="its own clock keeps to the transport: a step a beat at 120 BPM, two at 240",
        randomize=False,
    )
    run = switch("stopped", "running", default=1, label="Run", randomize=False)
    gate_form = switch("clock", "trigger", label="Gate form", description="as long as the clock is high, or 1 ms")
    advance = button("Advance", description="a clock by hand")
    restart = button("Reset")
    clock = inlet("Clock", description="each rise is a step; the gate is as long as it is high")
    reset = inlet("Reset", description="back to the first step")
    run_flip = inlet("Run", description="each rise starts it, or stops it")
    tempo_cv = inlet("Tempo", description="1 V is twice as fast")
    steps_cv = inlet("Steps", description="1 V is a step more")
    cv = outlet("Voltage")
    gate = outlet("Gate")
    step_number = outlet("Step", description="1 V at the first step to 8 V at the eighth")
    b = outlet("Row B")
    c = outlet("Row C")
    at1 = outlet("At 1", description="10 V while step 1 is played")
    at2 = outlet("At 2", description="10 V while step 2 is played")
    at3 = outlet("At 3", description="10 V while step 3 is played")
    at4 = outlet("At 4", description="10 V while step 4 is played")
    at5 = outlet("At 5", description="10 V while step 5 is played")
    at6 = outlet("At 6", description="10 V while step 6 is played")
    at7 = outlet("At 7", description="10 V while step 7 is played")
    at8 = outlet("At 8", description="10 V while step 8 is played")
    step_count = outlet("Steps", description="0 V for one step to 7 V for eight")
    clock_out = outlet("Clock")
    beats = transport("beats")
    swung = transport("swung")
    plays = transport("running")
    run_out = outlet("Run", description="10 V for 1 ms where it starts or stops")
    reset_out = outlet("Reset", description="10 V for 1 ms where it begins again")
    playing = light("Gate", colour="green")
    step1 = light("Step 1", colour="yellow")
    step2 = light("Step 2", colour="yellow")
    step3 = light("Step 3", colour="yellow")
    step4 = light("Step 4", colour="yellow")
    step5 = light("Step 5", colour="yellow")
    step6 = light("Step 6", colour="yellow")
    step7 = light("Step 7", colour="yellow")
    step8 = light("Step 8", colour="yellow")
    # Rack's buttons for run (param 1) and the gates (28 to 35) only flip what is in the data.
    rack = {
        "Fundamental/SEQ3": {
            "params": {
                0: "tempo",
                2: "restart",
                3: "steps",
                4: "cv1",
                5: "cv2",
                6: "cv3",
                7: "cv4",
                8: "cv5",
                9: "cv6",
                10: "cv7",
                11: "cv8",
                12: "b1",
                13: "b2",
                14: "b3",
                15: "b4",
                16: "b5",
                17: "b6",
                18: "b7",
                19: "b8",
                20: "c1",
                21: "c2",
                22: "c3",
                23: "c4",
                24: "c5",
                25: "c6",
                26: "c7",
                27: "c8",
                36: "tempo_depth",
                37: "steps_depth",
                38: "advance",
            },
            "inputs": {0: "tempo_cv", 1: "clock", 2: "reset", 3: "steps_cv", 4: "run_flip"},
            "outputs": {
                0: "gate",
                1: "cv",
                2: "b",
                3: "c",
                4: "at1",
                5: "at2",
                6: "at3",
                7: "at4",
                8: "at5",
                9: "at6",
                10: "at7",
                11: "at8",
                12: "step_count",
                13: "clock_out",
                14: "run_out",
                15: "reset_out",
            },
            "data": {
                "running": "run",
                "gates": ("gate1", "gate2", "gate3", "gate4", "gate5", "gate6", "gate7", "gate8"),
                "clockPassthrough": ("gate_form", -1.0, 1.0),
            },
        }
    }

    index = 0
    high = False
    since_reset = 0.0
    phase = 0.0
    clock_edge = schmitt()
    reset_edge = schmitt()
    flip_edge = schmitt()
    advance_pushed = False
    restart_pushed = False
    flipped = False
    ran = -1
    gate_left = 0.0
    run_left = 0.0
    reset_left = 0.0
    before = 0.0

    def step(self) -> None:
        trigger = TRIGGER_SECONDS * self.sample_rate
        flipped = self.flipped != self.flip_edge.rises(self.run_flip)
        synced = self.sync == 1 and not connected(self.clock)
        runs = ((self.run == 1) != flipped) and (self.plays > 0.5 or not synced)
        restarted = self.reset_edge.rises(self.reset) or (self.restart and not self.restart_pushed)
        restarted = restarted or (synced and self.beats < self.before)
        own_hertz = exp2(self.tempo)
        clocked = self.clock_edge.process(self.clock)
        if not connected(self.clock):
            hertz = own_hertz * exp2(clamp(self.tempo_depth * self.tempo_cv, -10.0, 10.0))
            phase = 0.0 if restarted else self.phase + (hertz / self.sample_rate if runs else 0.0)
            phase = self.swung * exp2(nearest(self.tempo - 1.0)) if synced else phase
            self.phase = phase - floor(phase)
            clocked = self.phase < 0.5
        high = (clocked and runs) or self.advance
        rise = (clocked and not self.high and runs) or (self.advance and not self.advance_pushed)

        index = 0 if restarted else self.index
        since_reset = 0.0 if restarted else self.since_reset
        index += 1 if rise and since_reset >= TRIGGER_SECONDS else 0
        self.since_reset = since_reset + (1.0 / self.sample_rate if since_reset < TRIGGER_SECONDS else 0.0)
        steps = int(clamp(self.steps + self.steps_depth * self.steps_cv, 1.0, 8.0) + 0.5)
        i = 0 if index >= steps else index
        begins = rise or (restarted and high)
        self.gate_left = trigger if begins else maximum(self.gate_left - 1.0, 0.0)

        gates = four(self.gate1, self.gate2, self.gate3, self.gate4)
        gates += 16 * four(self.gate5, self.gate6, self.gate7, self.gate8)
        on = self.gate_left > 0.0 if self.gate_form == 1 else high
        sounding = on and (gates >> i) & 1 == 1
        self.cv = eighth(i, self.cv1, self.cv2, self.cv3, self.cv4, self.cv5, self.cv6, self.cv7, self.cv8)
        self.b = eighth(i, self.b1, self.b2, self.b3, self.b4, self.b5, self.b6, self.b7, self.b8)
        self.c = eighth(i, self.c1, self.c2, self.c3, self.c4, self.c5, self.c6, self.c7, self.c8)
        self.gate = GATE_VOLTS if sounding else 0.0
        self.step_number = float(i) + 1.0
        self.at1 = GATE_VOLTS if i == 0 else 0.0
        self.at2 = GATE_VOLTS if i == 1 else 0.0
        self.at3 = GATE_VOLTS if i == 2 else 0.0
        self.at4 = GATE_VOLTS if i == 3 else 0.0
        self.at5 = GATE_VOLTS if i == 4 else 0.0
        self.at6 = GATE_VOLTS if i == 5 else 0.0
        self.at7 = GATE_VOLTS if i == 6 else 0.0
        self.at8 = GATE_VOLTS if i == 7 else 0.0
        self.step_count = float(steps) - 1.0
        self.playing = 1.0 if sounding else 0.0
        self.step1 = 1.0 if i == 0 else 0.0
        self.step2 = 1.0 if i == 1 else 0.0
        self.step3 = 1.0 if i == 2 else 0.0
        self.step4 = 1.0 if i == 3 else 0.0
        self.step5 = 1.0 if i == 4 else 0.0
        self.step6 = 1.0 if i == 5 else 0.0
        self.step7 = 1.0 if i == 6 else 0.0
        self.step8 = 1.0 if i == 7 else 0.0
        ran = 1 if runs else 0
        self.run_left = trigger if ran != self.ran and self.ran >= 0 else maximum(self.run_left - 1.0, 0.0)
        self.reset_left = trigger if restarted else maximum(self.reset_left - 1.0, 0.0)
        self.clock_out = GATE_VOLTS if on else 0.0
        self.run_out = GATE_VOLTS if self.run_left > 0.0 else 0.0
        self.reset_out = GATE_VOLTS if self.reset_left > 0.0 else 0.0

        self.index = i
        self.ran = ran
        self.high = clocked
        self.before = self.beats
        self.advance_pushed = self.advance
        self.restart_pushed = self.restart
        self.flipped = flipped
