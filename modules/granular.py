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
    """Up to 32 grains at once, of both sides together; `density` begin in a second, and one with each trigger.

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
    audio = inlet("Left, or mono")
    right_in = inlet("Right", normal="audio")
    voct = inlet("1 V/octave pitch")
    trigger = inlet("Trigger", description="begins a grain")
    freeze = inlet("Freeze", description="a gate")
    position_cv = inlet("Position", description="5 V is a second")
    size_cv = inlet("Size", description="5 V is 50 times as long")
    density_cv = inlet("Density", description="5 V is 256 times as many")
    mix_cv = inlet("Mix", description="5 V is 100 %")
    left = outlet("Left")
    right = outlet("Right")
    grain = light("Grain", colour="green")
    frozen = light("Frozen", colour="blue")

    # A relative: its mode, load, input gain, texture, feedback and reverb have no counterpart (params 1, 2, 6, 8,
    # 11 and 12, input 9), and below the middle its density is even
    rack = {
        "AudibleInstruments/Clouds": {
            "params": {
                0: "keep",
                3: ("position", 0.125),
                4: ("size", 1.7, -2.0),
                5: "pitch",
                7: ("density", 8.0, -1.0),
                9: "mix",
                10: "spread",
            },
            "inputs": {
                0: "freeze",
                1: "trigger",
                2: "position_cv",
                3: "size_cv",
                4: "voct",
                5: "mix_cv",
                6: "audio",
                7: "right_in",
                8: "density_cv",
            },
            "outputs": {0: "left", 1: "right"},
        },
    }

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
        size = self.sample_rate * minimum(
            exp2(LOG2_10 * clamp(self.size + 0.34 * self.size_cv, -2.5, 0.5)), divide(0.9 * LINE_SECONDS, speed)
        )
        density = exp2(clamp(self.density + 1.6 * self.density_cv, -3.0, 10.0))
        position = clamp(self.position + 0.025 * self.position_cv, 0.0, 1.0)
        mix = clamp(self.mix + 0.2 * self.mix_cv, 0.0, 1.0)
        overlap = density * divide(size, self.sample_rate)
        level = divide(1.0, sqrt(maximum(HANN_POWER * overlap, 1.0)))

        freeze = self.freezing.process(self.freeze) or self.keep
        self.patience = self.patience - 1.0 if freeze else size
        written = 1.0 if self.patience > 0.0 else 0.0
        if self.patience > 0.0:
            self.line[self.write] = 0.5 * (self.audio + self.right_in)
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
            back = position * LINE_SECONDS * self.sample_rate + self.spread * size * self.chance()
            side = 0.25 * (0.5 + 0.5 * self.spread * self.chance())
            self.ages[place] = 0.0
            self.steps[place] = divide(1.0, size)
            self.distances[place] = maximum(minimum(back, longest), nearest)
            self.speeds[place] = speed
            self.lefts[place] = 1.4142135623730951 * cos1(side)
            self.rights[place] = 1.4142135623730951 * sin1(side)
        self.grain = 1.0 if born else 0.0
        self.left = crossfade(self.audio, level * left, mix)
        self.right = crossfade(self.right_in, level * right, mix)

    def step_bypass(self) -> None:
        self.left = self.audio
        self.right = self.right_in
