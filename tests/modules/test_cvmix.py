"""Three voltages in one."""

import numpy as np
import pytest

from tests.rendering import Render, Volts


def test_each_voltage_is_scaled_and_all_are_added(render: Render) -> None:
    given = {"in1": 8.0, "in2": 4.0, "in3": -2.0, "level1": 0.5, "level2": -1.0, "level3": 0.25}
    assert render("cvmix", 2, given)["mix"][-1] == pytest.approx(-0.5)


def test_without_a_cable_the_first_is_ten_volts_and_the_others_are_none(render: Render) -> None:
    assert render("cvmix", 2, {"level1": 0.3, "level2": 1.0, "level3": 1.0})["mix"][-1] == pytest.approx(3.0)


def test_voices_are_mixed_each_with_each(render: Render) -> None:
    given: dict[str, Volts] = {"in2": np.tile([1.0, 2.0], (64, 1)), "level1": 0.1, "level2": 1.0}
    assert render("cvmix", 64, given)["mix"][-1] == pytest.approx([2.0, 3.0])
