"""Meters: how loud a signal is, as needles and bars show it.

Source: IEC 60268-17, Standard volume indicators, 1990; IEC 60268-10, Peak programme level meters, 1991.
"""

from livepatch.block import Block
from livepatch.dsp.functions import absolute, exp2, maximum, sqrt
from livepatch.dsp.levels import OCTAVES_PER_DB


class vu_meter(Block):
    """An RMS needle and a peak bar of a signal, both in its volts; `gain_to_db` makes decibels of them.

    `rms` is at 99 % of a new level after `seconds` (a VU meter's 0.3), to a sample. `peak` rises at once and falls
    by `fall_db` a second (a peak programme meter's 20 dB in 1.7 s), to 1e-9.
    """

    power = 0.0
    rms = 0.0
    peak = 0.0

    def __init__(self, seconds: float = 0.3, fall_db: float = 11.76) -> None:
        if seconds <= 0.0 or fall_db < 0.0:
            raise ValueError("a needle takes its seconds, and a bar falls")
        self.octaves = 5.651086373537938 / seconds
        self.fall = OCTAVES_PER_DB * fall_db

    def process(self, volts: float) -> float:
        """The RMS now; `peak` has the peak."""
        self.power = volts * volts + (self.power - volts * volts) * exp2(-self.octaves * self.sample_seconds)
        self.peak = maximum(absolute(volts), self.peak * exp2(-self.fall * self.sample_seconds))
        self.rms = sqrt(self.power)
        return self.rms
