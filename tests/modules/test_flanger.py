"""The flanger's comb against its analytic curve."""

import numpy as np
import pytest

from tests.rendering import Render, Volts, rms

FRAMES = 1 << 15
IMPULSE = np.zeros(FRAMES)
IMPULSE[0] = 1.0
HERTZ = np.fft.rfftfreq(FRAMES, 1.0 / 48000.0)


@pytest.mark.parametrize("mix", [1.0, -1.0, 0.5])
@pytest.mark.parametrize("feedback", [-0.7, 0.0, 0.9])
def test_the_comb_is_within_a_fifth_of_a_decibel(render: Render, feedback: float, mix: float) -> None:
    given: dict[str, Volts] = {"audio": IMPULSE, "depth": 0.0, "delay": float(np.log10(96.0 / 48000.0))}
    heard = render("flanger", FRAMES, {**given, "feedback": feedback, "mix": mix})
    late = np.exp(-2j * np.pi * HERTZ * 96.0 / 48000.0)
    comb = 1.0 - 0.5 * abs(mix) + 0.5 * mix * late / (1.0 - feedback * late)
    wanted = 20.0 * np.log10(np.abs(comb) + 1e-12)
    for side in heard.values():
        level = 20.0 * np.log10(np.abs(np.fft.rfft(side)) + 1e-12)
        assert np.abs(level - wanted)[wanted > -50.0].max() < 0.2


def test_a_volt_halves_the_delay(render: Render) -> None:
    given: dict[str, Volts] = {"audio": IMPULSE, "depth": 0.0, "delay": -2.0, "voct": 1.0, "feedback": 0.0}
    left = render("flanger", FRAMES, given)["left"]
    assert np.flatnonzero(np.abs(left) > 0.1).tolist() == [0, 240]


def test_the_sides_sway_apart_and_without_spread_together(render: Render) -> None:
    noise = np.random.default_rng(1).uniform(-5.0, 5.0, 48000)
    given: dict[str, Volts] = {"audio": noise, "rate": -1.0}
    apart = render("flanger", 48000, given)
    together = render("flanger", 48000, {**given, "spread": 0.0})
    assert rms(apart["left"] - apart["right"]) > 0.5
    assert together["left"] == pytest.approx(together["right"])


def test_full_feedback_stays_bounded(render: Render) -> None:
    loud = 10.0 * np.sign(np.sin(2.0 * np.pi * 500.0 * np.arange(96000) / 48000.0))
    given: dict[str, Volts] = {"audio": loud, "feedback": 0.98, "depth": 0.0, "delay": -2.69897}
    assert np.abs(render("flanger", 96000, given)["left"]).max() < 20.0
