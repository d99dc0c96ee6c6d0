"""At which frame an edit is heard: the one it was given, whatever the quantum and the block."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from livepatch.engine.engine import Engine
from livepatch.engine.offline import perform
from livepatch.patch.edits import Batch, Edit, RemoveModule, SetTransport, SwapCode
from livepatch.protocol.messages import Applied, Cancelled, Waits
from tests.engine.playing import QUANTUM, Playing, add, cable, code, gain, knob, uncable

FADE = 256
BEAT = 24000
FRAMES = (0, 1, 37, 63, 64, 100, 127)


def playing_at(frame: int, edit: Edit, *before: Edit) -> Playing:
    """What plays `before` from the start, and `edit` from a frame on."""
    playing = Playing(code("counter"), code("constant"), code("total"), code("constant", TWICE))
    playing.perform(*before)
    playing.engine.perform(9, edit, frame)
    return playing


TWICE = ("self.out = self.volts", "self.out = 2.0 * self.volts")
SPEAKING = ("speaker", "sine", "total", "constant", "counter", "line")


def applied(playing: Playing) -> dict[int, int]:
    return {message.serial: message.frame for message in playing.messages if isinstance(message, Applied)}


@pytest.mark.parametrize("frame", FRAMES)
def test_a_module_plays_from_the_frame_at_which_it_is_added(frame: int) -> None:
    playing = playing_at(frame, Batch((add(2, "counter"), cable(2, "number", 1, "a"))), add(1, "total"))
    playing.outlets(QUANTUM * (frame // QUANTUM))
    (heard,) = playing.outlets(QUANTUM, (2, "number"))
    after = frame % QUANTUM
    assert_array_equal(heard[after:], np.arange(QUANTUM - after))
    assert applied(playing)[9] == frame


@pytest.mark.parametrize("frame", FRAMES)
def test_a_knob_goes_in_a_straight_line_from_the_frame_at_which_it_is_turned(frame: int) -> None:
    playing = playing_at(frame, knob(1, "volts", 5.0), add(1, "constant", volts=1.0))
    heard = playing.volts(1, "out", 4 * QUANTUM)
    line = 1.0 + 4.0 * np.clip((np.arange(4 * QUANTUM) - frame + 1) / QUANTUM, 0.0, 1.0)
    assert_allclose(heard, line, rtol=0, atol=1e-12)


def test_a_knob_turned_again_inside_a_quantum_goes_on_from_where_it_is() -> None:
    playing = playing_at(10, knob(1, "volts", 5.0), add(1, "constant", volts=1.0))
    playing.engine.perform(10, knob(1, "volts", -3.0), 42)
    heard = playing.volts(1, "out", 3 * QUANTUM)
    assert heard[9] == 1.0
    assert heard[41] == pytest.approx(3.0)
    assert heard[42 + QUANTUM - 1] == pytest.approx(-3.0)
    assert np.abs(np.diff(heard)).max() == pytest.approx(6.0 / QUANTUM)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_cable_fades_in_and_out_from_its_frame(frame: int) -> None:
    modules = add(1, "constant", volts=8.0), add(2, "total")
    playing = playing_at(frame, cable(1, "out", 2, "a"), *modules)
    playing.engine.perform(10, uncable(1, "out", 2, "a"), frame + 301)
    heard = playing.volts(2, "out", 16 * QUANTUM)
    rising = np.clip((np.arange(heard.size) - frame + 1) / FADE, 0.0, 1.0)
    falling = np.clip((np.arange(heard.size) - frame - 301 + 1) / FADE, 0.0, 1.0)
    assert_allclose(heard, 8.0 * (rising - falling), rtol=0, atol=1e-12)


@pytest.mark.parametrize("frame", FRAMES)
def test_new_code_fades_in_from_its_frame(frame: int) -> None:
    playing = playing_at(frame, SwapCode("constant", code("constant", TWICE).source), add(1, "constant"))
    heard = playing.volts(1, "out", 12 * QUANTUM)
    share = np.clip((np.arange(heard.size) - frame + 1) / (8 * QUANTUM), 0.0, 1.0)
    assert_allclose(heard, 1.0 + share, rtol=0, atol=1e-12)


def test_a_loop_rings_on_across_frames_at_which_something_changes() -> None:
    heard = []
    for frames in ((), (3, 17, 18, 63, 65, 127)):
        playing = Playing(code("total"))
        loop = cable(1, "out", 2, "a", 0.75), cable(2, "out", 1, "a"), cable(1, "out", 1, "b", -0.5)
        playing.perform(add(1, "total"), add(2, "total"), *loop)
        playing.sound(FADE)
        playing.perform(knob(1, "impulse", 1.0))
        for frame in frames:
            playing.engine.perform(9, Batch(()), FADE + frame)
        heard.append(playing.volts(1, "out", 4 * QUANTUM))
    assert_array_equal(heard[0], heard[1])
    assert np.abs(heard[0]).max() == 8.0


EDITS = st.sampled_from([
    knob(1, "hertz", 300.0),
    knob(1, "hertz", 7000.0),
    knob(5, "volts", 3.0),
    gain((1, "out", 2, "a"), 0.1),
    gain((1, "out", 2, "a"), 0.9),
    SwapCode("constant", "constant" + TWICE[1]),
    SwapCode("constant", "constant"),
])  # fmt: skip
SCORES = st.lists(st.tuples(st.integers(0, 700), EDITS), max_size=8).map(
    lambda score: sorted(score, key=lambda part: part[0])
)
BEGIN = Batch((
    add(1, "sine", hertz=700.0),
    add(2, "total"),
    add(3, "speaker"),
    add(5, "constant"),
    cable(1, "out", 2, "a", 0.3),
    cable(2, "out", 2, "b", 0.5),
    cable(2, "out", 3, "left"),
    cable(5, "out", 3, "right"),
))  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCORES, st.sampled_from([1, 37, 64, 256]), st.lists(st.integers(0, 700), max_size=4))
def test_any_score_sounds_the_same_at_any_size_of_block(
    score: list[tuple[int, Edit]], block: int, idle: list[int]
) -> None:
    heard = []
    for size, frames in ((1024, []), (block, []), (block, idle)):
        engine = Engine(48000.0)
        for one in (*map(code, SPEAKING), code("constant", TWICE)):
            engine.load(one)
        whole = [(0, BEGIN), *score, *((frame, Batch(())) for frame in frames)]
        heard.append(perform(engine, sorted(whole, key=lambda part: part[0]), 1000, size))
    assert_array_equal(heard[0], heard[1])
    assert_allclose(heard[0], heard[2], rtol=0, atol=1e-9)
    assert np.abs(heard[0]).max() > 0.01


def test_an_edit_that_waits_takes_effect_at_its_frame_and_turns_go_past_it() -> None:
    playing = Playing(code("constant"), code("counter"))
    playing.perform(add(1, "constant"), add(2, "constant"))
    playing.sound(QUANTUM)
    playing.engine.wait(20, knob(1, "volts", 5.0), 0.0, 1001 / BEAT)
    playing.engine.perform(21, knob(1, "volts", 3.0))
    playing.engine.perform(22, knob(2, "volts", 3.0))
    playing.engine.perform(23, add(3, "counter"))
    playing.sound(2 * QUANTUM)
    assert applied(playing) == {1: 0, 22: QUANTUM}
    heard = playing.volts(1, "out", 20 * QUANTUM)
    assert applied(playing) == {1: 0, 22: QUANTUM, 20: 1001, 21: 1001, 23: 1001}
    assert heard[1000 - 3 * QUANTUM] == 1.0
    assert heard[-1] == 3.0


def test_edits_far_away_hold_nothing_up_and_come_in_their_order() -> None:
    playing = Playing(code("constant"))
    playing.perform(add(1, "constant"))
    for serial, frame in ((20, 30001), (21, 20003), (22, 20003)):
        playing.engine.wait(serial, knob(1, "volts", serial / 10.0), 0.0, frame / BEAT)
    playing.engine.perform(23, add(2, "constant"))
    for _ in range(40):
        playing.sound(1024)
        playing.engine.prepare()
    assert list(applied(playing).items()) == [(1, 0), (23, 0), (21, 20003), (22, 20003), (20, 30001)]


def test_what_of_a_waiting_edit_fits_no_more_is_left_out() -> None:
    playing = Playing(code("constant"))
    playing.perform(add(1, "constant"), add(2, "constant"))
    playing.engine.wait(20, Batch((knob(1, "volts", 5.0), knob(2, "volts", 5.0))), 0.0, 20000 / BEAT)
    playing.perform(RemoveModule(1))
    for _ in range(20):
        playing.sound(1024)
        playing.engine.prepare()
    playing.sound(512)
    assert playing.volts(2, "out", QUANTUM)[-1] == 5.0
    assert applied(playing)[20] == 20000


def test_after_a_panic_nothing_waits() -> None:
    playing = Playing(code("constant"))
    playing.perform(add(1, "constant"))
    playing.engine.wait(20, knob(1, "volts", 5.0), 0.0, 1001 / BEAT)
    playing.engine.wait(21, knob(1, "volts", 6.0), 0.0, 30000 / BEAT)
    playing.engine.panic()
    for _ in range(40):
        playing.sound(1024)
        playing.engine.prepare()
    assert applied(playing) == {1: 0, 20: 0}
    assert playing.volts(1, "out", QUANTUM)[-1] == 5.0


@pytest.mark.parametrize(("when", "beat"), [("beat", 1.0), ("bar", 4.0), (3.0, 3.0), (0.25, 0.25), (1 / 3, 1 / 3)])
def test_an_edit_lands_on_the_next_beat_or_bar_to_the_frame(when: str | float, beat: float) -> None:
    playing = Playing(code("counter"))
    playing.sound(1000)
    playing.engine.wait(9, add(1, "counter"), when)
    for _ in range(100):
        playing.sound(1024)
        playing.engine.prepare()
    assert applied(playing)[9] == beat * BEAT
    assert [one.beat for one in playing.messages if isinstance(one, Waits)] == [pytest.approx(beat)]


def test_an_edit_follows_another_tempo_and_waits_while_the_transport_stands() -> None:
    playing = Playing(code("counter"))
    playing.engine.wait(9, add(1, "counter"), "bar")
    playing.sound(BEAT)
    playing.perform(SetTransport("tempo", 60.0))
    playing.sound(BEAT // 2)
    playing.perform(SetTransport("running", 0.0))
    for _ in range(200):
        playing.sound(1024)
        playing.engine.prepare()
    assert 9 not in applied(playing)
    playing.perform(SetTransport("running", 1.0))
    stood = playing.engine.frame
    for _ in range(200):
        playing.sound(1024)
        playing.engine.prepare()
    changes = applied(playing)
    slower = changes[1]
    units = 4 * 60_000_000 * 48000 - slower * 120_000_000 - (changes[2] - slower) * 60_000_000
    assert changes[9] == stood + -(-units // 60_000_000)


def test_bars_of_another_length_and_another_place_move_what_waits_for_the_bar() -> None:
    playing = Playing(code("counter"))
    playing.engine.wait(8, add(1, "counter"), "bar")
    playing.perform(SetTransport("beats_per_bar", 3.0))
    playing.engine.wait(9, add(2, "counter"), 16.0)
    playing.sound(QUANTUM)
    playing.engine.prepare()
    playing.perform(SetTransport("position", 15.0))
    for _ in range(120):
        playing.sound(1024)
        playing.engine.prepare()
    moved = applied(playing)[2]
    assert applied(playing)[9] == moved + BEAT
    assert applied(playing)[8] == moved + 3 * BEAT


def test_what_is_cancelled_never_comes_unless_it_is_too_late() -> None:
    playing = Playing(code("counter"))
    playing.engine.wait(8, add(1, "counter"), "bar")
    playing.engine.wait(9, add(2, "counter"), 0.05)
    playing.engine.cancel(8)
    playing.engine.cancel(9)
    for _ in range(120):
        playing.sound(1024)
        playing.engine.prepare()
    assert applied(playing) == {9: BEAT // 20}
    assert [one.serial for one in playing.messages if isinstance(one, Cancelled)] == [8]


def test_what_is_made_ready_when_the_transport_stops_takes_effect_and_holds_nothing_up() -> None:
    playing = Playing(code("counter"))
    playing.engine.wait(8, SetTransport("running", 0.0), 0.05)
    playing.engine.wait(9, add(1, "counter"), 0.0, 0.06)
    playing.sound(BEAT)
    playing.perform(add(2, "counter"))
    playing.sound(BEAT)
    assert applied(playing) == {8: BEAT // 20, 9: BEAT // 20, 1: BEAT}
