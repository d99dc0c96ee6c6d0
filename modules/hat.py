"""Hat: a pair of cymbals, closed or open, of six squares that agree on nothing."""

from math import pi

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    LOG2_10,
    SILENCE,
    add_step,
    clamp,
    crossfade,
    divide,
    exp2,
    next_word,
    schmitt,
    take_edge,
    tan,
    uniform,
)
from livepatch.module import Module, buffer, inlet, knob, outlet

FALL_OCTAVES = 9.965784284662087
"""How far a level falls in 60 dB: log2(1000)."""
RISE_SECONDS = 0.0005
QUIET = 1e-7
"""Where a level that falls is silence: -140 dB."""


class Hat(Module):
    """A closed stroke stops an open one; every time is that in which 60 dB are gone."""

    tune = knob(-2.0, 2.0, 0.0, "Tune", unit="octaves")
    decay = knob(-2.0, 0.0, -1.0, "Closed decay", unit="s", base=10.0)
    open_decay = knob(-1.0, 0.7, -0.1, "Open decay", unit="s", base=10.0)
    tone = knob(2.0, 5.5, 4.5, "Tone", unit="Hz", base=2.0, multiplier=C4_HZ, description="what is below is gone")
    noise = knob(0.0, 1.0, 0.3, "Noise", unit="%", multiplier=100.0, description="from metal to noise")
    trigger = inlet("Closed")
    open_trigger = inlet("Open")
    accent = inlet("Accent", normal=10.0, description="how hard the stroke is: 10 V fully, 0 V not at all")
    out = outlet("Out")

    edge = schmitt()
    open_edge = schmitt()
    opened = False
    level = 0.0
    loudness = 0.0
    word = 0
    position = 0
    queue = buffer(frames=16)
    h1 = 0.0
    h2 = 0.3
    h3 = 0.6
    h4 = 0.1
    h5 = 0.8
    h6 = 0.5
    q1 = 1.0
    q2 = -1.0
    q3 = 1.0
    q4 = -1.0
    q5 = 1.0
    q6 = -1.0
    s1 = 0.0
    s2 = 0.0
    t1 = 0.0
    t2 = 0.0

    def step(self) -> None:
        closed = self.edge.rises(self.trigger)
        opening = self.open_edge.rises(self.open_trigger)
        struck = closed or opening
        self.opened = opening or (self.opened and not closed)
        pace = divide(FALL_OCTAVES, self.sample_rate)
        fall = exp2(-pace * exp2(-LOG2_10 * (self.open_decay if self.opened else self.decay)))
        level = clamp(0.1 * self.accent, 0.0, 1.0) if struck else self.level * fall
        self.level = level if level > QUIET else 0.0
        rise = 1.0 - exp2(-divide(1.4426950408889634, RISE_SECONDS * self.sample_rate))
        self.loudness = (
            self.loudness + rise * (self.level - self.loudness) if self.level > self.loudness else self.level
        )

        speed = divide(2.0, self.sample_rate) * exp2(self.tune)
        queue = self.queue
        position = self.position
        self.h1 += 205.3 * speed
        if self.h1 >= 1.0:
            self.h1 -= 1.0
            self.q1 = -self.q1
            add_step(queue, position, divide(self.h1, 205.3 * speed), 2.0 * self.q1)
        self.h2 += 304.4 * speed
        if self.h2 >= 1.0:
            self.h2 -= 1.0
            self.q2 = -self.q2
            add_step(queue, position, divide(self.h2, 304.4 * speed), 2.0 * self.q2)
        self.h3 += 369.6 * speed
        if self.h3 >= 1.0:
            self.h3 -= 1.0
            self.q3 = -self.q3
            add_step(queue, position, divide(self.h3, 369.6 * speed), 2.0 * self.q3)
        self.h4 += 522.7 * speed
        if self.h4 >= 1.0:
            self.h4 -= 1.0
            self.q4 = -self.q4
            add_step(queue, position, divide(self.h4, 522.7 * speed), 2.0 * self.q4)
        self.h5 += 540.0 * speed
        if self.h5 >= 1.0:
            self.h5 -= 1.0
            self.q5 = -self.q5
            add_step(queue, position, divide(self.h5, 540.0 * speed), 2.0 * self.q5)
        self.h6 += 800.0 * speed
        if self.h6 >= 1.0:
            self.h6 -= 1.0
            self.q6 = -self.q6
            add_step(queue, position, divide(self.h6, 800.0 * speed), 2.0 * self.q6)
        metal = self.q1 + self.q2 + self.q3 + self.q4 + self.q5 + self.q6 + take_edge(queue, position)
        self.position = (position + 1) & 15

        self.word = next_word(self.word, self.seed)
        chance = 2.0 * uniform(self.word) - 1.0
        g = tan(clamp(divide(pi * C4_HZ, self.sample_rate) * exp2(self.tone), 1e-5, 0.48 * pi))
        a = divide(1.0, 1.0 + g * (g + 1.0))
        din = crossfade(0.3 * metal, chance, self.noise)
        u1 = a * (self.s1 + g * (din - self.s2))
        u2 = self.s2 + g * u1
        sizzle = self.loudness * (din - u1 - u2) + SILENCE
        self.s1 = 2.0 * u1 - self.s1
        self.s2 = 2.0 * u2 - self.s2
        v1 = a * (self.t1 + g * (sizzle - self.t2))
        v2 = self.t2 + g * v1
        self.t1 = 2.0 * v1 - self.t1
        self.t2 = 2.0 * v2 - self.t2
        self.out = 2.0 * AUDIO_VOLTS * (sizzle - v1 - v2)
