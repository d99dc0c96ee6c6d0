"""Gates and triggers: when a voltage counts as on."""

from livepatch.block import Block
from livepatch.voltage import SCHMITT_HIGH, SCHMITT_LOW


class schmitt(Block):
    """A gate of a voltage: on from `high` volts up, off from `low` down, in between as it was."""

    on = False

    def __init__(self, low: float = SCHMITT_LOW, high: float = SCHMITT_HIGH) -> None:
        if low > high:
            raise ValueError("a gate goes off at a lower voltage than it goes on")
        self.low = low
        self.high = high

    def process(self, volts: float) -> bool:
        """Whether the gate is on now; `on` keeps it."""
        self.on = volts >= self.high or (self.on and volts > self.low)
        return self.on

    def rises(self, volts: float) -> bool:
        """Whether the gate goes on with this sample."""
        was_on = self.on
        return self.process(volts) and not was_on

    def falls(self, volts: float) -> bool:
        """Whether the gate goes off with this sample."""
        was_on = self.on
        return not self.process(volts) and was_on


def is_on(was_on: bool, volts: float) -> bool:  # noqa: FBT001  # a gate is its state and a voltage
    """Whether a gate is on, its state being yours: from 1 V up it is, from 0.1 V down not, else as it was."""
    return volts >= SCHMITT_HIGH or (was_on and volts > SCHMITT_LOW)
