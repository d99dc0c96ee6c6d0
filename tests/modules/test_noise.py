"""The noises: slopes, levels, curves, and that no two modules make the same."""

from itertools import pairwise

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


@pytest.mark.parametrize(
    ("outlet", "slope_db"),
    [("white", 0.0), ("pink", -3.01), ("red", -6.02), ("violet", 6.02), ("blue", 3.01), ("black", 0.0)],
)
@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_each_noise_has_its_slope(render: Render, outlet: str, slope_db: float, sample_rate: float) -> None:
    levels = octaves_db(render("noise", FRAMES, {}, sample_rate=sample_rate)[outlet], sample_rate)
    slope = np.polyfit(np.arange(len(levels)), levels, 1)[0]
    assert slope == pytest.approx(slope_db, abs=0.35)


def test_each_noise_is_as_loud_as_audio_is(render: Render) -> None:
    rendered = render("noise", FRAMES, {})
    assert rms(rendered["white"]) == pytest.approx(5.0 / np.sqrt(3.0), rel=0.01)
    assert np.abs(rendered["white"]).max() <= 5.0
    assert np.abs(rendered["black"]).max() <= 5.0
    for outlet in ("pink", "red", "violet", "blue", "gray"):
        assert 1.0 < rms(rendered[outlet]) < 3.0
        assert np.abs(rendered[outlet]).max() < 12.0


@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0, 96000.0])
def test_pink_and_gray_follow_their_curves_within_a_decibel(render: Render, sample_rate: float) -> None:
    """White noise says what the filters do: its spectrum is that of what goes in."""
    rendered = render("noise", 4 * FRAMES, {}, sample_rate=sample_rate)
    hertz = np.fft.rfftfreq(4 * FRAMES, 1.0 / sample_rate)
    power = {name: np.abs(np.fft.rfft(rendered[name])) ** 2 for name in ("white", "pink", "gray")}
    edges = 100.0 * 2.0 ** (np.arange(23) / 3.0)
    for name, wanted_db in (("pink", lambda f: -10.0 * np.log10(f)), ("gray", loudness_db)):
        bands = [(hertz >= low) & (hertz < high) for low, high in pairwise(edges)]
        found = np.array([10.0 * np.log10(power[name][band].sum() / power["white"][band].sum()) for band in bands])
        wanted = np.array([wanted_db(np.sqrt(low * high)) for low, high in pairwise(edges)])
        error = found - wanted
        assert np.abs(error - error[10]).max() < 1.3, name


def loudness_db(hertz: float) -> float:
    """The gain that makes a tone at `hertz` as loud as another: A-weighting upside down."""
    f = hertz * hertz
    heard = f * f / ((f + 20.6**2) * np.sqrt((f + 107.7**2) * (f + 737.9**2)) * (f + 12194.0**2))
    return float(-20.0 * np.log10(heard))


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
