"""The hat: decays, choke, colour, accent."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.modules.strokes import SECOND, fall_seconds, stroke
from tests.rendering import Render, Volts, all_finite, rms


def loudness(render: Render, frames: int = SECOND, **given: Volts) -> NDArray[np.float64]:
    """How loud noise through it is over time: 16 modules on average."""
    played = [render("hat", frames, {"noise": 1.0, **given}, seed=seed)["out"] ** 2 for seed in range(1, 17)]
    average: NDArray[np.float64] = np.sqrt(np.mean(played, axis=0))
    return average


def test_a_closed_stroke_falls_in_its_decay_and_an_open_one_in_its_own(render: Render) -> None:
    closed = loudness(render, trigger=stroke(0), decay=-0.5)
    assert fall_seconds(closed, 2000, 10000, 1600) == pytest.approx(10**-0.5, rel=0.03)
    opened = loudness(render, open_trigger=stroke(0), open_decay=0.3)
    assert fall_seconds(opened, 4000, 40000, 4000) == pytest.approx(10**0.3, rel=0.03)


def test_a_closed_stroke_stops_an_open_one(render: Render) -> None:
    out = loudness(render, open_trigger=stroke(0), trigger=stroke(12000), open_decay=0.7, decay=-1.5)
    assert rms(out[11000:12000]) > 0.5
    assert rms(out[14000:]) < 0.001


def test_the_stroke_begins_within_two_milliseconds_and_without_a_click(render: Render) -> None:
    out = render("hat", SECOND, {"trigger": stroke(4800), "decay": 0.0})["out"]
    assert np.abs(out[:4800]).max() < 1e-9
    assert rms(out[4896:5280]) > 0.5 * rms(out[5280:6000])
    assert np.abs(out[4800:4803]).max() < 1.0


def test_what_is_below_the_tone_is_gone(render: Render) -> None:
    for noise in (0.0, 1.0):
        out = render("hat", SECOND, {"open_trigger": stroke(0), "noise": noise, "tone": 4.5})["out"]
        power = np.abs(np.fft.rfft(out)) ** 2
        assert 10.0 * np.log10(power[100:1000].max() / power[5000:20000].max()) < -40.0


def test_metal_has_its_own_partials_and_noise_has_none(render: Render) -> None:
    given: dict[str, Volts] = {"open_trigger": stroke(0), "open_decay": 0.7}
    metal, noise = (
        np.abs(np.fft.rfft(render("hat", SECOND, {**given, "noise": share})["out"]))[4000:16000]
        for share in (0, 1)
    )
    assert metal.max() / np.median(metal) > 8.0 * noise.max() / np.median(noise)


def test_the_accent_is_how_hard_it_is_struck(render: Render) -> None:
    levels = [
        rms(render("hat", SECOND, {"trigger": stroke(0), "accent": accent})["out"]) for accent in (0.0, 5.0, 10.0)
    ]
    assert levels[0] < 1e-9
    assert levels[2] / levels[1] == pytest.approx(2.0, rel=1e-3)


def test_the_wildest_cables_leave_it_finite(render: Render) -> None:
    chance = np.random.default_rng(7)
    wild = {name: chance.normal(size=9600) * 1e6 for name in ("trigger", "open_trigger", "accent")}
    rendered = render("hat", 9600, {**wild, "tune": chance.uniform(-2.0, 2.0, 9600)})
    assert all_finite(rendered)
    assert np.abs(rendered["out"]).max() < 25.0
