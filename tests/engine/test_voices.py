"""Cables of up to sixteen voices: who hears which, and what each voice remembers."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from livepatch.engine.code import Code
from livepatch.engine.outlets import Outlet, silence
from livepatch.engine.ports import Feed
from livepatch.engine.replay import Event, Replay
from livepatch.patch.edits import AddModule, Batch, Edit, SetBypass, SwapCode
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Applied, Fault
from livepatch.session.guests import Guests
from tests.engine.playing import QUANTUM, Playing, add, cable, code, gain, knob, uncable

FADE = 256
LATER = 16 * QUANTUM


def playing_with(*edits: Edit) -> Playing:
    playing = Playing(
        *(
            code(type)
            for type in ("fan", "gather", "sum_up", "line_up", "long_line", "block_line", "constant", "speaker")
        )
    )
    playing.perform(*edits)
    playing.sound(LATER)
    return playing


def voices(playing: Playing, id: int, outlet: str = "out") -> NDArray[np.float64]:
    """One more quantum of an outlet: (frames, channels)."""
    playing.sound(QUANTUM)
    found = playing.engine.rack.seats[id].outlet(outlet)
    if found.channels == 1:
        return np.array(list(found.block)).reshape(QUANTUM, 1)
    return np.array(list(found.wide)).reshape(QUANTUM, 16)[:, : found.channels]


def test_every_voice_of_a_step_has_a_state_of_its_own() -> None:
    playing = playing_with(add(1, "fan", voices=4.0), add(2, "sum_up"), cable(1, "out", 2, "a"))
    heard = voices(playing, 2)
    assert heard.shape == (QUANTUM, 4)
    assert_allclose(np.diff(heard, axis=0), np.tile([0.01, 0.02, 0.03, 0.04], (QUANTUM - 1, 1)), atol=1e-9)


@pytest.mark.parametrize("type", ["sum_up", "line_up", "long_line", "block_line"])
def test_voices_come_and_go_with_those_of_the_main_inlet(type: str) -> None:
    playing = playing_with(add(1, "fan", voices=1.0), add(2, type), cable(1, "out", 2, "a"))
    for count in (1, 16, 3, 1, 2):
        playing.perform(knob(1, "voices", float(count)))
        playing.sound(LATER)
        assert voices(playing, 2).shape[1] == count


def test_a_voice_that_comes_back_starts_from_the_first_state() -> None:
    playing = playing_with(add(1, "fan", voices=3.0), add(2, "sum_up"), cable(1, "out", 2, "a"))
    before = voices(playing, 2)[-1]
    playing.perform(knob(1, "voices", 1.0))
    playing.sound(LATER)
    playing.perform(knob(1, "voices", 3.0))
    playing.sound(QUANTUM)
    after = voices(playing, 2)
    assert after[0, 0] > before[0]
    assert_allclose(after[:, 0] - after[0, 0], 0.01 * np.arange(QUANTUM), atol=1e-9)
    assert_allclose(after[:, 2], 0.03 * np.arange(1, QUANTUM + 1), atol=1e-9)


def test_one_voice_goes_to_all_and_of_several_those_that_are_missing_are_silent() -> None:
    fans = [add(1, "fan", voices=4.0), add(2, "fan", voices=2.0), add(3, "constant", volts=5.0)]
    playing = playing_with(*fans, add(4, "sum_up"), cable(1, "out", 4, "a", 0.0), cable(2, "out", 4, "bias"))
    assert_array_equal(voices(playing, 4)[0], [1.0, 2.0, 0.0, 0.0])
    playing.perform(uncable(2, "out", 4, "bias"), cable(3, "out", 4, "bias"))
    playing.sound(LATER)
    assert_array_equal(voices(playing, 4)[0], [5.0, 5.0, 5.0, 5.0])


def test_a_module_of_one_voice_hears_the_first_and_the_speakers_hear_all() -> None:
    playing = playing_with(
        add(1, "fan", voices=4.0), add(2, "gather"), cable(1, "out", 2, "a"), cable(1, "out", 2, "b")
    )
    assert voices(playing, 2, "out")[0, 0] == 10.0
    assert voices(playing, 2, "count")[0, 0] == 4.0
    assert voices(playing, 2, "first")[0, 0] == 1.0


FOLLOWING = code("gather", ("b = inlet()", 'b = inlet(normal="a")'))
SUMMING = code(
    "gather",
    ("    b = inlet()", '    b = inlet(normal="a")\n    spare = inlet()'),
    ("a = poly(self.a)", "a = poly(self.b)"),
    ("channels(self.a)):", "channels(self.b)):"),
    ("float(channels(self.a))", "float(channels(self.b)) + poly(self.a)[i * VOICES]"),
)


@pytest.mark.parametrize("voices", [1.0, 4.0])
def test_an_inlet_hears_what_it_is_normalled_to_whether_that_is_read_wide_or_not(voices: float) -> None:
    playing = Playing(code("fan"), FOLLOWING, code("sum_up"))
    playing.perform(add(1, "fan", voices=voices), add(2, "sum_up"), add(3, "gather", FOLLOWING.source))
    playing.perform(cable(1, "out", 2, "a"), cable(2, "out", 3, "a"))
    playing.sound(LATER)
    heard = playing.outlets(QUANTUM, (3, "first"))[0]
    found = playing.engine.rack.seats[2].outlet("out")
    ramp = found.block if found.channels == 1 else list(found.wide)[::16]
    assert_allclose(heard, list(ramp), atol=1e-12)
    assert_allclose(np.diff(heard), 0.01, atol=1e-9)


def test_voices_go_on_to_the_inlet_that_is_normalled_to_theirs() -> None:
    for voices in (1.0, 5.0):
        playing = Playing(code("fan"), SUMMING)
        playing.perform(add(1, "fan", voices=voices), add(2, "gather", SUMMING.source), cable(1, "out", 2, "a"))
        playing.sound(LATER)
        heard = playing.outlets(QUANTUM, (2, "out"), (2, "count"))
        assert [block[-1] for block in heard] == [voices * (voices + 1.0) / 2.0, voices + 1.0]


def test_a_knob_with_a_cable_of_voices_turns_for_each() -> None:
    playing = playing_with(
        add(1, "fan", voices=3.0),
        add(2, "sum_up", scale=0.0),
        cable(1, "out", 2, "a"),
        cable(1, "out", 2, "scale"),
    )
    heard = voices(playing, 2)
    total = np.diff(heard, axis=0)[0]
    assert_allclose(total, [0.01, 0.04, 0.09], atol=1e-9)


def test_cables_of_voices_sum_voice_by_voice_with_their_gains() -> None:
    playing = playing_with(
        add(1, "fan", voices=2.0), add(2, "fan", voices=4.0), add(3, "gather"), add(4, "sum_up"),
        cable(1, "out", 4, "bias", -0.5), cable(2, "out", 4, "bias", 2.0), cable(2, "out", 4, "a", 0.0),
    )  # fmt: skip
    assert_allclose(voices(playing, 4)[-1], [1.5, 3.0, 6.0, 8.0])
    playing.perform(gain((2, "out", 4, "bias"), 1.0))
    playing.sound(FADE)
    assert_allclose(voices(playing, 4)[-1], [0.5, 1.0, 3.0, 4.0])


@pytest.mark.parametrize("voices", [1.0, 3.0, 16.0])
def test_an_inlet_that_sums_hears_all_voices_with_their_gains_and_so_does_its_follower(voices: float) -> None:
    playing = Playing(code("fan"), code("listener"))
    playing.perform(add(1, "fan", voices=voices), add(2, "fan", voices=2.0), add(3, "listener"))
    playing.perform(cable(1, "out", 3, "a"))
    playing.sound(LATER)
    alone = voices * (voices + 1.0) / 2.0
    assert_allclose(playing.outlets(QUANTUM, (3, "heard"), (3, "followed")), alone)
    playing.perform(gain((1, "out", 3, "a"), 0.5), cable(2, "out", 3, "a", -1.0))
    playing.sound(LATER)
    heard, followed = playing.outlets(QUANTUM, (3, "heard"), (3, "followed"))
    assert_allclose(heard, 0.5 * alone - 3.0, atol=1e-9)
    assert_array_equal(heard, followed)


@pytest.mark.parametrize("channels", [5, 16])
@pytest.mark.parametrize("parts", [[0, 64], [0, 3, 20, 64], list(range(65))])
def test_what_sums_hears_in_each_frame_the_voices_of_that_frame(parts: list[int], channels: int) -> None:
    volts = np.random.default_rng(3).uniform(-5.0, 5.0, (QUANTUM, 16))
    volts[:, channels:] = 0.0
    outlet = Outlet("out")
    outlet.carry(channels)
    for place, one in enumerate(volts.ravel()):
        outlet.wide[place] = float(one)
    feed = Feed((1, "out"), outlet, 0.0)
    feed.aim(1.0)
    heard = silence()
    for start, stop in pairwise(parts):
        feed.add_to(heard, 1, start, stop, total=True)
    rise = np.arange(1, QUANTUM + 1) / FADE
    assert_allclose(list(heard), volts.sum(axis=1) * rise, atol=1e-12)


@pytest.mark.parametrize("first", [1, 2])
def test_an_inlet_that_sums_hears_all_voices_in_a_loop_too(first: int) -> None:
    fan, listener = first, 3 - first
    playing = Playing(code("fan"), code("listener"))
    playing.perform(add(fan, "fan", voices=3.0), add(listener, "listener"))
    playing.perform(cable(fan, "out", listener, "a"), cable(listener, "heard", fan, "a", 0.1))
    playing.sound(LATER)
    assert_allclose(playing.outlets(QUANTUM, (listener, "heard"))[0], 6.0 / 0.7, atol=1e-9)


def test_a_loop_of_voices_is_one_sample_long() -> None:
    playing = playing_with(add(1, "fan", voices=3.0), cable(1, "out", 1, "a", 0.5))
    assert_allclose(voices(playing, 1)[-1], [2.0, 4.0, 6.0])


@pytest.mark.parametrize("type", ["sum_up", "line_up", "long_line", "block_line"])
def test_a_swap_carries_every_voice_over_without_a_jump(type: str) -> None:
    playing = playing_with(add(1, "fan", voices=5.0), add(2, type), cable(1, "out", 2, "a"))
    before = voices(playing, 2)[-1]
    new = code(type, ("class", "SPARE = 1\n\n\nclass"))
    playing.engine.load(new)
    playing.perform(SwapCode(type, new.source))
    heard = np.concatenate([voices(playing, 2) for _ in range(20)])
    steps = np.abs(np.diff(np.vstack([before, heard]), axis=0))
    assert heard.shape[1] == 5
    assert steps.max() <= 0.0501
    playing.sound(LATER)
    assert np.all(voices(playing, 2)[-1] >= before)


def test_a_bypassed_module_lets_every_voice_through() -> None:
    through = code("sum_up", ("    total = 0.0", '    bypass = {"a": "out"}\n    total = 0.0'))
    playing = Playing(code("fan"), through)
    playing.perform(add(1, "fan", voices=3.0), add(2, "sum_up", through.source), cable(1, "out", 2, "a"))
    playing.perform(SetBypass(2, bypass=True))
    playing.sound(LATER)
    assert_array_equal(voices(playing, 2)[-1], [1.0, 2.0, 3.0])


def test_voices_in_turn_go_on_while_bypassed_with_an_outlet_that_is_not_written_then() -> None:
    last = "        self.place = (self.place + 1) % 8\n"
    more = "        self.other = self.a\n\n    def step_bypass(self) -> None:\n        self.out = 2.0 * self.a\n"
    two = code(
        "long_line",
        ("    out = outlet()", "    out = outlet()\n    other = outlet()"),
        (last, last + more),
    )
    playing = Playing(code("fan"), two)
    playing.perform(add(1, "fan", voices=3.0), add(2, "long_line", two.source), cable(1, "out", 2, "a"))
    playing.perform(SetBypass(2, bypass=True))
    playing.sound(LATER)
    assert_array_equal(voices(playing, 2)[-1], [2.0, 4.0, 6.0])
    assert not voices(playing, 2, "other").any()
    assert not [message for message in playing.messages if isinstance(message, Fault)]


def _with_bypass(*lines: str) -> Code:
    """A fan with two outlets, which plays so while it is bypassed."""
    last = "float(voice) + 1.0 + a[i * VOICES + voice]\n"
    loop = "        for i in range(start, stop):\n"
    block = "    def process_bypass(self, start: int, stop: int) -> None:\n"
    return code(
        "fan",
        ("import Module, ", "import Module, channels, "),
        ("poly, set_channels", "poly, set_channels, signal"),
        ("    out = outlet()\n", "    out = outlet()\n    first = outlet()\n"),
        ("        out = poly", "        first = signal(self.first)\n        out = poly"),
        (loop, loop + "            first[i] = 7.0\n"),
        (last, last + "\n" + block + "".join(f"        {line}\n" for line in lines)),
    )


def _playing_bypassed(fan: Code, count: float, *, from_the_start: bool) -> Playing:
    playing = Playing(code("fan"), fan)
    placed = PlacedModule(
        id=2, name="m2", type="fan", source=fan.source, knobs={"voices": count}, bypass=from_the_start
    )
    playing.perform(add(1, "fan", voices=3.0), AddModule(placed), cable(1, "out", 2, "a"))
    playing.sound(LATER)
    if not from_the_start:
        assert voices(playing, 2).shape[1] == count
        playing.perform(SetBypass(2, bypass=True))
        playing.sound(LATER)
    return playing


@pytest.mark.parametrize("count", [1.0, 5.0])
@pytest.mark.parametrize("from_the_start", [True, False])
def test_an_outlet_of_voices_that_is_not_written_while_bypassed_is_silent(
    count: float, *, from_the_start: bool
) -> None:
    fan = _with_bypass("first = signal(self.first)", "for i in range(start, stop):", "    first[i] = 2.0")
    playing = _playing_bypassed(fan, count, from_the_start=from_the_start)
    assert not voices(playing, 2).any()
    assert_array_equal(voices(playing, 2, "first"), 2.0)
    playing.perform(SetBypass(2, bypass=False))
    playing.sound(LATER)
    assert_array_equal(voices(playing, 2)[-1], [2.0, 4.0, 6.0, 4.0, 5.0][: int(count)])
    assert_array_equal(voices(playing, 2, "first"), 7.0)
    assert not [message for message in playing.messages if isinstance(message, Fault)]


@pytest.mark.parametrize("from_the_start", [True, False])
def test_what_plays_bypassed_may_write_all_voices(*, from_the_start: bool) -> None:
    fan = _with_bypass(
        "a = poly(self.a)", "out = poly(self.out)", "set_channels(self.out, channels(self.a))",
        "for i in range(start * VOICES, stop * VOICES):", "    out[i] = 0.5 * a[i]",
    )  # fmt: skip
    playing = _playing_bypassed(fan, 5.0, from_the_start=from_the_start)
    assert_array_equal(voices(playing, 2)[-1], [0.5, 1.0, 1.5])
    assert not voices(playing, 2, "first").any()
    assert not [message for message in playing.messages if isinstance(message, Fault)]


@pytest.mark.parametrize("from_the_start", [True, False])
def test_what_plays_bypassed_finds_0_v_at_an_outlet_that_it_does_not_write(*, from_the_start: bool) -> None:
    fan = _with_bypass(
        "first = signal(self.first)", "for i in range(start, stop):", "    first[i] = 2.0 + self.out"
    )
    playing = _playing_bypassed(fan, 1.0, from_the_start=from_the_start)
    assert_array_equal(voices(playing, 2, "first"), 2.0)
    assert not [message for message in playing.messages if isinstance(message, Fault)]


COUNTED = (("a = inlet()", "a = inlet(voices=True)"), ("bias = inlet()", "bias = inlet(voices=True)"))


def test_the_most_voices_that_come_into_any_inlet_that_counts_are_played() -> None:
    playing = Playing(code("fan"), code("sum_up", *COUNTED))
    fans = (add(1, "fan", voices=2.0), add(2, "fan", voices=3.0))
    playing.perform(*fans, add(3, "sum_up", code("sum_up", *COUNTED).source), cable(1, "out", 3, "a", 0.0))
    playing.sound(LATER)
    assert voices(playing, 3).shape[1] == 2
    playing.perform(cable(2, "out", 3, "bias"))
    playing.sound(LATER)
    assert_array_equal(voices(playing, 3)[0], [1.0, 2.0, 3.0])
    playing.perform(knob(2, "voices", 1.0))
    playing.sound(LATER)
    assert_array_equal(voices(playing, 3)[0], [1.0, 1.0])
    playing.perform(uncable(1, "out", 3, "a"))
    playing.sound(LATER)
    assert_array_equal(voices(playing, 3)[0], [1.0])


def alone(type: str) -> Code:
    """Code whose voices play in turn, as it is heard first."""
    return code(type)._replace(lanes=False)


@pytest.mark.parametrize("count", [1.0, 5.0])
def test_voices_side_by_side_take_over_from_voices_in_turn_unheard(count: float) -> None:
    runs = []
    for improved in (False, True):
        playing = Playing(code("fan"), alone("sum_up"))
        playing.perform(add(1, "fan", voices=count), add(2, "sum_up"), cable(1, "out", 2, "a"))
        playing.sound(LATER)
        if improved:
            playing.engine.load(code("sum_up"))
        runs.append(np.concatenate([voices(playing, 2) for _ in range(20)]))
        instance = playing.engine.rack.seats[2].node
        assert instance is not None
        assert instance.current.module.lanes == improved
        assert not [message for message in playing.messages if isinstance(message, Fault)]
    in_turn, together = runs
    assert together.shape[1] == int(count)
    assert_allclose(together, in_turn, rtol=0.0, atol=1e-9)
    assert np.abs(np.diff(together, axis=0)).max() < 0.01 * count + 1e-9


COUNTING = (
    "self.place += 1\n        if self.place == len(self.kept):\n            self.place = 0",
    "self.place = (self.place + 1) % 100",
)


@pytest.mark.parametrize("counts", [True, False])
def test_a_delay_whose_voices_began_one_by_one_goes_on_when_they_may_share_their_place(*, counts: bool) -> None:
    runs = []
    for improved in (False, True):
        new = code("line", COUNTING)
        assert new.counts == ("place",)
        former = new._replace(lanes=False, counts=new.counts if counts else ())
        playing = Playing(code("fan"), code("sine"), former)
        playing.perform(add(1, "fan", voices=1.0), add(2, "line", new.source), add(3, "sine"))
        playing.perform(cable(3, "out", 1, "a"), cable(1, "out", 2, "audio"))
        playing.sound(LATER + 64)
        playing.perform(knob(1, "voices", 3.0))
        playing.sound(LATER)
        playing.sound(LATER)
        if improved:
            playing.engine.load(new)
        runs.append(np.concatenate([voices(playing, 2) for _ in range(20)]))
        node = playing.engine.rack.seats[2].node
        assert node is not None
        assert node.current.module.lanes == (improved and counts)
    in_turn, together = runs
    assert in_turn.shape[1] == 3
    assert_allclose(together, in_turn, rtol=0.0, atol=1e-9)


@pytest.mark.parametrize("apart", [False, True])
def test_a_replay_goes_over_to_voices_side_by_side_where_the_performance_did(*, apart: bool) -> None:
    new = code("line", COUNTING)
    others = (code("fan"), code("sine"), code("speaker"))
    patch = (
        add(1, "fan", voices=1.0 if apart else 3.0), add(2, "line", new.source), add(3, "sine"), add(4, "speaker"),
        cable(3, "out", 1, "a"), cable(1, "out", 2, "audio"), cable(2, "out", 4, "left"),
    )  # fmt: skip
    playing = Playing(*others, new._replace(lanes=False, counts=() if apart else new.counts), tapping=False)
    playing.perform(*patch)
    heard = [playing.sound(LATER)]
    playing.engine.panic(9)
    heard.append(playing.sound(LATER + QUANTUM))
    playing.perform(knob(1, "voices", 3.0))
    heard += [playing.sound(LATER), playing.sound(LATER)]
    playing.engine.load(new)
    heard.append(playing.sound(LATER))
    told = [message for message in playing.messages if isinstance(message, Applied)]
    assert (told[-1].runs.get(2, 0), told[-1].again) == (3 if apart else 0, (2,))
    what: dict[int, dict[str, Any]] = {
        0: {}, 1: {"edit": Batch(patch)}, 2: {"edit": knob(1, "voices", 3.0)}, 9: {"word": "panic"},
    }  # fmt: skip
    events = [Event(one.frame, one.runs, **what[one.serial], again=one.again) for one in told]
    replay = Replay([*others, new], 48000.0, 0.01, Guests({}, Path()))
    again, together = [], []
    for sound in replay.play(events, sum(map(len, heard)), QUANTUM):
        again.append(sound)
        node = replay._engine.rack.seats[2].node
        assert node is not None
        together.append(bool(node.current.module.lanes))
    assert together == [not apart and QUANTUM * place >= told[-1].frame for place in range(len(together))]
    assert np.abs(again[-1]).max() > 0.01
    assert_array_equal(np.concatenate(heard), np.concatenate(again))


def test_voices_that_play_side_by_side_go_on_in_turn_and_side_by_side_again_when_their_code_is_changed() -> None:
    playing = playing_with(add(1, "fan", voices=5.0), add(2, "sum_up"), cable(1, "out", 2, "a"))
    reference = playing_with(add(1, "fan", voices=5.0), add(2, "sum_up"), cable(1, "out", 2, "a"))
    new = code("sum_up", ("class", "SPARE = 1\n\n\nclass"))
    playing.engine.load(new._replace(lanes=False))
    playing.perform(SwapCode("sum_up", new.source))
    heard = [voices(playing, 2) for _ in range(3)]
    playing.engine.load(new)  # while the first fade is under way
    heard += [voices(playing, 2) for _ in range(40)]
    assert_allclose(
        np.concatenate(heard), np.concatenate([voices(reference, 2) for _ in range(43)]), rtol=0.0, atol=1e-9
    )


def test_better_code_of_what_is_not_played_any_more_changes_nothing() -> None:
    playing = playing_with(add(1, "fan", voices=5.0), add(2, "sum_up"), cable(1, "out", 2, "a"))
    new = code("sum_up", ("class", "SPARE = 1\n\n\nclass"))
    playing.engine.load(new._replace(lanes=False))
    playing.perform(SwapCode("sum_up", new.source))
    playing.sound(LATER)
    playing.perform(SwapCode("sum_up", "sum_up"))
    playing.sound(LATER)
    node = playing.engine.rack.seats[2].node
    assert node is not None
    before = node.current
    playing.engine.load(new)
    playing.sound(LATER)
    assert node.current is before


def test_blocks_remember_what_they_heard_in_new_code_voice_by_voice() -> None:
    """A steady voltage stays what it is at another rate, in a row and as a note."""
    playing = playing_with(add(1, "fan", voices=3.0))
    playing.engine.load(code("carrying"))
    playing.perform(add(2, "carrying"), cable(1, "out", 2, "volts"))
    for _ in range(20):
        playing.sound(QUANTUM)
    before = [voices(playing, 2, outlet)[-1] for outlet in ("out", "sum", "said")]
    assert_allclose(before[0], [1.0, 2.0, 3.0], atol=1e-5)
    assert_allclose(before[1], [64.0, 128.0, 192.0])
    new = code("carrying", ("class", "SPARE = 1\n\n\nclass"))
    playing.engine.load(new)
    playing.perform(SwapCode("carrying", new.source))
    for _ in range(20):
        for outlet, kept in zip(("out", "sum", "said"), before, strict=True):
            assert_allclose(voices(playing, 2, outlet), np.tile(kept, (QUANTUM, 1)), atol=1e-5)
