"""Modules that are late: what meets what they give arrives with it, to the frame."""

from typing import Any, cast

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from livepatch.engine.code import Code, ModuleClass
from livepatch.patch.edits import Batch, Edit, RemoveModule, SetBypass, SwapCode
from livepatch.protocol.messages import Latency
from tests.engine.playing import QUANTUM, Playing, add, cable, code, gain, knob, uncable

FADE = 256
LATE = (1, 40, 63, 64, 65, 100, 480, 5000)
SINE, LINE, OTHER, MIX = 1, 2, 3, 4
"""Modules of most patches here, by id."""


def late(frames: int, type: str = "line") -> Code:
    """A delay line of so many samples, which says so."""
    plain = code(type, ("frames=100", f"frames={frames}"))

    def make() -> Any:
        module = plain.module_class()
        module.latency = frames
        return module

    return plain._replace(module_class=cast("ModuleClass", make))


def playing_with(*edits: Edit, lines: tuple[Code, ...] = (), others: tuple[Code, ...] = ()) -> Playing:
    types = "sine", "total", "constant", "counter", "scaled", "speaker", "fan", "sum_up", "gather"
    playing = Playing(*map(code, types), *lines, *others)
    playing.perform(*edits)
    return playing


def two_paths(line: Code, hertz: float = 700.0) -> tuple[Edit, ...]:
    """A sine minus the same through a delay line."""
    return (
        add(SINE, "sine", hertz=hertz),
        add(LINE, "line", line.source),
        add(MIX, "total"),
        cable(SINE, "out", LINE, "audio"),
        cable(SINE, "out", MIX, "a", -1.0),
        cable(LINE, "out", MIX, "a"),
    )


def lines(playing: Playing) -> int:
    return len(playing.engine.graph.alignment.lines)


def quanta(frames: int) -> int:
    """So many frames, in whole quanta, and the fades after them."""
    return -(-frames // QUANTUM) * QUANTUM + 2 * FADE


def module(playing: Playing, id: int) -> Any:
    return playing.engine.rack.seats[id].module


@pytest.mark.parametrize("frames", LATE)
def test_a_signal_cancels_the_same_through_a_module_that_is_late(frames: int) -> None:
    line = late(frames)
    playing = playing_with(*two_paths(line), lines=(line,))
    playing.sound(quanta(frames))
    heard, delayed = playing.outlets(20 * QUANTUM, (MIX, "out"), (LINE, "out"))
    assert not heard.any()
    assert np.abs(delayed).max() > 1.0


def test_both_paths_fade_in_together() -> None:
    line = late(512)
    playing = playing_with(*two_paths(line), lines=(line,))
    assert np.abs(playing.volts(MIX, "out", 2048)).max() < 1e-12


def test_a_module_that_does_not_say_that_it_is_late_is_not_waited_for() -> None:
    line = code("line")
    playing = playing_with(*two_paths(line), lines=(line,))
    playing.sound(quanta(100))
    assert np.abs(playing.volts(MIX, "out", 20 * QUANTUM)).max() > 1.0
    assert lines(playing) == 0


def test_where_no_paths_meet_nothing_is_delayed_and_blocks_are_shared() -> None:
    line = late(480)
    chain = cable(SINE, "out", LINE, "audio"), cable(LINE, "out", MIX, "a")
    playing = playing_with(
        add(SINE, "sine"), add(LINE, "line", line.source), add(MIX, "total"), *chain, lines=(line,)
    )
    playing.sound(quanta(480))
    inlet = playing.engine.rack.seats[MIX].node.current.inlet("a")  # type: ignore[union-attr]
    outlet = playing.engine.rack.seats[LINE].outlet("out")
    assert inlet is not None
    bound, block = (np.frombuffer(memoryview(vec), np.float64) for vec in (inlet.bound, outlet.block))
    assert bound.ctypes.data == block.ctypes.data
    assert lines(playing) == 0


def test_two_paths_that_are_equally_late_wait_for_nothing() -> None:
    line = late(480)
    playing = playing_with(
        add(SINE, "sine"),
        add(LINE, "line", line.source),
        add(OTHER, "line", line.source),
        add(MIX, "total"),
        *(cable(SINE, "out", id, "audio") for id in (LINE, OTHER)),
        cable(LINE, "out", MIX, "a"),
        cable(OTHER, "out", MIX, "a", -1.0),
        lines=(line,),
    )
    playing.sound(quanta(480))
    assert not playing.volts(MIX, "out", 20 * QUANTUM).any()
    assert lines(playing) == 0


def test_three_paths_meet() -> None:
    short, long = late(100), late(480)
    playing = playing_with(
        add(SINE, "sine"),
        add(LINE, "line", short.source),
        add(OTHER, "line", long.source),
        add(MIX, "total"),
        *(cable(SINE, "out", id, "audio") for id in (LINE, OTHER)),
        cable(LINE, "out", MIX, "a"),
        cable(OTHER, "out", MIX, "a"),
        cable(SINE, "out", MIX, "a", -2.0),
        lines=(short, long),
    )
    playing.sound(quanta(480))
    assert not playing.volts(MIX, "out", 20 * QUANTUM).any()


def test_paths_inside_paths_meet() -> None:
    short, long = late(100), late(480)
    inner = 5
    playing = playing_with(
        add(SINE, "sine"),
        add(LINE, "line", short.source),
        add(inner, "total"),
        add(OTHER, "line", long.source),
        add(MIX, "total"),
        cable(SINE, "out", LINE, "audio"),
        cable(LINE, "out", inner, "a"),
        cable(SINE, "out", inner, "a"),
        cable(inner, "out", OTHER, "audio"),
        cable(OTHER, "out", MIX, "a"),
        cable(SINE, "out", MIX, "a", -2.0),
        lines=(short, long),
    )
    playing.sound(quanta(1000))
    heard, inside = playing.outlets(20 * QUANTUM, (MIX, "out"), (inner, "out"))
    assert not heard.any()
    assert np.abs(inside).max() > 2.0


def test_what_turns_a_knob_stays_with_the_sound_that_comes_late() -> None:
    line = late(100)
    playing = playing_with(
        add(1, "counter"),
        add(LINE, "line", line.source),
        add(MIX, "scaled"),
        cable(1, "number", LINE, "audio"),
        cable(LINE, "out", MIX, "a"),
        cable(1, "number", MIX, "amount"),
        lines=(line,),
    )
    playing.sound(quanta(100))
    counted, heard = playing.outlets(QUANTUM, (1, "number"), (MIX, "out"))
    assert_array_equal(heard, (counted - 100.0) ** 2)


def test_one_outlet_is_brought_at_different_times_by_its_cables() -> None:
    short, long = late(100), late(480)
    ends = {5: LINE, 6: OTHER, 7: OTHER}
    playing = playing_with(
        add(1, "counter"),
        add(LINE, "line", short.source),
        add(OTHER, "line", long.source),
        *(cable(1, "number", id, "audio") for id in (LINE, OTHER)),
        *(add(id, "total") for id in ends),
        *(cable(1, "number", id, "a") for id in ends),
        *(cable(source, "out", id, "a", -1.0) for id, source in ends.items()),
        lines=(short, long),
    )
    playing.sound(quanta(480))
    for heard in playing.outlets(4 * QUANTUM, *((id, "out") for id in ends)):
        assert not heard.any()
    (only,) = playing.engine.graph.alignment.lines
    assert sorted(int(late.delay) for late in only.lates) == [100, 480]
    assert len(only.pasts) == 1 + -(-480 // QUANTUM)


def test_a_loop_stays_one_sample_long_with_a_late_module_in_it() -> None:
    line = late(100)
    heard = []
    for one in (line, code("line")):
        playing = playing_with(
            add(1, "total"),
            add(LINE, "line", one.source),
            cable(1, "out", 1, "a", 0.5),
            cable(1, "out", LINE, "audio"),
            cable(LINE, "out", 1, "a", 0.25),
            lines=(one,),
        )
        playing.sound(quanta(100))
        playing.perform(knob(1, "impulse", 1.0))
        heard.append(playing.volts(1, "out", 8 * QUANTUM))
        assert lines(playing) == 0
    assert_array_equal(heard[0], heard[1])
    assert heard[0][1] == 4.0


def test_all_of_a_loop_hears_from_outside_at_the_same_time() -> None:
    line = late(100)
    playing = playing_with(
        add(1, "counter"),
        add(LINE, "line", line.source),
        add(5, "total"),
        add(6, "total"),
        cable(1, "number", LINE, "audio"),
        cable(LINE, "out", 5, "a"),
        cable(1, "number", 6, "a"),
        cable(5, "biased", 6, "bias"),
        cable(6, "biased", 5, "bias"),
        lines=(line,),
    )
    playing.sound(quanta(100))
    first, second = playing.outlets(4 * QUANTUM, (5, "out"), (6, "out"))
    assert_array_equal(first, second)


def test_what_leaves_for_the_sound_card_is_all_equally_late() -> None:
    line = late(512)
    playing = playing_with(
        add(SINE, "sine"),
        add(LINE, "line", line.source),
        add(5, "speaker"),
        add(6, "speaker"),
        cable(SINE, "out", LINE, "audio"),
        cable(SINE, "out", 5, "left"),
        cable(LINE, "out", 6, "left", -1.0),
        lines=(line,),
    )
    playing.engine.protect(enabled=False)
    playing.sound(quanta(512))
    assert not playing.sound(4096).any()
    assert playing.engine.graph.alignment.latency == 512


@pytest.mark.parametrize("type", ["line", "long_line"])
def test_every_voice_meets_its_own(type: str) -> None:
    frames = 100 if type == "line" else 8
    line = late(100) if type == "line" else code(type)
    playing = playing_with(
        add(SINE, "sine"),
        add(5, "fan", voices=4.0),
        add(LINE, type, line.source),
        add(MIX, "sum_up"),
        cable(SINE, "out", 5, "a"),
        cable(5, "out", LINE, "audio" if type == "line" else "a"),
        cable(5, "out", MIX, "a", 0.0),
        cable(5, "out", MIX, "bias", -1.0),
        cable(LINE, "out", MIX, "bias"),
        lines=(line,),
    )
    module(playing, LINE).latency = frames
    for _ in range(32):
        playing.sound(QUANTUM)
    found = playing.engine.rack.seats[MIX].outlet("out")
    for _ in range(8):
        playing.sound(QUANTUM)
        assert found.channels == 4
        assert not any(found.wide)


def test_the_number_of_voices_changes_as_late_as_their_sound() -> None:
    line = late(512)
    playing = playing_with(
        add(1, "fan", voices=1.0),
        add(LINE, "line", line.source),
        add(5, "constant", volts=0.0),
        add(MIX, "gather"),
        cable(5, "out", LINE, "audio"),
        cable(LINE, "out", MIX, "b"),
        cable(1, "out", MIX, "a"),
        lines=(line,),
    )
    playing.sound(quanta(512))
    for voices, before in ((4.0, 1.0), (2.0, 4.0), (1.0, 2.0)):
        playing.perform(knob(1, "voices", voices))
        count, total = playing.outlets(16 * QUANTUM, (MIX, "count"), (MIX, "out"))
        assert count[511] == before
        assert total[511] == before * (before + 1.0) / 2.0
        assert count[-1] == voices
        assert total[-1] == voices * (voices + 1.0) / 2.0
        assert set(total) <= {voice * (voice + 1.0) / 2.0 for voice in range(5)}


def steps(heard: NDArray[np.float64]) -> float:
    return float(np.abs(np.diff(heard)).max())


SLOW_HERTZ = 50.0
SMOOTH = 5.0 * 2.0 * np.pi * SLOW_HERTZ / 48000.0 * 2.0 + 3.0 * 5.0 / FADE
"""The largest step of two slow sines of 5 V, of which one fades from one time to another."""


def test_a_change_of_latency_while_it_plays_makes_no_step() -> None:
    line = late(1000)
    playing = playing_with(*two_paths(line, SLOW_HERTZ), lines=(line,))
    played = [playing.volts(MIX, "out", 40 * QUANTUM)]
    for frames in (0, 300, 2000, 10, 1000):
        module(playing, LINE).latency = frames
        played.append(playing.volts(MIX, "out", quanta(2000)))
    assert steps(np.concatenate(played)) < SMOOTH
    assert not playing.volts(MIX, "out", 8 * QUANTUM).any()


def test_a_latency_that_changes_back_before_the_line_holds_enough_changes_nothing() -> None:
    line = late(100)
    playing = playing_with(*two_paths(line), lines=(line,))
    playing.sound(quanta(100))
    module(playing, LINE).latency = 9000
    assert not playing.volts(MIX, "out", 8 * QUANTUM).any()
    module(playing, LINE).latency = 100
    assert not playing.volts(MIX, "out", 200 * QUANTUM).any()


def test_a_late_module_comes_and_goes_without_a_step() -> None:
    line = late(700)
    module_edits = add(LINE, "line", line.source), cable(SINE, "out", LINE, "audio"), cable(LINE, "out", MIX, "a")
    playing = playing_with(
        add(SINE, "sine", hertz=SLOW_HERTZ), add(MIX, "total"), cable(SINE, "out", MIX, "a"), lines=(line,)
    )
    played = [playing.volts(MIX, "out", 12 * QUANTUM)]
    for edits in (module_edits, (RemoveModule(LINE),), module_edits, (uncable(LINE, "out", MIX, "a"),)):
        playing.perform(*edits)
        played.append(playing.volts(MIX, "out", quanta(1400)))
    assert steps(np.concatenate(played)) < SMOOTH
    assert lines(playing) == 0
    assert playing.engine.graph.alignment.due > 1 << 60


def test_cables_beside_a_late_path_come_and_go_without_a_step() -> None:
    line = late(700)
    playing = playing_with(*two_paths(line, SLOW_HERTZ), lines=(line,))
    played = [playing.volts(MIX, "out", quanta(1400))]
    beside, through = (SINE, "out", MIX, "a"), (SINE, "out", LINE, "audio")
    for edit in (
        uncable(*beside),
        cable(*beside),
        uncable(*through),
        cable(*through),
    ):
        playing.perform(edit)
        played.append(playing.volts(MIX, "out", quanta(1400)))
    playing.perform(uncable(*beside))
    played.append(playing.volts(MIX, "out", QUANTUM))
    playing.perform(cable(*beside))
    played.append(playing.volts(MIX, "out", quanta(1400)))
    assert steps(np.concatenate(played)) < SMOOTH + 5.0 / FADE


def test_the_gain_of_a_cable_that_still_waits_is_the_one_it_fades_to() -> None:
    line = late(512)
    playing = playing_with(*two_paths(line), lines=(line,))
    playing.sound(QUANTUM)
    playing.perform(gain((SINE, "out", MIX, "a"), -0.5))
    assert np.abs(playing.volts(MIX, "out", 448 - QUANTUM)).max() == 0.0
    playing.sound(quanta(512))
    heard, delayed = playing.outlets(8 * QUANTUM, (MIX, "out"), (LINE, "out"))
    assert_array_equal(heard, delayed - 0.5 * delayed)


def test_a_loop_that_is_closed_around_late_cables_makes_no_step() -> None:
    line = late(700)
    loop = cable(MIX, "out", SINE + 4, "a", 0.25)
    playing = playing_with(
        add(SINE, "sine", hertz=SLOW_HERTZ),
        add(SINE + 4, "total"),
        add(LINE, "line", line.source),
        add(MIX, "total"),
        cable(SINE, "out", SINE + 4, "a"),
        cable(SINE + 4, "out", LINE, "audio"),
        cable(SINE + 4, "out", MIX, "a", 0.5),
        cable(LINE, "out", MIX, "a", 0.5),
        lines=(line,),
    )
    played = [playing.volts(MIX, "out", quanta(1400))]
    assert lines(playing) == 1
    playing.perform(loop)
    played.append(playing.volts(MIX, "out", quanta(1400)))
    assert lines(playing) == 0
    playing.perform(uncable(MIX, "out", SINE + 4, "a"))
    played.append(playing.volts(MIX, "out", quanta(1400)))
    assert lines(playing) == 1
    assert steps(np.concatenate(played)) < 2.0 * SMOOTH


TWICE = ("self.out = self.a + (", "self.out = 2.0 * self.a + (")


def test_new_code_at_either_end_keeps_what_is_late() -> None:
    line, other = late(512), code("total", TWICE)
    quiet = code("sine", ("5.0", "2.0"))
    playing = playing_with(*two_paths(line), lines=(line,), others=(other, quiet))
    playing.sound(quanta(512))
    for swap in (SwapCode("total", other.source), SwapCode("sine", quiet.source), SwapCode("total", "total")):
        playing.perform(swap)
        assert not playing.volts(MIX, "out", 16 * QUANTUM)[512:].any()
        assert not playing.volts(MIX, "out", 16 * QUANTUM).any()


def test_a_bypassed_module_is_not_late_and_the_others_follow_without_a_step() -> None:
    line = late(700)
    playing = playing_with(*two_paths(line, SLOW_HERTZ), lines=(line,))
    played = [playing.volts(MIX, "out", quanta(1400))]
    playing.perform(SetBypass(LINE, bypass=True))
    played.append(playing.volts(MIX, "out", quanta(1400)))
    assert lines(playing) == 0
    assert steps(np.concatenate(played)) < SMOOTH + 5.0 / 480
    playing.perform(SetBypass(LINE, bypass=False))
    playing.sound(quanta(1400))
    assert not playing.volts(MIX, "out", 8 * QUANTUM).any()


def test_a_panic_forgets_what_was_to_come() -> None:
    line = late(4096)
    playing = playing_with(*two_paths(line), lines=(line,))
    playing.sound(quanta(4096))
    playing.perform(gain((LINE, "out", MIX, "a"), 0.0))
    playing.sound(FADE)
    playing.engine.panic()
    playing.sound(2 * QUANTUM)
    heard = playing.volts(MIX, "out", 4096 - 4 * QUANTUM)
    assert not heard.any()
    assert playing.volts(MIX, "out", 4096).any()


def scored(edits: list[tuple[int, Edit]], splits: tuple[int, ...]) -> NDArray[np.float64]:
    """What a score sounds like, with quanta that are split at some frames more."""
    short, long = late(100), late(700)
    playing = playing_with(lines=(short, long))
    score = sorted([*edits, *((frame, Batch(())) for frame in splits)], key=lambda part: part[0])
    for frame, edit in score:
        playing.engine.perform(0, edit, frame)
    playing.engine.fill(np.zeros(2 * QUANTUM, np.float32))
    return np.stack(playing.outlets(4000 - 4000 % QUANTUM, (MIX, "out"), (8, "out")))


SETTLED = (1280, 1472), (3200, 3900)
"""Frames of the score at which no cable fades."""


def test_odd_parts_of_quanta_are_whole_quanta_to_the_last_bit() -> None:
    short, long = late(100), late(700)
    whole = Batch(
        (
            *two_paths(short),
            add(8, "total"),
            add(5, "line", long.source),
            add(6, "total"),
            cable(MIX, "biased", 6, "a"),
            cable(SINE, "out", MIX, "bias", 0.5),
            cable(6, "out", 5, "audio", 0.9),
            cable(6, "out", 6, "b", 0.25),
            cable(5, "out", 8, "a", 0.7),
            cable(6, "out", 8, "a", -0.3),
        )
    )
    edits: list[tuple[int, Edit]] = [
        (0, whole),
        (37, cable(SINE, "out", 8, "a", 0.9)),
        (901, cable(8, "out", 6, "bias", 0.1)),
        (1500, uncable(LINE, "out", MIX, "a")),
        (1777, gain((5, "out", 8, "a"), -0.2)),
        (2222, uncable(8, "out", 6, "bias")),
        (2500, RemoveModule(5)),
    ]
    plain = scored(edits, ())
    assert np.abs(plain[1, 2000:]).max() > 0.1
    for splits in ((1, 2, 63, 65, 128, 129), tuple(range(0, 3900, 7)), tuple(range(60, 3900, 61))):
        split = scored(edits, splits)
        assert_allclose(split, plain, rtol=0, atol=1e-12)  # a cable that fades is rounded where its part begins
        for start, stop in SETTLED:
            assert_array_equal(split[:, start:stop], plain[:, start:stop])


def test_blocks_of_any_size_sound_the_same() -> None:
    line = late(333)
    heard = []
    for block in (64, 100, 512):
        playing = playing_with(
            *two_paths(line),
            add(5, "speaker"),
            cable(MIX, "out", 5, "left"),
            cable(SINE, "out", 5, "left", 0.1),
            lines=(line,),
        )
        heard.append(np.concatenate([playing.sound(block) for _ in range(0, 6400, block)])[:5000])
    assert_array_equal(heard[0], heard[1])
    assert_array_equal(heard[0], heard[2])


def test_it_is_told_how_late_modules_and_the_sound_card_are() -> None:
    line = late(333)
    playing = playing_with(*two_paths(line), add(5, "speaker"), cable(MIX, "out", 5, "left"), lines=(line,))
    told = []
    for _ in range(2):
        playing.sound(QUANTUM)
        playing.sound(QUANTUM)
        told += [message for message in playing.messages if isinstance(message, Latency)]
        playing.messages.clear()
        module(playing, LINE).latency = 100
    playing.perform(RemoveModule(LINE))
    for _ in range(8):
        playing.sound(QUANTUM)
    told += [message for message in playing.messages if isinstance(message, Latency)]
    assert told[0] == Latency(333, {LINE: 333})
    assert told[1] == Latency(100, {LINE: 100})
    assert told[-1] == Latency(0, {})


def test_no_module_is_later_than_it_may_be() -> None:
    line = late(100)
    playing = playing_with(*two_paths(line), lines=(line,))
    playing.sound(quanta(100))
    module(playing, LINE).latency = 1 << 40
    playing.sound(QUANTUM)
    playing.sound(QUANTUM)
    node = playing.engine.rack.seats[LINE].node
    assert node is not None
    assert node.latency == 1 << 17
    module(playing, LINE).latency = -5
    playing.sound(2 * QUANTUM)
    assert node.latency == 0


def test_without_a_late_module_there_is_nothing_to_align() -> None:
    playing = playing_with(add(SINE, "sine"), add(MIX, "total"), cable(SINE, "out", MIX, "a", 0.5))
    playing.sound(4 * QUANTUM)
    alignment = playing.engine.graph.alignment
    assert (alignment.latency, alignment.news, alignment.lines, alignment.nodes) == (0, 0, [], [])
