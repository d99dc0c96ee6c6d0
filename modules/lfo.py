"""LFO: a slow oscillator that moves other modules' knobs."""

from livepatch.dsp import AUDIO_VOLTS, LFO_HZ, absolute, clamp, divide, exp2, frac, schmitt, sin1
from livepatch.module import Module, inlet, knob, outlet, switch


class Lfo(Module):
    """Low-frequency oscillator; 0 V is 2 Hz. Bipolar ±5 V or unipolar 0 to 10 V."""

    rate = knob(-8.0, 8.0, 0.0, "Rate", unit="Hz", base=2.0, multiplier=LFO_HZ, description="Octaves above 2 Hz")
    width = knob(0.01, 0.99, 0.5, "Pulse width", unit="%", multiplier=100.0)
    start = knob(
        0.0, 1.0, 0.0, "Start", unit="°", multiplier=360.0, description="where in its cycle a reset puts it"
    )
    polarity = switch("bipolar", "unipolar", label="Polarity")
    voct = inlet("1 V/octave rate")
    reset = inlet("Reset")
    sine = outlet("Sine")
    triangle = outlet("Triangle")
    saw = outlet("Saw")
    square = outlet("Square")

    cycle = 0.0
    reset_on = False

    def step(self) -> None:
        turn = divide(LFO_HZ, self.sample_rate) * exp2(self.rate + self.voct)
        reset_on = schmitt(self.reset_on, self.reset)
        cycle = 0.0 if reset_on and not self.reset_on else self.cycle
        phase = frac(cycle + self.start)
        offset = AUDIO_VOLTS if self.polarity == 1 else 0.0
        self.sine = offset + AUDIO_VOLTS * sin1(phase)
        self.triangle = offset + AUDIO_VOLTS * (1.0 - 4.0 * absolute(frac(phase + 0.25) - 0.5))
        self.saw = offset + AUDIO_VOLTS * (2.0 * phase - 1.0)
        self.square = offset + (AUDIO_VOLTS if phase < self.width else -AUDIO_VOLTS)
        self.cycle = frac(cycle + clamp(turn, 0.0, 0.5))
        self.reset_on = reset_on
