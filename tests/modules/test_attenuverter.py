"""Eight voltages, turned down and over."""

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
