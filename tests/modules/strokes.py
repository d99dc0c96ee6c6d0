"""How the tests of the drums strike, and measure how a stroke dies away."""

import numpy as np
from numpy.typing import NDArray

SECOND = 48000
WINDOW = 32768


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


def ringing(signal: NDArray[np.float64], hertz: float, sample_rate: float) -> tuple[float, float]:
    """A partial that dies away: its cents from `hertz`, and the seconds in which it loses 60 dB."""
    frames = np.arange(WINDOW)
    one, other = (
        np.sum(
            signal[start:][:WINDOW]
            * np.hanning(WINDOW)
            * np.exp(-2j * np.pi * hertz * (frames + start) / sample_rate)
        )
        for start in (8000, 8000 + WINDOW // 2)
    )
    seconds = WINDOW / 2 / sample_rate
    cents = 1200.0 * np.log2(1.0 + np.angle(other / one) / (2.0 * np.pi * seconds * hertz))
    return float(cents), float(-60.0 * seconds / (20.0 * np.log10(np.abs(other / one))))
