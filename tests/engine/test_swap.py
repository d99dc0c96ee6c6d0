"""New code for old while it sounds: state goes over, and nothing clicks."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from livepatch.patch.edits import SetBypass, SwapCode
from tests.engine.playing import QUANTUM, Playing, add, cable, code, knob

FADE = 512
STEP = 5.0 * 2.0 * np.pi * 375.0 / 48000.0
"""The largest difference between two samples of the test's sine."""
HALF = ("5.0 *", "2.5 *")
FORGETFUL = ("phase", "other")


def sine_playing() -> Playing:
    playing = Playing(code("sine"), code("sine", HALF))
    playing.perform(add(1, "sine"))
    return playing


def test_state_goes_over_and_the_phase_goes_on() -> None:
    playing = sine_playing()
    before = playing.volts(1, "out", 10 * QUANTUM)
    playing.perform(SwapCode("sine", "sine2.5 *"))
    during, after = playing.volts(1, "out", FADE), playing.volts(1, "out", 10 * QUANTUM)
    frames = np.arange(1, 20 * QUANTUM + FADE + 1)
    steady = np.sin(2.0 * np.pi * 375.0 / 48000.0 * frames)
    share = np.arange(1, FADE + 1) / FADE
    gains = np.concatenate([np.full(len(before), 5.0), 5.0 - 2.5 * share, np.full(len(after), 2.5)])
    assert_allclose(np.concatenate([before, during, after]), gains * steady, atol=1e-7)


def test_a_swap_makes_no_jump_beyond_what_both_versions_make() -> None:
    playing = sine_playing()
    heard = [playing.volts(1, "out", 5 * QUANTUM)]
    playing.perform(SwapCode("sine", "sine2.5 *"))
    heard.append(playing.volts(1, "out", 20 * QUANTUM))
    assert np.abs(np.diff(np.concatenate(heard))).max() <= STEP + 5.0 / FADE


def test_even_code_that_forgets_its_phase_fades_in_without_a_jump() -> None:
    playing = Playing(code("sine"), code("sine", FORGETFUL))
    playing.perform(add(1, "sine"))
    heard = [playing.volts(1, "out", 7 * QUANTUM)]
    playing.perform(SwapCode("sine", "sineother"))
    heard.append(playing.volts(1, "out", 20 * QUANTUM))
    assert np.abs(np.diff(np.concatenate(heard))).max() <= STEP + 10.0 / FADE


def test_going_back_to_former_code_is_a_swap_like_any_other() -> None:
    playing = sine_playing()
    heard = [playing.volts(1, "out", 5 * QUANTUM)]
    for source in ("sine2.5 *", "sine"):
        playing.perform(SwapCode("sine", source))
        heard.append(playing.volts(1, "out", FADE + QUANTUM))
    frames = np.arange(1, sum(map(len, heard)) + 1)
    steady = 5.0 * np.sin(2.0 * np.pi * 375.0 / 48000.0 * frames)
    assert_allclose(heard[-1][FADE:], steady[-QUANTUM:], atol=1e-7)


@pytest.mark.parametrize(("seconds", "frames"), [(0.0, QUANTUM), (0.05, 2432)])
def test_a_fade_takes_as_long_as_it_was_set_to(seconds: float, frames: int) -> None:
    playing = Playing(
        code("constant"), code("constant", ("= self.volts", "= -self.volts")), swap_fade_seconds=seconds
    )
    playing.perform(add(1, "constant", volts=1.0))
    playing.sound(QUANTUM)
    playing.perform(SwapCode("constant", "constant= -self.volts"))
    heard = playing.volts(1, "out", frames + QUANTUM)
    assert_allclose(heard[:frames], 1.0 - 2.0 * np.arange(1, frames + 1) / frames, atol=1e-12)
    assert_array_equal(heard[frames:], -1.0)


def test_swaps_that_follow_each_other_wait_for_the_fade_and_the_last_one_stays() -> None:
    playing = Playing(code("sine"), *(code("sine", ("5.0 *", f"{volts} *")) for volts in (1.0, 2.0, 3.0)))
    playing.perform(add(1, "sine"))
    heard = [playing.volts(1, "out", 5 * QUANTUM)]
    for volts in (1.0, 2.0, 3.0):
        playing.perform(SwapCode("sine", f"sine{volts} *"))
        heard.append(playing.volts(1, "out", QUANTUM))
    heard.append(playing.volts(1, "out", 2 * FADE))
    assert np.abs(np.diff(np.concatenate(heard))).max() <= STEP + 5.0 / FADE
    assert_allclose(np.abs(playing.volts(1, "out", 4 * QUANTUM)).max(), 3.0, rtol=1e-3)


def test_a_knob_turned_during_a_fade_reaches_the_new_code() -> None:
    playing = sine_playing()
    playing.sound(QUANTUM)
    playing.perform(SwapCode("sine", "sine2.5 *"))
    playing.sound(QUANTUM)
    playing.perform(SwapCode("sine", "sine"), knob(1, "hertz", 750.0))
    playing.sound(2 * FADE)
    rises = np.diff(np.signbit(playing.volts(1, "out", 640)).astype(int)) == -1
    assert rises.sum() == 640 * 750 // 48000


def test_numbers_and_truths_of_the_same_name_go_over_where_they_fit() -> None:
    wider = (
        ("turns = 0", "turns = 0.0"),
        ("turns % 8", "place % 8"),
        ("phase = 0.0\n", "phase = 0.0\n    place = 0\n"),
    )
    playing = Playing(code("sine"), code("sine", *wider))
    playing.perform(add(1, "sine"))
    playing.sound(2048)
    turns = playing.engine.rack.seats[1].module.turns  # type: ignore[attr-defined]
    assert turns == 2048 * 375 // 48000
    playing.perform(SwapCode("sine", code("sine", *wider).source))
    playing.sound(QUANTUM)
    assert turns <= playing.engine.rack.seats[1].module.turns <= turns + 1  # type: ignore[attr-defined]
    assert isinstance(playing.engine.rack.seats[1].module.turns, float)  # type: ignore[attr-defined]


def delayed(*sources: str) -> np.ndarray:
    longer, shorter = ("frames=100", "frames=150"), ("frames=100", "frames=90")
    playing = Playing(code("counter"), code("line"), code("line", longer), code("line", shorter))
    playing.perform(add(1, "counter"), add(2, "line"), cable(1, "number", 2, "audio"))
    heard = [playing.volts(2, "out", 10 * QUANTUM)]
    for source in sources:
        playing.perform(SwapCode("line", source))
        heard.append(playing.volts(2, "out", FADE + 10 * QUANTUM))
    assert not any(type(message).__name__ == "Fault" for message in playing.messages)
    return np.concatenate(heard)


def test_a_delay_line_goes_over_with_what_is_in_it() -> None:
    heard = delayed("line")
    assert_array_equal(heard[400:], np.arange(400, len(heard)) - 100.0)


def test_a_delay_line_that_grows_or_shrinks_keeps_what_fits() -> None:
    for source, frames in (("lineframes=150", 150), ("lineframes=90", 90)):
        heard = delayed(source)
        assert_array_equal(heard[-QUANTUM:], np.arange(len(heard) - QUANTUM, len(heard)) - float(frames))
        assert np.isfinite(heard).all()


def test_an_outlet_that_vanished_is_silent_and_sounds_again_when_it_returns() -> None:
    without = ("        self.biased = self.bias\n", ""), ("    biased = outlet()\n", "")
    playing = Playing(code("total"), code("total", *without))
    playing.perform(add(1, "total"), add(2, "total"), cable(1, "biased", 2, "a"))
    playing.sound(256)
    assert playing.volts(2, "out", QUANTUM)[-1] == 0.5
    playing.perform(SwapCode("total", code("total", *without).source))
    heard = playing.volts(2, "out", FADE + QUANTUM)
    assert np.abs(np.diff(heard)).max() <= 0.5 / FADE + 1e-12
    assert heard[-1] == 0.0
    playing.perform(SwapCode("total", "total"))
    assert playing.volts(2, "out", FADE + QUANTUM)[-1] == 0.5


def test_a_module_in_a_loop_is_swapped_without_a_jump() -> None:
    softer = ("self.out = self.a", "self.out = 0.9 * self.a")
    playing = Playing(code("constant"), code("total"), code("total", softer))
    loop = cable(2, "out", 2, "b", 0.5)
    playing.perform(add(1, "constant", volts=4.0), add(2, "total"), cable(1, "out", 2, "a"), loop)
    playing.sound(20 * QUANTUM)
    heard = [playing.volts(2, "out", QUANTUM)]
    assert_allclose(heard[0], 8.0)
    playing.perform(SwapCode("total", code("total", softer).source))
    heard.append(playing.volts(2, "out", FADE + 10 * QUANTUM))
    assert_allclose(heard[1][-1], 7.2)
    assert np.abs(np.diff(np.concatenate(heard))).max() < 8.0 / FADE


def test_a_bypassed_module_passes_its_routes_on_and_keeps_its_state() -> None:
    playing = Playing(code("constant"), code("faulty"), code("sine"))
    playing.perform(add(1, "constant", volts=4.0), add(2, "faulty"), add(3, "sine"), cable(1, "out", 2, "audio"))
    playing.sound(256)
    phase = playing.engine.rack.seats[3].module.phase  # type: ignore[attr-defined]
    playing.perform(SetBypass(2, True), SetBypass(3, True))
    passed, stopped = playing.outlets(FADE + QUANTUM, (2, "out"), (3, "out"))
    assert_allclose(passed, 4.0)
    assert not stopped[FADE:].any()
    assert not playing.volts(2, "huge", QUANTUM).any()
    playing.perform(SetBypass(3, False))
    during = playing.volts(3, "out", FADE)
    assert np.abs(np.diff(during)).max() <= STEP + 5.0 / FADE
    went_on = playing.engine.rack.seats[3].module.phase  # type: ignore[attr-defined]
    turned = (went_on - phase - 2 * FADE * 375.0 / 48000.0) % 1.0
    assert min(turned, 1.0 - turned) < 1e-9


def test_a_blocks_state_and_buffer_go_over() -> None:
    playing = Playing(code("held"), code("held", ("= 1.0 *", "= -1.0 *")))
    playing.perform(add(1, "held"))
    assert_array_equal(playing.volts(1, "out", QUANTUM), 1.0)
    playing.perform(SwapCode("held", "held= -1.0 *"))
    late = playing.volts(1, "late", FADE)
    assert_array_equal(late[:36], 0.0)
    assert_allclose(late[36:], 1.0, atol=1e-12)
    assert_array_equal(playing.volts(1, "out", QUANTUM), -1.0)
