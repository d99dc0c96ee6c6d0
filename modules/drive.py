"""Drive: overdrive, distortion and fuzz.

It distorts at four times the sample rate, and takes the mean of its curve over each of those samples.
Source: Julian Parker, Vadim Zavalishin and Efflam Le Bivic, Reducing the aliasing of nonlinear waveshaping using
continuous-time convolution, 2016.
"""

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    SILENCE,
    absolute,
    clamp,
    crossfade,
    divide,
    exp,
    exp2,
    log,
    maximum,
    minimum,
    oversampling4,
    tanh,
)
from livepatch.module import Module, inlet, knob, outlet, switch

OCTAVES = 0.16609640474436813
"""Octaves of amplitude in a decibel."""
TURN_OCTAVES = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""
DC_HZ = 5.0
CLOSE = 1e-3
"""Below this step the average is the value in the middle, to a ten-millionth."""
LOUDEST = 1e6
SOFT = 0
TUBE = 1
HARD = 2


def bent(curve: int, x: float) -> float:
    """What a curve makes of `x`."""
    if curve == SOFT:
        return tanh(x)
    if curve == TUBE:
        return 1.5 * exp(minimum(x, 0.0) * (1.0 / 1.5)) - 0.5 - exp(-maximum(x, 0.0))
    if curve == HARD:
        return clamp(x, -1.0, 1.0)
    return tanh(absolute(x))


def area(curve: int, x: float) -> float:
    """The area under a curve, from 0."""
    size = absolute(x)
    if curve == TUBE:
        above = x + exp(-size) - 1.0
        return above if x > 0.0 else 2.25 * (exp(-size * (1.0 / 1.5)) - 1.0) + 1.5 * size
    if curve == HARD:
        return size - 0.5 if size > 1.0 else 0.5 * x * x
    soft = size + log(0.5 + 0.5 * exp(-2.0 * size))
    return soft if curve == SOFT or x > 0.0 else -soft


def average(curve: int, x: float, last: float, rise: float) -> float:
    """The mean of a curve from `last` to `x`, whose areas are `rise` apart."""
    way = x - last
    return divide(rise, way) if absolute(way) > CLOSE else bent(curve, 0.5 * (x + last))


class Drive(Module):
    """Soft as tape, lopsided as a tube, hard as a fuzz, or an octave up; quiet sounds get the whole drive."""

    drive = knob(0.0, 48.0, 12.0, "Drive", unit="dB")
    bias = knob(-1.0, 1.0, 0.0, "Bias", unit="V", multiplier=AUDIO_VOLTS, description="makes even harmonics")
    tone = knob(0.0, 6.25, 6.25, "Tone", unit="Hz", base=2.0, multiplier=C4_HZ, description="duller below")
    level = knob(-36.0, 12.0, 0.0, "Level", unit="dB")
    mix = knob(0.0, 1.0, 1.0, "Mix", unit="%", multiplier=100.0)
    curve = switch("soft", "tube", "hard", "octave", label="Curve")
    audio = inlet("Audio")
    out = outlet("Audio")
    bypass = {"audio": "out"}

    over = oversampling4()
    dry_over = oversampling4()
    last = 0.0
    dull = 0.0
    rest = 0.0

    def step(self) -> None:
        push = exp2(OCTAVES * self.drive) * (1.0 / AUDIO_VOLTS)
        opening = 1.0 - exp2(-divide(TURN_OCTAVES * C4_HZ, self.sample_rate) * exp2(self.tone))
        heavy = 1.0 - exp2(-divide(TURN_OCTAVES * DC_HZ, self.sample_rate))
        level = AUDIO_VOLTS * exp2(OCTAVES * self.level)
        a, b, c, d = self.over.up(clamp(self.audio, -LOUDEST, LOUDEST))
        dry = self.dry_over.down(a, b, c, d)
        x1 = push * a + self.bias
        x2 = push * b + self.bias
        x3 = push * c + self.bias
        x4 = push * d + self.bias
        area0 = area(self.curve, self.last)
        area1 = area(self.curve, x1)
        area2 = area(self.curve, x2)
        area3 = area(self.curve, x3)
        area4 = area(self.curve, x4)
        y1 = average(self.curve, x1, self.last, area1 - area0)
        y2 = average(self.curve, x2, x1, area2 - area1)
        y3 = average(self.curve, x3, x2, area3 - area2)
        y4 = average(self.curve, x4, x3, area4 - area3)
        self.last = x4
        wet = self.over.down(y1, y2, y3, y4) + SILENCE
        self.dull += opening * (wet - self.dull)
        self.rest += heavy * (self.dull - self.rest)
        self.out = crossfade(dry, level * (self.dull - self.rest), self.mix)
