"""Modules that use the ports and knobs of the module beside them, as if they were their own."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from livepatch.patch.edits import AddModule, Edit, ModuleEvent, Move, RemoveModule, SetBypass, SwapCode
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Fault
from tests.engine.playing import QUANTUM, Playing, cable, code, gain, knob, uncable

FADE = 512
NO_AUDIO = (
    ("audio = inlet(normal=0.25)", "sound = inlet()"),
    ('side = inlet(normal="audio")', "side = inlet()"),
    ("    double = outlet()", ""),
    ("level = knob(0.0, 2.0, 1.0)", 'level = switch("low", "high")'),
)
LOUDER = (("* self.level", "* self.level * 2.0"),)
RAISES = (("self.tapped = self.own", "self.tapped = 1.0 / (self.own - 0.5)"),)
DESK, ANNEX, SINE, TOTAL = 1, 2, 3, 4


def at(id: int, type: str, column: int, row: int = 0) -> Edit:
    return AddModule(PlacedModule(id=id, name=f"m{id}", type=type, source=type, position=(column, row)))


def rack(*edits: Edit) -> Playing:
    types = ("desk", "hall", "annex", "sine", "total", "constant", "fan", "sum_up")
    playing = Playing(
        *(code(type) for type in types), code("annex", *NO_AUDIO), code("desk", *LOUDER), code("desk", *RAISES)
    )
    playing.perform(*edits)
    playing.sound(FADE)
    return playing


def pair() -> Playing:
    return rack(
        at(DESK, "desk", 0), at(ANNEX, "annex", 1), at(SINE, "sine", 0, row=5), at(TOTAL, "total", 5, row=5)
    )


def faults(playing: Playing) -> list[Fault]:
    return [message for message in playing.messages if isinstance(message, Fault)]


def steepest(heard: NDArray[np.float64]) -> float:
    return float(np.abs(np.diff(heard)).max())


def test_what_stands_at_a_neighbours_inlet_is_read_in_the_same_frame() -> None:
    playing = pair()
    playing.perform(cable(SINE, "out", ANNEX, "audio"), knob(ANNEX, "level", 0.5))
    playing.sound(FADE)
    sine, out, tapped = playing.outlets(FADE, (SINE, "out"), (DESK, "out"), (DESK, "tapped"))
    assert np.abs(sine).max() > 4.9
    assert_array_equal(out, 0.5 * sine)
    assert_allclose(tapped, 0.5 + 100.0 * sine, atol=1e-9)


def test_an_inlet_without_a_cable_is_read_with_its_normal() -> None:
    playing = pair()
    assert_array_equal(playing.volts(DESK, "out", QUANTUM), 0.25)
    assert_array_equal(playing.volts(DESK, "tapped", QUANTUM), 25.5)
    playing.perform(cable(SINE, "out", ANNEX, "side", 0.0))
    playing.sound(FADE)
    assert_array_equal(playing.volts(DESK, "tapped", QUANTUM), 0.5)


def test_a_neighbours_knob_is_smoothed_takes_its_cables_and_stays_in_its_range() -> None:
    playing = pair()
    playing.perform(knob(ANNEX, "level", 0.0))
    out = playing.volts(DESK, "out", 2 * QUANTUM)
    assert steepest(out) == pytest.approx(0.25 / QUANTUM)
    assert not out[-1]
    playing.perform(cable(SINE, "out", ANNEX, "level"))
    playing.sound(FADE)
    sine, out = playing.outlets(FADE, (SINE, "out"), (DESK, "out"))
    assert_allclose(out, 0.25 * np.clip(sine, 0.0, 2.0), atol=1e-12)
    playing.perform(gain((SINE, "out", ANNEX, "level"), 0.1))
    playing.sound(FADE)
    sine, out = playing.outlets(FADE, (SINE, "out"), (DESK, "out"))
    assert_allclose(out, 0.25 * np.clip(0.1 * sine, 0.0, 2.0), atol=1e-12)


def test_switches_buttons_and_cables_of_a_neighbour_are_seen() -> None:
    playing = pair()
    assert playing.volts(DESK, "says", QUANTUM)[-1] == 1001.0
    playing.perform(knob(ANNEX, "mode", 2.0), knob(ANNEX, "hold", 1.0), cable(ANNEX, "double", TOTAL, "a"))
    assert playing.volts(DESK, "says", QUANTUM)[-1] == 1112.0
    playing.perform(knob(ANNEX, "hold", 0.0), uncable(ANNEX, "double", TOTAL, "a"))
    assert playing.volts(DESK, "says", QUANTUM)[-1] == 1002.0


def test_a_neighbours_outlet_that_is_written_is_heard_in_the_same_frame() -> None:
    playing = pair()
    playing.perform(cable(SINE, "out", ANNEX, "audio"), cable(ANNEX, "double", TOTAL, "a"))
    playing.sound(FADE)
    sine, out = playing.outlets(FADE, (SINE, "out"), (TOTAL, "out"))
    assert_array_equal(out, 2.0 * sine)
    meter = playing.engine.rack.seats[ANNEX].slot("double")
    assert playing.engine.graph.levels[meter] == pytest.approx(10.0, rel=0.05)


def test_a_feedback_through_a_neighbour_takes_one_sample() -> None:
    playing = pair()
    playing.perform(
        cable(DESK, "out", ANNEX, "audio", 0.5), knob(ANNEX, "level", 2.0), cable(SINE, "out", DESK, "audio")
    )
    playing.sound(FADE)
    sine, out = playing.outlets(2 * QUANTUM, (SINE, "out"), (DESK, "out"))
    assert_allclose(out[1:], 2.0 * (sine[1:] + 0.5 * out[:-1]), rtol=1e-9)


@pytest.mark.parametrize(
    "away", [Move(ANNEX, (1, 1)), RemoveModule(ANNEX), SetBypass(ANNEX, True), Move(SINE, (1, 0))]
)
def test_a_neighbour_that_goes_is_read_as_0_without_a_click(away: Edit) -> None:
    playing = pair()
    playing.perform(cable(SINE, "out", ANNEX, "audio"), cable(ANNEX, "double", TOTAL, "a"))
    playing.sound(FADE)
    if isinstance(away, Move) and away.id == SINE:
        playing.perform(Move(ANNEX, (2, 0)))
    before, _ = playing.outlets(FADE, (DESK, "out"), (TOTAL, "out"))
    playing.perform(away)
    out, total = playing.outlets(2 * FADE, (DESK, "out"), (TOTAL, "out"))
    assert steepest(np.concatenate([before[-1:], out])) < 1.3 * steepest(before)
    assert steepest(total) < 2.6 * steepest(before)
    assert not out[-QUANTUM:].any()
    assert not total[-QUANTUM:].any()
    assert playing.volts(DESK, "says", QUANTUM)[-1] == 0.0
    assert playing.volts(DESK, "changed", QUANTUM)[-1] == 2.0
    assert not faults(playing)


def test_a_neighbour_of_another_type_or_at_the_other_side_is_none() -> None:
    playing = rack(at(1, "annex", 0), at(2, "desk", 1), at(3, "total", 2))
    out, changed = playing.outlets(QUANTUM, (2, "out"), (2, "changed"))
    assert not out.any()
    assert not changed.any()


def test_a_neighbour_comes_without_a_click() -> None:
    playing = rack(at(1, "desk", 0), at(2, "annex", 4, row=1))
    assert not playing.volts(1, "out", QUANTUM).any()
    playing.perform(Move(2, (4, 0)))
    out = playing.volts(1, "out", FADE)
    assert steepest(out) < 0.25 / QUANTUM * 1.3
    assert out[-1] == 0.25


def test_new_code_of_a_neighbour_without_those_ports_is_read_as_0_and_old_code_brings_them_back() -> None:
    playing = pair()
    playing.perform(cable(SINE, "out", ANNEX, "audio"), cable(ANNEX, "double", TOTAL, "a"))
    playing.sound(FADE)
    playing.perform(SwapCode("annex", code("annex", *NO_AUDIO).source))
    playing.sound(2 * FADE)
    out, total = playing.outlets(QUANTUM, (DESK, "out"), (TOTAL, "out"))
    assert not out.any()
    assert not total.any()
    playing.perform(SwapCode("annex", "annex"))
    playing.sound(2 * FADE)
    sine, out, total = playing.outlets(FADE, (SINE, "out"), (DESK, "out"), (TOTAL, "out"))
    assert_array_equal(out, sine)
    assert_array_equal(total, 2.0 * sine)
    assert not faults(playing)


def test_new_code_of_the_module_itself_goes_on_with_its_neighbour() -> None:
    playing = pair()
    playing.perform(cable(SINE, "out", ANNEX, "audio"), cable(ANNEX, "double", TOTAL, "a"))
    playing.sound(FADE)
    playing.perform(SwapCode("desk", code("desk", *LOUDER).source))
    playing.sound(2 * FADE)
    sine, out, total, changed = playing.outlets(
        FADE, (SINE, "out"), (DESK, "out"), (TOTAL, "out"), (DESK, "changed")
    )
    assert_array_equal(out, 2.0 * sine)
    assert_array_equal(total, 2.0 * sine)
    assert_array_equal(changed, 1.0)


@pytest.mark.parametrize("panic", [False, True])
def test_a_module_that_begins_anew_is_told_of_the_neighbour_that_has_stayed(*, panic: bool) -> None:
    playing = pair()
    playing.perform(SetBypass(ANNEX, True))
    playing.sound(2 * FADE)
    playing.perform(SetBypass(ANNEX, False))
    playing.sound(FADE)
    assert playing.volts(DESK, "changed", QUANTUM)[-1] == 3.0
    if panic:
        playing.engine.panic()
    else:
        playing.perform(ModuleEvent(DESK, "on_reset"))
    playing.sound(2 * FADE)
    seen, changed = playing.outlets(QUANTUM, (DESK, "seen"), (DESK, "changed"))
    assert_array_equal(seen, 1.0)
    assert_array_equal(changed, 1.0)
    assert not faults(playing)


@pytest.mark.parametrize("panic", [False, True])
def test_a_module_that_begins_anew_alone_is_told_of_none(*, panic: bool) -> None:
    playing = rack(at(DESK, "desk", 0))
    if panic:
        playing.engine.panic()
    else:
        playing.perform(ModuleEvent(DESK, "on_reset"))
    playing.sound(2 * FADE)
    assert_array_equal(playing.volts(DESK, "changed", QUANTUM), 0.0)


@pytest.mark.parametrize("comes", [True, False])
def test_a_bypassed_module_hears_afterwards_which_neighbour_came_or_went(*, comes: bool) -> None:
    playing = pair()
    if comes:
        playing.perform(Move(ANNEX, (1, 7)))
        playing.sound(2 * FADE)
    assert playing.volts(DESK, "seen", QUANTUM)[-1] == float(not comes)
    playing.perform(SetBypass(DESK, True))
    playing.sound(2 * FADE)
    playing.perform(Move(ANNEX, (1, 0) if comes else (1, 7)))
    playing.sound(2 * FADE)
    playing.perform(SetBypass(DESK, False))
    playing.sound(2 * FADE)
    assert_array_equal(playing.volts(DESK, "seen", QUANTUM), float(comes))


@pytest.mark.parametrize("together", [True, False])
def test_voices_that_come_later_know_the_neighbour_too(*, together: bool) -> None:
    playing = pair()
    desk = code("desk")._replace(lanes=together, source="voices")
    playing.engine.load(desk)
    playing.perform(SwapCode("desk", "voices"), at(5, "fan", 0, row=6), knob(5, "voices", 1.0))
    playing.perform(cable(5, "out", DESK, "audio"))
    playing.sound(2 * FADE)
    playing.perform(knob(5, "voices", 3.0))
    playing.sound(2 * FADE)
    playing.sound(FADE)
    node = playing.engine.rack.seats[DESK].node
    assert node is not None
    assert node.current.module.lanes == together
    seen = playing.engine.rack.seats[DESK].outlet("seen")
    assert seen.channels == 3
    assert_array_equal(list(seen.wide)[:3], 1.0)


def test_a_module_that_goes_leaves_its_neighbours_outlet_silent_without_a_click() -> None:
    playing = pair()
    playing.perform(cable(SINE, "out", ANNEX, "audio"), cable(ANNEX, "double", TOTAL, "a"))
    playing.sound(FADE)
    before = playing.volts(TOTAL, "out", FADE)
    playing.perform(RemoveModule(DESK))
    after = playing.volts(TOTAL, "out", 2 * FADE)
    assert steepest(np.concatenate([before, after])) < 1.3 * steepest(before)
    assert not after[-QUANTUM:].any()


def test_a_module_that_fails_over_its_neighbour_is_silenced_and_told() -> None:
    playing = pair()
    playing.perform(SwapCode("desk", code("desk", *RAISES).source))
    playing.sound(2 * FADE)
    told = faults(playing)[0].text
    assert told == "ZeroDivisionError: float division by zero; divide(a, b) of livepatch.dsp gives 0 instead"
    assert playing.volts(SINE, "out", FADE).any()


def test_all_voices_of_a_neighbour_are_heard_and_written() -> None:
    fan = AddModule(
        PlacedModule(id=SINE, name="f", type="fan", source="fan", knobs={"voices": 3.0}, position=(0, 5))
    )
    sums = AddModule(PlacedModule(id=TOTAL, name="t", type="sum_up", source="sum_up", position=(5, 5)))
    playing = rack(at(DESK, "hall", 0), at(ANNEX, "annex", 1), fan, sums)
    playing.perform(
        cable(SINE, "out", ANNEX, "audio"), cable(ANNEX, "double", TOTAL, "a"), knob(ANNEX, "level", 0.5)
    )
    playing.sound(4 * FADE)
    found = playing.engine.rack.seats[DESK].outlet("double")
    assert found.channels == 3
    assert_array_equal(np.array(list(found.wide)).reshape(QUANTUM, 16)[-1, :3], [1.0, 2.0, 3.0])
    assert playing.engine.rack.seats[TOTAL].outlet("out").channels == 3
    assert_array_equal(playing.volts(DESK, "out", QUANTUM), 0.5)


def test_a_step_with_voices_of_its_own_reads_a_neighbour_of_one() -> None:
    playing = rack(at(DESK, "desk", 0), at(ANNEX, "annex", 1), at(SINE, "fan", 0, row=5))
    playing.perform(knob(SINE, "voices", 4.0), cable(SINE, "out", DESK, "audio"))
    playing.sound(4 * FADE)
    found = playing.engine.rack.seats[DESK].outlet("out")
    assert found.channels == 4
    assert_allclose(np.array(list(found.wide)).reshape(QUANTUM, 16)[-1, :4], [1.25, 2.25, 3.25, 4.25])
