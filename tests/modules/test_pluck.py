"""The plucked string: tuning, decay, place, hardness, glides."""

import numpy as np
import pytest

from livepatch.voltage import C4_HZ
from tests.modules.strokes import ringing, stroke
from tests.rendering import Render, Volts, all_finite, level_db, rms

FRAMES = 96000
PLUCK = stroke(0, frames=FRAMES)


@pytest.mark.parametrize("octave", range(-5, 5))
@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0])
def test_it_is_in_tune_within_a_tenth_of_a_cent(render: Render, octave: int, sample_rate: float) -> None:
    given: dict[str, Volts] = {"trigger": PLUCK, "tune": octave - 0.5, "voct": 0.5, "tone": 0.9}
    out = render("pluck", FRAMES, given, sample_rate=sample_rate)["out"]
    cents, _ = ringing(out, C4_HZ * 2.0**octave, sample_rate)
    assert abs(cents) < 0.1


@pytest.mark.parametrize("decay_seconds", [1.0, 3.0, 10.0])
@pytest.mark.parametrize("octave", [-3, -1, 1])
def test_its_lowest_partial_loses_60_db_in_the_decay(render: Render, decay_seconds: float, octave: int) -> None:
    given = {"trigger": PLUCK, "tune": float(octave), "decay": np.log10(decay_seconds), "tone": 0.8}
    _, seconds = ringing(render("pluck", FRAMES, given)["out"], C4_HZ * 2.0**octave, 48000.0)
    assert seconds == pytest.approx(decay_seconds, rel=0.01)


def test_a_dark_tone_loses_its_overtones_first(render: Render) -> None:
    lost = {}
    for tone in (0.2, 0.5, 0.9):
        out = render("pluck", FRAMES, {"trigger": PLUCK, "tone": tone, "tune": -1.0})["out"]
        lost[tone] = level_db(out[:9600], 4.0 * C4_HZ) - level_db(out[24000:33600], 4.0 * C4_HZ)
    assert lost[0.2] > lost[0.5] + 20.0
    assert lost[0.5] > lost[0.9] + 2.0


def test_plucked_in_the_middle_it_has_no_even_partials(render: Render) -> None:
    for place, missing in ((0.5, 2), (1.0 / 3.0, 3)):
        out = render("pluck", FRAMES, {"trigger": PLUCK, "place": place, "tone": 0.8})["out"][4800:28800]
        others = [level_db(out, C4_HZ * number) for number in (1, 2, 3, 4) if number % missing]
        assert level_db(out, C4_HZ * missing) < min(others) - 25.0


def test_a_thumb_is_duller_than_a_nail_and_a_soft_touch_softer(render: Render) -> None:
    def sharpness_db(**given: Volts) -> float:
        out = render("pluck", FRAMES, {"trigger": PLUCK, **given})["out"][:4800]
        return 20.0 * float(np.log10(rms(np.diff(out)) / rms(out)))

    assert sharpness_db(hardness=0.1) + 10.0 < sharpness_db(hardness=0.9)
    assert sharpness_db(accent=2.0) < sharpness_db(accent=10.0)
    loud, soft, mute = (
        rms(render("pluck", FRAMES, {"trigger": PLUCK, "accent": accent})["out"]) for accent in (10.0, 2.5, 0.0)
    )
    assert loud > 2.0 * soft > 0.1
    assert mute < 1e-9


@pytest.mark.parametrize("octave", [-2.0, 0.0, 2.0])
def test_a_glide_makes_no_clicks(render: Render, octave: float) -> None:
    given: dict[str, Volts] = {"trigger": PLUCK, "tune": octave, "tone": 0.3, "decay": 1.0}
    still, gliding = (
        render("pluck", FRAMES, {**given, "voct": voct})["out"][20000:]
        for voct in (0.0, np.linspace(0.0, -0.5, FRAMES))
    )
    edges = [np.abs(np.diff(signal, 3)).max() / np.abs(signal).max() for signal in (still, gliding)]
    assert edges[1] < 1.2 * edges[0]


def test_what_is_patched_in_makes_it_ring(render: Render) -> None:
    burst = np.zeros(FRAMES)
    burst[:480] = np.random.default_rng(3).uniform(-5.0, 5.0, 480)
    out = render("pluck", FRAMES, {"audio": burst, "decay": 0.5, "tone": 0.9})["out"]
    assert level_db(out[4800:28800], C4_HZ) > level_db(out[4800:28800], 1.5 * C4_HZ) + 40.0
    steady = render("pluck", FRAMES, {"audio": 5.0})["out"]
    assert abs(steady[-4800:].mean()) < 1e-3


def test_strokes_are_as_loud_at_every_pitch_and_leave_no_dc(render: Render) -> None:
    for octave in (-3.0, -1.0, 1.0, 3.0):
        out = render("pluck", FRAMES, {"trigger": PLUCK, "tune": octave})["out"]
        assert 2.0 < np.abs(out).max() < 7.0
        assert abs(out.mean()) < 0.002


def test_the_wildest_cables_leave_it_within_the_rails(render: Render) -> None:
    chance = np.random.default_rng(8)
    wild: dict[str, Volts] = {
        name: chance.normal(size=FRAMES) * 1e6 for name in ("trigger", "voct", "accent", "audio")
    }
    for given in (wild, {"trigger": wild["trigger"], "audio": wild["audio"], "decay": 1.5, "tone": 1.0}):
        rendered = render("pluck", FRAMES, given)
        assert all_finite(rendered)
        assert np.abs(rendered["out"]).max() <= 12.0
