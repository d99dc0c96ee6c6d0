"""Four rows of sixteen steps."""

import numpy as np
import pytest

from tests.rendering import Render, Volts

FRAMES = 40000
CLOCK = np.where(np.arange(FRAMES) % 1000 >= 500, 10.0, 0.0)


def row(name: str, pattern: str) -> dict[str, Volts]:
    return {f"{name}{number}": float(step == "x") for number, step in enumerate(pattern, 1)}


def played(gate: np.ndarray) -> str:
    return "".join("x" if volts > 5.0 else "." for volts in gate[750::1000])


@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_each_row_plays_the_steps_that_are_on(render: Render, name: str) -> None:
    pattern = "x..xx.x.....x.xx"
    heard = render("trigger_sequencer", FRAMES, {"clock": CLOCK, **row(name, pattern)})
    assert played(heard[name]) == (3 * pattern)[:40]
    assert not any(heard[other].any() for other in {"a", "b", "c", "d"} - {name})


def test_rows_of_different_lengths_run_against_each_other(render: Render) -> None:
    given = {"clock": CLOCK, **row("a", "x..."), **row("b", "x.."), "steps_a": 4.0, "steps_b": 3.0}
    heard = render("trigger_sequencer", FRAMES, given)
    assert played(heard["a"]) == 10 * "x..."
    assert played(heard["b"]) == (14 * "x..")[:40]
    assert played(heard["first"]) == 10 * "x..."


def test_a_gate_is_as_long_as_the_clock_is_high(render: Render) -> None:
    heard = render("trigger_sequencer", FRAMES, {"clock": CLOCK, **row("c", 16 * "x")})
    assert (heard["c"] == CLOCK).all()


@pytest.mark.parametrize("late", [-30, 0, 30, 400])
def test_the_clock_around_a_reset_or_else_the_next_is_the_first_step(render: Render, late: int) -> None:
    reset = np.zeros(FRAMES)
    reset[5500 + late : 5600 + late] = 10.0
    heard = render("trigger_sequencer", FRAMES, {"clock": CLOCK, "reset": reset, **row("a", "x")})
    assert played(heard["a"])[:12] == ("x....x......" if late < 100 else "x.....x.....")
