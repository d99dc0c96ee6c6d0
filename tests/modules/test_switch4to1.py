"""Four signals let through in turn."""

import numpy as np
import pytest

from tests.rendering import Render, Volts

FOUR: dict[str, Volts] = {"in1": 1.0, "in2": 2.0, "in3": 3.0, "in4": 4.0}
CLOCK = np.where(np.arange(10000) % 1000 >= 500, 10.0, 0.0)


@pytest.mark.parametrize(("steps", "count"), [(0, 2), (1, 3), (2, 4)])
def test_each_rise_of_the_clock_lets_the_next_inlet_through(render: Render, steps: int, count: int) -> None:
    out = render("switch4to1", 10000, {**FOUR, "clock": CLOCK, "steps": steps})["out"]
    assert out[499::1000].tolist() == [1.0 + step % count for step in range(10)]


def test_reset_goes_back_to_the_first(render: Render) -> None:
    reset = np.zeros(10000)
    reset[2700:2710] = 10.0
    out = render("switch4to1", 10000, {**FOUR, "clock": CLOCK, "reset": reset})["out"]
    assert out[[2699, 2700, 3600]].tolist() == [4.0, 1.0, 2.0]


@pytest.mark.parametrize(("fade", "jump"), [(0, 1.0), (1, 1.0 / 240.0)])
def test_it_jumps_or_fades_over_five_milliseconds(render: Render, fade: int, jump: float) -> None:
    out = render("switch4to1", 1000, {**FOUR, "clock": CLOCK[:1000], "fade": fade})["out"]
    assert np.abs(np.diff(out)).max() == pytest.approx(jump, rel=1e-6)
    assert out[-1] == pytest.approx(2.0)


def test_voices_come_through_as_many_as_the_inlet_with_the_most_has(render: Render) -> None:
    chord = np.tile([1.0, 2.0, 4.0], (1000, 1))
    out = render("switch4to1", 1000, {"in1": 5.0, "in2": chord, "clock": CLOCK[:1000]})["out"]
    assert out[499].tolist() == [5.0, 5.0, 5.0]
    assert out[500].tolist() == [1.0, 2.0, 4.0]
