"""Macro: six ways to make a tone, each with the same three knobs.

Source: vowels: Gordon Peterson and Harold Barney, Control Methods Used in a Study of the Vowels, 1952; bursts of
sine for formants: Werner Kaegi and Stan Tempelaars, VOSIM, a New Sound Synthesis System, 1978.
"""

from math import tau
from typing import Final

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    EDGE_DELAY,
    SILENCE,
    blep,
    clamp,
    cos1,
    crossfade,
    divide,
    exp2,
    frac,
    maximum,
    minimum,
    nearest,
    oversampling4,
    schmitt,
    sin1,
    soft_limit,
    sqrt,
    state_variable,
    string,
    white_noise,
)
from livepatch.module import Module, connected, inlet, knob, outlet, switch

DC_HZ = 2.0
FIRST: Final = (8.077, 9.051, 9.513, 9.156, 8.228, 8.228)
SECOND: Final = (11.162, 10.845, 10.090, 9.714, 9.765, 9.765)
"""The two formants of i, e, a, o and u, in octaves above 1 Hz."""


def room(turn: float) -> float:
    """How many radians the phase of a tone may be bent, `turn` cycles a sample, before it is heard as an alias."""
    return maximum(divide(1.5, maximum(turn, 1e-6)) - 2.0, 0.0)


def folded(phase: float, often: float, skew: float, again: float) -> float:
    """A sine folded `often`, moved aside by `skew`, and folded `again`."""
    return sin1(again * sin1(often * sin1(phase) + skew))


def burst(phase: float, low: float, high: float, narrow: float) -> float:
    """Two sines at the start of a cycle, `low` and `high` times its pitch, under a hill `narrow` times shorter."""
    hill = 0.5 - 0.5 * cos1(minimum(phase * narrow, 1.0))
    return hill * (0.6 * sin1(low * phase) + 0.4 * sin1(high * phase))


class Macro(Module):
    """A tone, 1 V per octave; 0 V is C4. What timbre, colour and morph do depends on the model."""

    tune = knob(-5.0, 5.0, 0.0, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    fine = knob(-1.0, 1.0, 0.0, "Fine tune", unit="semitones")
    timbre = knob(
        0.0,
        1.0,
        0.5,
        "Timbre",
        unit="%",
        multiplier=100.0,
        description="pair: saw to pulse; fold: how often; fm: index; vowel: i to u; string: bright; dust: density",
    )
    colour = knob(
        0.0,
        1.0,
        0.25,
        "Colour",
        unit="%",
        multiplier=100.0,
        description="pair: interval; fold: second fold; fm: ratio; vowel: throat; string: place; dust: spread",
    )
    morph = knob(
        0.0,
        1.0,
        0.25,
        "Morph",
        unit="%",
        multiplier=100.0,
        description="pair: balance; fold: skew; fm: feedback; vowel: width; string: decay; dust: resonance",
    )
    model = switch("pair", "fold", "fm", "vowel", "string", "dust", label="Model")
    voct = inlet("1 V/octave pitch", voices=True)
    trigger = inlet("Trigger", description="plucks the string; unpatched, it is bowed", voices=True)
    out = outlet("Out")

    phase = 0.0
    other = 0.0
    last_width = 0.5
    last = 0.0
    before = 0.0
    steady = 0.0
    left = 0.0
    shift = 0.0
    edge = schmitt()
    steps = blep()
    over = oversampling4()
    wire = string()
    ring = state_variable()
    noise = white_noise()
    chance = white_noise()

    def advance(self, phase: float, turn: float, square: float, width: float, level: float) -> float:
        """The phase of one of the pair after this sample; its jumps are queued."""
        before = phase - self.last_width
        now = phase + turn
        after = now - width
        if (before < 0.0) != (after < 0.0):
            self.steps.jump(divide(after, after - before), level * square * (2.0 if after < 0.0 else -2.0))
        if now >= 1.0:
            now -= 1.0
            self.steps.jump(divide(now, turn), level * (4.0 * square - 2.0))
            if now >= width:
                self.steps.jump(divide(now - width, turn), -2.0 * level * square)
        return now

    def pair(self, turn: float) -> float:
        """Two oscillators, from saw to square to narrow pulse."""
        square = minimum(2.0 * self.timbre, 1.0)
        width = 0.5 - 0.9 * maximum(self.timbre - 0.5, 0.0)
        faster = clamp(turn * exp2(self.colour * self.colour), 0.0, 0.45)
        level = divide(1.0, 1.5 - width)
        soft = 0.5 * level * self.morph
        loud = level - soft
        self.phase = self.advance(self.phase, turn, square, width, loud)
        self.other = self.advance(self.other, faster, square, width, soft)
        self.last_width = width
        saws = loud * (2.0 * self.phase - 1.0) + soft * (2.0 * self.other - 1.0)
        saws -= 2.0 * EDGE_DELAY * (loud * turn + soft * faster)
        pulses = (loud if self.phase < width else -loud) + (soft if self.other < width else -soft)
        return (1.0 - square) * saws + square * (pulses + level * (1.0 - 2.0 * width)) + self.steps.process()

    def fold(self, turn: float) -> float:
        """A sine that is folded at its peaks, and again."""
        part = 0.25 * turn
        again = 0.25 + 0.75 * self.colour
        often = minimum(0.25 + 1.75 * self.timbre, divide(room(turn), tau * (tau * again + 1.5)))
        skew = 0.25 * self.morph
        phase = self.phase
        self.phase = frac(phase + turn)
        return self.over.down(
            folded(phase + part, often, skew, again),
            folded(phase + 2.0 * part, often, skew, again),
            folded(phase + 3.0 * part, often, skew, again),
            folded(phase + 4.0 * part, often, skew, again),
        )

    def fm(self, turn: float) -> float:
        """A sine bent by another, with feedback."""
        part = 0.25 * turn
        ratio = maximum(0.5 * nearest(exp2(4.0 * self.colour)), 0.5)
        swing = clamp(ratio * part, 0.0, 0.225)
        most = divide(room(4.0 * swing), tau * (1.0 + 4.0 * self.morph))
        bend = minimum(1.2 * self.timbre * self.timbre, most)
        back = minimum(0.08 * self.morph, 0.1 * most)
        m1 = sin1(self.other + swing + back * (self.last + self.before))
        m2 = sin1(self.other + 2.0 * swing + back * (m1 + self.last))
        m3 = sin1(self.other + 3.0 * swing + back * (m2 + m1))
        m4 = sin1(self.other + 4.0 * swing + back * (m3 + m2))
        phase = self.phase
        self.phase = frac(phase + turn)
        self.other = frac(self.other + 4.0 * swing)
        self.last = m4
        self.before = m3
        return self.over.down(
            sin1(phase + part + bend * m1),
            sin1(phase + 2.0 * part + bend * m2),
            sin1(phase + 3.0 * part + bend * m3),
            sin1(phase + 4.0 * part + bend * m4),
        )

    def vowel(self, turn: float) -> float:
        """Bursts of the two formants of a voice."""
        part = 0.25 * turn
        place = 4.0 * self.timbre
        which = int(place)
        share = place - float(which)
        throat = 1.5 * self.colour - 0.375
        hertz = turn * self.sample_rate
        low = divide(exp2(throat + crossfade(FIRST[which], FIRST[which + 1], share)), hertz)
        high = divide(exp2(throat + crossfade(SECOND[which], SECOND[which + 1], share)), hertz)
        most = divide(0.45, turn)
        a = clamp(low, 1.0, most)
        b = clamp(high, 1.0, most)
        narrow = minimum(exp2(2.0 * self.morph), maximum(divide(0.2, turn), 1.0))
        phase = self.phase
        self.phase = frac(phase + turn)
        return 1.6 * self.over.down(
            burst(frac(phase + part), a, b, narrow),
            burst(frac(phase + 2.0 * part), a, b, narrow),
            burst(frac(phase + 3.0 * part), a, b, narrow),
            burst(frac(phase + 4.0 * part), a, b, narrow),
        )

    def pluck(self, turn: float) -> float:
        """A string, plucked or bowed."""
        self.wire.tune(clamp(turn, 1e-5, 0.2), exp2(5.0 * self.morph - 2.0), exp2(2.0 + 6.0 * self.timbre))
        struck = self.edge.rises(self.trigger)
        left = 1.0 if struck else self.left
        self.left = maximum(left - turn, 0.0)
        touch = 0.6 if left > 0.0 else 0.0
        bow = touch if connected(self.trigger) else 0.05
        self.wire.process(bow * self.noise.process())
        return soft_limit(self.wire.heard(0.02 + 0.48 * self.colour), 1.6, 2.2)

    def dust(self, turn: float) -> float:
        """Grains of noise, each a pulse that rings at its pitch."""
        rate = divide(exp2(2.0 + 10.0 * self.timbre), self.sample_rate)
        falls = 0.5 + 0.5 * self.chance.process() < rate
        size = self.noise.process()
        self.shift = 3.0 * self.colour * self.chance.process() if falls else self.shift
        hertz = turn * self.sample_rate * exp2(self.shift)
        q = exp2(8.0 * self.morph - 1.0)
        loud = divide(divide(q, tau * maximum(turn, 1e-5)), sqrt(1.0 + divide(rate * q, maximum(turn, 1e-5))))
        self.ring.process(loud * size if falls else 0.0, hertz, q)
        return soft_limit(self.ring.band, 1.6, 2.2)

    def step(self) -> None:
        octaves = self.tune + self.fine * (1.0 / 12.0) + self.voct
        turn = clamp(divide(C4_HZ, self.sample_rate) * exp2(octaves), 1e-7, 0.45)
        if self.model == 0:
            wave = self.pair(turn)
        elif self.model == 1:
            wave = self.fold(turn)
        elif self.model == 2:
            wave = self.fm(turn)
        elif self.model == 3:
            wave = self.vowel(turn)
        elif self.model == 4:
            wave = self.pluck(turn)
        else:
            wave = self.dust(turn)
        self.steady += divide(DC_HZ * tau, self.sample_rate) * (wave + SILENCE - self.steady)
        self.out = AUDIO_VOLTS * (wave - self.steady)
