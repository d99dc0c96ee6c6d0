"""Between samples: what a row of them is at any place, by a kernel that is a windowed sinc.

Source: Julius Smith and Phil Gossett, A flexible sampling-rate conversion method, 1984.
"""

from typing import Final

from librt.vecs import vec

from livepatch.block import Block, buffer
from livepatch.dsp.blocks import dot_rows
from livepatch.dsp.convolution import sinc
from livepatch.dsp.functions import clamp, divide, exp, floor, sqrt

_ROWS: Final = 16
"""Places between two samples where the weights are known; in between they follow a cubic."""
_STEEPNESS: Final = 11.0
"""Of the kernel's window, exp(_STEEPNESS * (sqrt(1 - x * x) - 1)), less what that is at its ends."""


class interpolator(Block):
    """Reads a buffer between its samples, by 48 weights unless you say how many, at some 15 ns.

    At a sample it is that sample. What is below 0.41 of the sample rate (18 kHz of 44.1) is within 0.01 dB between
    them too, and its images are at -100 dB.
    """

    ready = False

    def __init__(self, taps: int = 48, band: float = 1.0) -> None:
        if taps not in range(4, 257, 2) or not 0.0 < band <= 1.0:
            raise ValueError("an even number of 4 to 256 weights, and a share of the band, 0 to 1")
        self.taps = taps
        self.half = 0.5 * taps
        self.band = band
        self.weights = buffer(frames=taps * (_ROWS + 3))

    def read(self, samples: vec[float], place: float) -> float:
        """What is at a place, 0.0 being the first sample; before that one and after the last, all is 0."""
        self.prepare()
        whole = floor(place)
        return self.between(samples, int(whole) - self.taps // 2 + 1, 1.0 - (place - whole))

    def prepare(self) -> None:
        """Make the table of weights, in some 15 µs; the first `read` does it, where nobody did."""
        if not self.ready:
            end = exp(-_STEEPNESS)
            for index in range(self.taps * (_ROWS + 3)):
                row = index // self.taps
                x = float(index - row * self.taps) + float(row - 1) * (1.0 / _ROWS) - self.half
                inside = 1.0 - divide(x * x, self.half * self.half)
                window = divide(exp(_STEEPNESS * (sqrt(inside) - 1.0)) - end, 1.0 - end)
                self.weights[index] = self.band * sinc(self.band * x) * window if inside > 0.0 else 0.0
            self.ready = True

    def between(self, samples: vec[float], first: int, share: float) -> float:
        """What is a `share` (0 to 1) of a sample before the one that is half the weights behind `first`."""
        row, a, b, c, d = self.cubic(share)
        weights = self.weights
        begin = max(first, 0)
        count = min(first + self.taps, len(samples)) - begin
        since = row + begin - first
        if count <= 0 or since + 3 * self.taps + count > len(weights):
            return 0.0
        return dot_rows(samples, begin, weights, since, self.taps, a, b, c, d, count)

    def cubic(self, share: float) -> tuple[int, float, float, float, float]:
        """Where the four rows around a place between two samples begin, and how much each of them counts."""
        place = share * _ROWS
        row = clamp(floor(place), 0.0, _ROWS - 1.0)
        t = place - row
        u = t - 1.0
        v = t - 2.0
        w = t + 1.0
        third = (1.0 / 6.0) * t
        return int(row) * self.taps, -third * u * v, 0.5 * w * u * v, -0.5 * w * t * v, third * w * u
