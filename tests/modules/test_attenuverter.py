"""Eight voltages, turned down and over."""

import numpy as np
import pytest

from tests.rendering import Render


def test_a_voltage_is_made_smaller_and_turned_over(render: Render) -> None:
    out = render("attenuverter", 8, {"in3": 4.0, "gain3": 0.5, "in5": 4.0, "gain5": -1.0})
    assert out["out3"][-1] == pytest.approx(2.0)
    assert out["out5"][-1] == pytest.approx(-4.0)


def test_without_cables_it_gives_steady_voltages(render: Render) -> None:
    out = render("attenuverter", 8, {"gain1": 0.25, "gain8": -0.5})
    assert (out["out1"][-1], out["out8"][-1]) == (pytest.approx(2.5), pytest.approx(-5.0))


def test_an_inlet_without_a_cable_takes_the_one_above(render: Render) -> None:
    out = render("attenuverter", 8, {"in2": 3.0, "gain1": 1.0, "gain2": 1.0, "gain3": 1.0, "gain8": 1.0})
    assert [out[f"out{number}"][-1] for number in (1, 2, 3, 8)] == pytest.approx([10.0, 3.0, 3.0, 3.0])


def test_each_row_carries_the_voices_that_come_in_there(render: Render) -> None:
    chord = np.tile([1.0, 2.0, 4.0], (64, 1))
    out = render("attenuverter", 64, {"in3": chord, "in5": 6.0, "gain3": -0.5, "gain4": 0.25, "gain5": 0.5})
    assert out["out3"][-1].tolist() == [-0.5, -1.0, -2.0]
    assert out["out4"][-1].tolist() == [0.25, 0.5, 1.0]
    assert out["out5"].tolist() == [3.0] * 64
