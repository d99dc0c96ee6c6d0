"""VCF: a four-pole ladder filter that sings by itself at full resonance.

Source: Vadim Zavalishin, The Art of VA Filter Design, 2018 (the ladder without delay in its feedback).
"""

from math import pi

from livepatch.dsp import C4_HZ, SILENCE, clamp, divide, exp2, soft_clip, tan
from livepatch.module import Module, inlet, knob, outlet

HEADROOM_VOLTS = 24.0
FULL_RESONANCE = 4.6
DECIBELS = 0.16609640474436813
"""Octaves of gain in a decibel."""


class Vcf(Module):
    """Lowpass, bandpass and highpass, 1 V per octave; from 87 % resonance on it oscillates."""

    cutoff = knob(-4.0, 6.25, 4.0, "Cutoff", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    resonance = knob(0.0, 1.0, 0.0, "Resonance", unit="%", multiplier=100.0)
    drive = knob(0.0, 30.0, 0.0, "Drive", unit="dB")
    audio = inlet("Audio")
    voct = inlet("1 V/octave cutoff")
    low = outlet("Lowpass", description="24 dB per octave")
    low12 = outlet("Soft lowpass", description="12 dB per octave")
    band = outlet("Bandpass", description="12 dB per octave to either side")
    high = outlet("Highpass", description="24 dB per octave")
    bypass = {"audio": "low"}

    s1 = 0.0
    s2 = 0.0
    s3 = 0.0
    s4 = 0.0

    def step(self) -> None:
        angle = divide(pi * C4_HZ, self.sample_rate) * exp2(self.cutoff + self.voct)
        g = tan(clamp(angle, 1e-5, 0.48 * pi))
        gain = divide(g, 1.0 + g)
        keep = 1.0 - gain
        gain2 = gain * gain
        k = FULL_RESONANCE * self.resonance
        loop = divide(1.0, 1.0 + k * gain2 * gain2)
        x = loop * self.audio * exp2(DECIBELS * self.drive) * (1.0 + 0.4 * k)
        stored = gain * (gain2 * self.s1 + gain * self.s2 + self.s3) + self.s4
        y0 = HEADROOM_VOLTS * soft_clip((x - loop * k * keep * stored) * (1.0 / HEADROOM_VOLTS)) + SILENCE
        y1 = gain * y0 + keep * self.s1
        y2 = gain * y1 + keep * self.s2
        y3 = gain * y2 + keep * self.s3
        y4 = gain * y3 + keep * self.s4
        self.s1 = 2.0 * y1 - self.s1
        self.s2 = 2.0 * y2 - self.s2
        self.s3 = 2.0 * y3 - self.s3
        self.s4 = 2.0 * y4 - self.s4

        level = exp2(-0.6 * DECIBELS * self.drive)
        self.low = level * y4
        self.low12 = level * y2
        self.band = level * 4.0 * (y2 - 2.0 * y3 + y4)
        self.high = level * (y0 - 4.0 * (y1 + y3) + 6.0 * y2 + y4)
