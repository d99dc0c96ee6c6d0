"""LFO: a slow oscillator that moves other modules' knobs."""

from livepatch.dsp import (
    AUDIO_VOLTS,
    LFO_HZ,
    absolute,
    clamp,
    divide,
    exp2,
    frac,
    minimum,
    nearest,
    schmitt,
    sine1,
)
from livepatch.module import Module, connected, inlet, knob, outlet, switch, transport

LONGEST_SECONDS = 1000.0
"""Between two clocks; what comes later begins anew."""


class Lfo(Module):
    """Low-frequency oscillator; 0 V is 2 Hz, or the beat of a clock. ±5 V, or 0 to 10 V, then beginning at 0 V.

    In sync it is where the transport is: a cycle a beat at rate 0, twice as many for each whole octave.
    """

    rate = knob(
        -9.0,
        9.0,
        0.0,
        "Rate",
        unit="Hz",
        base=2.0,
        multiplier=LFO_HZ,
        description="Octaves above 2 Hz, or above the clock",
    )
    width = knob(0.01, 0.99, 0.5, "Pulse width", unit="%", multiplier=100.0)
    start = knob(
        0.0, 1.0, 0.0, "Start", unit="°", multiplier=360.0, description="where in its cycle a reset puts it"
    )
    fm_depth = knob(-1.0, 1.0, 0.0, "FM depth", unit="%", multiplier=100.0)
    width_depth = knob(-1.0, 1.0, 1.0, "Pulse width depth", unit="%", multiplier=100.0)
    polarity = switch("bipolar", "unipolar", label="Polarity")
    invert = switch("off", "on", label="Invert")
    saw_start = switch(
        "bottom", "middle", label="Saw begins", description="bipolar: at -5 V, or at 0 V as in VCV Rack"
    )
    sync = switch("off", "on", label="Sync", description="keeps to the beat of the transport", randomize=False)
    voct = inlet("1 V/octave rate", voices=True)
    fm = inlet("FM", description="1 V/octave at full depth", voices=True)
    pwm = inlet("Pulse width", description="10 V is 100 % at full depth")
    reset = inlet("Reset")
    clock = inlet("Clock", description="the rate follows it")
    sine = outlet("Sine")
    triangle = outlet("Triangle")
    saw = outlet("Saw")
    square = outlet("Square")
    beats = transport("beats")
    rack = {
        "Fundamental/LFO": {
            # input 1, a second FM, is gone since Rack 2; so is its depth, param 4, which stands for Rack's saw
            "params": {
                0: "polarity",
                1: "invert",
                2: ("rate", 1.0, -1.0),
                3: "fm_depth",
                4: ("saw_start", 0.0, 1.0),
                5: "width",
                6: "width_depth",
            },
            "inputs": {0: "fm", 2: "reset", 3: "pwm", 4: "clock"},
            "outputs": {0: "sine", 1: "triangle", 2: "saw", 3: "square"},
        }
    }
    menu = ("saw_start",)

    cycle = 0.0
    restart = schmitt()
    clock_edge = schmitt()
    clock_seconds = 0.5
    since_clock = LONGEST_SECONDS

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        power = exp2(self.rate + self.voct + self.fm_depth * self.fm)
        turn = minimum(LFO_HZ * period * power, 0.5)
        if connected(self.clock):
            ticked = self.clock_edge.rises(self.clock)
            since_clock = self.since_clock + period
            self.clock_seconds = since_clock if ticked and since_clock < LONGEST_SECONDS else self.clock_seconds
            self.since_clock = 0.0 if ticked else since_clock
            turn = minimum(divide(period, self.clock_seconds) * power, 0.5)

        cycle = self.cycle
        if connected(self.reset):
            cycle = 0.0 if self.restart.rises(self.reset) else cycle
        cycle = frac(self.beats * exp2(nearest(self.rate + self.voct))) if self.sync == 1 else cycle
        phase = frac(cycle + self.start)
        unipolar = self.polarity == 1
        offset = AUDIO_VOLTS if unipolar else 0.0
        volts = -AUDIO_VOLTS if self.invert == 1 else AUDIO_VOLTS
        swing = frac(phase + 0.75) if unipolar else phase
        width = clamp(self.width + 0.1 * self.width_depth * self.pwm, 0.01, 0.99)
        self.sine = offset + volts * sine1(swing)
        self.triangle = offset + volts * (1.0 - 4.0 * absolute(frac(swing + 0.25) - 0.5))
        rise = phase
        if self.saw_start == 1 and self.polarity == 0:
            rise = frac(phase + 0.5)
        self.saw = offset + volts * (2.0 * rise - 1.0)
        self.square = offset + (volts if phase < width else -volts)
        self.cycle = frac(cycle + turn)
