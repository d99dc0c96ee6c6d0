"""Levels: keeping a signal inside its rails."""

from typing import Final

SILENCE: Final = 1e-15
"""Volts that nobody hears, added where a signal decays: they keep numbers out of the slow denormal range."""


def soft_limit(volts: float, knee: float, ceiling: float) -> float:
    """`volts` unchanged up to `knee`, beyond it bent smoothly towards `ceiling`, which it never reaches."""
    over = abs(volts) - knee
    if over <= 0.0:
        return volts
    room = ceiling - knee
    limited = knee + room * over / (room + over)
    return limited if volts > 0.0 else -limited
