"""What goes wrong in one module: the rest plays on, and it is told."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from livepatch.errors import PatchError
from livepatch.patch.edits import AddCable, Batch, SetKnob, SwapCode
from livepatch.patch.patch import Cable
from livepatch.protocol.messages import Fault, Notice
from tests.engine.playing import QUANTUM, Playing, add, cable, code, gain, knob

FADE = 512


def faulty_playing() -> Playing:
    mended = ("self.kept[int(self.place)]", "self.kept[0]")
    playing = Playing(code("constant"), code("counter"), code("faulty"), code("faulty", mended))
    playing.perform(
        add(1, "constant", volts=4.0), add(2, "faulty"), add(3, "counter"), cable(1, "out", 2, "audio")
    )
    playing.sound(256)
    return playing


def faults(playing: Playing) -> list[Fault]:
    return [message for message in playing.messages if isinstance(message, Fault)]


def test_a_module_that_raises_falls_silent_without_a_jump_while_the_rest_plays() -> None:
    playing = faulty_playing()
    playing.engine.load(code("total"))
    playing.perform(add(4, "total"), cable(2, "out", 4, "a"))
    playing.sound(256)
    assert playing.volts(4, "out", QUANTUM)[-1] == 4.0
    playing.perform(knob(2, "place", 9.0))
    silenced, counted = playing.outlets(4 * QUANTUM, (4, "out"), (3, "number"))
    assert np.abs(np.diff(np.concatenate([[4.0], silenced]))).max() <= 4.0 / QUANTUM + 1e-9
    assert not silenced[QUANTUM:].any()
    assert_array_equal(np.diff(counted), 1.0)


def test_a_module_that_raises_is_told_once_with_the_line_its_author_wrote() -> None:
    playing = faulty_playing()
    playing.perform(knob(2, "place", 9.0))
    playing.sound(10 * QUANTUM)
    (fault,) = faults(playing)
    assert (fault.id, fault.type, fault.source) == (2, "faulty", "faulty")
    assert fault.line == 15
    assert "IndexError" in fault.text


def late_playing(change: tuple[str, str]) -> Playing:
    """Counted frames go into changed code, which goes wrong at one of them; nothing is edited then."""
    playing = Playing(code("counter"), code("faulty"), code("faulty", change))
    playing.perform(add(1, "counter"), add(2, "faulty"), cable(1, "number", 2, "audio"))
    playing.perform(SwapCode("faulty", f"faulty{change[1]}"))
    playing.sound(2 * FADE)
    return playing


def test_a_module_that_raises_long_after_the_last_edit_is_silenced_and_told() -> None:
    playing = late_playing(("self.kept[int(self.place)]", "self.kept[int(self.audio / 500.0)]"))
    assert playing.volts(2, "out", 4 * QUANTUM).all()
    assert not faults(playing)
    assert not playing.volts(2, "out", 16 * QUANTUM)[13 * QUANTUM :].any()
    (fault,) = faults(playing)
    assert (fault.id, fault.line) == (2, 15)


def test_an_outlet_that_is_no_number_long_after_the_last_edit_is_told_once() -> None:
    playing = late_playing(("(1.0 + 10.0 * self.place)", "(self.audio / 1000.0)"))
    assert not [message for message in playing.messages if isinstance(message, Notice)]
    playing.sound(16 * QUANTUM)
    (notice,) = [message for message in playing.messages if isinstance(message, Notice)]
    assert notice.text.startswith("m2.huge was not a finite number; it gives 0 V where it is not; reset(m2)")


def test_mended_code_brings_a_silenced_module_back() -> None:
    playing = faulty_playing()
    playing.perform(knob(2, "place", 9.0))
    playing.sound(QUANTUM)
    playing.perform(SwapCode("faulty", "faultyself.kept[0]"))
    heard = playing.volts(2, "out", FADE + QUANTUM)
    assert np.abs(np.diff(heard)).max() <= 4.0 / FADE + 1e-9
    assert heard[-1] == 4.0


def test_code_that_raises_at_once_leaves_its_former_code_playing() -> None:
    broken = ("self.kept[int(self.place)]", "self.kept[9]")
    playing = Playing(code("constant"), code("faulty"), code("faulty", broken))
    playing.perform(add(1, "constant", volts=4.0), add(2, "faulty"), cable(1, "out", 2, "audio"))
    playing.sound(256)
    playing.perform(SwapCode("faulty", "faultyself.kept[9]"))
    heard = playing.volts(2, "out", FADE)
    assert np.abs(heard - 4.0).max() <= 4.0 * 2 * QUANTUM / FADE
    assert_array_equal(playing.volts(2, "out", QUANTUM), 4.0)
    (fault,) = faults(playing)
    assert fault.source == "faultyself.kept[9]"


def test_an_outlet_that_is_no_number_gives_0_volts_and_is_told_once() -> None:
    playing = faulty_playing()
    playing.perform(knob(2, "place", 3.0))
    huge, out = playing.outlets(4 * QUANTUM, (2, "huge"), (2, "out"))
    assert not huge[QUANTUM:].any()
    assert_array_equal(out, 4.0)
    (notice,) = [message for message in playing.messages if isinstance(message, Notice)]
    assert notice.text.startswith("m2.huge was not a finite number; it gives 0 V where it is not; reset(m2)")


def test_no_number_in_a_loop_is_stopped_before_the_next_sample() -> None:
    playing = Playing(code("faulty"), code("total"))
    loop = [cable(1, "huge", 2, "a"), cable(2, "out", 1, "audio", 0.0)]
    playing.perform(add(1, "faulty", place=1.0), add(2, "total"), *loop)
    heard = playing.volts(2, "out", 8 * QUANTUM)
    assert not heard.any()


def test_a_module_without_code_is_silent_and_plays_as_soon_as_the_code_is_there() -> None:
    playing = Playing(code("total"))
    playing.perform(add(1, "constant", volts=3.0), add(2, "total"), cable(1, "out", 2, "a"))
    assert not playing.volts(2, "out", 4 * QUANTUM).any()
    (fault,) = faults(playing)
    assert fault.id == 1
    playing.engine.load(code("constant"))
    heard = playing.volts(2, "out", FADE + 2 * QUANTUM)
    assert heard[-1] == 3.0
    assert np.abs(np.diff(heard)).max() <= 3.0 / FADE + 1e-9


def test_unknown_code_leaves_the_former_playing() -> None:
    playing = faulty_playing()
    playing.perform(SwapCode("faulty", "never-loaded"))
    assert_array_equal(playing.volts(2, "out", FADE), 4.0)
    (fault,) = faults(playing)
    assert fault.source == "never-loaded"


@pytest.mark.parametrize(
    "edit",
    [
        AddCable(Cable(source=1, outlet="out", target=77, inlet="a")),
        knob(77, "volts", 1.0),
        knob(1, "volts", float("nan")),
        gain((1, "out", 2, "audio"), float("inf")),
        Batch((knob(1, "volts", 9.0), knob(1, "volts", float("-inf")))),
        Batch((knob(1, "volts", 9.0), cable(3, "number", 2, "audio"), cable(1, "out", 2, "audio"))),
    ],
)
def test_an_edit_that_does_not_fit_changes_nothing(edit: SetKnob) -> None:
    playing = faulty_playing()
    patch = playing.engine.rack.patch
    before = (dict(patch.cables), {id: dict(module.knobs) for id, module in patch.modules.items()})
    with pytest.raises(PatchError):
        playing.perform(edit)
    assert before == (patch.cables, {id: module.knobs for id, module in patch.modules.items()})
    assert_array_equal(playing.volts(2, "out", QUANTUM), 4.0)


def test_cables_to_ports_that_are_not_there_dangle_silently() -> None:
    playing = faulty_playing()
    playing.perform(cable(1, "nowhere", 2, "audio"), cable(1, "out", 2, "missing"), knob(1, "absent", 1.0))
    assert_array_equal(playing.volts(2, "out", 8 * QUANTUM), 4.0)
    assert not faults(playing)
