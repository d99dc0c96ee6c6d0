"""The phaser's notches against their analytic curve."""

import numpy as np
import pytest

from livepatch.voltage import C4_HZ
from tests.rendering import Render, Volts, rms

FRAMES = 1 << 15
IMPULSE = np.zeros(FRAMES)
IMPULSE[0] = 1.0
HERTZ = np.fft.rfftfreq(FRAMES, 1.0 / 48000.0)


@pytest.mark.parametrize(("choice", "stages"), [(0, 4), (1, 6), (2, 8), (3, 12)])
@pytest.mark.parametrize(("feedback", "mix"), [(0.0, 1.0), (0.8, 1.0), (-0.8, -1.0)])
def test_the_notches_are_within_a_fifth_of_a_decibel(
    render: Render, choice: int, stages: int, feedback: float, mix: float
) -> None:
    given: dict[str, Volts] = {"audio": IMPULSE, "depth": 0.0, "pitch": 2.0, "feedback": feedback, "mix": mix}
    heard = render("phaser", FRAMES, {**given, "stages": choice})
    s = 1j * np.tan(np.pi * HERTZ / 48000.0) / np.tan(np.pi * 4.0 * C4_HZ / 48000.0)
    turned = ((1.0 - s) / (1.0 + s)) ** stages
    wanted = 20.0 * np.log10(np.abs(0.5 + 0.5 * mix * turned / (1.0 - feedback * turned)) + 1e-12)
    for side in heard.values():
        level = 20.0 * np.log10(np.abs(np.fft.rfft(side)) + 1e-12)
        assert np.abs(level - wanted)[1:-1][wanted[1:-1] > -50.0].max() < 0.2


def test_a_volt_is_an_octave(render: Render) -> None:
    given: dict[str, Volts] = {"audio": IMPULSE, "depth": 0.0}
    moved = render("phaser", FRAMES, {**given, "pitch": 1.0, "voct": 1.0})["left"]
    assert moved == pytest.approx(render("phaser", FRAMES, {**given, "pitch": 2.0})["left"], abs=1e-12)


def test_the_sides_sway_apart_and_without_spread_together(render: Render) -> None:
    noise = np.random.default_rng(1).uniform(-5.0, 5.0, 48000)
    given: dict[str, Volts] = {"audio": noise, "rate": -1.0}
    apart = render("phaser", 48000, given)
    together = render("phaser", 48000, {**given, "spread": 0.0})
    assert rms(apart["left"] - apart["right"]) > 0.5
    assert together["left"] == pytest.approx(together["right"])
