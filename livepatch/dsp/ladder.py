"""A four-pole ladder filter.

Source: Vadim Zavalishin, The Art of VA Filter Design, 2018, chapter 5 (the ladder without delay in its feedback).
"""

from livepatch.block import Block
from livepatch.dsp.functions import clamp, divide, tan
from livepatch.dsp.levels import SILENCE, soft_clip
from livepatch.dsp.onepole import HALF_TURN, STEEPEST


class ladder(Block):
    """Lowpass, 24 dB an octave, that saturates at `headroom` volts and sings by itself at full resonance.

    After `process()`, `low12` and `band` hold a lowpass and a bandpass of 12 dB an octave, `high` a highpass of
    24. Well below the headroom the response is the analog one with its frequencies bent as in `one_pole`: to 1e-4
    at a hundredth of the headroom.
    """

    low12 = 0.0
    band = 0.0
    high = 0.0
    s1 = 0.0
    s2 = 0.0
    s3 = 0.0
    s4 = 0.0

    def __init__(self, headroom: float = 24.0) -> None:
        if headroom <= 0.0:
            raise ValueError("headroom is a voltage above 0")
        self.headroom = headroom
        self.per_headroom = 1.0 / headroom

    def process(self, volts: float, cutoff_hz: float, resonance: float) -> float:
        """The lowpass. `cutoff_hz` up to 0.49 of the sample rate; `resonance` 0 to 1, where it begins to sing."""
        g = tan(clamp(HALF_TURN * self.sample_seconds * cutoff_hz, 1e-6, STEEPEST))
        gain = divide(g, 1.0 + g)
        keep = 1.0 - gain
        square = gain * gain
        k = 4.0 * resonance
        loop = divide(self.per_headroom, 1.0 + k * square * square)
        stored = gain * (square * self.s1 + gain * self.s2 + self.s3) + self.s4
        y0 = self.headroom * soft_clip(loop * volts - loop * k * keep * stored) + SILENCE
        y1 = gain * y0 + keep * self.s1
        y2 = gain * y1 + keep * self.s2
        y3 = gain * y2 + keep * self.s3
        y4 = gain * y3 + keep * self.s4
        self.s1 = 2.0 * y1 - self.s1
        self.s2 = 2.0 * y2 - self.s2
        self.s3 = 2.0 * y3 - self.s3
        self.s4 = 2.0 * y4 - self.s4
        self.low12 = y2
        self.band = 4.0 * (y2 - 2.0 * y3 + y4)
        self.high = y0 - 4.0 * (y1 + y3) + 6.0 * y2 + y4
        return y4
