"""Rhythms as even as they can be."""

import numpy as np
import pytest

from tests.rendering import Render, Volts

PERIOD = 100
KNOWN = {(3, 8): "x..x..x.", (4, 16): "x...x...x...x...", (1, 5): "x....", (5, 5): "xxxxx", (0, 4): "...."}
BJORKLUND = {
    (5, 8): "x.xx.xx.",
    (2, 5): "x.x..",
    (7, 16): "x..x.x.x..x.x.x.",
    (5, 12): "x..x.x..x.x.",
    (4, 9): "x.x.x.x..",
}


def clock(count: int) -> np.ndarray:
    return np.where(np.arange(count * PERIOD) % PERIOD >= 50, 10.0, 0.0)


def rhythm(render: Render, count: int, **given: Volts) -> str:
    heard = render("euclidean", count * PERIOD, {"clock": clock(count), **given})
    hits, rests = heard["gate"][75::PERIOD] > 5.0, heard["rest"][75::PERIOD] > 5.0
    assert (hits != rests).all()
    return "".join("x" if hit else "." for hit in hits)


@pytest.mark.parametrize(("hits", "steps"), list(KNOWN))
def test_the_first_step_is_a_hit_and_the_rest_as_in_the_book(render: Render, hits: int, steps: int) -> None:
    assert rhythm(render, 2 * steps, hits=float(hits), steps=float(steps)) == 2 * KNOWN[hits, steps]


@pytest.mark.parametrize(("hits", "steps"), list(BJORKLUND))
def test_it_is_bjorklunds_rhythm_wherever_that_begins(render: Render, hits: int, steps: int) -> None:
    assert rhythm(render, steps, hits=float(hits), steps=float(steps)) in 2 * BJORKLUND[hits, steps]


@pytest.mark.parametrize("steps", [7, 13, 32])
def test_no_two_distances_between_hits_differ_by_more_than_a_step(render: Render, steps: int) -> None:
    for hits in range(1, steps + 1, 3):
        played = rhythm(render, steps, hits=float(hits), steps=float(steps))
        at = np.flatnonzero([step == "x" for step in played + played])
        assert played.count("x") == hits
        assert np.ptp(np.diff(at)) <= 1


@pytest.mark.parametrize(
    ("rotation", "expected"), [(1, ".x..x..x"), (-1, "..x..x.x"), (8, "x..x..x."), (11, ".x.x..x.")]
)
def test_rotation_begins_that_many_steps_later(render: Render, rotation: int, expected: str) -> None:
    assert rhythm(render, 8, hits=3.0, steps=8.0, rotation=float(rotation)) == expected


def test_gates_are_as_long_as_the_clock_is_high_and_first_marks_the_first(render: Render) -> None:
    heard = render("euclidean", 1200, {"clock": clock(12), "steps": 4.0, "hits": 4.0})
    assert (heard["gate"] == clock(12)).all()
    assert np.flatnonzero(heard["first"] > 5.0)[::50].tolist() == [50, 450, 850]


@pytest.mark.parametrize("late", [-30, 0, 30, 400])
def test_the_clock_around_a_reset_or_else_the_next_is_the_first_step(render: Render, late: int) -> None:
    frames = 12000
    gates = np.where((np.arange(frames) - 500) % 1000 < 500, 10.0, 0.0)
    reset = np.zeros(frames)
    reset[5500 + late : 5600 + late] = 10.0
    first = render("euclidean", frames, {"clock": gates, "reset": reset, "steps": 16.0})["first"]
    after = np.flatnonzero(first[6400:] > 5.0)
    assert first[(5900 if late < 100 else 6600)] == 10.0
    assert len(after) == (0 if late < 100 else 500)
