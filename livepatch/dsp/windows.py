"""Windows: how a stretch of signal is faded in and out, by its place from 0 to 1; all are exact to 1e-12.

Source: Fredric Harris, On the use of windows for harmonic analysis, 1978; Albert Nuttall, Some windows with very
good sidelobe behavior, 1981.
"""

from livepatch.dsp.functions import cos1


def hann(place: float) -> float:
    """0 at the ends; sidelobes at most -31 dB, falling by 18 dB an octave. Halves that overlap sum to 1."""
    return 0.5 - 0.5 * cos1(place)


def hamming(place: float) -> float:
    """0.08 at the ends; sidelobes at most -43 dB."""
    return 0.54 - 0.46 * cos1(place)


def blackman(place: float) -> float:
    """0 at the ends; sidelobes at most -58 dB, falling by 18 dB an octave."""
    return 0.42 - 0.5 * cos1(place) + 0.08 * cos1(2.0 * place)


def nuttall(place: float) -> float:
    """0 at the ends; sidelobes at most -93 dB, falling by 18 dB an octave."""
    return 0.355768 - 0.487396 * cos1(place) + 0.144232 * cos1(2.0 * place) - 0.012604 * cos1(3.0 * place)


def blackman_nuttall(place: float) -> float:
    """Sidelobes at most -97 dB."""
    return 0.3635819 - 0.4891775 * cos1(place) + 0.1365995 * cos1(2.0 * place) - 0.0106411 * cos1(3.0 * place)


def blackman_harris(place: float) -> float:
    """Sidelobes at most -92 dB."""
    return 0.35875 - 0.48829 * cos1(place) + 0.14128 * cos1(2.0 * place) - 0.01168 * cos1(3.0 * place)
