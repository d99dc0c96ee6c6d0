"""Pan laws: how loud the right side is at a position from -1, left, to 1, right; the left side takes `-position`.

All are exact to 1e-12, and 0 and 1 at the ends.
"""

from livepatch.dsp.functions import clamp, minimum, sin1, sqrt


def pan_linear(position: float) -> float:
    """-6 dB in the middle: both sides summed are as loud everywhere."""
    return 0.5 + 0.5 * clamp(position, -1.0, 1.0)


def pan_power(position: float) -> float:
    """-3 dB in the middle: in a room it is as loud everywhere."""
    return sin1(0.125 + 0.125 * clamp(position, -1.0, 1.0))


def pan_between(position: float) -> float:
    """-4.5 dB in the middle: between the two."""
    return sqrt(pan_linear(position) * pan_power(position))


def pan_balance(position: float) -> float:
    """0 dB in the middle: only the other side is turned down."""
    return minimum(1.0, 1.0 + clamp(position, -1.0, 1.0))
