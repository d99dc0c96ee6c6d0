"""Two-operator FM: partials, aliases, tuning, index, feedback."""

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.voltage import C4_HZ
from tests.rendering import Render, Volts, all_finite, frequency, partials

SETTLE = 96000
COUNT = 1 << 15


def played(render: Render, hertz: float, **given: Volts) -> tuple[NDArray[np.float64], float]:
    """Peak volts of each partial of a tone near `hertz`, DC first, and the largest alias below 20 kHz in dB."""
    cycles = round(hertz * COUNT / 48000.0) | 1
    tune = float(np.log2(cycles * 48000.0 / COUNT / C4_HZ))
    signal = render("fm", COUNT + SETTLE, {"tune": tune, **given})["out"][SETTLE:]
    found, rest = partials(signal, cycles)
    heard = int(20000.0 * COUNT / 48000.0)
    return found, float(20.0 * np.log10(rest[:heard].max() / found[1:].max()))


@pytest.mark.parametrize(("hertz", "floor_db"), [(2000.0, -115.0), (5000.0, -90.0)])
@pytest.mark.parametrize(
    ("index", "ratio", "feedback"),
    [(1.0, 1.0, 0.0), (4.0, 1.0, 0.0), (12.0, 1.0, 0.0), (1.0, 3.0, 0.0), (1.0, 1.0, 1.0)],
)
def test_no_alias_is_heard(
    render: Render, hertz: float, floor_db: float, index: float, ratio: float, feedback: float
) -> None:
    _, alias_db = played(render, hertz, index=index, ratio=ratio, feedback=feedback)
    assert alias_db < floor_db


def test_at_10_khz_a_small_index_makes_none_either(render: Render) -> None:
    assert played(render, 10000.0, index=1.0)[1] < -100.0
    assert played(render, 10000.0, index=1.0, ratio=3.0)[1] < -85.0


@pytest.mark.parametrize("index", [0.5, 2.0, 5.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0, 3.0])
def test_the_partials_are_those_of_chowning(render: Render, index: float, ratio: float) -> None:
    found, _ = played(render, 300.0, index=index, ratio=ratio)
    turn = 2.0 * np.pi * np.arange(4096) / 4096
    expected = 2.0 * np.abs(np.fft.rfft(5.0 * np.sin(turn + index * np.sin(ratio * turn)))) / 4096
    assert found[1:30] == pytest.approx(expected[1:30], abs=2e-3)


@pytest.mark.parametrize("octave", range(-5, 6))
@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_a_volt_is_an_octave_over_ten_octaves(render: Render, octave: int, sample_rate: float) -> None:
    out = render("fm", 5 * round(sample_rate), {"voct": float(octave), "index": 0.0}, sample_rate=sample_rate)[
        "out"
    ]
    cents = 1200.0 * np.log2(frequency(out[SETTLE:], sample_rate) / (C4_HZ * 2.0**octave))
    assert abs(cents) < 0.1


def test_feedback_makes_the_modulator_a_saw_and_leaves_no_dc(render: Render) -> None:
    pure, _ = played(render, 300.0, index=0.5)
    fed, _ = played(render, 300.0, index=0.5, feedback=1.0)
    assert 20.0 * np.log10(fed[8] / pure[8]) > 40.0
    assert fed[0] < 0.005


def test_the_envelope_opens_the_index(render: Render) -> None:
    closed, _ = played(render, 300.0, index=4.0, envelope=0.0)
    assert closed[1] == pytest.approx(5.0, rel=1e-3)
    assert closed[2:].max() < 1e-6
    half, _ = played(render, 300.0, index=4.0, envelope=5.0)
    assert half[:40] == pytest.approx(played(render, 300.0, index=2.0)[0][:40], abs=1e-6)


def test_whole_ratios_snap(render: Render) -> None:
    for turned, snapped in ((0.2, 0.5), (2.4, 2.0)):
        given: dict[str, Volts] = {"ratio": turned, "ratio_kind": 1}
        assert (render("fm", 480, given)["out"] == render("fm", 480, {"ratio": snapped})["out"]).all()


def test_a_volt_of_phase_modulation_is_a_radian(render: Render) -> None:
    plain = render("fm", 2 * SETTLE, {"index": 0.0, "tune": -2.0})["out"][SETTLE:]
    bent = render("fm", 2 * SETTLE, {"index": 0.0, "tune": -2.0, "pm": np.pi})["out"][SETTLE:]
    assert bent == pytest.approx(-plain, abs=0.01)


def test_reset_starts_the_cycle_anew(render: Render) -> None:
    reset = np.zeros(9600)
    reset[5000:] = 10.0
    out = render("fm", 9600, {"reset": reset, "tune": 0.3})["out"]
    assert out[5100:5300] == pytest.approx(out[100:300], abs=0.05)


def test_the_wildest_cables_leave_it_finite_and_within_its_level(render: Render) -> None:
    chance = np.random.default_rng(2)
    wild = {name: chance.normal(size=9600) * 1e6 for name in ("voct", "pm", "envelope", "reset")}
    rendered = render("fm", 9600, {**wild, "feedback": 1.0, "index": 12.0, "ratio": 16.0})
    assert all_finite(rendered)
    assert np.abs(rendered["out"]).max() < 15.0
