"""Voltages moved."""

import pytest

from tests.rendering import Render


def test_a_voltage_is_scaled_and_then_moved(render: Render) -> None:
    assert render("offset", 2, {"audio": 4.0, "scale": -0.5, "offset": 7.0})["out"][-1] == pytest.approx(5.0)


def test_without_a_cable_it_is_a_steady_voltage(render: Render) -> None:
    assert (render("offset", 100, {"offset": -2.5})["out"] == -2.5).all()
