"""Voltages taken and kept."""

import numpy as np

from tests.rendering import Render

SAMPLE, TRACK = 0, 1
RAMP = np.arange(12.0)
TRIGGER = np.array([0, 0, 5, 5, 5, 0, 0, 5, 0, 0.5, 5, 0], float)


def test_it_takes_the_voltage_where_the_trigger_rises(render: Render) -> None:
    out = render("sample_hold", 12, {"mode": SAMPLE, "audio": RAMP, "trigger": TRIGGER})["out"]
    assert out.tolist() == [0, 0, 2, 2, 2, 2, 2, 7, 7, 7, 10, 10]


def test_it_follows_while_the_gate_is_on(render: Render) -> None:
    out = render("sample_hold", 12, {"mode": TRACK, "audio": RAMP, "trigger": TRIGGER})["out"]
    assert out.tolist() == [0, 0, 2, 3, 4, 4, 4, 7, 7, 7, 10, 10]
