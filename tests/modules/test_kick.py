"""The bass drum: pitch, decay, bend, accent, click, retrigger."""

import numpy as np
import pytest

from livepatch.voltage import C4_HZ
from tests.modules.strokes import SECOND, fall_seconds, stroke
from tests.rendering import Render, Volts, all_finite, frequency, rises

PLAIN: dict[str, Volts] = {"bend": 0.0, "tone": 0.0, "drive": 0.0, "accent": 1.0}
"""A sine that dies away, soft enough not to saturate."""


@pytest.mark.parametrize("decay_seconds", [0.2, 0.63, 2.0])
def test_it_falls_by_60_db_in_its_decay(render: Render, decay_seconds: float) -> None:
    given = {**PLAIN, "trigger": stroke(0), "decay": np.log10(decay_seconds), "tune": -1.0}
    period = round(2.0 * SECOND / C4_HZ)
    out = render("kick", SECOND, given)["out"]
    first, last = round(0.1 * decay_seconds * SECOND), round(0.4 * decay_seconds * SECOND)
    last = first + (last - first) // period * period
    assert fall_seconds(out, first, last, 2 * period) == pytest.approx(decay_seconds, rel=0.01)


def test_it_sings_its_note_once_the_bend_is_over(render: Render) -> None:
    for tune, voct in ((-2.0, 0.0), (-3.0, 1.0)):
        given = {**PLAIN, "trigger": stroke(0), "tune": tune, "voct": voct, "decay": 0.7}
        cents = 1200.0 * np.log2(frequency(render("kick", SECOND, given)["out"][4800:]) / (C4_HZ / 4.0))
        assert abs(cents) < 0.1


def test_the_bend_begins_octaves_higher_and_is_over_in_its_time(render: Render) -> None:
    given = {**PLAIN, "trigger": stroke(0), "tune": -2.0, "bend": 3.0, "bend_time": -1.0, "decay": 0.7}
    times = rises(render("kick", SECOND, given)["out"])
    hertz = SECOND / np.diff(times)
    expected = C4_HZ / 4.0 * 2.0 ** (3.0 * 0.001 ** ((times[:-1] + times[1:]) / 2.0 / (0.1 * SECOND)))
    assert hertz == pytest.approx(expected, rel=0.03)
    assert hertz[0] > C4_HZ


def test_the_accent_is_how_hard_it_is_struck_and_0_v_is_silence(render: Render) -> None:
    peaks = {}
    for accent in (0.0, 1.0, 2.0, 10.0):
        given = {**PLAIN, "trigger": stroke(0), "accent": accent, "tone": 0.5}
        peaks[accent] = np.abs(render("kick", SECOND, given)["out"]).max()
    assert peaks[0.0] == pytest.approx(0.0, abs=1e-9)
    assert peaks[2.0] / peaks[1.0] == pytest.approx(2.0, rel=0.1)
    assert 3.5 < peaks[10.0] < 6.0


def test_the_tone_is_a_click_of_milliseconds(render: Render) -> None:
    loud, mute = (
        render("kick", SECOND, {**PLAIN, "trigger": stroke(0), "tone": tone, "accent": 10.0})["out"]
        for tone in (1.0, 0.0)
    )
    assert np.abs(loud - mute)[:200].max() > 1.0
    assert np.abs(loud - mute)[1000:].max() < 1e-6


def test_a_second_stroke_makes_no_jump(render: Render) -> None:
    given = {**PLAIN, "trigger": stroke(0, 5000, 9000), "accent": 10.0, "decay": 0.7}
    assert np.abs(np.diff(render("kick", SECOND, given)["out"])).max() < 0.25


def test_it_has_no_dc_and_ends_in_silence(render: Render) -> None:
    out = render("kick", 3 * SECOND, {"trigger": stroke(0, frames=3 * SECOND)})["out"]
    assert abs(out.mean()) < 0.005
    assert np.abs(out[-480:]).max() < 1e-6


def test_the_wildest_cables_leave_it_within_its_level(render: Render) -> None:
    chance = np.random.default_rng(7)
    wild = {name: chance.normal(size=9600) * 1e6 for name in ("trigger", "accent", "voct")}
    rendered = render("kick", 9600, {**wild, "drive": 24.0, "bend": 5.0, "tone": 1.0})
    assert all_finite(rendered)
    assert np.abs(rendered["out"]).max() < 16.0
