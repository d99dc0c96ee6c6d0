"""Four bands against their analytic curves."""

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.voltage import C4_HZ
from tests.rendering import Render, Volts

FRAMES = 1 << 16
IMPULSE = np.zeros(FRAMES)
IMPULSE[0] = 1.0
Curve = NDArray[np.float64]


def response_db(render: Render, given: dict[str, Volts], sample_rate: float) -> Curve:
    out = render("eq", FRAMES, {**given, "audio": IMPULSE}, sample_rate=sample_rate)["out"]
    level: Curve = 20.0 * np.log10(np.abs(np.fft.rfft(out)))
    return level


def place(pitch: float, sample_rate: float) -> NDArray[np.complex128]:
    """The frequencies in multiples of the band's, as the bilinear transform maps them."""
    hertz = np.fft.rfftfreq(FRAMES, 1.0 / sample_rate)
    found: NDArray[np.complex128] = (
        1j * np.tan(np.pi * hertz / sample_rate) / np.tan(np.pi * C4_HZ * 2.0**pitch / sample_rate)
    )
    return found


def bell_db(db: float, pitch: float, octaves: float, sample_rate: float) -> Curve:
    s, a, damping = place(pitch, sample_rate), 10.0 ** (db / 40.0), 2.0 * np.sinh(0.5 * np.log(2.0) * octaves)
    level: Curve = 20.0 * np.log10(np.abs((s * s + a * damping * s + 1.0) / (s * s + damping / a * s + 1.0)))
    return level


def low_shelf_db(db: float, pitch: float, sample_rate: float) -> Curve:
    s, a = place(pitch, sample_rate), 10.0 ** (db / 40.0)
    slope = np.sqrt(2.0 * a) * s
    level: Curve = 20.0 * np.log10(np.abs(a * (s * s + slope + a) / (a * s * s + slope + 1.0)))
    return level


def high_shelf_db(db: float, pitch: float, sample_rate: float) -> Curve:
    s, a = place(pitch, sample_rate), 10.0 ** (db / 40.0)
    slope = np.sqrt(2.0 * a) * s
    level: Curve = 20.0 * np.log10(np.abs(a * (a * s * s + slope + 1.0) / (s * s + slope + a)))
    return level


@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0, 96000.0])
@pytest.mark.parametrize("db", [-18.0, -6.0, 12.0])
def test_each_band_is_within_a_fifth_of_a_decibel_of_its_curve(
    render: Render, db: float, sample_rate: float
) -> None:
    curves: list[tuple[dict[str, Volts], Curve]] = [
        ({"low": db, "low_pitch": -1.0}, low_shelf_db(db, -1.0, sample_rate)),
        ({"mid": db, "mid_pitch": 1.0, "mid_width": 1.0}, bell_db(db, 1.0, 2.0, sample_rate)),
        ({"presence": db, "presence_pitch": 4.0, "presence_width": -1.0}, bell_db(db, 4.0, 0.5, sample_rate)),
        ({"high": db, "high_pitch": 5.0}, high_shelf_db(db, 5.0, sample_rate)),
    ]
    for given, wanted in curves:
        heard = response_db(render, given, sample_rate)
        assert np.abs(heard - wanted)[1:-1].max() < 0.2, given


def test_all_bands_add_up(render: Render) -> None:
    given: dict[str, Volts] = {"low": 6.0, "mid": -9.0, "presence": 5.0, "high": -12.0}
    pitches: dict[str, Volts] = {"low_pitch": -1.0, "mid_pitch": 1.0, "presence_pitch": 3.0, "high_pitch": 5.0}
    wanted = low_shelf_db(6.0, -1.0, 48000.0) + bell_db(-9.0, 1.0, 1.0, 48000.0)
    wanted += bell_db(5.0, 3.0, 1.0, 48000.0) + high_shelf_db(-12.0, 5.0, 48000.0)
    assert np.abs(response_db(render, {**given, **pitches}, 48000.0) - wanted)[1:-1].max() < 0.2


def test_flat_it_leaves_the_sound_as_it_is(render: Render) -> None:
    audio = np.random.default_rng(1).uniform(-5.0, 5.0, 2000)
    assert render("eq", 2000, {"audio": audio})["out"] == pytest.approx(audio, abs=1e-9)
