"""FM: two operators, one bending the other's phase, with feedback; computed at four times the sample rate.

Source: John Chowning, The Synthesis of Complex Audio Spectra by Means of Frequency Modulation, 1973.
"""

from math import tau

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    clamp,
    divide,
    exp2,
    frac,
    maximum,
    nearest,
    oversampling4,
    schmitt,
    sin1,
)
from livepatch.module import Module, inlet, knob, outlet, switch

TURN = 0.15915494309189535
"""A radian in turns."""
DC_HZ = 2.0


class Fm(Module):
    """Phase modulation, 1 V per octave; 0 V is C4."""

    tune = knob(-5.0, 5.0, 0.0, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    fine = knob(-1.0, 1.0, 0.0, "Fine tune", unit="semitones")
    ratio = knob(0.0, 16.0, 1.0, "Ratio", description="the modulator's pitch, times the carrier's")
    index = knob(0.0, 12.0, 1.0, "Index", unit="rad", description="how far the carrier's phase is bent")
    feedback = knob(
        0.0, 1.0, 0.0, "Feedback", unit="%", multiplier=100.0, description="of the modulator: to a saw"
    )
    pm_depth = knob(-1.0, 1.0, 1.0, "PM depth", unit="%", multiplier=100.0)
    ratio_kind = switch("free", "whole", label="Ratio kind", description="whole: a half, or a whole number")
    voct = inlet("1 V/octave pitch", voices=True)
    envelope = inlet("Index envelope", normal=10.0, description="10 V is the index of the knob, 0 V is none")
    pm = inlet(
        "Phase modulation", description="1 V bends the carrier's phase by a radian at full depth", voices=True
    )
    reset = inlet("Reset", description="starts both cycles anew")
    out = outlet("Out")

    phase = 0.0
    modulator = 0.0
    last = 0.0
    before = 0.0
    last_pm = 0.0
    steady = 0.0
    restart = schmitt()
    over = oversampling4()

    def step(self) -> None:
        speed = divide(C4_HZ, self.sample_rate) * exp2(self.tune + self.fine * (1.0 / 12.0) + self.voct)
        turn = 0.25 * clamp(speed, 0.0, 0.45)
        ratio = maximum(nearest(self.ratio), 0.5) if self.ratio_kind == 1 else self.ratio
        swing = clamp(ratio * turn, 0.0, 0.225)
        bend = TURN * self.index * clamp(0.1 * self.envelope, -2.0, 2.0)
        back = TURN * 0.6 * self.feedback
        pm = TURN * self.pm_depth * clamp(self.pm, -100.0, 100.0)
        push = 0.25 * (pm - self.last_pm)
        restarted = self.restart.rises(self.reset)
        phase = 0.0 if restarted else self.phase
        modulator = 0.0 if restarted else self.modulator

        m1 = sin1(modulator + swing + back * (self.last + self.before))
        m2 = sin1(modulator + 2.0 * swing + back * (m1 + self.last))
        m3 = sin1(modulator + 3.0 * swing + back * (m2 + m1))
        m4 = sin1(modulator + 4.0 * swing + back * (m3 + m2))
        s1 = sin1(phase + turn + bend * m1 + pm - 3.0 * push)
        s2 = sin1(phase + 2.0 * turn + bend * m2 + pm - 2.0 * push)
        s3 = sin1(phase + 3.0 * turn + bend * m3 + pm - push)
        s4 = sin1(phase + 4.0 * turn + bend * m4 + pm)
        self.phase = frac(phase + 4.0 * turn)
        self.modulator = frac(modulator + 4.0 * swing)
        self.last = m4
        self.before = m3
        self.last_pm = pm

        wave = self.over.down(s1, s2, s3, s4)
        self.steady += divide(DC_HZ * tau, self.sample_rate) * (wave - self.steady)
        self.out = AUDIO_VOLTS * (wave - self.steady)
