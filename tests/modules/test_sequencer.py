"""The sequencer: steps, gates, reset, and the millisecond after it."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import Playable
from tests.rendering import MODULES, Render, Volts, rises

Native = Callable[..., Playable]

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


def test_each_row_has_its_own_voltage_and_each_step_its_own_gate(render: Render) -> None:
    rows = {f"b{number}": -float(number) for number in range(1, 9)} | {f"c{number}": 2.0 for number in range(4, 9)}
    rendered = render("sequencer", 8000, {**CVS, **rows, "clock": clock(8000, 1000)})
    assert rendered["b"][::1000].tolist() == [-float(number) for number in range(1, 9)]
    assert rendered["c"][::1000].tolist() == [0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 2.0]
    at = np.array([rendered[f"at{number}"][::1000] for number in range(1, 9)])
    assert (at == 10.0 * np.eye(8)).all()


@pytest.mark.parametrize(
    ("given", "hertz"),
    [({}, 2.0), ({"tempo": 3.0}, 8.0), ({"tempo_cv": 2.0}, 8.0), ({"tempo_cv": 2.0, "tempo_depth": 0.5}, 4.0)],
)
def test_without_a_clock_it_has_its_own(native: Native, given: dict[str, float], hertz: float) -> None:
    rendered = native(MODULES / "sequencer.py").render(480000, given)
    assert rendered["gate"][0] == rendered["step_number"][0] * 10.0 == 10.0
    assert np.diff(rises(rendered["gate"], 5.0)) == pytest.approx(48000.0 / hertz, abs=1.0)
    assert (rendered["gate"] > 5.0).mean() == pytest.approx(0.5, abs=0.02)
    changes = np.flatnonzero(np.diff(rendered["step_number"]))
    assert changes == pytest.approx(48000.0 / hertz * np.arange(1, len(changes) + 1), abs=2.0)


def test_its_own_clock_is_the_same_interpreted(native: Native, interpreted: Native) -> None:
    flip = np.where((np.arange(20000) % 9000 > 8000), 10.0, 0.0)
    reset = np.where((np.arange(20000) % 7000 > 6900), 10.0, 0.0)
    given = {**CVS, "tempo": 4.0, "tempo_cv": 2.3, "run_flip": flip, "reset": reset, "gate_form": 1}
    path = MODULES / "sequencer.py"
    compiled, plain = (make(path).render(20000, given) for make in (native, interpreted))
    assert all(compiled[outlet] == pytest.approx(volts, abs=1e-9) for outlet, volts in plain.items())
    assert len(np.unique(compiled["step_number"])) == 8


def test_a_reset_begins_the_first_step_and_its_own_clock_anew(native: Native) -> None:
    reset = np.zeros(100000)
    reset[65000:65048] = 10.0
    rendered = native(MODULES / "sequencer.py").render(100000, {"reset": reset})
    assert rendered["step_number"][[64999, 65000, 88999, 89001]].tolist() == [3.0, 1.0, 1.0, 2.0]
    assert rendered["gate"][[65000, 76999, 77001]].tolist() == [10.0, 10.0, 0.0]
    assert np.flatnonzero(rendered["reset_out"]).tolist() == list(range(65000, 65048))


def test_a_rise_at_run_stops_it_and_the_next_lets_it_go_on(render: Render) -> None:
    flip = np.zeros(10000)
    flip[2600:2700] = flip[6100:6200] = 10.0
    rendered = render("sequencer", 10000, {"clock": clock(10000, 1000), "run_flip": flip})
    assert rendered["step_number"][::1000].tolist() == [1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0, 4.0, 5.0, 6.0]
    assert not rendered["gate"][2600:6100].any()
    assert np.flatnonzero(rendered["run_out"]).tolist() == [*range(2600, 2648), *range(6100, 6148)]


def test_gates_can_be_triggers_of_a_millisecond(render: Render) -> None:
    gate = render("sequencer", 4000, {"clock": clock(4000, 1000), "gate_form": 1, "gate3": 0})["gate"]
    starts = (0, 1000, 3000)
    assert np.flatnonzero(gate).tolist() == [frame for start in starts for frame in range(start, start + 48)]


def test_a_volt_is_a_step_more(render: Render) -> None:
    given: dict[str, Volts] = {"steps": 2.0, "steps_cv": 4.0, "steps_depth": 0.5, "clock": clock(12000, 1000)}
    rendered = render("sequencer", 12000, given)
    assert rendered["step_number"].max() == 4.0
    assert rendered["step_count"][-1] == 3.0


def test_a_push_of_advance_is_a_clock_with_a_gate_as_long_as_it_is_held(native: Native) -> None:
    sequencer = native(MODULES / "sequencer.py")
    sequencer.render(64, {"clock": 0.0})
    for step in (2.0, 3.0):
        held = sequencer.render(64, {"clock": 0.0, "advance": True})
        assert (held["step_number"] == step).all()
        assert held["gate"].all()
        assert not sequencer.render(64, {"clock": 0.0})["gate"].any()


def test_the_light_of_the_step_that_is_played_is_on(native: Native) -> None:
    sequencer = native(MODULES / "sequencer.py")
    sequencer.render(4100, {"clock": clock(4100, 1000)})
    sequencer.render(64, {"clock": 10.0})
    assert [getattr(sequencer.module, f"step{number}") for number in range(1, 9)] == [0.0] * 4 + [1.0] + [0.0] * 3


def test_in_sync_it_steps_with_the_transport_and_begins_again_with_it(render: Render) -> None:
    frames = np.arange(24000)
    beats = np.where(frames < 14000, frames, frames - 14000) / 4000.0
    plays = np.where((frames >= 6100) & (frames < 7100), 0.0, 1.0)
    given: dict[str, Volts] = {"sync": 1, "tempo": 2.0, "beats": beats, "swung": beats, "plays": plays}
    heard = render("sequencer", 24000, given)
    numbers = heard["step_number"]
    assert numbers[:14000:500].tolist() == [float(number // 4 % 8 + 1) for number in range(28)]
    assert numbers[14000:22000:500].tolist() == [float(number // 4 % 8 + 1) for number in range(16)]
    assert not heard["gate"][6100:7100].any()
