"""Chorus: copies of a sound that come late and out of tune, as from many players."""

from livepatch.dsp import LFO_HZ, LOG2_10, clamp, crossfade, divide, exp2, frac, sin1, tap
from livepatch.module import Module, buffer, inlet, knob, outlet

SWAY_SECONDS = 0.005
"""How far a copy sways from the middle at full depth."""


class Chorus(Module):
    """Four copies, two to a side, each a quarter of a sway apart. One sound in, stereo out."""

    rate = knob(-5.0, 2.0, -1.7, "Rate", unit="Hz", base=2.0, multiplier=LFO_HZ)
    depth = knob(0.0, 1.0, 0.4, "Depth", unit="ms", multiplier=5.0, description="how far a copy sways")
    delay = knob(-2.2, -1.3, -1.8, "Delay", unit="s", base=10.0)
    width = knob(0.0, 1.0, 1.0, "Width", unit="%", multiplier=100.0, description="0 %: both sides alike")
    mix = knob(0.0, 1.0, 0.5, "Mix", unit="%", multiplier=100.0)
    audio = inlet("Audio")
    voct = inlet("1 V/octave rate")
    left = outlet("Left")
    right = outlet("Right")

    line = buffer(seconds=0.0602)
    position = 0
    phase = 0.0

    def step(self) -> None:
        middle = self.sample_rate * exp2(LOG2_10 * self.delay)
        sway = SWAY_SECONDS * self.sample_rate * self.depth
        speed = clamp(divide(LFO_HZ, self.sample_rate) * exp2(self.rate + self.voct), 0.0, 0.1)
        self.phase = frac(self.phase + speed)
        one = sway * sin1(self.phase)
        two = sway * sin1(self.phase + 0.25)

        line = self.line
        position = self.position
        line[position] = self.audio
        left = 0.5 * (tap(line, position, middle + one) + tap(line, position, middle - one))
        right = 0.5 * (tap(line, position, middle + two) + tap(line, position, middle - two))
        both = 0.5 * (left + right)
        self.left = crossfade(self.audio, crossfade(both, left, self.width), self.mix)
        self.right = crossfade(self.audio, crossfade(both, right, self.width), self.mix)
        self.position = position + 1 if position + 1 < len(line) else 0

    def step_bypass(self) -> None:
        self.left = self.audio
        self.right = self.audio
