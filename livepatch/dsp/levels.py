"""Levels: keeping a signal inside its rails."""

from typing import Final

from livepatch.dsp.functions import clamp, divide

SILENCE: Final = 1e-15
"""Volts that nobody hears, added where a signal decays: they keep numbers out of the slow denormal range."""


def soft_clip(x: float) -> float:
    """A gentle saturation: nearly `x` for small ones, ±1 from ±3 on, never a kink; cheaper than tanh."""
    y = clamp(x, -3.0, 3.0)
    z = y * y
    return divide(y * (27.0 + z), 27.0 + 9.0 * z)


def soft_limit(volts: float, knee: float, ceiling: float) -> float:
    """`volts` unchanged up to `knee`, beyond it bent smoothly towards `ceiling`, which it never reaches."""
    over = abs(volts) - knee
    if over <= 0.0:
        return volts
    room = ceiling - knee
    limited = knee + room * over / (room + over)
    return limited if volts > 0.0 else -limited
