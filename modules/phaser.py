"""Phaser: notches that sweep, from a chain of allpass filters against the sound itself.

Source: Vadim Zavalishin, The Art of VA Filter Design, 2018 (the allpass chain without delay in its feedback).
"""

from math import pi

from librt.vecs import vec

from livepatch.dsp import C4_HZ, LFO_HZ, SILENCE, absolute, clamp, divide, exp2, frac, sin1, tan
from livepatch.module import Module, buffer, inlet, knob, outlet, switch

MOST_STAGES = 12


def chain(states: vec[float], stages: int, audio: float, gain: float, feedback: float) -> float:
    """What comes out of `stages` allpass filters in a row, some of it fed back without a delay."""
    through = 2.0 * gain - 1.0
    keep = 2.0 - 2.0 * gain
    all = 1.0
    stored = 0.0
    for stage in range(stages):
        all *= through
        stored = through * stored + keep * states[stage]
    x = divide(audio + feedback * stored, 1.0 - feedback * all)
    for stage in range(stages):
        step = gain * (x - states[stage])
        low = step + states[stage]
        states[stage] = low + step
        x = 2.0 * low - x
    return x


class Phaser(Module):
    """Two stages make a notch. One sound in, stereo out; the notches gather around the pitch."""

    pitch = knob(-3.0, 5.0, 1.0, "Pitch", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    rate = knob(-7.0, 2.0, -3.0, "Rate", unit="Hz", base=2.0, multiplier=LFO_HZ)
    depth = knob(0.0, 1.0, 0.5, "Depth", unit="octaves", multiplier=3.0, description="how far the pitch sways")
    feedback = knob(-0.95, 0.95, 0.3, "Feedback", unit="%", multiplier=100.0)
    spread = knob(0.0, 0.5, 0.25, "Spread", unit="turns", description="how far the right sways ahead")
    mix = knob(
        -1.0, 1.0, 1.0, "Mix", unit="%", multiplier=100.0, description="100 %: full notches; below 0 turned"
    )
    stages = switch("4", "6", "8", "12", default=1, label="Stages")
    audio = inlet("Audio")
    voct = inlet("1 V/octave pitch")
    left = outlet("Left")
    right = outlet("Right")

    phase = 0.0
    left_states = buffer(frames=MOST_STAGES)
    right_states = buffer(frames=MOST_STAGES)

    def step(self) -> None:
        self.phase = frac(self.phase + divide(LFO_HZ, self.sample_rate) * exp2(self.rate))
        turn = divide(pi * C4_HZ, self.sample_rate)
        middle = self.pitch + self.voct
        sway = 3.0 * self.depth
        g = tan(clamp(turn * exp2(middle + sway * sin1(self.phase)), 1e-5, 0.48 * pi))
        h = tan(clamp(turn * exp2(middle + sway * sin1(self.phase + self.spread)), 1e-5, 0.48 * pi))
        stages = 12 if self.stages == 3 else 4 + 2 * self.stages
        wet = 0.5 * self.mix
        dry = 1.0 - absolute(wet)
        audio = self.audio + SILENCE
        self.left = dry * self.audio + wet * chain(
            self.left_states, stages, audio, divide(g, 1.0 + g), self.feedback
        )
        self.right = dry * self.audio + wet * chain(
            self.right_states, stages, audio, divide(h, 1.0 + h), self.feedback
        )

    def step_bypass(self) -> None:
        self.left = self.audio
        self.right = self.audio
