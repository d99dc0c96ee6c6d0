"""The wavetable LFO: rate, waves, position, range, clock."""

import numpy as np
import pytest

from tests.rendering import Render, Volts, all_finite, frequency

PHASE = np.arange(24000) / 24000.0
WAVES = {
    0.0: 5.0 * np.sin(2.0 * np.pi * PHASE),
    1.0 / 3.0: 10.0 / np.pi * np.arcsin(np.sin(2.0 * np.pi * PHASE)),
    2.0 / 3.0: 10.0 * (PHASE - np.floor(PHASE + 0.5)),
    1.0: np.where(PHASE < 0.5, 5.0, -5.0),
}


@pytest.mark.parametrize("position", WAVES)
def test_it_goes_from_sine_to_triangle_saw_and_square(render: Render, position: float) -> None:
    found = render("wavetable_lfo", 24000, {"position": position})["out"]
    edges = np.abs(PHASE - np.round(2.0 * PHASE) / 2.0) < 1e-3
    assert found[~edges] == pytest.approx(WAVES[position][~edges], abs=1e-3)


def test_volts_move_the_position_through_their_depth(render: Render) -> None:
    moved = render("wavetable_lfo", 24000, {"position_cv": 10.0 / 3.0, "position_depth": 0.5})["out"]
    assert moved == pytest.approx(render("wavetable_lfo", 24000, {"position": 1.0 / 6.0})["out"], abs=1e-9)


@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_no_volts_are_two_hertz_and_fm_is_in_octaves(render: Render, sample_rate: float) -> None:
    out = render("wavetable_lfo", round(2.0 * sample_rate), {"fm": 2.0, "fm_depth": 0.5}, sample_rate=sample_rate)
    assert frequency(out["out"], sample_rate) == pytest.approx(4.0, rel=1e-4)


def test_inverted_and_unipolar_stay_in_their_range(render: Render) -> None:
    plain = render("wavetable_lfo", 24000, {"position": 0.5})["out"]
    for polarity, invert in ((0, 1), (1, 0), (1, 1)):
        found = render("wavetable_lfo", 24000, {"position": 0.5, "polarity": polarity, "invert": invert})["out"]
        assert found == pytest.approx(5.0 * polarity + (-plain if invert else plain), abs=1e-9)


def test_a_clock_sets_the_rate_and_a_reset_the_cycle(render: Render) -> None:
    clock = np.where(np.arange(240000) % 16000 < 100, 10.0, 0.0)
    out = render("wavetable_lfo", 240000, {"clock": clock, "rate": 1.0})["out"]
    assert frequency(out[40000:]) == pytest.approx(6.0, rel=1e-4)
    reset = np.zeros(24000)
    reset[5000:5100] = 10.0
    out = render("wavetable_lfo", 24000, {"reset": reset, "position": 2.0 / 3.0})["out"]
    assert out[5000] == pytest.approx(0.0, abs=1e-9)


def test_the_wildest_cables_leave_it_within_its_range(render: Render) -> None:
    chance = np.random.default_rng(6)
    wild: dict[str, Volts] = {
        name: chance.normal(size=9600) * 1e6 for name in ("fm", "reset", "clock", "position_cv")
    }
    rendered = render("wavetable_lfo", 9600, wild)
    assert all_finite(rendered)
    assert np.abs(rendered["out"]).max() <= 5.0 + 1e-9
