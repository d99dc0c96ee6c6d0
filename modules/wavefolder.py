"""Wavefolder: bends a wave back wherever it leaves its range, which makes simple waves rich.

It folds at four times the sample rate; the triangle's corners are averaged over a sample besides.
Source: Julian Parker, Vadim Zavalishin and Efflam Le Bivic, Reducing the aliasing of nonlinear waveshaping using
continuous-time convolution, 2016.
"""

from livepatch.dsp import (
    AUDIO_VOLTS,
    absolute,
    clamp,
    crossfade,
    divide,
    nearest,
    oversampling4,
    sin1,
)
from livepatch.module import Module, inlet, knob, outlet, switch

CLOSE = 1e-4
"""Below this step the average over a sample is the value in its middle."""


def triangle(x: float) -> float:
    """A line through 0 that turns back at each odd number."""
    w = x - 4.0 * nearest(0.25 * x)
    return w if absolute(w) <= 1.0 else (2.0 - w if w > 0.0 else -2.0 - w)


def area(x: float) -> float:
    """The area under `triangle`, from 0."""
    w = absolute(x - 4.0 * nearest(0.25 * x))
    return 0.5 * w * w if w < 1.0 else 2.0 * w - 0.5 * w * w - 1.0


def average(x: float, last: float) -> float:
    """The mean of `triangle` from `last` to `x`."""
    way = x - last
    middle = triangle(0.5 * (x + last))
    return divide(area(x) - area(last), way) if absolute(way) > CLOSE else middle


class Wavefolder(Module):
    """At one fold a wave of ±5 V just fills the range. Symmetry makes even harmonics; silence stays silence."""

    folds = knob(0.0, 10.0, 1.0, "Folds")
    symmetry = knob(-1.0, 1.0, 0.0, "Symmetry", unit="%", multiplier=100.0)
    mix = knob(0.0, 1.0, 1.0, "Mix", unit="%", multiplier=100.0)
    shape = switch("sine", "triangle", label="Shape", description="round or sharp folds")
    audio = inlet("Audio")
    out = outlet("Audio")
    bypass = {"audio": "out"}

    over = oversampling4()
    last = 0.0

    def step(self) -> None:
        a, b, c, d = self.over.up(clamp(self.audio * (1.0 / AUDIO_VOLTS), -1e3, 1e3))
        x1 = self.folds * a + self.symmetry
        x2 = self.folds * b + self.symmetry
        x3 = self.folds * c + self.symmetry
        x4 = self.folds * d + self.symmetry
        if self.shape == 1:
            rest = triangle(self.symmetry)
            y1 = average(x1, self.last) - rest
            y2 = average(x2, x1) - rest
            y3 = average(x3, x2) - rest
            y4 = average(x4, x3) - rest
        else:
            rest = sin1(0.25 * self.symmetry)
            y1 = sin1(0.25 * x1) - rest
            y2 = sin1(0.25 * x2) - rest
            y3 = sin1(0.25 * x3) - rest
            y4 = sin1(0.25 * x4) - rest
        self.last = x4
        self.out = AUDIO_VOLTS * self.over.down(
            crossfade(a, y1, self.mix),
            crossfade(b, y2, self.mix),
            crossfade(c, y3, self.mix),
            crossfade(d, y4, self.mix),
        )
