"""Clock: the beat, its divisions and multiples, and swing."""

from livepatch.dsp import GATE_VOLTS, TRIGGER_SECONDS, clamp, divide, exp2, frac, maximum, nearest, schmitt
from livepatch.module import Module, button, connected, inlet, knob, light, outlet, switch, transport


def gate_volts(gates: float, length: float) -> float:
    """The gate, so many of them after the first."""
    return GATE_VOLTS if frac(gates) < length else 0.0


class Clock(Module):
    """Gates from a 24th of a beat to four bars of four, and two ratios of your own.

    It follows the transport, its tempo, bars and swing; or it runs free at a tempo of its own, 2 Hz for 120 BPM.
    """

    follow = switch("free", "transport", default=1, label="Follows", randomize=False)
    tempo = knob(20.0, 300.0, 120.0, "Tempo", unit="BPM", description="while it runs free", randomize=False)
    swing = knob(
        0.5, 0.75, 0.5, "Swing", unit="%", multiplier=100.0, description="where in the eighth its second half is"
    )
    length = knob(0.05, 0.95, 0.5, "Gate length", unit="%", multiplier=100.0)
    multiply1 = knob(1.0, 32.0, 3.0, "Multiply 1", description="how many gates of ratio1")
    divide1 = knob(1.0, 32.0, 2.0, "Divide 1", description="in how many beats")
    multiply2 = knob(1.0, 32.0, 5.0, "Multiply 2", description="how many gates of ratio2")
    divide2 = knob(1.0, 32.0, 4.0, "Divide 2", description="in how many beats")
    run = switch("stopped", "running", default=1, label="Run", randomize=False)
    restart = button("Reset")
    reset = inlet("Reset", description="back to the first beat of the bar, while it runs free")
    run_flip = inlet("Run", description="each rise starts it, or stops it")
    voct = inlet("1 V/octave tempo", description="1 V is twice as fast, while it runs free")
    sixteenth = outlet("Sixteenths")
    eighth = outlet("Eighths")
    quarter = outlet("Quarters")
    bar = outlet("Bars")
    half = outlet("Halves", description="every two beats")
    phrase = outlet("Phrases", description="every four bars")
    triplet = outlet("Triplets", description="three in a beat")
    thirtysecond = outlet("Thirty-seconds")
    sync = outlet("Sync", description="24 in a beat, as MIDI clocks")
    ratio1 = outlet("Ratio 1", description="multiply1 in the time of divide1 beats")
    ratio2 = outlet("Ratio 2", description="multiply2 in the time of divide2 beats")
    running = outlet("Running", description="10 V while it runs")
    run_out = outlet("Run", description="10 V for 1 ms where it starts or stops")
    reset_out = outlet("Reset", description="10 V for 1 ms where it begins again")
    beat = light("Beat", colour="green")
    beats = transport("beats")
    beat_of_bar = transport("place")
    swung = transport("swung")
    plays = transport("running")

    place = 0.0
    bars = 0.0
    reset_edge = schmitt()
    flip_edge = schmitt()
    pushed = False
    flipped = False
    ran = -1
    run_left = 0.0
    reset_left = 0.0
    before = 0.0

    def step(self) -> None:
        trigger = TRIGGER_SECONDS * self.sample_rate
        pushed = self.restart and not self.pushed
        follows = self.follow == 1
        asked = self.reset_edge.rises(self.reset) or pushed
        restarted = self.beats < self.before if follows else asked
        flipped = self.flipped != self.flip_edge.rises(self.run_flip)
        runs = ((self.run == 1) != flipped) and (self.plays > 0.5 or not follows)
        ran = 1 if runs else 0
        self.run_left = trigger if ran != self.ran and self.ran >= 0 else maximum(self.run_left - 1.0, 0.0)
        self.reset_left = trigger if restarted else maximum(self.reset_left - 1.0, 0.0)

        place = 0.0 if restarted else self.place
        bars = 0.0 if restarted else self.bars
        running = runs and (follows or not restarted)
        bar_place = self.beat_of_bar if follows else place
        swung = self.swung if follows else place
        beats = self.beats if follows else place + 4.0 * bars
        gate = GATE_VOLTS if running else 0.0
        half = frac(2.0 * swung)
        second = half >= self.swing
        since = half - (self.swing if second else 0.0)
        share = 1.0 - self.swing if second else self.swing
        self.sixteenth = gate if since < self.length * share else 0.0
        self.eighth = gate if frac(2.0 * swung) < self.length else 0.0
        self.quarter = gate if frac(bar_place) < self.length else 0.0
        self.bar = gate if bar_place < self.length else 0.0
        on = 1.0 if running else 0.0
        self.half = on * gate_volts(0.5 * beats, self.length)
        self.phrase = on * gate_volts(beats / 16.0, self.length)
        self.triplet = on * gate_volts(3.0 * beats, self.length)
        self.thirtysecond = on * gate_volts(8.0 * beats, self.length)
        self.sync = on * gate_volts(24.0 * beats, self.length)
        self.ratio1 = on * gate_volts(divide(beats * nearest(self.multiply1), nearest(self.divide1)), self.length)
        self.ratio2 = on * gate_volts(divide(beats * nearest(self.multiply2), nearest(self.divide2)), self.length)
        self.running = GATE_VOLTS if runs else 0.0
        self.run_out = GATE_VOLTS if self.run_left > 0.0 else 0.0
        self.reset_out = GATE_VOLTS if self.reset_left > 0.0 else 0.0
        self.beat = 1.0 if frac(bar_place) < 0.2 and running else 0.0

        advance = divide(self.tempo * (1.0 / 60.0), self.sample_rate)
        if connected(self.voct):
            advance *= exp2(clamp(self.voct, -10.0, 10.0))
        place += advance if running else 0.0
        turned = place >= 4.0
        bars += 1.0 if turned else 0.0
        self.place = place - 4.0 if turned else place
        self.bars = bars
        self.pushed = self.restart
        self.flipped = flipped
        self.ran = ran
        self.before = self.beats
