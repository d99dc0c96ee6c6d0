"""Flanger: a sound against itself, a moment late; the notches sweep as the moment changes."""

from livepatch.dsp import (
    LFO_HZ,
    LOG2_10,
    SILENCE,
    absolute,
    clamp,
    divide,
    exp2,
    frac,
    maximum,
    sin1,
    soft_limit,
    tap,
)
from livepatch.module import Module, buffer, inlet, knob, outlet

SHORTEST_SECONDS = 0.0001
LONGEST_SECONDS = 0.02
KNEE_VOLTS = 10.0
CEILING_VOLTS = 20.0


class Flanger(Module):
    """A comb of notches, one sound in and stereo out; feedback sharpens it, below 0 % turned upside down."""

    delay = knob(
        -4.0, -2.0, -2.8, "Delay", unit="s", base=10.0, description="the first notch is at half its inverse"
    )
    rate = knob(-7.0, 2.0, -4.0, "Rate", unit="Hz", base=2.0, multiplier=LFO_HZ)
    depth = knob(0.0, 1.0, 0.5, "Depth", unit="octaves", multiplier=2.0, description="how far the delay sways")
    feedback = knob(-0.98, 0.98, 0.5, "Feedback", unit="%", multiplier=100.0)
    spread = knob(
        0.0, 0.5, 0.25, "Spread", unit="%", multiplier=100.0, description="how far the right sways ahead"
    )
    mix = knob(
        -1.0, 1.0, 1.0, "Mix", unit="%", multiplier=100.0, description="100 %: full notches; below 0 turned"
    )
    audio = inlet("Audio")
    voct = inlet("1 V/octave delay", description="a volt up halves the delay")
    left = outlet("Left")
    right = outlet("Right")

    left_line = buffer(seconds=0.021)
    right_line = buffer(seconds=0.021)
    position = 0
    phase = 0.0

    def step(self) -> None:
        middle = LOG2_10 * self.delay - self.voct
        speed = divide(LFO_HZ, self.sample_rate) * exp2(self.rate)
        self.phase = frac(self.phase + speed)
        shortest = maximum(SHORTEST_SECONDS * self.sample_rate, 2.0)
        longest = LONGEST_SECONDS * self.sample_rate
        sway = 2.0 * self.depth
        left_way = clamp(self.sample_rate * exp2(middle + sway * sin1(self.phase)), shortest, longest)
        right_way = clamp(
            self.sample_rate * exp2(middle + sway * sin1(self.phase + self.spread)), shortest, longest
        )

        position = self.position
        late = tap(self.left_line, position, left_way)
        late_right = tap(self.right_line, position, right_way)
        left = self.audio + self.feedback * late + SILENCE
        right = self.audio + self.feedback * late_right + SILENCE
        self.left_line[position] = soft_limit(left, KNEE_VOLTS, CEILING_VOLTS)
        self.right_line[position] = soft_limit(right, KNEE_VOLTS, CEILING_VOLTS)
        self.position = position + 1 if position + 1 < len(self.left_line) else 0
        wet = 0.5 * self.mix
        dry = 1.0 - absolute(wet)
        self.left = dry * self.audio + wet * late
        self.right = dry * self.audio + wet * late_right

    def step_bypass(self) -> None:
        self.left = self.audio
        self.right = self.audio
