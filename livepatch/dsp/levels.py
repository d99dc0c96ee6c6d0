"""Levels: decibels, the bends of knobs, and keeping a signal inside its rails."""

from typing import Final

from livepatch.dsp.functions import absolute, clamp, divide, exp2, log2

SILENCE: Final = 1e-15
"""Volts that nobody hears, added where a signal decays: they keep numbers out of the slow denormal range."""

OCTAVES_PER_DB: Final = 0.16609640474436813


def gain_to_db(gain: float) -> float:
    """A gain, or a level beside 1 V, in decibels, to 1e-12 dB; -6153 for 0 and below."""
    return log2(gain) * 6.020599913279624


def db_to_gain(db: float) -> float:
    """What a level in decibels multiplies a signal by, to a relative 1e-12."""
    return exp2(OCTAVES_PER_DB * db)


def squared(x: float) -> float:
    """`x` squared with its sign: a knob that is fine around 0, and still goes from -1 to 1."""
    return x * absolute(x)


def cubed(x: float) -> float:
    """`x` cubed: finer still around 0."""
    return x * x * x


def exponential_bipolar(base: float, x: float) -> float:
    """From -1 to 1 as `x` does, finer around 0 the greater the `base` (above 1) is, to 1e-10."""
    octaves = log2(base)
    return divide(exp2(octaves * x) - exp2(-octaves * x), base - divide(1.0, base))


def soft_clip(x: float) -> float:
    """A gentle saturation: nearly `x` for small ones, ±1 from ±2.25 on, never a kink; much cheaper than tanh."""
    y = clamp(x, -2.25, 2.25)
    z = y * y
    return y * (1.0 - 0.2553018046982168 * z + z * z * (0.0445 - 0.0031105039568519034 * z))


def soft_limit(volts: float, knee: float, ceiling: float) -> float:
    """`volts` unchanged up to `knee`, beyond it bent smoothly towards `ceiling`, which it never reaches."""
    over = abs(volts) - knee
    if over <= 0.0:
        return volts
    room = ceiling - knee
    limited = knee + room * over / (room + over)
    return limited if volts > 0.0 else -limited
