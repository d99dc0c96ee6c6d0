"""Slew: a voltage that takes its time to follow another."""

from livepatch.block import Block
from livepatch.dsp.functions import clamp, divide, exp2


class slew(Block):
    """Follows in straight lines, at most so many volts a second up and down."""

    level = 0.0

    def process(self, volts: float, rise: float, fall: float) -> float:
        """Where it is on its way to `volts`; `rise` and `fall` in volts per second, exact to rounding."""
        self.level += clamp(volts - self.level, -fall * self.sample_seconds, rise * self.sample_seconds)
        return self.level


class exponential_slew(Block):
    """Follows as a capacitor does: fast at first, then slower."""

    level = 0.0

    def process(self, volts: float, rise_seconds: float, fall_seconds: float) -> float:
        """Where it is on its way to `volts`: after each time constant 1 / e of the way is left, to 1e-11."""
        rise_frames = rise_seconds * self.sample_rate
        fall_frames = fall_seconds * self.sample_rate
        rise_left = exp2(divide(-1.4426950408889634, rise_frames)) if rise_frames > 0.0 else 0.0
        fall_left = exp2(divide(-1.4426950408889634, fall_frames)) if fall_frames > 0.0 else 0.0
        self.level = volts + (self.level - volts) * (rise_left if volts > self.level else fall_left)
        return self.level
