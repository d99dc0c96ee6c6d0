"""The noises: slopes, levels, and that no two modules make the same."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rendering import Render, rms

FRAMES = 96000


def octaves_db(signal: NDArray[np.float64], sample_rate: float) -> NDArray[np.float64]:
    """Power per Hz in the octaves from 80 Hz to 10240 Hz, in dB."""
    power = np.abs(np.fft.rfft(signal)) ** 2
    hertz = np.fft.rfftfreq(len(signal), 1.0 / sample_rate)
    edges = 80.0 * 2.0 ** np.arange(8)
    return np.array([10.0 * np.log10(power[(hertz >= low) & (hertz < 2.0 * low)].mean()) for low in edges])


@pytest.mark.parametrize(("outlet", "slope_db"), [("white", 0.0), ("pink", -3.01), ("red", -6.02)])
@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0])
def test_each_noise_has_its_slope(render: Render, outlet: str, slope_db: float, sample_rate: float) -> None:
    levels = octaves_db(render("noise", FRAMES, {}, sample_rate=sample_rate)[outlet], sample_rate)
    slope = np.polyfit(np.arange(len(levels)), levels, 1)[0]
    assert slope == pytest.approx(slope_db, abs=0.35)


def test_each_noise_is_as_loud_as_audio_is(render: Render) -> None:
    rendered = render("noise", FRAMES, {})
    assert rms(rendered["white"]) == pytest.approx(5.0 / np.sqrt(3.0), rel=0.01)
    assert np.abs(rendered["white"]).max() <= 5.0
    for outlet in ("pink", "red"):
        assert 1.0 < rms(rendered[outlet]) < 2.5
        assert np.abs(rendered[outlet]).max() < 12.0


def test_two_modules_never_make_the_same_noise(render: Render) -> None:
    one, other = (np.fft.rfft(render("noise", FRAMES, {}, seed=seed)["white"], 2 * FRAMES) for seed in (1, 2))
    correlation = np.fft.irfft(one * np.conj(other)) / (FRAMES * 25.0 / 3.0)
    assert np.abs(correlation).max() < 0.03


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**62 + 12345])
def test_the_same_seed_makes_the_same_noise_again(render: Render, seed: int) -> None:
    one, again = (render("noise", 640, {}, seed=seed)["white"] for _ in range(2))
    assert (one == again).all()
    assert rms(one) > 2.0


def test_white_never_repeats_within_a_second(render: Render) -> None:
    white = render("noise", 48000, {})["white"]
    spectrum = np.fft.rfft(white, 2 * len(white))
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[1 : len(white)]
    assert np.abs(correlation).max() / np.sum(white**2) < 0.03
