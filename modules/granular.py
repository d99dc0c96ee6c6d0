"""Granular: a texture of short pieces of what was played in the last eight seconds."""

from livepatch.dsp import (
    LOG2_10,
    clamp,
    cos1,
    crossfade,
    divide,
    exp2,
    maximum,
    minimum,
    next_word,
    schmitt,
    sin1,
    sqrt,
    tap,
    uniform,
)
from livepatch.module import Module, buffer, button, inlet, knob, light, outlet

GRAINS = 32
LINE_SECONDS = 8.0
HANN_POWER = 0.375
"""The mean square of a grain's window: what overlapping grains are levelled by."""


class Granular(Module):
    """Up to 32 grains at once, mono in, stereo out; `density` begin in a second, and one with each trigger.

    While `freeze` is on nothing new is taken in. What is read faster than it was played is not filtered.
    """

    position = knob(0.0, 1.0, 0.05, "Position", unit="s", multiplier=LINE_SECONDS, description="how long ago")
    size = knob(-2.0, 0.0, -0.9, "Size", unit="s", base=10.0, description="of a grain")
    density = knob(-1.0, 8.0, 4.5, "Density", unit="Hz", base=2.0, description="grains a second")
    pitch = knob(-2.0, 2.0, 0.0, "Pitch", unit="octaves")
    spread = knob(
        0.0, 1.0, 0.3, "Spread", unit="%", multiplier=100.0, description="chance of time, place and side"
    )
    mix = knob(0.0, 1.0, 0.7, "Mix", unit="%", multiplier=100.0)
    keep = button("Freeze", description="frozen while held")
    audio = inlet("Audio")
    voct = inlet("1 V/octave pitch")
    trigger = inlet("Trigger", description="begins a grain")
    freeze = inlet("Freeze", description="a gate")
    left = outlet("Left")
    right = outlet("Right")
    grain = light("Grain", colour="green")
    frozen = light("Frozen", colour="blue")

    line = buffer(seconds=8.05)
    write = 0
    ages = buffer(frames=GRAINS)
    steps = buffer(frames=GRAINS)
    distances = buffer(frames=GRAINS)
    speeds = buffer(frames=GRAINS)
    lefts = buffer(frames=GRAINS)
    rights = buffer(frames=GRAINS)
    struck = schmitt()
    freezing = schmitt()
    due = 0.0
    patience = 0.0
    word = 0

    def chance(self) -> float:
        """A number from -1 to 1."""
        self.word = next_word(self.word, self.seed)
        return 2.0 * uniform(self.word) - 1.0

    def step(self) -> None:
        speed = exp2(clamp(self.pitch + self.voct, -4.0, 4.0))
        size = self.sample_rate * minimum(exp2(LOG2_10 * self.size), divide(0.9 * LINE_SECONDS, speed))
        density = exp2(self.density)
        overlap = density * divide(size, self.sample_rate)
        level = divide(1.0, sqrt(maximum(HANN_POWER * overlap, 1.0)))

        freeze = self.freezing.process(self.freeze) or self.keep
        self.patience = self.patience - 1.0 if freeze else size
        written = 1.0 if self.patience > 0.0 else 0.0
        if self.patience > 0.0:
            self.line[self.write] = self.audio
            self.write = self.write + 1 if self.write + 1 < len(self.line) else 0
        self.frozen = 1.0 if freeze else 0.0

        self.due -= divide(density, self.sample_rate)
        born = self.struck.rises(self.trigger)
        if self.due <= 0.0:
            born = True
            self.due = maximum(self.due, -1.0) + 1.0 + 0.9 * self.spread * self.chance()
        place = GRAINS
        left = 0.0
        right = 0.0
        last = self.write - 1 if self.write > 0 else len(self.line) - 1
        for index in range(GRAINS):
            if self.steps[index] > 0.0:
                age = self.ages[index]
                self.distances[index] = self.distances[index] + written - self.speeds[index]
                volts = (0.5 - 0.5 * cos1(age)) * tap(self.line, last, self.distances[index])
                left += self.lefts[index] * volts
                right += self.rights[index] * volts
                self.ages[index] = age + self.steps[index]
                if self.ages[index] >= 1.0:
                    self.steps[index] = 0.0
            else:
                place = index
        if born and place < GRAINS:
            longest = float(len(self.line)) - 4.0 - size
            nearest = 6.0 + size * (speed if freeze else maximum(speed - 1.0, 0.0))
            back = self.position * LINE_SECONDS * self.sample_rate + self.spread * size * self.chance()
            side = 0.25 * (0.5 + 0.5 * self.spread * self.chance())
            self.ages[place] = 0.0
            self.steps[place] = divide(1.0, size)
            self.distances[place] = maximum(minimum(back, longest), nearest)
            self.speeds[place] = speed
            self.lefts[place] = 1.4142135623730951 * cos1(side)
            self.rights[place] = 1.4142135623730951 * sin1(side)
        self.grain = 1.0 if born else 0.0
        self.left = crossfade(self.audio, level * left, self.mix)
        self.right = crossfade(self.audio, level * right, self.mix)

    def step_bypass(self) -> None:
        self.left = self.audio
        self.right = self.audio
