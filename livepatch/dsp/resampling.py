"""Another sample rate: samples go in at one and come out at another, band-limited to the lower of both.

Source: Julius Smith and Phil Gossett, A flexible sampling-rate conversion method, 1984. Where the rate falls, the
kernel is not stretched: each sample is spread over those that come out, with the same weights.
"""

from typing import Final

from livepatch.block import Block, buffer
from livepatch.dsp.blocks import add_rows, copy_part, fill, spans
from livepatch.dsp.delays import double_ring_buffer
from livepatch.dsp.functions import clamp, divide, floor, maximum, minimum
from livepatch.dsp.interpolation import interpolator

_TAPS: Final = 72
"""Weights of the kernel, one for each sample of the lower rate."""
_HALF: Final = 36.0
_PAST: Final = 288
"""Samples that are kept: as many as a kernel takes in that is four times as wide, after a fall."""
_BAND: Final = 0.896
"""Where the kernel is 6 dB down, of half the lower rate."""
_FARTHEST: Final = 256.0
_DUE: Final = -1e-9
"""From here on a sample is ready: a hair below 0, so that rounding does not put it off."""


class resampler(Block):
    """Another sample rate: `ratio` samples out for each one in, 1/256 to 256, which may move while it plays.

    Within 0.02 dB up to 0.408 of the lower rate (18 kHz of 44.1), -100 dB from half of it on, images and aliases
    alike; linear in phase, 35 to 36 samples of the lower rate late. A sample in and out costs some 25 ns.
    """

    ratio = 1.0
    pace = 1.0
    last = 1.0
    lead = -1.0
    head = 0
    heard = 0.0

    def __init__(self) -> None:
        self.past = double_ring_buffer(_PAST)
        self.kernel = interpolator(_TAPS, _BAND)
        self.sums = buffer(frames=4 * _TAPS)

    def set_ratio(self, ratio: float) -> None:
        """Say how many samples come out for each that goes in."""
        if ratio != self.ratio:
            held = clamp(ratio, 1.0 / _FARTHEST, _FARTHEST)
            if held < 1.0 <= self.ratio:
                self._fall(held)
            if self.ratio < 1.0 <= held:
                self.lead = minimum(divide(self.lead + _HALF, self.ratio) - _HALF, float(_PAST - _TAPS))
            self.ratio = held
            self.pace = divide(1.0, held)

    def push(self, volts: float) -> None:
        """Put a sample in. Of what nobody takes out, at least 72 samples of the lower rate wait."""
        self.prepare()
        self.past.push(volts)
        if self.ratio < 1.0:
            self._spread(0.5 * (self.last + self.ratio) * volts, self.lead)
            self.last = self.ratio
            self.lead += self.ratio
            if self.lead >= float(_TAPS):
                self._go_on()
        else:
            self.lead = minimum(self.lead + 1.0, float(_PAST - _TAPS))

    def is_ready(self) -> bool:
        """Whether a sample can be taken out; if not, put one in."""
        return self.lead >= _DUE

    def pull(self) -> float:
        """Take the next sample out; the last one again, if none is ready."""
        if self.lead >= _DUE:
            if self.ratio < 1.0:
                self.heard = self.sums[self.head]
                self._go_on()
            else:
                self.heard = self._between()
                self.lead -= self.pace
        return self.heard

    def prepare(self) -> None:
        """Make the table of weights, in some 15 µs; the first `push` does it, where nobody did."""
        self.kernel.prepare()

    def _between(self) -> float:
        """What is heard where the rate rises: the last samples, weighed from between two of them."""
        lead = maximum(self.lead, 0.0)
        whole = floor(lead)
        return self.kernel.between(self.past.samples, self.past.first + _PAST - _TAPS - int(whole), lead - whole)

    def _spread(self, volts: float, lead: float) -> None:
        """Add a sample to all that come out and have to do with it, where the rate falls."""
        begin = floor(lead) + 1.0
        row, a, b, c, d = self.kernel.cubic(begin - lead)
        gone = max(-int(begin), 0)
        count = _TAPS - gone
        at = self.head + int(begin) + gone
        sums = self.sums
        weights = self.kernel.weights
        since = row + gone
        if count > 0 and spans(sums, at, at + count) and spans(weights, since, since + 3 * _TAPS + count):
            add_rows(sums, at, weights, since, _TAPS, a * volts, b * volts, c * volts, d * volts, count)

    def _go_on(self) -> None:
        """Leave the sample behind that came out last, where the rate falls."""
        self.lead -= 1.0
        self.head += 1
        if self.head >= 2 * _TAPS:
            copy_part(self.sums, self.sums, 2 * _TAPS, 2 * _TAPS)
            fill(self.sums, 0.0, 2 * _TAPS, 4 * _TAPS)
            self.head = 0

    def _fall(self, ratio: float) -> None:
        """Begin to spread the samples, with those there were."""
        self.prepare()
        self.lead = minimum((self.lead + _HALF) * ratio - _HALF, _TAPS - 1.0)
        self.last = ratio
        self.head = 0
        fill(self.sums, 0.0, 0, 4 * _TAPS)
        place = self.lead
        for back in range(_PAST):
            place -= ratio
            if place > -_TAPS - 1.0:
                self._spread(ratio * self.past.at(_PAST - 1 - back), place)
