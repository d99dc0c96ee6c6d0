"""Biquads: lowpass, highpass, bandpass, notch, allpass, peak and shelves.

Source: Robert Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients, 1998-2005.
"""

from typing import Final

from livepatch.block import Block
from livepatch.dsp.functions import clamp, cos1, divide, exp2, maximum, sin1, sqrt
from livepatch.dsp.levels import SILENCE

EQ_OCTAVES: Final = 0.08304820237218406
"""Octaves of the square root of the gain in a decibel."""
BUTTERWORTH: Final = 0.7071067811865476


class biquad(Block):
    """One filter of two poles, of the kind that is called; the response is the cookbook's to 1e-9.

    `cutoff_hz` up to 0.49 of the sample rate, `q` from 0.01 up. A cutoff may move slowly; for fast modulation take
    `state_variable`. Gains are held inside ±120 dB.
    """

    s1 = 0.0
    s2 = 0.0

    def low(self, volts: float, cutoff_hz: float, q: float = BUTTERWORTH) -> float:
        """Lowpass, 12 dB an octave; at the cutoff its gain is `q`."""
        turn = self._turn(cutoff_hz)
        c = cos1(turn)
        alpha = self._alpha(turn, q)
        b = 0.5 * (1.0 - c)
        return self._run(volts, b, 2.0 * b, b, 1.0 + alpha, -2.0 * c, 1.0 - alpha)

    def high(self, volts: float, cutoff_hz: float, q: float = BUTTERWORTH) -> float:
        """Highpass, 12 dB an octave; at the cutoff its gain is `q`."""
        turn = self._turn(cutoff_hz)
        c = cos1(turn)
        alpha = self._alpha(turn, q)
        b = 0.5 * (1.0 + c)
        return self._run(volts, b, -2.0 * b, b, 1.0 + alpha, -2.0 * c, 1.0 - alpha)

    def band(self, volts: float, cutoff_hz: float, q: float = BUTTERWORTH) -> float:
        """Bandpass, 6 dB an octave to either side, gain 1 in the middle; it is 1 / `q` of its middle wide."""
        turn = self._turn(cutoff_hz)
        alpha = self._alpha(turn, q)
        return self._run(volts, alpha, 0.0, -alpha, 1.0 + alpha, -2.0 * cos1(turn), 1.0 - alpha)

    def notch(self, volts: float, cutoff_hz: float, q: float = BUTTERWORTH) -> float:
        """All but a band, 1 / `q` of its middle wide."""
        turn = self._turn(cutoff_hz)
        c = cos1(turn)
        alpha = self._alpha(turn, q)
        return self._run(volts, 1.0, -2.0 * c, 1.0, 1.0 + alpha, -2.0 * c, 1.0 - alpha)

    def all(self, volts: float, cutoff_hz: float, q: float = BUTTERWORTH) -> float:
        """Everything, turned in phase: by 180° at the cutoff."""
        turn = self._turn(cutoff_hz)
        c = cos1(turn)
        alpha = self._alpha(turn, q)
        return self._run(volts, 1.0 - alpha, -2.0 * c, 1.0 + alpha, 1.0 + alpha, -2.0 * c, 1.0 - alpha)

    def peak(self, volts: float, cutoff_hz: float, q: float, gain_db: float) -> float:
        """A band around the cutoff raised or lowered by `gain_db`."""
        turn = self._turn(cutoff_hz)
        c = cos1(turn)
        alpha = self._alpha(turn, q)
        a = exp2(EQ_OCTAVES * clamp(gain_db, -120.0, 120.0))
        up = alpha * a
        down = divide(alpha, a)
        return self._run(volts, 1.0 + up, -2.0 * c, 1.0 - up, 1.0 + down, -2.0 * c, 1.0 - down)

    def low_shelf(self, volts: float, cutoff_hz: float, gain_db: float, q: float = BUTTERWORTH) -> float:
        """What is below the cutoff raised or lowered by `gain_db`, half of it at the cutoff."""
        turn = self._turn(cutoff_hz)
        c = cos1(turn)
        a = exp2(EQ_OCTAVES * clamp(gain_db, -120.0, 120.0))
        bend = 2.0 * sqrt(a) * self._alpha(turn, q)
        more = a + 1.0
        less = a - 1.0
        b0 = a * (more - less * c + bend)
        b1 = 2.0 * a * (less - more * c)
        b2 = a * (more - less * c - bend)
        return self._run(
            volts, b0, b1, b2, more + less * c + bend, -2.0 * (less + more * c), more + less * c - bend
        )

    def high_shelf(self, volts: float, cutoff_hz: float, gain_db: float, q: float = BUTTERWORTH) -> float:
        """What is above the cutoff raised or lowered by `gain_db`, half of it at the cutoff."""
        turn = self._turn(cutoff_hz)
        c = cos1(turn)
        a = exp2(EQ_OCTAVES * clamp(gain_db, -120.0, 120.0))
        bend = 2.0 * sqrt(a) * self._alpha(turn, q)
        more = a + 1.0
        less = a - 1.0
        b0 = a * (more + less * c + bend)
        b1 = -2.0 * a * (less + more * c)
        b2 = a * (more + less * c - bend)
        return self._run(
            volts, b0, b1, b2, more - less * c + bend, 2.0 * (less - more * c), more - less * c - bend
        )

    def _turn(self, cutoff_hz: float) -> float:
        return clamp(cutoff_hz * self.sample_seconds, 1e-6, 0.49)

    def _alpha(self, turn: float, q: float) -> float:
        return divide(sin1(turn), 2.0 * maximum(q, 0.01))

    def _run(  # noqa: PLR0913, PLR0917  # the coefficients of a biquad are six
        self, volts: float, b0: float, b1: float, b2: float, a0: float, a1: float, a2: float
    ) -> float:
        scale = divide(1.0, a0)
        out = scale * b0 * volts + self.s1
        self.s1 = scale * (b1 * volts - a1 * out) + self.s2 + SILENCE
        self.s2 = scale * (b2 * volts - a2 * out)
        return out
