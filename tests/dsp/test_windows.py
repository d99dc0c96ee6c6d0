"""The windows beside their formulas."""

import numpy as np
import pytest

from livepatch import dsp

TERMS = {
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "nuttall": (0.355768, 0.487396, 0.144232, 0.012604),
    "blackman_nuttall": (0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackman_harris": (0.35875, 0.48829, 0.14128, 0.01168),
}
SIDELOBES_DB = {
    "hann": -31.4,
    "hamming": -42.6,
    "blackman": -58.1,
    "nuttall": -93.3,
    "blackman_nuttall": -97.7,
    "blackman_harris": -92.0,
}


@pytest.mark.parametrize("name", TERMS)
def test_a_window_is_its_sum_of_cosines(name: str) -> None:
    places = np.arange(64) / 64.0
    found = [getattr(dsp, name)(place) for place in places]
    expected = sum((-1) ** k * term * np.cos(2.0 * np.pi * k * places) for k, term in enumerate(TERMS[name]))
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", TERMS)
def test_its_sidelobes_are_as_low_as_it_says(name: str) -> None:
    levels = np.abs(np.fft.rfft([getattr(dsp, name)(place / 256.0) for place in range(256)], 256 * 64))
    falls = np.flatnonzero(np.diff(levels) > 0.0)[0]
    assert 20.0 * np.log10(levels[falls:].max() / levels[0]) == pytest.approx(SIDELOBES_DB[name], abs=0.3)
