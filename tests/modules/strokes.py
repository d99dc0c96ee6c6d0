"""How the tests of the drums strike, and measure how a stroke dies away."""

import numpy as np
from numpy.typing import NDArray

SECOND = 48000


def stroke(*starts: int, frames: int = SECOND) -> NDArray[np.float64]:
    """Triggers of a millisecond that begin at `starts`."""
    volts = np.zeros(frames)
    for start in starts:
        volts[start : start + 48] = 10.0
    return volts


def fall_seconds(signal: NDArray[np.float64], first: int, last: int, window: int) -> float:
    """The time in which it falls by 60 dB, from its level in a window at each end."""
    levels = [np.sqrt(np.mean(np.square(signal[start : start + window]))) for start in (first, last)]
    return float((last - first) / SECOND * 60.0 / (20.0 * np.log10(levels[0] / levels[1])))
