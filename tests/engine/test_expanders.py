"""Modules that stand side by side send each other messages, which take exactly one frame."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from livepatch.patch.edits import AddModule, Edit, ModuleEvent, Move, RemoveModule, SetBypass, SwapCode
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Fault
from tests.engine.playing import QUANTUM, Playing, cable, code, knob, uncable

FADE = 512
WAITING = ("self.count += 1.0", "self.count += 1.0 + 0.0")


def at(id: int, type: str, column: int, row: int = 0) -> Edit:
    return AddModule(PlacedModule(id=id, name=f"m{id}", type=type, source=type, position=(column, row)))


def rack(*edits: Edit) -> Playing:
    playing = Playing(code("mother"), code("mother", WAITING), code("child"), code("sine"), code("total"))
    playing.perform(*edits)
    return playing


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
def test_a_message_takes_exactly_one_frame_whichever_module_came_first(ids: tuple[int, int]) -> None:
    mother, child = ids
    playing = rack(*sorted((at(mother, "mother", 0), at(child, "child", 1)), key=lambda edit: edit.module.id))  # type: ignore[union-attr]
    out, first, second, heard = playing.outlets(
        10 * QUANTUM, (mother, "out"), (child, "first"), (child, "second"), (mother, "heard")
    )
    count = np.arange(1.0, 10 * QUANTUM + 1)
    assert_array_equal(out, count)
    assert_array_equal(first[1:], count[:-1])
    assert_array_equal(second, -first)
    assert_array_equal(heard[2:], 2.0 * count[:-2])
    assert not first[0]
    assert not heard[:2].any()


def test_a_cable_between_them_makes_no_difference_to_the_message() -> None:
    playing = rack(at(1, "mother", 0), at(2, "child", 1), at(3, "total", 2), cable(2, "first", 3, "a"))
    playing.perform(cable(1, "out", 3, "b", -1.0))
    playing.sound(2 * FADE)
    assert_array_equal(playing.volts(3, "out", QUANTUM), -1.0)
    playing.perform(uncable(1, "out", 3, "b"))
    playing.sound(FADE)


def test_only_neighbours_hear_each_other_and_are_told_when_one_comes_or_goes() -> None:
    playing = rack(at(1, "mother", 0), at(2, "sine", 1), at(3, "child", 2), at(4, "child", 3, row=1))
    first, changed = playing.outlets(QUANTUM, (3, "first"), (1, "changed"))
    assert not first.any()
    assert not changed.any()
    playing.perform(Move(2, (9, 0)))
    first, changed = playing.outlets(2 * QUANTUM, (3, "first"), (1, "changed"))
    assert_array_equal(np.diff(first[1:]), 1.0)
    assert_array_equal(changed, 1.0)
    playing.perform(RemoveModule(3))
    changed, heard = playing.outlets(QUANTUM, (1, "changed"), (1, "heard"))
    assert_array_equal(changed, -2.0)
    assert not heard.any()
    playing.perform(Move(4, (1, 0)))
    assert_array_equal(playing.volts(1, "changed", QUANTUM), 3.0)


def test_an_expander_at_the_wrong_side_hears_nothing() -> None:
    playing = rack(at(1, "child", 0), at(2, "mother", 1))
    first, changed = playing.outlets(QUANTUM, (1, "first"), (2, "changed"))
    assert not first.any()
    assert not changed.any()


def test_a_message_goes_on_through_new_code_and_stops_at_a_bypass() -> None:
    playing = rack(at(1, "mother", 0), at(2, "child", 1))
    playing.sound(4 * QUANTUM)
    playing.perform(SwapCode("mother", code("mother", WAITING).source), ModuleEvent(2, "on_reset"))
    during = playing.volts(2, "first", FADE)
    after, changed = playing.outlets(2 * QUANTUM, (2, "first"), (1, "changed"))
    assert np.abs(np.diff(np.concatenate([during, after]))).max() < 40.0
    assert_array_equal(after, np.arange(1.0, 2 * QUANTUM + 1) + 4 * QUANTUM + FADE - 1)
    assert_array_equal(changed, 1.0)
    playing.perform(SetBypass(1, True))
    playing.sound(FADE)
    assert not playing.volts(2, "first", QUANTUM).any()
    playing.perform(SetBypass(1, False))
    playing.sound(2 * FADE)
    assert_array_equal(np.diff(playing.volts(2, "first", QUANTUM)), 1.0)
    assert not [message for message in playing.messages if isinstance(message, Fault)]


@pytest.mark.parametrize("panic", [False, True])
def test_a_module_that_begins_anew_is_told_of_the_neighbour_that_has_stayed(*, panic: bool) -> None:
    playing = rack(at(1, "mother", 0), at(2, "child", 1))
    for column in (2, 1):
        playing.perform(Move(2, (column, column - 1)))
        playing.sound(FADE)
    if panic:
        playing.engine.panic()
    else:
        playing.perform(ModuleEvent(1, "on_reset"))
    playing.sound(2 * FADE)
    assert_array_equal(playing.volts(1, "changed", QUANTUM), 1.0)


FLAG = (
    ("    first = outlet()", "    a = inlet()\n    flag = outlet()\n    first = outlet()"),
    ("        self.first =", "        self.flag = 1.0 if self.left_neighbour else -1.0\n        self.first ="),
)


def test_voices_that_come_later_know_the_neighbour_too() -> None:
    playing = rack(at(1, "mother", 0), at(2, "child", 1))
    playing.engine.load(code("fan"))
    playing.engine.load(code("child", *FLAG)._replace(lanes=False, source="voices"))
    playing.perform(SwapCode("child", "voices"), at(3, "fan", 0, row=6), knob(3, "voices", 3.0))
    playing.sound(2 * FADE)
    playing.perform(cable(3, "out", 2, "a"))
    for _ in range(2):
        playing.sound(2 * FADE)
    flag = playing.engine.rack.seats[2].outlet("flag")
    assert flag.channels == 3
    assert_array_equal(list(flag.wide)[:3], 1.0)
