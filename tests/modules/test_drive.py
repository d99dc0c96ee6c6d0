"""The drive: its curves, its harmonics, its constant voltage, and what folds down that should not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rendering import Render, Volts, level_db, spectrum

SOFT, TUBE, HARD, OCTAVE = range(4)
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
    ("curve", "floors"),
    [
        (SOFT, (-170.0, -125.0, -90.0)),
        (TUBE, (-140.0, -120.0, -95.0)),
        (HARD, (-115.0, -100.0, -85.0)),
        (OCTAVE, (-95.0, -80.0, -50.0)),
    ],
)
@pytest.mark.parametrize(("number", "hertz", "drive"), [(0, 499, 20.0), (1, 1249, 20.0), (2, 1249, 36.0)])
def test_aliases_stay_below_their_floor(
    render: Render, curve: int, floors: tuple[float, ...], number: int, hertz: int, drive: float
) -> None:
    out = render("drive", 60000, {"audio": tone(hertz), "drive": drive, "curve": curve})["out"]
    assert alias_db(out[12000:], hertz) < floors[number]


@pytest.mark.parametrize("curve", [SOFT, TUBE, HARD, OCTAVE])
@pytest.mark.parametrize("bias", [0.0, 0.6])
@pytest.mark.parametrize("oversampling", [0, 1])
def test_the_curve_is_what_it_is_called_less_its_constant_voltage(
    render: Render, curve: int, bias: float, oversampling: int
) -> None:
    slow = tone(40.0, frames=96000)
    given: dict[str, Volts] = {"drive": 6.0, "bias": bias, "curve": curve, "oversampling": oversampling}
    out = render("drive", 96000, {"audio": slow, **given})["out"]
    x = slow / 5.0 * 10.0**0.3 + bias
    wanted = {
        SOFT: np.tanh(x),
        TUBE: np.where(x > 0.0, 1.0 - np.exp(-np.abs(x)), 1.5 * (np.exp(-np.abs(x) / 1.5) - 1.0)),
        HARD: np.clip(x, -1.0, 1.0),
        OCTAVE: np.tanh(np.abs(x)),
    }[curve]
    for harmonic in (1, 2, 3, 4):
        heard, said = level_db(out[48000:], 40.0 * harmonic), level_db(5.0 * wanted[48000:], 40.0 * harmonic)
        if said > -40.0:
            assert heard == pytest.approx(said, abs=0.2)
    assert abs(np.mean(out[48000:])) < 0.001


def test_quiet_sounds_get_the_whole_drive_and_the_level(render: Render) -> None:
    out = render("drive", 60000, {"audio": tone(500.0, 0.001), "drive": 20.0, "level": -6.0})["out"]
    assert level_db(out[12000:], 500.0) == pytest.approx(-60.0 + 14.0, abs=0.05)


def test_the_tone_takes_off_three_decibels_at_its_frequency(render: Render) -> None:
    given: dict[str, Volts] = {"audio": tone(1000.0, 0.001), "drive": 0.0}
    dull = render("drive", 60000, {**given, "tone": float(np.log2(1000.0 / 261.6255653))})["out"]
    bright = render("drive", 60000, given)["out"]
    assert level_db(dull[12000:], 1000.0) - level_db(bright[12000:], 1000.0) == pytest.approx(-3.0, abs=0.3)


def test_without_oversampling_aliases_are_those_of_the_curve_alone(render: Render) -> None:
    given: dict[str, Volts] = {"audio": tone(1249.0), "drive": 20.0, "oversampling": 0}
    out = render("drive", 60000, given)["out"]
    plain = np.tanh(tone(1249.0) / 5.0 * 10.0)
    assert alias_db(out[12000:], 1249) == pytest.approx(alias_db(plain[12000:], 1249), abs=3.0)


def test_half_dry_nothing_is_lost_where_both_meet(render: Render) -> None:
    given: dict[str, Volts] = {"audio": tone(6000.0, 0.001), "drive": 0.0, "mix": 0.5}
    out = render("drive", 60000, given)["out"]
    assert level_db(out[12000:], 6000.0) == pytest.approx(-60.0, abs=0.3)


def test_dry_it_passes_all_to_20_khz(render: Render) -> None:
    for hertz in (20.0, 1000.0, 19900.0):
        out = render("drive", 60000, {"audio": tone(hertz, 1.0), "mix": 0.0})["out"]
        assert level_db(out[12000:], hertz) == pytest.approx(0.0, abs=0.01)
