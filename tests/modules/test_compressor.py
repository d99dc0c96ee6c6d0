"""The compressor: its static curve, its times, its side chain."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rendering import Render, Volts, level_db

FULL_DB = 20.0 * np.log10(5.0)


def steady(db: float, hertz: float = 1000.0, frames: int = 48000) -> NDArray[np.float64]:
    """A sine whose peaks are `db` of 5 V."""
    return np.asarray(
        5.0 * 10.0 ** (db / 20.0) * np.sin(2.0 * np.pi * hertz * np.arange(frames) / 48000.0), np.float64
    )


def static_db(db: float, threshold: float, ratio: float, knee: float) -> float:
    over = db - threshold
    slope = 1.0 / ratio - 1.0
    if abs(over) < 0.5 * knee:
        return db + slope * (over + 0.5 * knee) ** 2 / (2.0 * knee)
    return db + slope * max(over, 0.0)


@pytest.mark.parametrize(("ratio", "knee"), [(2.0, 0.0), (4.0, 6.0), (16.0, 24.0)])
@pytest.mark.parametrize("db", [-40.0, -27.0, -20.0, -17.0, -10.0, 0.0])
def test_the_static_curve_is_right_to_a_tenth_of_a_decibel(
    render: Render, db: float, ratio: float, knee: float
) -> None:
    given: dict[str, Volts] = {"threshold": -20.0, "ratio": float(np.log2(ratio)), "knee": knee, "attack": -3.0}
    out = render("compressor", 48000, {**given, "audio": steady(db)})["out"]
    assert level_db(out[24000:], 1000.0) - FULL_DB == pytest.approx(static_db(db, -20.0, ratio, knee), abs=0.1)


@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_attack_and_release_take_their_times_for_63_percent(render: Render, sample_rate: float) -> None:
    frames = round(2.0 * sample_rate)
    audio: Volts = np.where(np.arange(frames) < frames // 2, 5.0, 0.005)
    given: dict[str, Volts] = {"threshold": -20.0, "attack": -1.5, "release": -0.7, "knee": 0.0, "audio": audio}
    cut_db = 3.0 * render("compressor", frames, given, sample_rate=sample_rate)["reduction"]
    assert cut_db.max() == pytest.approx(15.0, abs=0.01)
    attack = np.argmax(cut_db > 15.0 * (1.0 - np.exp(-1.0)))
    assert attack / sample_rate == pytest.approx(10.0**-1.5, rel=0.01)
    quick = {**given, "attack": -4.0}
    cut_db = 3.0 * render("compressor", frames, quick, sample_rate=sample_rate)["reduction"][frames // 2 :]
    release = np.argmax(cut_db < 15.0 * np.exp(-1.0))
    assert release / sample_rate == pytest.approx(10.0**-0.7, rel=0.01)


def test_the_side_chain_turns_down_what_it_is_not(render: Render) -> None:
    given: dict[str, Volts] = {"audio": steady(-30.0), "right": steady(-40.0), "sidechain": steady(0.0, 100.0)}
    heard = render("compressor", 48000, {**given, "threshold": -20.0, "knee": 0.0, "attack": -3.0})
    assert level_db(heard["out"][24000:], 1000.0) - FULL_DB == pytest.approx(-45.0, abs=0.5)
    assert level_db(heard["right_out"][24000:], 1000.0) - FULL_DB == pytest.approx(-55.0, abs=0.5)


def test_make_up_and_mix(render: Render) -> None:
    quiet: dict[str, Volts] = {"audio": steady(-40.0), "makeup": 12.0}
    assert level_db(render("compressor", 48000, quiet)["out"], 1000.0) - FULL_DB == pytest.approx(-28.0, abs=0.01)
    dry = render("compressor", 48000, {"audio": steady(0.0), "mix": 0.0})["out"]
    assert dry == pytest.approx(steady(0.0))
