"""Copies late and out of tune: where they are, how far they sway, and that nothing else is there."""

import numpy as np
import pytest

from tests.rendering import Render, Volts, rms, spectrum

IMPULSE = np.zeros(4800)
IMPULSE[0] = 1.0
TIME = np.arange(96000) / 48000.0
TONE = np.asarray(5.0 * np.sin(2000.0 * np.pi * TIME), np.float64)


def test_the_copies_come_at_the_delay(render: Render) -> None:
    given: dict[str, Volts] = {"audio": IMPULSE, "depth": 0.0, "mix": 1.0, "delay": -2.0}
    for side in render("chorus", 4800, given).values():
        assert int(np.abs(side).argmax()) == 480
        assert side.sum() == pytest.approx(1.0, abs=1e-9)


def test_a_copy_sways_as_far_as_the_depth_says(render: Render) -> None:
    given: dict[str, Volts] = {"audio": IMPULSE, "depth": 1.0, "mix": 1.0, "delay": -2.0, "rate": -5.0}
    heard = render("chorus", 4800, given)
    swayed = np.flatnonzero(np.abs(heard["right"]) > 0.3)
    assert sorted({round(place / 240.0) for place in swayed}) == [1, 3]


def test_left_and_right_differ_unless_the_width_is_nothing(render: Render) -> None:
    given: dict[str, Volts] = {"audio": TONE, "depth": 0.5, "mix": 1.0}
    wide = render("chorus", 96000, given)
    assert rms(wide["left"] - wide["right"]) > 0.5
    mono = render("chorus", 96000, {**given, "width": 0.0})
    assert mono["left"] == pytest.approx(mono["right"])
    assert mono["left"] == pytest.approx(0.5 * (wide["left"] + wide["right"]))


def test_the_tone_only_widens(render: Render) -> None:
    left = render("chorus", 96000, {"audio": TONE, "rate": 0.0})["left"]
    bins = spectrum(np.asarray(left[48000:], np.float64))
    bins[850:1151] = 0.0
    assert 20.0 * np.log10(bins.max() / 5.0) < -85.0


def test_dry_is_dry(render: Render) -> None:
    heard = render("chorus", 4800, {"audio": IMPULSE, "mix": 0.0})
    assert (heard["left"] == IMPULSE).all()
    assert (heard["right"] == IMPULSE).all()
