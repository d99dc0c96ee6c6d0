"""Gates and triggers: when a voltage counts as on."""

from livepatch.voltage import SCHMITT_HIGH, SCHMITT_LOW


def schmitt(was_on: bool, volts: float) -> bool:  # noqa: FBT001  # a gate is its state and a voltage
    """Whether a gate is on: from 1 V up it is, from 0.1 V down it is not, in between it stays as it was."""
    return volts >= SCHMITT_HIGH or (was_on and volts > SCHMITT_LOW)
