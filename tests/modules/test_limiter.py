"""The limiter: nothing goes through the ceiling, and what is below it is left alone."""

import numpy as np
import pytest

from tests.rendering import Render, Volts, level_db, spectrum

LATE = 71
"""Frames that the sound comes later at 48 kHz: 1.5 ms, the frame itself included."""


@pytest.mark.parametrize("ceiling_db", [-12.0, 0.0, 6.0])
@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_nothing_goes_through_the_ceiling(render: Render, ceiling_db: float, sample_rate: float) -> None:
    chance = np.random.default_rng(4)
    audio = chance.normal(size=48000) * 10.0 ** chance.uniform(-2.0, 2.0, 48000)
    right = chance.normal(size=48000) * 20.0 * (chance.uniform(size=48000) < 0.01)
    given: dict[str, Volts] = {
        "audio": audio,
        "right": right,
        "ceiling": ceiling_db,
        "release": -2.0,
        "gain": 12.0,
    }
    heard = render("limiter", 48000, given, sample_rate=sample_rate)
    volts = 5.0 * 10.0 ** (ceiling_db / 20.0)
    assert max(np.abs(heard["out"]).max(), np.abs(heard["right_out"]).max()) <= volts * (1.0 + 1e-12)


def test_what_stays_below_comes_out_as_it_went_in_a_little_later(render: Render) -> None:
    audio = np.random.default_rng(5).uniform(-4.9, 4.9, 9600)
    heard = render("limiter", 9600, {"audio": audio})
    assert heard["out"][LATE:] == pytest.approx(audio[:-LATE], abs=1e-12)
    assert not heard["out"][:LATE].any()


def test_a_steady_tone_is_turned_down_to_the_ceiling_and_stays_a_tone(render: Render) -> None:
    audio = 20.0 * np.sin(2.0 * np.pi * 1000.0 * np.arange(96000) / 48000.0)
    out = render("limiter", 96000, {"audio": audio, "release": -0.5})["out"][48000:]
    assert level_db(out, 1000.0) == pytest.approx(20.0 * np.log10(5.0), abs=0.1)
    bins = spectrum(out)
    bins[990:1011] = 0.0
    assert 20.0 * np.log10(np.sqrt(np.sum(np.square(bins))) / 5.0) < -60.0


def test_the_gain_comes_back_at_its_time_and_never_jumps(render: Render) -> None:
    audio = np.full(96000, 2.0)
    audio[4800:4810] = 20.0
    out = render("limiter", 96000, {"audio": audio, "release": -1.0})["out"]
    gain = out[LATE:] / audio[:-LATE]
    assert np.abs(np.diff(gain)).max() < 0.02
    assert gain.min() == pytest.approx(0.25, abs=0.01)
    recovered = np.argmax(gain[4810:] > 1.0 - 0.75 * np.exp(-1.0))
    assert recovered / 48000.0 == pytest.approx(0.1, rel=0.02)
