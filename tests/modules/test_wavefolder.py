"""The folder: its curve, its harmonics, and what folds down that should not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rendering import Render, Volts, level_db, rms, spectrum

SINE, TRIANGLE = 0, 1
Signal = NDArray[np.float64]


def tone(hertz: float, volts: float = 5.0, frames: int = 60000) -> Signal:
    return np.asarray(volts * np.sin(2.0 * np.pi * hertz * np.arange(frames) / 48000.0), np.float64)


def alias_db(signal: Signal, hertz: int) -> float:
    """What lies below 20 kHz beside the harmonics of `hertz`, over a second, in dB of all there is."""
    power = np.square(spectrum(signal))
    beside = power[:20000].copy()
    for harmonic in range(0, 20000, hertz):
        beside[max(0, harmonic - 5) : harmonic + 6] = 0.0
    return float(10.0 * np.log10(beside.sum() / power.sum()))


@pytest.mark.parametrize(
    ("shape", "folds", "hertz", "floor_db"),
    [
        (SINE, 4.0, 997, -120.0),
        (SINE, 10.0, 997, -110.0),
        (SINE, 4.0, 4999, -85.0),
        (TRIANGLE, 4.0, 499, -110.0),
        (TRIANGLE, 4.0, 1249, -95.0),
        (TRIANGLE, 10.0, 1249, -85.0),
    ],
)
def test_aliases_stay_below_their_floor(
    render: Render, shape: int, folds: float, hertz: int, floor_db: float
) -> None:
    out = render("wavefolder", 60000, {"audio": tone(hertz), "folds": folds, "shape": shape})["out"]
    assert alias_db(out[12000:], hertz) < floor_db


@pytest.mark.parametrize(("shape", "crest"), [(SINE, 1.0), (TRIANGLE, 1.0)])
@pytest.mark.parametrize("folds", [0.5, 1.0, 2.5, 4.0])
def test_the_curve_is_the_shape_said(render: Render, shape: int, crest: float, folds: float) -> None:
    slow = tone(2.0, frames=48000)
    out = render("wavefolder", 48000, {"audio": slow, "folds": folds, "shape": shape})["out"]
    x = folds * slow / 5.0
    round_fold = np.sin(0.5 * np.pi * x)
    wanted = round_fold if shape == SINE else 2.0 / np.pi * np.arcsin(round_fold)
    assert np.abs(out - 5.0 * crest * wanted)[2000:].max() < 0.05


def test_a_sharp_fold_lets_a_wave_that_fits_through(render: Render) -> None:
    out = render("wavefolder", 60000, {"audio": tone(440.0), "shape": TRIANGLE})["out"][12000:]
    assert rms(out) == pytest.approx(rms(tone(440.0)), rel=1e-3)
    assert level_db(out, 1320.0) - level_db(out, 440.0) < -80.0


def test_symmetry_makes_even_harmonics_and_silence_stays_silence(render: Render) -> None:
    given: dict[str, Volts] = {"audio": tone(440.0), "folds": 2.0}
    even = render("wavefolder", 60000, given)["out"][12000:]
    lopsided = render("wavefolder", 60000, {**given, "symmetry": 0.5})["out"][12000:]
    assert level_db(even, 880.0) < -120.0
    assert level_db(lopsided, 880.0) > -10.0
    for shape in (SINE, TRIANGLE):
        silent = render("wavefolder", 4800, {"symmetry": 1.0, "shape": shape})["out"]
        assert np.abs(silent[2400:]).max() < 1e-9


def test_dry_it_passes_all_to_20_khz(render: Render) -> None:
    for hertz in (20.0, 1000.0, 15000.0, 19900.0):
        out = render("wavefolder", 60000, {"audio": tone(hertz, 1.0), "mix": 0.0})["out"]
        assert level_db(out[12000:], hertz) == pytest.approx(0.0, abs=0.01)
