"""SVF: a two-pole filter with all its responses at once.

Source: Andrew Simper, Solving the continuous SVF equations using trapezoidal integration, 2013.
"""

from math import pi

from livepatch.dsp import C4_HZ, SILENCE, clamp, divide, exp2, tan
from livepatch.module import Module, inlet, knob, outlet


class Svf(Module):
    """Lowpass, bandpass, highpass and notch, 12 dB per octave, 1 V per octave; clean at any level."""

    cutoff = knob(-4.0, 6.25, 4.0, "Cutoff", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    resonance = knob(0.0, 1.0, 0.3, "Resonance", unit="%", multiplier=100.0)
    audio = inlet("Audio")
    voct = inlet("1 V/octave cutoff")
    low = outlet("Lowpass")
    band = outlet("Bandpass", description="as loud as the sound at the cutoff")
    high = outlet("Highpass")
    notch = outlet("Notch")
    bypass = {"audio": "low"}

    s1 = 0.0
    s2 = 0.0

    def step(self) -> None:
        angle = divide(pi * C4_HZ, self.sample_rate) * exp2(self.cutoff + self.voct)
        g = tan(clamp(angle, 1e-5, 0.48 * pi))
        k = 2.0 - 1.98 * self.resonance
        a1 = divide(1.0, 1.0 + g * (g + k))
        v3 = self.audio + SILENCE - self.s2
        v1 = a1 * (self.s1 + g * v3)
        v2 = self.s2 + g * v1
        self.s1 = 2.0 * v1 - self.s1
        self.s2 = 2.0 * v2 - self.s2
        self.low = v2
        self.band = k * v1
        self.high = self.audio - k * v1 - v2
        self.notch = self.audio - k * v1
