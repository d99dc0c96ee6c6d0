"""The snare: decays, pitch, wires, accent, retrigger."""

import numpy as np
import pytest

from livepatch.voltage import C4_HZ
from tests.modules.strokes import SECOND, fall_seconds, stroke
from tests.rendering import Render, Volts, all_finite, level_db, rms

DRUM: dict[str, Volts] = {"wires": 0.0, "drive": 0.0, "accent": 1.0, "tune": 0.0}
WIRES: dict[str, Volts] = {"wires": 1.0, "drive": 0.0, "accent": 1.0, "decay": -1.5}


@pytest.mark.parametrize("decay_seconds", [0.6, 1.0])
def test_the_drum_falls_by_60_db_in_its_decay(render: Render, decay_seconds: float) -> None:
    given = {**DRUM, "trigger": stroke(0), "decay": np.log10(decay_seconds)}
    out = render("snare", SECOND, given)["out"]
    first, last = round(0.2 * decay_seconds * SECOND), round(0.6 * decay_seconds * SECOND)
    assert fall_seconds(out, first, last, round(0.2 * decay_seconds * SECOND)) == pytest.approx(
        decay_seconds, rel=0.01
    )


def test_the_wires_fall_in_theirs(render: Render) -> None:
    """Noise has a level only on average: 16 modules of it."""
    given = {**WIRES, "trigger": stroke(0), "wires_decay": 0.0}
    power = np.mean([render("snare", SECOND, given, seed=seed)["out"] ** 2 for seed in range(1, 17)], axis=0)
    assert fall_seconds(np.sqrt(power), 6000, 36000, 4000) == pytest.approx(1.0, rel=0.03)


def test_it_has_two_tones_and_its_pitch_is_the_lower(render: Render) -> None:
    out = render("snare", SECOND, {**DRUM, "trigger": stroke(0), "decay": 0.5, "voct": -1.0})["out"][9600:]
    low, high, between = (level_db(out, C4_HZ / 2.0 * ratio) for ratio in (1.0, 1.78, 1.4))
    assert low - high == pytest.approx(4.9, abs=1.0)
    assert between < low - 30.0


def test_the_tone_is_the_colour_of_the_wires(render: Render) -> None:
    def brightness(tone: float) -> float:
        power = (
            np.abs(np.fft.rfft(render("snare", SECOND, {**WIRES, "trigger": stroke(0), "tone": tone})["out"])) ** 2
        )
        return float(np.sum(power * np.arange(len(power))) / power.sum())

    assert brightness(1.0) < brightness(3.0) < brightness(5.0)


def test_the_accent_is_how_hard_it_is_struck(render: Render) -> None:
    levels = [
        rms(render("snare", SECOND, {"trigger": stroke(0), "drive": 0.0, "accent": accent})["out"])
        for accent in (0.0, 0.5, 1.0, 10.0)
    ]
    assert levels[0] < 1e-9
    assert levels[2] / levels[1] == pytest.approx(2.0, rel=0.05)
    assert levels[3] > 5.0 * levels[2]


def test_a_second_stroke_makes_no_jump(render: Render) -> None:
    given = {**DRUM, "trigger": stroke(0, 5000, 9000), "accent": 10.0, "decay": 0.5}
    assert np.abs(np.diff(render("snare", SECOND, given)["out"])).max() < 0.6


def test_it_ends_in_silence(render: Render) -> None:
    out = render("snare", 2 * SECOND, {"trigger": stroke(0, frames=2 * SECOND)})["out"]
    assert abs(out.mean()) < 0.005
    assert np.abs(out[-480:]).max() < 1e-6


def test_the_wildest_cables_leave_it_within_its_level(render: Render) -> None:
    chance = np.random.default_rng(7)
    wild = {name: chance.normal(size=9600) * 1e6 for name in ("trigger", "accent", "voct")}
    rendered = render("snare", 9600, {**wild, "drive": 24.0, "wires": 1.0})
    assert all_finite(rendered)
    assert np.abs(rendered["out"]).max() < 16.0
