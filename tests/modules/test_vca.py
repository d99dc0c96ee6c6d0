"""The amplifier: levels, responses, normalled cv."""

import numpy as np
import pytest

from tests.rendering import Render, all_finite

LINEAR, EXPONENTIAL, FOURTH_POWER = 0, 1, 2


@pytest.mark.parametrize(("cv", "gain"), [(10.0, 1.0), (5.0, 0.5), (0.0, 0.0), (-3.0, 0.0), (15.0, 1.0)])
def test_linear_is_the_share_of_ten_volts(render: Render, cv: float, gain: float) -> None:
    given = {"audio": 5.0, "cv": cv, "response": LINEAR}
    assert render("vca", 64, given)["out"][-1] == pytest.approx(5.0 * gain)


def test_exponential_goes_in_even_steps_of_decibels(render: Render) -> None:
    cv = np.linspace(6.0, 10.0, 5)
    out = render("vca", 5, {"audio": 1.0, "cv": cv, "response": EXPONENTIAL})["out"]
    assert out[-1] == pytest.approx(1.0)
    assert np.diff(20.0 * np.log10(out)) == pytest.approx(6.0, abs=0.1)
    assert render("vca", 1, {"audio": 5.0, "cv": 0.0, "response": EXPONENTIAL})["out"][0] == 0.0


def test_without_a_cable_at_cv_the_knob_alone_decides(render: Render) -> None:
    assert render("vca", 8, {"audio": 5.0, "level": 0.25})["out"][-1] == pytest.approx(1.25)


def test_the_wildest_cables_leave_it_finite(render: Render) -> None:
    chance = np.random.default_rng(4)
    for response in (LINEAR, EXPONENTIAL):
        audio, cv = chance.normal(size=(2, 640)) * 1e9
        assert all_finite(render("vca", 640, {"audio": audio, "cv": cv, "response": response}))


@pytest.mark.parametrize(("cv", "gain"), [(10.0, 0.5), (5.0, 0.5 / 16.0), (0.0, 0.0), (20.0, 0.5)])
def test_the_fourth_power_of_the_voltage_times_the_knob(render: Render, cv: float, gain: float) -> None:
    given = {"audio": 1.0, "cv": cv, "response": FOURTH_POWER, "level": 0.5}
    assert render("vca", 8, given)["out"][-1] == pytest.approx(gain)
