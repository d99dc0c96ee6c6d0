"""Pluck: a string, plucked by a trigger or driven by what is patched in.

Source: David Jaffe and Julius Smith, Extensions of the Karplus-Strong Plucked-String Algorithm, 1983.
"""

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    LOG2_10,
    SILENCE,
    clamp,
    divide,
    exp2,
    minimum,
    next_word,
    schmitt,
    soft_limit,
    sqrt,
    string,
    uniform,
)
from livepatch.module import Module, inlet, knob, outlet

LOST_OCTAVES = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""


class Pluck(Module):
    """A string, 1 V per octave; 0 V is C4. What is patched into Audio drives it too."""

    tune = knob(-5.0, 4.0, 0.0, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    fine = knob(-1.0, 1.0, 0.0, "Fine tune", unit="semitones")
    decay = knob(
        -1.0, 1.5, 0.5, "Decay", unit="s", base=10.0, description="in which the lowest partial loses 60 dB"
    )
    tone = knob(
        0.0, 1.0, 0.6, "Tone", unit="%", multiplier=100.0, description="how long the highest partials ring"
    )
    hardness = knob(
        0.0, 1.0, 0.7, "Hardness", unit="%", multiplier=100.0, description="of what plucks: from thumb to nail"
    )
    place = knob(
        0.02, 0.5, 0.13, "Place", unit="%", multiplier=100.0, description="where it is plucked, from the bridge"
    )
    trigger = inlet("Trigger", voices=True)
    voct = inlet("1 V/octave pitch", voices=True)
    accent = inlet("Accent", normal=10.0, description="how hard it is plucked: 10 V fully, 0 V not at all")
    audio = inlet("Audio", description="drives the string", voices=True)
    out = outlet("Out")

    edge = schmitt()
    wire = string()
    left = 0.0
    force = 0.0
    word = 0
    soft = 0.0
    softer = 0.0

    def step(self) -> None:
        pitch = exp2(self.tune + self.fine * (1.0 / 12.0) + self.voct)
        freq = clamp(divide(C4_HZ, self.sample_rate) * pitch, 1e-5, 0.2)
        self.wire.tune(freq, exp2(LOG2_10 * self.decay), exp2(1.0 + 7.0 * self.tone))

        struck = self.edge.rises(self.trigger)
        self.force = clamp(0.1 * self.accent, 0.0, 1.0) if struck else self.force
        left = 1.0 if struck else self.left
        self.word = next_word(self.word, self.seed)
        scratch = self.force * (2.0 * uniform(self.word) - 1.0) if left > 0.0 else 0.0
        self.left = left - freq if left > 0.0 else 0.0
        sharp = clamp(exp2(8.0 * self.hardness * (0.6 + 0.4 * self.force)) * freq, 1e-4, 0.5)
        blunt = exp2(-LOST_OCTAVES * sharp)
        loud = minimum(sqrt(divide(0.5, sharp)), 10.0)
        self.soft = scratch + blunt * (self.soft - scratch) + SILENCE
        self.softer = self.soft + blunt * (self.softer - self.soft)
        drive = clamp(self.audio, -12.0, 12.0)
        self.wire.process(0.4 * AUDIO_VOLTS * loud * self.softer + 0.1 * drive)
        self.out = soft_limit(self.wire.heard(self.place), 8.0, 12.0)
