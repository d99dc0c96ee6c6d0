"""The struck resonator: modes, tuning, decay, place, what rings along."""

import numpy as np
import pytest

from livepatch.voltage import C4_HZ
from tests.modules.strokes import ringing, stroke
from tests.rendering import Render, Volts, all_finite, level_db, rms

FRAMES = 96000
STROKE = stroke(0, frames=FRAMES)
BODIES = {
    "string": (0, (1.0, 2.0, 3.0, 4.0)),
    "bar": (1, (1.0, 2.7565, 5.4039, 8.933)),
    "skin": (2, (1.0, 1.5933, 2.1355, 2.2954)),
    "plate": (3, (1.0, 2.0428, 2.9572, 4.0)),
    "bell": (4, (0.5, 1.0, 1.183, 2.0)),
}


@pytest.mark.parametrize("body", BODIES)
def test_each_body_has_its_modes_and_nothing_between(render: Render, body: str) -> None:
    number, ratios = BODIES[body]
    given: dict[str, Volts] = {"trigger": STROKE, "body": number, "decay": 1.5, "damping": 0.0, "brightness": 1.0}
    out = render("resonator", FRAMES, given)["out"]
    between = level_db(out, 0.8 * C4_HZ)
    for ratio in ratios:
        assert level_db(out, ratio * C4_HZ) > between + 25.0


@pytest.mark.parametrize("octave", range(-4, 6))
@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_it_is_in_tune_within_a_fiftieth_of_a_cent(render: Render, octave: int, sample_rate: float) -> None:
    given: dict[str, Volts] = {"trigger": STROKE, "tune": octave - 0.25, "voct": 0.25, "decay": 0.5}
    out = render("resonator", FRAMES, given, sample_rate=sample_rate)["out"]
    cents, seconds = ringing(out, C4_HZ * 2.0**octave, sample_rate)
    assert abs(cents) < 0.02
    assert seconds == pytest.approx(10.0**0.5, rel=0.01)


def test_damping_ends_the_higher_modes_sooner(render: Render) -> None:
    given: dict[str, Volts] = {"trigger": STROKE, "body": 0, "decay": 0.5}
    _, even = ringing(render("resonator", FRAMES, {**given, "damping": 0.0})["out"], 4.0 * C4_HZ, 48000.0)
    _, damped = ringing(render("resonator", FRAMES, {**given, "damping": 0.25})["out"], 4.0 * C4_HZ, 48000.0)
    assert even == pytest.approx(10.0**0.5, rel=0.01)
    assert damped == pytest.approx(10.0**0.5 / 2.0, rel=0.01)


def test_stretch_moves_the_upper_modes(render: Render) -> None:
    given: dict[str, Volts] = {"trigger": STROKE, "body": 0, "decay": 0.5, "stretch": 1.1}
    out = render("resonator", FRAMES, given)["out"]
    assert level_db(out, C4_HZ * 2.0**1.1) > level_db(out, C4_HZ * 2.0) + 40.0


def test_struck_in_the_middle_a_string_has_no_even_modes(render: Render) -> None:
    rendered = render("resonator", FRAMES, {"trigger": STROKE, "body": 0, "place": 0.5})
    assert rms(rendered["even"]) < 1e-6 < rms(rendered["odd"])
    rendered = render("resonator", FRAMES, {"trigger": STROKE, "body": 0, "place": 0.2})
    assert rendered["out"] == pytest.approx(rendered["odd"] + rendered["even"], abs=1e-9)


def test_a_hard_stroke_is_louder_and_brighter(render: Render) -> None:
    outs = [
        render("resonator", FRAMES, {"trigger": STROKE, "accent": accent})["out"][:9600] for accent in (10.0, 3.0)
    ]
    assert rms(outs[0]) > 2.0 * rms(outs[1])
    sharpness = [rms(np.diff(out)) / rms(out) for out in outs]
    assert sharpness[0] > 1.2 * sharpness[1]
    assert rms(render("resonator", FRAMES, {"trigger": STROKE, "accent": 0.0})["out"]) < 1e-9


def test_what_is_patched_in_makes_it_ring_as_loud_whatever_the_decay(render: Render) -> None:
    noise = np.random.default_rng(3).uniform(-5.0, 5.0, FRAMES)
    levels = [
        rms(render("resonator", FRAMES, {"audio": noise, "decay": decay})["out"][48000:]) for decay in (-1.0, 0.5)
    ]
    assert 0.5 < levels[0] < 5.0
    assert levels[1] == pytest.approx(levels[0], rel=0.5)


def test_modes_above_the_band_are_silent(render: Render) -> None:
    out = render("resonator", FRAMES, {"trigger": STROKE, "tune": 5.0, "body": 1, "decay": 0.5})["out"]
    cents, _ = ringing(out, C4_HZ * 32.0, 48000.0)
    assert abs(cents) < 0.02
    power = np.abs(np.fft.rfft(out * np.hanning(FRAMES)))
    power[round(C4_HZ * 64.0) - 400 : round(C4_HZ * 64.0) + 400] = 0.0
    assert 20.0 * np.log10(power[4000:].max() / np.abs(np.fft.rfft(out)).max()) < -60.0


def test_a_glide_makes_no_clicks_and_strokes_begin_without_one(render: Render) -> None:
    given: dict[str, Volts] = {"trigger": STROKE, "body": 0, "decay": 1.0, "brightness": 0.2, "damping": 0.0}
    still, gliding = (
        render("resonator", FRAMES, {**given, "voct": voct})["out"]
        for voct in (0.0, np.linspace(0.0, -0.5, FRAMES))
    )
    assert abs(still[0]) < 0.5
    assert np.abs(np.diff(gliding[9600:], 3)).max() < 1.1 * np.abs(np.diff(still[9600:], 3)).max()


def test_the_wildest_cables_leave_it_within_the_rails(render: Render) -> None:
    chance = np.random.default_rng(8)
    wild: dict[str, Volts] = {
        name: chance.normal(size=9600) * 1e6 for name in ("trigger", "voct", "accent", "audio")
    }
    for body in range(5):
        rendered = render("resonator", 9600, {**wild, "body": body, "decay": 1.5, "stretch": 1.25})
        assert all_finite(rendered)
        assert max(np.abs(volts).max() for volts in rendered.values()) <= 12.0
