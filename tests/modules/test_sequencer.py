"""The sequencer: steps, gates, reset, and the millisecond after it."""

import numpy as np
import pytest

from tests.rendering import Render, Volts

CVS: dict[str, Volts] = {f"cv{number}": number / 8.0 for number in range(1, 9)}


def clock(frames: int, period: int, first: int = 0) -> np.ndarray:
    return 10.0 * ((np.arange(frames) - first) % period < period // 2) * (np.arange(frames) >= first)


def test_each_rise_of_the_clock_is_a_step(render: Render) -> None:
    rendered = render("sequencer", 10000, {**CVS, "clock": clock(10000, 1000)})
    steps = rendered["step_number"][::1000]
    assert list(steps) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0]
    assert rendered["cv"][::1000] == pytest.approx(steps / 8.0)
    assert (rendered["gate"] == clock(10000, 1000)).all()


def test_a_step_that_is_off_has_no_gate(render: Render) -> None:
    gate = render("sequencer", 8000, {"clock": clock(8000, 1000), "gate1": 0, "gate5": 0})["gate"]
    assert list(gate[10::1000]) == [0.0, 10.0, 10.0, 10.0, 0.0, 10.0, 10.0, 10.0]


@pytest.mark.parametrize("steps", [1, 3, 8])
def test_it_plays_as_many_steps_as_it_is_told(render: Render, steps: int) -> None:
    numbers = render("sequencer", 12000, {"steps": float(steps), "clock": clock(12000, 1000)})["step_number"]
    assert list(numbers[::1000]) == [float(number % steps + 1) for number in range(12)]


@pytest.mark.parametrize(("late", "second_step"), [(0, 1.0), (40, 1.0), (60, 2.0)])
def test_a_clock_within_a_millisecond_after_reset_is_the_first_step(
    render: Render, late: int, second_step: float
) -> None:
    reset = np.zeros(10000)
    reset[5000:5048] = 10.0
    given = {"clock": clock(10000, 1000, 200) * (np.arange(10000) < 4500), "reset": reset}
    given["clock"][5000 + late : 5500] = 10.0
    rendered = render("sequencer", 10000, given)
    assert rendered["step_number"][4999] == 6.0
    assert rendered["step_number"][5000] == 1.0
    assert rendered["step_number"][5400] == second_step
    assert rendered["gate"][5400] == 10.0


def test_the_knob_of_the_step_that_sounds_is_heard_at_once(render: Render) -> None:
    moving = np.linspace(0.0, 1.0, 500)
    assert (render("sequencer", 500, {"cv1": moving, "clock": 10.0})["cv"] == moving).all()
