"""Wavetable LFO: a slow oscillator that goes from sine to triangle, saw and square."""

from livepatch.dsp import (
    AUDIO_VOLTS,
    LFO_HZ,
    absolute,
    clamp,
    crossfade,
    divide,
    exp2,
    frac,
    nearest,
    schmitt,
    sin1,
)
from livepatch.module import Module, connected, inlet, knob, outlet, switch

LONGEST_SECONDS = 1000.0
"""Between two clocks; what comes later begins anew."""


class WavetableLfo(Module):
    """Low-frequency oscillator with a place among four waves; 0 V is 2 Hz, or the beat of a clock."""

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
    position = knob(
        0.0, 1.0, 0.0, "Position", unit="%", multiplier=100.0, description="sine, triangle, saw, square"
    )
    fm_depth = knob(-1.0, 1.0, 1.0, "FM depth", unit="%", multiplier=100.0)
    position_depth = knob(-1.0, 1.0, 1.0, "Position depth", unit="%", multiplier=100.0)
    polarity = switch("bipolar", "unipolar", label="Polarity")
    invert = switch("off", "on", label="Invert")
    fm = inlet("FM", description="1 V/octave at full depth")
    reset = inlet("Reset")
    position_cv = inlet("Position", description="10 V is 100 % at full depth")
    clock = inlet("Clock", description="the rate follows it")
    out = outlet("Out")
    rack = {
        "Fundamental/LFO2": {
            "params": {
                0: "polarity",
                1: "invert",
                2: ("rate", 1.0, -1.0),
                3: "position",
                4: "fm_depth",
                5: "position_depth",
            },
            "inputs": {0: "fm", 1: "reset", 2: "position_cv", 3: "clock"},
            "outputs": {0: "out"},
        }
    }

    cycle = 0.0
    restart = schmitt()
    tick = schmitt()
    clock_seconds = 0.5
    since_clock = LONGEST_SECONDS

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        ticked = self.tick.rises(self.clock)
        since_clock = self.since_clock + period
        self.clock_seconds = since_clock if ticked and since_clock < LONGEST_SECONDS else self.clock_seconds
        self.since_clock = 0.0 if ticked else since_clock
        beat = divide(period, self.clock_seconds) if connected(self.clock) else LFO_HZ * period
        turn = clamp(beat * exp2(self.rate + self.fm_depth * self.fm), 0.0, 0.5)

        phase = 0.0 if self.restart.rises(self.reset) else self.cycle
        place = 3.0 * clamp(self.position + 0.1 * self.position_depth * self.position_cv, 0.0, 1.0)
        sine = sin1(phase)
        triangle = 1.0 - 4.0 * absolute(frac(phase + 0.25) - 0.5)
        saw = 2.0 * (phase - nearest(phase))
        square = 1.0 if phase < 0.5 else -1.0
        early = crossfade(sine, triangle, clamp(place, 0.0, 1.0))
        late = crossfade(saw, square, clamp(place - 2.0, 0.0, 1.0))
        wave = crossfade(early, late, clamp(place - 1.0, 0.0, 1.0))
        volts = -AUDIO_VOLTS if self.invert == 1 else AUDIO_VOLTS
        self.out = volts * wave + (AUDIO_VOLTS if self.polarity == 1 else 0.0)
        self.cycle = frac(phase + turn)
