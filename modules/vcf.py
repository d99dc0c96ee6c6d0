"""VCF: a four-pole ladder filter that sings by itself at full resonance.

Source: Vadim Zavalishin, The Art of VA Filter Design, 2018 (the ladder without delay in its feedback).
"""

from livepatch.dsp import C4_HZ, SILENCE, clamp, divide, exp2, soft_clip
from livepatch.module import Module, connected, inlet, knob, outlet

HEADROOM_VOLTS = 24.0
FULL_RESONANCE = 4.6
RACK_RESONANCE = 10.0
"""What Rack feeds back at full resonance, which grows there with the square of the knob, here with the knob."""
DECIBELS = 0.16609640474436813
"""Octaves of gain in a decibel."""
MAKEUP = 0.6
"""How much of the drive is taken off again behind the filter."""
DRIVE_DB = 30.0


def pole_gain(place: float) -> float:
    """What a one-pole without delay takes of a sample, to a relative 5e-8; `place` is 0 to 0.96 of half the rate.

    That is t / (1 + t) of t = tan(pi / 2 * place), and odd around 0.5.
    """
    x = place - 0.5
    z = x * x
    z2 = z * z
    high = 0.8344533288406791 + z * (-0.15592338625202962 + z * 2.1167448693612285)
    middle = 0.639299789806792 + z * 0.6107828899680766
    low = 0.7853986715543514 + z * 0.6459100444985546
    return 0.5 + x * (low + z2 * (middle + z2 * high))


class Vcf(Module):
    """Lowpass, bandpass and highpass, 1 V per octave; from 87 % resonance on it oscillates."""

    cutoff = knob(-5.0, 6.25, 4.0, "Cutoff", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    resonance = knob(0.0, 1.0, 0.0, "Resonance", unit="%", multiplier=100.0)
    drive = knob(0.0, DRIVE_DB, 0.0, "Drive", unit="dB")
    fm_depth = knob(-1.0, 1.0, 0.0, "FM depth", unit="%", multiplier=100.0)
    resonance_depth = knob(-1.0, 1.0, 0.0, "Resonance CV depth", unit="%", multiplier=100.0)
    drive_depth = knob(-1.0, 1.0, 0.0, "Drive CV depth", unit="%", multiplier=100.0)
    audio = inlet("Audio")
    voct = inlet("1 V/octave cutoff")
    fm = inlet("Cutoff FM", description="at full depth 1 V is an octave")
    resonance_cv = inlet("Resonance", description="at full depth 10 V is 100 %")
    drive_cv = inlet("Drive", description="at full depth 10 V is 30 dB")
    low = outlet("Lowpass", description="24 dB per octave")
    low12 = outlet("Soft lowpass", description="12 dB per octave")
    band = outlet("Bandpass", description="12 dB per octave to either side")
    high = outlet("Highpass", description="24 dB per octave")
    rack = {
        "Fundamental/VCF": {
            # 1, fine tuning, is gone since Rack 2
            "params": {
                0: ("cutoff", 10.0, -5.0),
                2: ("resonance", RACK_RESONANCE / FULL_RESONANCE, 0.0, "square"),
                3: "fm_depth",
                4: ("drive", 1.0, 0.0, "fifth power"),
                5: "resonance_depth",
                6: "drive_depth",
            },
            "inputs": {0: "fm", 1: "resonance_cv", 2: "drive_cv", 3: "audio"},
            "outputs": {0: "low", 1: "high"},
        },
    }

    s1 = 0.0
    s2 = 0.0
    s3 = 0.0
    s4 = 0.0

    def step(self) -> None:
        octaves = self.cutoff + self.voct + self.fm_depth * self.fm
        gain = pole_gain(clamp(divide(2.0 * C4_HZ, self.sample_rate) * exp2(octaves), 1e-5, 0.96))
        k = FULL_RESONANCE * self.resonance
        push = exp2(DECIBELS * self.drive) * (1.0 + 0.4 * k) * (1.0 / HEADROOM_VOLTS)
        level = HEADROOM_VOLTS * exp2(-MAKEUP * DECIBELS * self.drive)
        if connected(self.resonance_cv) or connected(self.drive_cv):
            k = FULL_RESONANCE * clamp(self.resonance + 0.1 * self.resonance_depth * self.resonance_cv, 0.0, 1.0)
            drive_db = clamp(self.drive + 0.1 * DRIVE_DB * self.drive_depth * self.drive_cv, 0.0, DRIVE_DB)
            push = exp2(DECIBELS * drive_db) * (1.0 + 0.4 * k) * (1.0 / HEADROOM_VOLTS)
            level = HEADROOM_VOLTS * exp2(-MAKEUP * DECIBELS * drive_db)

        # inside, a volt is the headroom, and a state half of what it is in the book; what does not come of y0 is
        # there before, as all else waits for it
        keep = 2.0 - 2.0 * gain
        gain2 = gain * gain
        gain3 = gain2 * gain
        gain4 = gain2 * gain2
        loop = 1.0 / (1.0 + k * gain4)
        into2 = gain * self.s1 + self.s2
        into3 = gain * into2 + self.s3
        stored = keep * (gain * into3 + self.s4)
        rest1 = keep * self.s1 - self.s1
        rest2 = keep * into2 - self.s2
        rest3 = keep * into3 - self.s3
        y0 = soft_clip(loop * (push * self.audio + SILENCE - k * stored))
        y4 = gain4 * y0 + stored
        s1 = gain * y0 + rest1
        s2 = gain2 * y0 + rest2
        s3 = gain3 * y0 + rest3
        self.low = level * y4
        self.low12 = level * (s2 + self.s2)
        self.band = level * 4.0 * (s2 + self.s2 - 2.0 * (s3 + self.s3) + y4)
        self.high = level * (y0 - 4.0 * (s1 + self.s1 + s3 + self.s3) + 6.0 * (s2 + self.s2) + y4)
        self.s1 = s1
        self.s2 = s2
        self.s3 = s3
        self.s4 = y4 - self.s4

    def step_bypass(self) -> None:
        self.low = self.audio
        self.high = self.audio
