"""Compressor: turns down what is louder than a threshold.

Source: Dimitrios Giannoulis, Michael Massberg and Joshua Reiss, Digital Dynamic Range Compressor Design, 2012
(the gain computer with a soft knee, and the decoupled peak detector in decibels).
"""

from livepatch.dsp import AUDIO_VOLTS, LOG2_10, absolute, clamp, crossfade, divide, exp2, log2, maximum
from livepatch.module import Module, connected, inlet, knob, light, outlet

DECIBELS = 6.020599913279624
"""Decibels in an octave of amplitude."""
OCTAVES = 0.16609640474436813
"""Octaves of amplitude in a decibel."""
LOG2_E = 1.4426950408889634
QUIETEST = 1e-6
"""-120 dB: what counts as silence."""


class Compressor(Module):
    """Levels are in dB of 5 V. Both sides get the same gain, from the louder one or from the side chain.

    Attack and release are the times for 63 % of the way, in decibels.
    """

    threshold = knob(-60.0, 0.0, -18.0, "Threshold", unit="dB")
    ratio = knob(0.0, 6.0, 2.0, "Ratio", unit=":1", base=2.0)
    knee = knob(0.0, 24.0, 6.0, "Knee", unit="dB", description="how wide the bend at the threshold is")
    attack = knob(-4.0, 0.0, -2.0, "Attack", unit="s", base=10.0)
    release = knob(-2.0, 1.0, -0.8, "Release", unit="s", base=10.0)
    makeup = knob(0.0, 30.0, 0.0, "Make-up", unit="dB")
    mix = knob(0.0, 1.0, 1.0, "Mix", unit="%", multiplier=100.0, description="0 % is the sound as it was")
    audio = inlet("Left, or mono", voices=True)
    right = inlet("Right", normal="audio", voices=True)
    sidechain = inlet("Side chain", description="what is listened to instead")
    out = outlet("Left, or mono")
    right_out = outlet("Right")
    reduction = outlet("Gain reduction", description="1 V for 3 dB")
    working = light("Gain reduction", colour="yellow")
    bypass = {"audio": "out", "right": "right_out"}

    caught_db = 0.0
    cut_db = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        fast = 1.0 - exp2(-LOG2_E * period * exp2(-LOG2_10 * self.attack))
        slow = 1.0 - exp2(-LOG2_E * period * exp2(-LOG2_10 * self.release))
        slope = 1.0 - exp2(-self.ratio)
        bend = divide(0.5, self.knee)

        loud = maximum(absolute(self.audio), absolute(self.right))
        if connected(self.sidechain):
            loud = absolute(self.sidechain)
        level_db = DECIBELS * log2(maximum(loud * (1.0 / AUDIO_VOLTS), QUIETEST))
        over_db = level_db - self.threshold
        bent_db = clamp(over_db + 0.5 * self.knee, 0.0, self.knee)
        wanted_db = slope * (bend * bent_db * bent_db + maximum(over_db - 0.5 * self.knee, 0.0))

        self.caught_db = maximum(wanted_db, self.caught_db + slow * (wanted_db - self.caught_db))
        self.cut_db += fast * (self.caught_db - self.cut_db)
        gain = exp2(OCTAVES * (self.makeup - self.cut_db))
        self.out = crossfade(self.audio, gain * self.audio, self.mix)
        self.right_out = crossfade(self.right, gain * self.right, self.mix)
        self.reduction = clamp(self.cut_db * (1.0 / 3.0), 0.0, 12.0)
        self.working = clamp(0.05 * self.cut_db, 0.0, 1.0)
