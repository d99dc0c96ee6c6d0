"""A state-variable filter, for cutoffs that move as fast as they like.

Source: Andrew Simper, Solving the continuous SVF equations using trapezoidal integration, 2013.
"""

from livepatch.block import Block
from livepatch.dsp.functions import clamp, divide, maximum, tan
from livepatch.dsp.levels import SILENCE
from livepatch.dsp.onepole import HALF_TURN, STEEPEST


class state_variable(Block):
    """Lowpass, bandpass and highpass at once, 12 dB an octave.

    After `process()`, `low`, `band` and `high` hold the three; `low + high` is a notch, `low - high` a peak. The
    response is the analog one with its frequencies bent as in `one_pole`, to 1e-9.
    """

    low = 0.0
    band = 0.0
    high = 0.0
    s1 = 0.0
    s2 = 0.0

    def process(self, volts: float, cutoff_hz: float, q: float = 0.7071067811865476) -> float:
        """The lowpass. `cutoff_hz` up to 0.49 of the sample rate; `q`, the gain there, from 0.01 up."""
        g = tan(clamp(HALF_TURN * self.sample_seconds * cutoff_hz, 1e-6, STEEPEST))
        k = divide(1.0, maximum(q, 0.01))
        gain = divide(1.0, 1.0 + g * (g + k))
        rest = volts + SILENCE - self.s2
        band = gain * (self.s1 + g * rest)
        low = self.s2 + g * band
        self.s1 = 2.0 * band - self.s1
        self.s2 = 2.0 * low - self.s2
        self.low = low
        self.band = k * band
        self.high = volts - k * band - low
        return low
