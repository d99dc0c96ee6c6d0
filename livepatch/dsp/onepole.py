"""One-pole filters: 6 dB an octave, in phase with their analog models and without delay in themselves.

Source: Vadim Zavalishin, The Art of VA Filter Design, 2018, chapter 3.
"""

from typing import Final

from livepatch.block import Block
from livepatch.dsp.functions import clamp, divide, tan
from livepatch.dsp.levels import SILENCE

HALF_TURN: Final = 3.141592653589793
STEEPEST: Final = 1.5393804002589986
"""The largest angle that a filter's cutoff is turned into: 0.49 of the sample rate."""


class one_pole(Block):
    """A lowpass and a highpass of 6 dB an octave.

    The response is the analog one with its frequencies bent: at f it is what the analog filter with the cutoff
    tan(pi cutoff / rate) is at tan(pi f / rate), to 1e-9; so it is -3.01 dB at the cutoff. Up to 0.49 of the rate.
    """

    stored = 0.0

    def low(self, volts: float, cutoff_hz: float) -> float:
        """What is below the cutoff."""
        g = tan(clamp(HALF_TURN * self.sample_seconds * cutoff_hz, 0.0, STEEPEST))
        step = divide(g, 1.0 + g) * (volts + SILENCE - self.stored)
        low = step + self.stored
        self.stored = low + step
        return low

    def high(self, volts: float, cutoff_hz: float) -> float:
        """What is above the cutoff."""
        return volts - self.low(volts, cutoff_hz)

    def all(self, volts: float, cutoff_hz: float) -> float:
        """Everything, turned in phase: by 90° at the cutoff."""
        return 2.0 * self.low(volts, cutoff_hz) - volts
