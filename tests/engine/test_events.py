"""What a module is told between two quanta, and what it plays while it is bypassed."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from livepatch.patch.edits import ModuleEvent, RemoveModule, SetBypass, SwapCode
from livepatch.protocol.messages import Fault
from tests.engine.playing import QUANTUM, Playing, add, cable, code, knob

FADE = 512
LOUDER = ("self.out = self.level", "self.out = 2.0 * self.level")
SILENT = ("        self.out = 0.5 * self.audio\n", "")


def playing(*changes: tuple[str, str], level: float = 1.0) -> Playing:
    made = Playing(
        code("eventful"), code("eventful", LOUDER), code("constant"), *(code("eventful", c) for c in changes)
    )
    made.perform(add(1, "eventful", level=level))
    return made


def state(made: Playing, name: str) -> float:
    return float(getattr(made.engine.rack.seats[1].module, name))


def test_a_module_that_is_added_hears_the_sample_rate_and_then_begins() -> None:
    made = playing(level=3.0)
    order, table = made.outlets(QUANTUM, (1, "order_out"), (1, "table_out"))
    assert_array_equal(order, 51.0)
    assert_array_equal(table[:4], [4.0, 5.0, 6.0, 3.0])


def test_new_code_begins_before_it_takes_the_state_over() -> None:
    made = playing()
    made.perform(ModuleEvent(1, "on_randomize"))
    assert_array_equal(made.volts(1, "order_out", QUANTUM), 513.0)
    made.perform(SwapCode("eventful", code("eventful", LOUDER).source))
    assert made.volts(1, "order_out", FADE + QUANTUM)[-1] == 513.0
    assert state(made, "resets") == 0


def test_a_reset_starts_over_with_a_fade_and_then_tells() -> None:
    made = playing(level=5.0)
    heard = [made.volts(1, "out", 10 * QUANTUM)]
    made.perform(knob(1, "level", None), ModuleEvent(1, "on_reset"))
    heard.append(made.volts(1, "out", FADE + QUANTUM))
    order, frames = made.outlets(QUANTUM, (1, "order_out"), (1, "frames_out"))
    assert_array_equal(order, 512.0)
    assert_array_equal(frames, np.arange(1, QUANTUM + 1) + FADE + QUANTUM)
    assert state(made, "resets") == 1
    assert heard[-1][-1] == 1.0
    assert np.abs(np.diff(np.concatenate(heard))).max() <= 4.0 / QUANTUM + 4.0 / FADE


def test_a_reset_that_waits_for_a_fade_is_kept_by_what_comes_after_it() -> None:
    made = playing()
    made.sound(5 * QUANTUM)
    made.perform(SwapCode("eventful", code("eventful", LOUDER).source))
    made.perform(ModuleEvent(1, "on_reset"))
    made.perform(ModuleEvent(1, "on_reset"))
    made.perform(SwapCode("eventful", "eventful"))
    made.sound(4 * FADE)
    assert state(made, "resets") == 1
    assert state(made, "order") == 512.0


def test_what_is_taken_back_tells_nothing() -> None:
    made = playing()
    made.perform(ModuleEvent(1, "on_randomize", undone=True))
    assert_array_equal(made.volts(1, "order_out", QUANTUM), 51.0)


def test_an_event_that_raises_silences_the_module_and_names_the_line() -> None:
    wrong = ("self._note(3.0)", "self.table[int(self.level) + 90] = 0.0")
    made = playing(wrong)
    made.perform(RemoveModule(1), add(2, "eventful", code("eventful", wrong).source))
    made.sound(QUANTUM)
    made.perform(ModuleEvent(2, "on_randomize"))
    heard = made.volts(2, "out", 2 * QUANTUM)
    assert not heard[QUANTUM:].any()
    fault = next(message for message in made.messages if isinstance(message, Fault))
    assert "IndexError" in fault.text
    text = code("eventful", wrong)
    assert fault.line in text.lines.values()


def test_a_module_that_leaves_is_told() -> None:
    told = ("    def on_add", "    def on_remove(self) -> None:\n        self._note(4.0)\n\n    def on_add")
    made = Playing(code("eventful", told))
    made.perform(add(1, "eventful", code("eventful", told).source))
    made.sound(QUANTUM)
    module = made.engine.rack.seats[1].module
    made.perform(RemoveModule(1))
    made.sound(QUANTUM)
    assert module.order == 514.0  # type: ignore[attr-defined]


def test_a_module_with_a_bypass_of_its_own_plays_that_and_its_state_goes_on() -> None:
    made = playing(level=2.0)
    made.perform(add(2, "constant", volts=8.0), cable(2, "out", 1, "audio"))
    heard = [made.volts(1, "out", 10 * QUANTUM)]
    made.perform(SetBypass(1, True))
    during, frames = made.outlets(FADE, (1, "out"), (1, "frames_out"))
    heard.append(during)
    assert_allclose(during, 2.0 + 2.0 * np.arange(1, FADE + 1) / FADE, atol=1e-9)
    assert_allclose(frames, np.arange(1, FADE + 1) + 10 * QUANTUM, atol=1e-9)
    assert_array_equal(made.volts(1, "out", QUANTUM), 4.0)
    made.perform(SetBypass(1, False))
    made.sound(FADE)
    assert_array_equal(made.volts(1, "frames_out", QUANTUM)[0], 11 * QUANTUM + 2 * FADE + 1)


def test_bypassed_hard_nothing_of_its_own_plays_and_it_goes_on_where_it_was() -> None:
    made = playing(level=2.0)
    made.perform(add(2, "constant", volts=8.0), cable(2, "out", 1, "audio"))
    made.sound(10 * QUANTUM)
    frames = made.volts(1, "frames_out", QUANTUM)[-1]
    made.perform(SetBypass(1, True, hard=True))
    made.sound(FADE)
    assert_array_equal(made.volts(1, "out", QUANTUM), 0.0)
    made.perform(SetBypass(1, True))
    made.sound(FADE)
    assert_array_equal(made.volts(1, "out", QUANTUM), 4.0)
    assert frames < made.volts(1, "frames_out", QUANTUM)[0] < frames + 3 * FADE


def test_an_outlet_that_the_own_bypass_does_not_write_is_silent() -> None:
    made = playing(SILENT)
    source = code("eventful", SILENT).source
    made.perform(RemoveModule(1), add(2, "eventful", source, level=3.0))
    assert made.volts(2, "out", QUANTUM)[-1] == 3.0
    made.perform(SetBypass(2, True))
    heard = made.volts(2, "out", FADE + 2 * QUANTUM)
    assert heard[-1] == 0.0
    fading = heard[: FADE - QUANTUM]  # the block of the last quantum is emptied once it was heard
    assert_allclose(fading, 3.0 - 3.0 * np.arange(1, len(fading) + 1) / FADE, atol=1e-9)


def test_a_bypassed_module_that_is_reset_starts_over_when_it_plays_again() -> None:
    plain = ("    def step_bypass", "    def later")
    made = Playing(code("eventful", plain))
    made.perform(add(1, "eventful", code("eventful", plain).source))
    made.sound(10 * QUANTUM)
    made.perform(SetBypass(1, True))
    made.sound(2 * FADE)
    made.perform(ModuleEvent(1, "on_reset"))
    made.perform(SetBypass(1, False))
    made.sound(FADE)
    assert state(made, "order") == 512.0
    assert state(made, "frames") == FADE


@pytest.mark.parametrize("event", ["on_reset", "on_randomize"])
def test_a_module_without_events_takes_them_in_silence(event: str) -> None:
    made = Playing(code("sine"))
    made.perform(add(1, "sine"))
    made.sound(QUANTUM)
    made.perform(ModuleEvent(1, event))
    assert np.isfinite(made.volts(1, "out", 2 * FADE)).all()
    assert not [message for message in made.messages if isinstance(message, Fault)]


def test_another_sample_rate_is_heard_by_all_and_state_goes_over() -> None:
    made = Playing(code("eventful"), code("sine"))
    made.perform(add(1, "eventful"), add(2, "sine", hertz=750.0))
    made.sound(10 * QUANTUM)
    made.engine.retune(24000.0)
    order = made.volts(1, "order_out", FADE + QUANTUM)
    assert order[-1] == 515.0
    module = made.engine.rack.seats[1].module
    assert (module.sample_rate, module.frames) == (24000.0, 11 * QUANTUM + FADE)  # type: ignore[attr-defined]
    made.sound(FADE)
    heard = made.volts(2, "out", 6400)
    assert np.diff(np.signbit(heard)).sum() == 2 * 6400 * 750 // 24000
