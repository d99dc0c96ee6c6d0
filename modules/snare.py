"""Snare: a drum of two tones, and the wires that rattle on it."""

from math import pi

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    LOG2_10,
    SILENCE,
    clamp,
    divide,
    exp2,
    falling,
    frac,
    joint,
    next_word,
    schmitt,
    sin1,
    soft_clip,
    tan,
    uniform,
)
from livepatch.module import Module, inlet, knob, outlet

BEND_SECONDS = 0.03
JOIN_SECONDS = 0.003
OVERTONE = 1.78
"""The pitch of the second tone, times that of the first."""


class Snare(Module):
    """Each trigger is a stroke; every time is that in which 60 dB are gone."""

    tune = knob(-2.0, 1.0, -0.5, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    decay = knob(-1.5, 0.5, -0.6, "Decay", unit="s", base=10.0, description="of the drum")
    wires = knob(0.0, 1.0, 0.6, "Wires", unit="%", multiplier=100.0, description="how loud they are")
    wires_decay = knob(-1.5, 0.5, -0.5, "Wires' decay", unit="s", base=10.0)
    tone = knob(1.0, 5.5, 3.8, "Tone", unit="Hz", base=2.0, multiplier=C4_HZ, description="of the wires")
    drive = knob(0.0, 24.0, 3.0, "Drive", unit="dB")
    trigger = inlet("Trigger")
    accent = inlet("Accent", normal=10.0, description="how hard the stroke is: 10 V fully, 0 V not at all")
    voct = inlet("1 V/octave pitch")
    out = outlet("Out")

    edge = schmitt()
    phase = 0.0
    overtone = 0.0
    level = falling()
    rattle = falling()
    high = falling()
    whole = joint()
    word = 0
    s1 = 0.0
    s2 = 0.0

    def step(self) -> None:
        struck = self.edge.rises(self.trigger)
        hard = clamp(0.1 * self.accent, 0.0, 1.0)
        level = self.level.process(struck, hard, exp2(LOG2_10 * self.decay))
        rattle = self.rattle.process(struck, hard, exp2(LOG2_10 * self.wires_decay))
        high = self.high.process(struck, hard, BEND_SECONDS)

        pitch = divide(C4_HZ, self.sample_rate) * exp2(self.tune + self.voct + 0.5 * high)
        phase = 0.0 if struck else frac(self.phase + clamp(pitch, 0.0, 0.45))
        overtone = 0.0 if struck else frac(self.overtone + clamp(OVERTONE * pitch, 0.0, 0.45))
        drum = level * (0.7 * sin1(phase) + 0.4 * sin1(overtone))

        g = tan(clamp(divide(pi * C4_HZ, self.sample_rate) * exp2(self.tone), 1e-5, 0.48 * pi))
        a = divide(1.0, 1.0 + g * (g + 1.4))
        self.word = next_word(self.word, self.seed)
        chance = rattle * (2.0 * uniform(self.word) - 1.0) + SILENCE
        v1 = a * (self.s1 + g * (chance - self.s2))
        v2 = self.s2 + g * v1
        self.s1 = 2.0 * v1 - self.s1
        self.s2 = 2.0 * v2 - self.s2

        loud = exp2(0.16609640474436813 * self.drive)
        sound = soft_clip(loud * ((1.0 - 0.6 * self.wires) * drum + 2.0 * self.wires * v1))
        self.out = AUDIO_VOLTS * self.whole.process(sound, struck, JOIN_SECONDS)
        self.phase = phase
        self.overtone = overtone
