"""Knobs and gains that take their time: where they are, sample for sample."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from livepatch.engine.engine import Engine
from livepatch.engine.offline import perform
from livepatch.patch.edits import Batch, Edit, Glide, SetBypass, SetGain, SetKnob, SetTransport, SwapCode
from livepatch.patch.patch import Route
from tests.engine.playing import QUANTUM, Playing, add, cable, code, knob

TWICE = ("self.out = self.volts", "self.out = 2.0 * self.volts")
SPEAKING = Batch((add(1, "constant", volts=1.0), add(3, "speaker"), cable(1, "out", 3, "left")))


def glide(value: float, **how: float) -> Edit:
    return SetKnob(1, "volts", value, Glide(**how))  # type: ignore[arg-type]


def way(frames: int, start: int, length: float) -> NDArray[np.float64]:
    """How much of the way is behind after each frame."""
    share: NDArray[np.float64] = np.clip((np.arange(frames) + 1 - start) / length, 0.0, 1.0)
    return share


def played(*score: tuple[int, Edit], frames: int = 12800) -> NDArray[np.float64]:
    playing = Playing(code("constant"), code("constant", TWICE))
    playing.perform(add(1, "constant", volts=1.0))
    for frame, edit in score:
        playing.engine.perform(9, edit, frame)
    return playing.volts(1, "out", frames)


@pytest.mark.parametrize("start", [0, 37, 64, 1000])
@pytest.mark.parametrize("length", [65, 480, 4801, 9600])
def test_a_knob_goes_straight_to_the_sample(start: int, length: int) -> None:
    heard = played((start, glide(5.0, seconds=length / 48000.0)))
    assert_allclose(heard, 1.0 + 4.0 * way(12800, start, length), rtol=0, atol=1e-11)
    assert heard[-1] == 5.0


@pytest.mark.parametrize("bend", [-3.0, 2.0, 6.2])
def test_a_bend_is_slow_at_one_end(bend: float) -> None:
    share = way(12800, 100, 9600)
    heard = played((100, glide(5.0, seconds=0.2, bend=bend)))
    assert_allclose(heard, 1.0 + 4.0 * np.expm1(bend * share) / np.expm1(bend), rtol=0, atol=1e-11)
    shown = played((100, glide(5.0, seconds=0.2, bend=4.0 * np.log(2.0), shown=True)))
    assert_allclose(np.exp2(shown), 2.0 + 30.0 * share, rtol=0, atol=1e-9)


def test_beats_are_as_long_as_the_tempo_says_and_follow_another() -> None:
    whole = played((100, glide(5.0, beats=0.25)))
    assert_allclose(whole, 1.0 + 4.0 * way(12800, 100, 6000), rtol=0, atol=1e-11)
    heard = played((100, glide(5.0, beats=0.25)), (3100, SetTransport("tempo", 60.0)))
    assert_allclose(heard[:3100], whole[:3100], rtol=0, atol=1e-11)
    assert_allclose(heard[3100:9100], 3.0 + 2.0 * way(6000, 0, 6000), rtol=0, atol=1e-10)
    assert heard[9100] == 5.0


def test_the_next_turn_takes_its_place_from_where_it_is() -> None:
    heard = played((0, glide(5.0, seconds=0.1)), (2400, knob(1, "volts", 0.0)))
    assert heard[2399] == pytest.approx(3.0)
    assert_allclose(heard[2400:2464], 3.0 - 3.0 * way(64, 0, 64), rtol=0, atol=1e-12)
    assert not heard[2464:].any()
    again = played((0, glide(5.0, seconds=0.1)), (2400, glide(1.0, seconds=0.1)))
    assert_allclose(again[2400:7200], 3.0 - 2.0 * way(4800, 0, 4800), rtol=0, atol=1e-11)


def test_new_code_goes_on_with_the_way() -> None:
    swap = SwapCode("constant", code("constant", TWICE).source)
    heard = played((0, glide(5.0, seconds=0.1)), (1000, swap))
    expected = 1.0 + 4.0 * way(12800, 0, 4800)
    assert_allclose(heard[2000:], 2.0 * expected[2000:], rtol=0, atol=1e-11)


def test_what_was_bypassed_meanwhile_is_where_it_was_going() -> None:
    heard = played((0, glide(5.0, seconds=0.1)), (1000, SetBypass(1, True)), (2000, SetBypass(1, False)))
    assert heard[-1] == 5.0


def test_the_gain_of_a_cable_takes_its_time() -> None:
    playing = Playing(code("constant"), code("total"))
    playing.perform(add(1, "constant", volts=8.0), add(2, "total"), cable(1, "out", 2, "a"))
    playing.engine.perform(9, SetGain(Route(1, "out", 2, "a"), 0.25, Glide(seconds=0.1)), 1001)
    heard = playing.volts(2, "out", 12800)
    assert_allclose(heard[512:], (8.0 - 6.0 * way(12800, 1001, 4800))[512:], rtol=0, atol=1e-11)


@pytest.mark.parametrize("block", [1, 37, 64])
def test_a_glide_sounds_the_same_at_any_size_of_block(block: int) -> None:
    heard = []
    for size in (1024, block):
        engine = Engine(48000.0)
        for name in ("constant", "speaker"):
            engine.load(code(name))
        heard.append(perform(engine, [(0, SPEAKING), (77, glide(5.0, seconds=0.011, bend=2.0))], 1500, size))
    assert_array_equal(heard[0], heard[1])
    assert np.flatnonzero(np.diff(heard[0][:, 0])).size > QUANTUM
