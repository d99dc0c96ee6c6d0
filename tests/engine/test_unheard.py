"""Outlets that nobody hears are computed now and then, for their meters, and all the time while somebody does."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from livepatch.engine.node import LISTEN_QUANTA
from tests.engine.playing import QUANTUM, Playing, add, cable, code, uncable

FADE = 256


def playing() -> Playing:
    made = Playing(code("counter"), code("sum_up"), tapping=False)
    made.perform(add(1, "counter"), add(2, "sum_up"))
    made.sound(QUANTUM)
    return made


def heard(made: Playing) -> bool:
    return bool(getattr(made.engine.rack.seats[1].module, "is__heard_number"))  # noqa: B009 - it is not declared


def written(made: Playing) -> np.ndarray:
    return np.array(list(made.engine.rack.seats[1].outlet("number").block))


def test_a_cable_makes_an_outlet_heard_until_it_has_faded_out() -> None:
    made = playing()
    assert not heard(made)
    made.perform(cable(1, "number", 2, "a"))
    made.sound(QUANTUM)
    assert heard(made)
    made.perform(uncable(1, "number", 2, "a"))
    made.sound(QUANTUM)
    assert heard(made)
    made.sound(FADE + QUANTUM)
    assert not heard(made)


def test_what_a_module_remembers_goes_on_while_nobody_hears_it() -> None:
    made = playing()
    made.sound(9 * QUANTUM)
    made.perform(cable(1, "number", 2, "a"))
    made.sound(QUANTUM)
    assert_array_equal(written(made), np.arange(10 * QUANTUM, 11 * QUANTUM))


def test_an_outlet_that_nobody_hears_has_a_meter_all_the_same() -> None:
    made = playing()
    slot = made.engine.rack.seats[1].outlet("number").slot
    before = made.engine.graph.levels[slot]
    shown = []
    for _ in range(2 * LISTEN_QUANTA):
        made.sound(QUANTUM)
        shown.append(made.engine.graph.levels[slot])
    assert sum(after > one for one, after in zip([before, *shown], shown, strict=False)) == 2
    assert max(shown) > (2 * LISTEN_QUANTA - LISTEN_QUANTA) * QUANTUM


def test_a_meter_falls_as_fast_whether_its_outlet_is_heard_or_not() -> None:
    made = Playing(code("faulty"), tapping=False)
    made.perform(add(1, "faulty", place=0.0))
    made.sound(2 * LISTEN_QUANTA * QUANTUM)
    graph, slot = made.engine.graph, made.engine.rack.seats[1].outlet("out").slot
    graph.levels[slot] = 8.0
    made.sound(4 * LISTEN_QUANTA * QUANTUM)
    assert graph.levels[slot] == pytest.approx(8.0 * graph.fall ** (4 * LISTEN_QUANTA))
