"""What modules remember is taken from them and given to them while they play."""

from array import array
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from livepatch.patch.edits import ModuleEvent, SetBypass, SwapCode
from livepatch.protocol.states import Frames, State, StatesError, frames_of, read_states, write_states
from tests.engine.playing import QUANTUM, Playing, add, cable, code, knob

FADE = 512
LOUDER = ("+ self.volts", "+ 2.0 * self.volts")


def keeper() -> Playing:
    playing = Playing(code("keeper"), code("keeper", LOUDER))
    playing.perform(add(1, "keeper"))
    return playing


def taken(playing: Playing, folder: Path) -> State:
    playing.engine.take_states(7, (1, 99))
    playing.sound(QUANTUM)
    snapshot = playing.engine.taken.popleft()
    assert snapshot.serial == 7
    return read_states(Path(snapshot.write(folder / "states")), remove=True)[1]


def block(*volts: float) -> Frames:
    return frames_of(array("d", volts))


def test_states_go_through_a_file_as_they_are(tmp_path: Path) -> None:
    long = np.random.default_rng(1).normal(size=100_000)
    states: dict[int, State] = {
        1: {"a": 1, "b": 2.5, "c": True, "line": block(1.0, -2.0)},
        3: {"long": frames_of(memoryview(long.tobytes())), "none": block()},
    }
    write_states(tmp_path / "s", states)
    assert (tmp_path / "s").stat().st_mode & 0o77 == 0
    read = read_states(tmp_path / "s")
    assert (read[1]["a"], read[1]["b"], read[1]["c"]) == (1, 2.5, True)
    assert list(read[1]["line"]) == [1.0, -2.0]  # type: ignore[arg-type]
    assert_array_equal(np.asarray(read[3]["long"]), long)
    assert len(read[3]["none"]) == 0  # type: ignore[arg-type]


def test_a_file_that_holds_no_states_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "s"
    for content in (b"", b"\xff" * 40, b"\x02" + b"\0" * 7 + b"\x81\x01"):
        file.write_bytes(content)
        with pytest.raises(StatesError, match="holds no states"):
            read_states(file)


def test_a_snapshot_is_of_one_moment_and_of_the_modules_that_are_there(tmp_path: Path) -> None:
    playing = keeper()
    playing.sound(10 * QUANTUM)
    state = taken(playing, tmp_path)
    assert (state["count"], state["volts"], state["on"], state["place"]) == (10 * QUANTUM, 1.0, False, 0)
    assert list(state["row"]) == [9.0, 0.0, 0.0, 0.0]  # type: ignore[arg-type]
    assert len(state["tape"]) == 48000  # type: ignore[arg-type]


def test_a_snapshot_has_what_was_given_during_a_fade_before_it(tmp_path: Path) -> None:
    playing = keeper()
    playing.sound(QUANTUM)
    playing.perform(SwapCode("keeper", code("keeper", LOUDER).source))
    playing.engine.give_states({1: {"volts": 3.0}})
    playing.engine.take_states(7, (1,))
    playing.sound(2 * FADE)
    snapshot = playing.engine.taken.popleft()
    assert read_states(Path(snapshot.write(tmp_path / "states")), remove=True)[1]["volts"] == 3.0


def test_what_is_given_fades_in_and_the_rest_stays() -> None:
    playing = keeper()
    heard = [playing.volts(1, "out", 10 * QUANTUM)]
    tape = np.zeros(48000)
    tape[-1] = 5.0
    playing.engine.give_states(
        {
            1: {
                "row": block(1.0, 2.0, 3.0),
                "place": 2,
                "on": True,
                "tape": frames_of(memoryview(tape.tobytes())),
                "gone": 3,
            }
        }
    )
    heard.append(playing.volts(1, "out", FADE))
    out, far = playing.outlets(QUANTUM, (1, "out"), (1, "far"))
    assert_array_equal(heard[0], 10.0)
    assert np.abs(np.diff(np.concatenate(heard))).max() <= 6.0 / FADE + 1e-9
    assert_array_equal(out, 4.0)
    assert_array_equal(far, 5.0)
    assert playing.engine.rack.seats[1].module.count == 11 * QUANTUM + FADE  # type: ignore[attr-defined]


def test_what_is_given_before_a_module_comes_is_there_when_it_comes() -> None:
    playing = Playing(code("keeper"))
    playing.engine.give_states({1: {"row": block(4.0), "volts": 2}})
    playing.perform(add(1, "keeper"))
    assert_array_equal(playing.volts(1, "out", QUANTUM), 6.0)


def test_what_does_not_fit_is_left_out() -> None:
    playing = keeper()
    playing.sound(QUANTUM)
    playing.engine.give_states({1: {"row": 5.0, "volts": block(1.0), "place": float("nan")}, 5: {"x": 1}})
    playing.sound(FADE)
    assert_array_equal(playing.volts(1, "out", QUANTUM), 10.0)


def test_what_is_given_during_a_fade_outlives_the_swap_that_comes_after_it() -> None:
    playing = keeper()
    playing.sound(QUANTUM)
    louder = code("keeper", LOUDER).source
    playing.perform(SwapCode("keeper", louder))
    playing.engine.give_states({1: {"volts": 3.0}})
    playing.perform(SwapCode("keeper", "keeper"))
    playing.sound(3 * FADE)
    assert_array_equal(playing.volts(1, "out", QUANTUM), 12.0)
    playing.perform(SwapCode("keeper", louder))
    playing.engine.give_states({1: {"volts": 5.0}})
    playing.perform(ModuleEvent(1, "on_reset"))
    playing.sound(3 * FADE)
    assert_array_equal(playing.volts(1, "out", QUANTUM), 11.0)


def test_a_bypassed_module_takes_what_it_is_given_along() -> None:
    playing = keeper()
    playing.sound(QUANTUM)
    playing.perform(SetBypass(1, True))
    playing.sound(2 * FADE)
    playing.engine.give_states({1: {"volts": 4.0}})
    playing.sound(2 * FADE)
    playing.perform(SetBypass(1, False))
    playing.sound(2 * FADE)
    assert_array_equal(playing.volts(1, "out", QUANTUM), 13.0)


def test_a_module_that_comes_bypassed_keeps_what_it_is_given() -> None:
    playing = Playing(code("keeper"))
    playing.engine.give_states({1: {"volts": 4.0}})
    playing.perform(add(1, "keeper"), SetBypass(1, True))
    playing.sound(2 * FADE)
    playing.perform(SetBypass(1, False))
    playing.sound(2 * FADE)
    assert_array_equal(playing.volts(1, "out", QUANTUM), 13.0)


POLYPHONIC = ("    out = outlet()\n", "    a = inlet()\n    out = outlet()\n")


@pytest.mark.parametrize("type", ["memory", "keeper"])
def test_voices_that_come_later_begin_as_the_first_did_and_remember_the_same(type: str) -> None:
    played = code("keeper", POLYPHONIC) if type == "keeper" else code("memory")
    playing = Playing(played, code("fan"))
    playing.perform(add(1, "fan", voices=1.0), add(2, type, played.source), cable(1, "out", 2, "a"))
    playing.sound(4 * QUANTUM)
    playing.engine.give_states({2: {"volts": 3.0}})
    playing.sound(2 * FADE)
    first = 9.0 if type == "keeper" else 2.0
    for voices in (2, 5, 1, 3):
        playing.perform(knob(1, "voices", float(voices)))
        for _ in range(4):
            playing.sound(4 * QUANTUM)
        outlet = playing.engine.rack.seats[2].outlet("out")
        assert outlet.channels == voices
        wide = np.array(list(outlet.wide if voices > 1 else outlet.block)).reshape(QUANTUM, -1)
        assert_array_equal(wide[:, :voices], first + 3.0)
