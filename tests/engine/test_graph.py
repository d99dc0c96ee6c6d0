"""Cables, cycles, knobs: what reaches which module, and at which frame."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from livepatch.patch.edits import Edit, RemoveModule
from tests.engine.playing import QUANTUM, Playing, add, cable, code, gain, knob, uncable

FADE = 256


def playing_with(*edits: Edit) -> Playing:
    playing = Playing(code("counter"), code("constant"), code("total"))
    playing.perform(*edits)
    return playing


def settled(*edits: Edit) -> Playing:
    """As `playing_with`, when every cable has faded in."""
    playing = playing_with(*edits)
    playing.sound(FADE)
    return playing


def test_a_module_looped_onto_itself_rings_at_exactly_one_sample() -> None:
    playing = settled(add(1, "total"), cable(1, "out", 1, "a", -0.5))
    playing.perform(knob(1, "impulse", 1.0))
    heard = playing.volts(1, "out", 2 * QUANTUM)
    assert_array_equal(heard, 8.0 * (-0.5) ** np.arange(2 * QUANTUM))


def test_a_loop_of_three_modules_has_one_sample_of_delay_in_all() -> None:
    loop = [cable(1, "out", 2, "a", 0.5), cable(2, "out", 3, "a"), cable(3, "out", 1, "a")]
    playing = settled(add(1, "total"), add(2, "total"), add(3, "total"), *loop)
    playing.perform(knob(1, "impulse", 1.0))
    first, second, third = playing.outlets(2 * QUANTUM, (1, "out"), (2, "out"), (3, "out"))
    ringing = 8.0 * 0.5 ** np.arange(2 * QUANTUM)
    assert_array_equal(first, ringing)
    assert_array_equal(second, ringing / 2.0)
    assert_array_equal(third, ringing / 2.0)


def test_a_loop_plays_the_same_whatever_the_order_of_the_edits() -> None:
    modules = [add(2, "total"), add(1, "total"), add(3, "total")]
    loop = [cable(3, "out", 1, "a"), cable(2, "out", 3, "a", 0.9), cable(1, "out", 2, "a", 0.7)]
    heard = []
    for edits in ((*modules, *loop), (*reversed(modules), *reversed(loop))):
        playing = settled(*edits)
        playing.perform(knob(2, "impulse", 1.0))
        heard.append(np.stack(playing.outlets(4 * QUANTUM, (1, "out"), (2, "out"), (3, "out"))))
    assert_array_equal(heard[0], heard[1])


def test_a_cable_out_of_a_loop_is_not_late() -> None:
    playing = settled(add(1, "total"), add(2, "total"), cable(1, "out", 1, "a", 0.5), cable(1, "out", 2, "a"))
    playing.perform(knob(1, "impulse", 1.0))
    ringing, heard = playing.outlets(QUANTUM, (1, "out"), (2, "out"))
    assert_array_equal(heard, ringing)


def test_a_single_cable_at_gain_1_shares_the_block_of_its_source() -> None:
    playing = settled(add(1, "counter"), add(2, "total"), cable(1, "number", 2, "a"))
    inlet = playing.engine.rack.seats[2].node.current.inlet("a")  # type: ignore[union-attr]
    outlet = playing.engine.rack.seats[1].outlet("number")
    assert inlet is not None
    playing.sound(QUANTUM)
    bound, block = (np.frombuffer(memoryview(vec), np.float64) for vec in (inlet.bound, outlet.block))
    assert bound.ctypes.data == block.ctypes.data


def test_cables_into_one_inlet_sum() -> None:
    into = [cable(1, "number", 3, "a"), cable(2, "out", 3, "a", 0.5)]
    playing = settled(add(1, "counter"), add(2, "constant", volts=3.0), add(3, "total"), *into)
    counted, heard = playing.outlets(QUANTUM, (1, "number"), (3, "out"))
    assert_array_equal(heard, counted + 1.5)


def test_a_cable_fades_in_and_out_in_a_straight_line() -> None:
    playing = playing_with(add(1, "constant", volts=4.0), add(2, "total"), cable(1, "out", 2, "a"))
    line = np.arange(1, FADE + 1) / FADE * 4.0
    assert_allclose(playing.volts(2, "out", FADE), line, rtol=1e-12)
    assert_array_equal(playing.volts(2, "out", QUANTUM), np.full(QUANTUM, 4.0))
    playing.perform(uncable(1, "out", 2, "a"))
    assert_allclose(playing.volts(2, "out", FADE), 4.0 - line, atol=1e-12)
    assert not playing.volts(2, "out", QUANTUM).any()


def test_a_gain_moves_without_a_jump_and_from_where_it_is() -> None:
    playing = settled(add(1, "constant", volts=4.0), add(2, "total"), cable(1, "out", 2, "a"))
    playing.perform(gain((1, "out", 2, "a"), -1.0))
    down = playing.volts(2, "out", 2 * QUANTUM)
    playing.perform(gain((1, "out", 2, "a"), 1.0))
    up = playing.volts(2, "out", FADE)
    steps = np.abs(np.diff(np.concatenate([[4.0], down, up])))
    assert steps.max() <= 8.0 / FADE + 1e-12
    assert up[-1] == 4.0


def test_an_inlet_follows_its_normal_until_it_is_patched() -> None:
    playing = settled(add(1, "constant", volts=2.0), add(2, "total"), cable(1, "out", 2, "a"))
    both = "biased", "out"
    assert playing.volts(2, both[0], QUANTUM)[-1] == 0.5
    assert playing.volts(2, both[1], QUANTUM)[-1] == 2.0  # b follows, but is not connected
    playing.perform(cable(1, "out", 2, "b", 0.25), cable(1, "out", 2, "bias"))
    playing.sound(FADE)
    assert playing.volts(2, both[0], QUANTUM)[-1] == 2.0
    assert playing.volts(2, both[1], QUANTUM)[-1] == 2.5
    playing.perform(uncable(1, "out", 2, "bias"))
    assert np.abs(np.diff(playing.volts(2, both[0], FADE))).max() <= 2.0 / FADE
    assert playing.volts(2, both[0], QUANTUM)[-1] == 0.5


def test_a_turned_knob_goes_in_a_straight_line_over_one_quantum() -> None:
    playing = playing_with(add(1, "constant", volts=1.0))
    assert_array_equal(playing.volts(1, "out", QUANTUM), np.full(QUANTUM, 1.0))
    playing.perform(knob(1, "volts", 2.0))
    assert_array_equal(playing.volts(1, "out", QUANTUM), 1.0 + np.arange(1, QUANTUM + 1) / QUANTUM)
    assert_array_equal(playing.volts(1, "out", QUANTUM), np.full(QUANTUM, 2.0))
    playing.perform(knob(1, "volts", None))
    assert_array_equal(playing.volts(1, "out", QUANTUM), 2.0 - np.arange(1, QUANTUM + 1) / QUANTUM)


def test_a_knob_takes_cables_and_stays_inside_its_range() -> None:
    playing = settled(add(1, "counter"), add(2, "constant", volts=-8.0), cable(1, "number", 2, "volts", 0.125))
    counted, heard = playing.outlets(2 * QUANTUM, (1, "number"), (2, "out"))
    assert_array_equal(heard, np.clip(-8.0 + 0.125 * counted, -10.0, 10.0))
    playing.perform(knob(2, "volts", 99.0))
    assert playing.volts(2, "out", 2 * QUANTUM).max() == 10.0


def test_a_module_is_told_what_is_connected() -> None:
    playing = settled(add(1, "total"), add(2, "total"))
    assert playing.engine.rack.seats[1].module.lamp == 0.0  # type: ignore[attr-defined]
    playing.perform(cable(1, "out", 2, "a"))
    playing.sound(QUANTUM)
    assert playing.engine.rack.seats[1].module.lamp == 1.0  # type: ignore[attr-defined]
    playing.perform(uncable(1, "out", 2, "a"))
    playing.sound(QUANTUM)
    assert playing.engine.rack.seats[1].module.lamp == 0.0  # type: ignore[attr-defined]


def test_a_removed_module_fades_before_it_goes() -> None:
    playing = settled(add(1, "constant", volts=4.0), add(2, "total"), cable(1, "out", 2, "a"))
    playing.perform(RemoveModule(1))
    heard = playing.volts(2, "out", FADE)
    assert_allclose(heard, 4.0 - np.arange(1, FADE + 1) / FADE * 4.0, atol=1e-12)
    playing.sound(2 * QUANTUM)
    assert [node.id for node in playing.engine.graph.nodes] == [2]


def test_a_module_that_comes_back_at_once_sounds_beside_the_one_that_leaves() -> None:
    playing = settled(add(1, "constant", volts=4.0), add(2, "total"), cable(1, "out", 2, "a"))
    playing.perform(RemoveModule(1), add(1, "constant", volts=4.0), cable(1, "out", 2, "a"))
    assert_allclose(playing.volts(2, "out", FADE), np.full(FADE, 4.0), atol=1e-12)


def test_hundreds_of_modules_come_and_go() -> None:
    playing = playing_with(add(1, "counter"))
    chain = [add(id, "total") for id in range(2, 202)]
    cables = [cable(id - 1, "number" if id == 2 else "out", id, "a") for id in range(2, 202)]
    playing.perform(*chain, *cables)
    playing.sound(FADE + QUANTUM)
    counted, heard = playing.outlets(QUANTUM, (1, "number"), (201, "out"))
    assert_array_equal(heard, counted)
    playing.perform(*(RemoveModule(id) for id in range(2, 202)))
    playing.sound(FADE + 2 * QUANTUM)
    assert len(playing.engine.graph.nodes) == 1
    assert not playing.engine.graph.reports.retired
    assert playing.engine.rack.seats.keys() == {1}


def test_many_cables_back_and_forth_leave_no_cable_behind() -> None:
    playing = settled(add(1, "total"), add(2, "total"))
    for _ in range(20):
        playing.perform(cable(1, "out", 2, "a"), cable(2, "out", 1, "a", 0.1))
        playing.sound(QUANTUM)
        playing.perform(uncable(1, "out", 2, "a"), uncable(2, "out", 1, "a"))
        playing.sound(QUANTUM)
    playing.sound(FADE + QUANTUM)
    inlets = [inlet for node in playing.engine.graph.nodes for inlet in node.current.inlets]
    assert not any(inlet.feeds for inlet in inlets)
    assert not any(group.cycle for group in playing.engine.graph.groups)
