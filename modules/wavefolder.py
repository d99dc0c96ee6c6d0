"""Wavefolder: bends a wave back wherever it leaves its range, which makes simple waves rich.

It folds at four times the sample rate; there the triangle's mean is taken, under a triangle from the sample before
to the one after.
Source: Stefan Bilbao, Fabián Esqueda, Julian Parker and Vesa Välimäki, Antiderivative antialiasing for memoryless
nonlinearities, 2017; the mean of each half is taken by itself here.
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

CLOSE = 3e-3
"""Below this step the mean is that of a cubic."""


def triangle(x: float) -> float:
    """A line through 0 that turns back at each odd number."""
    w = x - 4.0 * nearest(0.25 * x)
    return w if absolute(w) <= 1.0 else (2.0 - w if w > 0.0 else -2.0 - w)


def slope(x: float) -> float:
    """How `triangle` rises: 1 or -1."""
    return 1.0 if absolute(x - 4.0 * nearest(0.25 * x)) <= 1.0 else -1.0


def area(x: float) -> float:
    """The area under `triangle`, whose own mean is 0."""
    w = absolute(x - 4.0 * nearest(0.25 * x))
    return 0.5 * w * w - 0.5 if w < 1.0 else 2.0 * w - 0.5 * w * w - 1.5


def second(x: float) -> float:
    """The area under `area`."""
    w = x - 4.0 * nearest(0.25 * x)
    size = absolute(w)
    near = size * (size * size * (1.0 / 6.0) - 0.5)
    far = size * (size * (1.0 - size * (1.0 / 6.0)) - 1.5) + 1.0 / 3.0
    found = near if size < 1.0 else far
    return found if w > 0.0 else -found


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
    risen = 0.0
    before = 0.0

    def means(self, x: float, last: float) -> tuple[float, float]:
        """Of `triangle` from `last` to `x`, under a line that rises from 0 to 1, and under one that falls."""
        way = x - last
        inverse = divide(1.0, way)
        mean = inverse * (second(x) - second(last))
        far = absolute(way) > CLOSE
        start, steep = triangle(last), slope(last)
        end, steep_end = triangle(x), slope(x)
        bow = way * (1.0 / 60.0)
        up = 0.15 * start + 0.35 * end + bow * (2.0 * steep - 3.0 * steep_end)
        down = 0.35 * start + 0.15 * end + bow * (3.0 * steep - 2.0 * steep_end)
        return inverse * (area(x) - mean) if far else up, inverse * (mean - area(last)) if far else down

    def step(self) -> None:
        a, b, c, d = self.over.up(clamp(self.audio * (1.0 / AUDIO_VOLTS), -1e3, 1e3))
        x1 = self.folds * a + self.symmetry
        x2 = self.folds * b + self.symmetry
        x3 = self.folds * c + self.symmetry
        x4 = self.folds * d + self.symmetry
        if self.shape == 1:
            rest = triangle(self.symmetry)
            up1, down1 = self.means(x1, self.last)
            up2, down2 = self.means(x2, x1)
            up3, down3 = self.means(x3, x2)
            up4, down4 = self.means(x4, x3)
            y1 = self.risen + down1 - rest
            y2 = up1 + down2 - rest
            y3 = up2 + down3 - rest
            y4 = up3 + down4 - rest
            self.risen = up4
        else:
            rest = sin1(0.25 * self.symmetry)
            y1 = sin1(0.25 * x1) - rest
            y2 = sin1(0.25 * x2) - rest
            y3 = sin1(0.25 * x3) - rest
            y4 = sin1(0.25 * x4) - rest
        self.last = x4
        self.out = AUDIO_VOLTS * self.over.down(
            crossfade(self.before if self.shape == 1 else a, y1, self.mix),
            crossfade(a if self.shape == 1 else b, y2, self.mix),
            crossfade(b if self.shape == 1 else c, y3, self.mix),
            crossfade(c if self.shape == 1 else d, y4, self.mix),
        )
        self.before = d
