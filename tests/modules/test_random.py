"""Random: rate, chance, spread, the four ways from one voltage to the next."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rendering import Render, Volts, all_finite, rises

RATE_HZ = 100.0
FRAMES = 96000


def steps(volts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The voltages that it jumps to."""
    jumps: NDArray[np.float64] = volts[1:][np.diff(volts) != 0.0]
    return jumps


def at_100_hz(**given: Volts) -> dict[str, Volts]:
    return {"rate": float(np.log2(RATE_HZ / 2.0)), "shape": 0.0, **given}


def test_new_voltages_come_at_the_rate_and_an_octave_faster_by_a_volt(render: Render) -> None:
    assert len(rises(render("random", FRAMES, at_100_hz())["triggered"], 5.0)) == pytest.approx(200, abs=1)
    faster = render("random", FRAMES, at_100_hz(rate_cv=2.0, rate_depth=0.5))
    assert len(rises(faster["triggered"], 5.0)) == pytest.approx(400, abs=1)


def test_every_voltage_of_the_range_is_as_likely_and_none_says_what_comes_next(render: Render) -> None:
    for polarity, low in ((0, -5.0), (1, 0.0)):
        given = at_100_hz(rate=9.9, polarity=polarity)
        found = steps(render("random", FRAMES, given)["stepped"])
        counts, _ = np.histogram(found, 5, (low, low + 10.0))
        assert len(found) > 3500
        assert counts.sum() == len(found)
        assert np.abs(counts / len(found) - 0.2).max() < 0.03
        around = found - low - 5.0
        assert abs(np.mean(around[1:] * around[:-1])) < 0.5


def test_a_small_spread_stays_near(render: Render) -> None:
    found = steps(render("random", FRAMES, at_100_hz(spread=0.1))["stepped"])
    assert np.abs(np.diff(found)).max() < 1.0
    wide = steps(render("random", FRAMES, at_100_hz(spread=0.1, spread_cv=9.0, spread_depth=1.0))["stepped"])
    assert np.abs(np.diff(wide)).max() > 5.0


def test_the_probability_is_that_of_a_new_voltage(render: Render) -> None:
    given = at_100_hz(rate=8.0, probability=0.5, probability_cv=-2.5, probability_depth=1.0)
    found = rises(render("random", FRAMES, given)["triggered"], 5.0)
    assert len(found) == pytest.approx(0.25 * 2.0 * 512.0, rel=0.15)
    assert not len(steps(render("random", FRAMES, at_100_hz(probability=0.0))["stepped"]))


def test_triggers_take_over_the_rate_and_an_external_voltage_is_sampled(render: Render) -> None:
    trigger = np.where(np.arange(FRAMES) % 6000 < 48, 10.0, 0.0)
    ramp = np.linspace(-5.0, 5.0, FRAMES)
    rendered = render("random", FRAMES, {"trigger": trigger, "external": ramp, "shape": 0.0})
    assert rendered["stepped"][6000:12000] == pytest.approx(ramp[6000], abs=1e-12)
    assert (np.flatnonzero(np.diff(rendered["stepped"])) + 1).tolist() == list(range(0, FRAMES, 6000))[1:]


def test_each_way_arrives_when_the_next_leaves(render: Render) -> None:
    trigger = np.where(np.arange(FRAMES) % 6000 < 48, 10.0, 0.0)
    external = np.where(np.arange(FRAMES) // 6000 % 2 == 1, 4.0, 0.0)
    rendered = render("random", FRAMES, {"trigger": trigger, "external": external, "shape": 1.0})
    rise = {name: volts[18000:24000] for name, volts in rendered.items()}
    time = (np.arange(6000) + 1.0) / 6000.0
    assert rise["linear"] == pytest.approx(4.0 * time, abs=0.01)
    assert rise["exponential"] == pytest.approx(4.0 * time, abs=0.01)
    assert rise["smooth"] == pytest.approx(2.0 - 2.0 * np.cos(np.pi * time), abs=0.01)
    assert len(np.unique(np.round(rise["stepped"], 6))) == pytest.approx(16, abs=1)
    half = render("random", FRAMES, {"trigger": trigger, "external": external, "shape": 0.5})
    assert half["linear"][18000 + 1500] == pytest.approx(2.0, abs=0.01)
    assert half["linear"][18000 + 3001 : 24000] == pytest.approx(4.0, abs=1e-9)
    assert half["exponential"][18000 + 600] > half["linear"][18000 + 600] + 0.5


def test_a_trigger_lasts_a_millisecond(render: Render) -> None:
    triggered = render("random", FRAMES, at_100_hz())["triggered"]
    assert (triggered > 0.0).sum() / len(rises(triggered, 5.0)) == pytest.approx(48.0, abs=1.0)


def test_the_wildest_cables_leave_it_finite(render: Render) -> None:
    chance = np.random.default_rng(5)
    wild = {f"{name}_cv": 1e9 * chance.normal(size=9600) for name in ("rate", "shape", "probability", "spread")}
    depths = {f"{name}_depth": 1.0 for name in ("rate", "shape", "probability", "spread")}
    rendered = render("random", 9600, {**wild, **depths})
    assert all_finite(rendered)
    assert max(np.abs(volts).max() for volts in rendered.values()) <= 10.0
