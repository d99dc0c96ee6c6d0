"""The whole TUI, played by keys, on a session that is scripted."""

from pathlib import Path

import msgspec
import pytest
from textual.events import MouseDown, MouseScrollUp, MouseUp

from livepatch.errors import Problem
from livepatch.panel import Button
from livepatch.patch.edits import AddModule, Batch, ModuleEvent, RemoveModule, SetBypass, SetKnob
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import (
    Act,
    Ailing,
    Duplicate,
    Edited,
    ModuleFault,
    Notice,
    PanelChanged,
    Perform,
    Redo,
    Undo,
)
from livepatch.protocol.meters import Meters
from livepatch.tui.look import DIMMED
from tests.tui.fake_session import PANELS, FakeSession
from tests.tui.stage import Stage, perform

SCREENS = Path(__file__).parent / "screens"


def test_the_rack_fits_a_terminal_of_80_by_24(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.shows("complete")
        await stage.shows("bar 1.1")
        assert stage.screen() + "\n" == (SCREENS / "hello_80x24.txt").read_text()

    perform(workspace, act)


def test_a_turned_knob_is_an_edit_and_shows_at_once(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2", "right", "plus")
        await stage.until(lambda: Perform(SetKnob(2, "cutoff", 1.2)) in stage.session.received)
        await stage.shows("601.06 Hz")

    perform(workspace, act)


def test_keys_held_down_add_up_before_the_session_answers(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2", *["plus"] * 5)
        await stage.until(lambda: stage.session.patch.modules[1].knobs.get("freq") == 1.0)
        await stage.press(*["minus"] * 5)
        await stage.until(lambda: stage.session.patch.modules[1].knobs.get("freq") == 0.0)

    perform(workspace, act)


def test_a_value_is_typed_in_the_unit_it_is_shown_in(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2")
        await stage.type("523.2511\n")
        await stage.until(lambda: stage.session.patch.modules[1].knobs.get("freq") == pytest.approx(1.0, abs=1e-5))
        await stage.type("1x\n")
        await stage.shows("freq is in Hz, not x")

    perform(workspace, act)


def test_the_rack_keys_ask_for_what_they_say(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2", "b", "u", "ctrl+r", "r", "delete")
        asked = [Perform(SetBypass(1, True)), Undo(), Redo(), Perform(SetKnob(1, "freq", None))]
        await stage.until(lambda: [*asked, Perform(RemoveModule(1))] == list(stage.session.received))
        await stage.until(lambda: "< vco.saw" not in stage.screen())

    perform(workspace, act)


def test_a_bypass_of_its_own_can_be_left_out(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2", "B")
        await stage.until(lambda: Perform(SetBypass(1, True)) in stage.session.received)
        rack = stage.app.rack_view.rack
        rack.panels["vco"] = msgspec.structs.replace(rack.panels["vco"], own_bypass=True)
        await stage.press("B")
        await stage.until(lambda: Perform(SetBypass(1, True, hard=True)) in stage.session.received)
        await stage.shows("bypassed hard")
        await stage.press("B")
        await stage.until(lambda: Perform(SetBypass(1, False)) in stage.session.received)
        await stage.until(lambda: "bypassed" not in stage.screen())
        await stage.press("b")
        await stage.shows("bypassed")
        assert "bypassed hard" not in stage.screen()
        await stage.press("m")
        await stage.shows("Bypass hard")

    perform(workspace, act)


def test_a_bypassed_module_says_so(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2", "b")
        await stage.shows("bypassed")

    perform(workspace, act)


def test_a_module_is_reset_and_turned_by_chance(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2", "right", "x")
        await stage.until(lambda: set(stage.session.patch.modules[2].knobs) == {"cutoff", "resonance", "mode"})
        await stage.press("R")
        await stage.until(lambda: not stage.session.patch.modules[2].knobs)
        edits = [message.edit for message in stage.session.received if isinstance(message, Perform)]
        events = [edit.edits[-1] for edit in edits if isinstance(edit, Batch)]
        assert events == [ModuleEvent(2, "on_randomize"), ModuleEvent(2, "on_reset")]

    perform(workspace, act)


def test_a_switch_is_thrown_with_space_and_shows_its_choice(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2", "right", "down", "down", "space")
        await stage.shows("24 dB")

    perform(workspace, act)


def test_a_wrong_module_shows_its_error_in_its_panel_until_it_is_mended(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        problem = Problem("/set/modules/vcf.py", 12, 5, "name 'tann' is not defined")
        stage.session.say(ModuleFault("vcf", (problem,)))
        await stage.shows("line 12: name")
        assert "vcf.py:12:5: name 'tann' is not defined" in stage.screen()
        for how in ("silent until mended", "plays older code", "went wrong"):
            stage.session.say(Ailing({2: how.removesuffix(" until mended")}))
            await stage.shows(how)
        stage.session.say(ModuleFault("vcf", ()), Ailing({}), PanelChanged(PANELS["vcf"], 143.0))
        await stage.until(lambda: "went wrong" not in stage.screen())
        await stage.shows("143 ms")
        assert "# vcf: mended" in stage.screen()

    perform(workspace, act)


def test_levels_move_with_the_meters(workspace: Path) -> None:
    with Meters(workspace / "meters", create=True) as meters:

        async def act(stage: Stage) -> None:
            assert "⣶" not in stage.screen()
            meters.levels[2] = 5.0
            meters.write("load", 0.12)
            meters.write("late_blocks", 3)
            await stage.shows("saw    ⣶⣶⣶")
            await stage.shows("load 12%")
            await stage.shows("late 3")
            assert "gap" not in stage.screen()
            meters.write("input_slips", 2)
            await stage.shows("late 3  in 2 gaps")
            meters.levels[2] = 0.0
            await stage.until(lambda: "⣶" not in stage.screen())

        perform(workspace, act, session=FakeSession(workspace, meters=meters))


def test_a_trace_is_drawn_as_a_curve(workspace: Path) -> None:
    with Meters(workspace / "meters", create=True) as meters:
        for frame in range(256):
            meters.traces[frame] = 1.0

        async def act(stage: Stage) -> None:
            await stage.shows("⠉⠉⠉⠉⠉")

        perform(workspace, act, session=FakeSession(workspace, meters=meters), size=(120, 40))


def test_another_front_end_s_edits_show_here(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.session.say(Edited(SetKnob(1, "freq", 1.0), "vco.freq = 1.0"))
        await stage.until(lambda: stage.screen().count("523.25 Hz") == 2)

    perform(workspace, act)


def test_the_wheel_turns_the_knob_under_the_pointer(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.pilot._post_mouse_events([MouseScrollUp], "#rack", offset=(10, 1))
        await stage.until(lambda: Perform(SetKnob(1, "freq", 0.2)) in stage.session.received)

    perform(workspace, act)


def test_the_selected_module_is_lit_only_while_the_keys_are_the_rack_s(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        def lit() -> bool:
            header = next(iter(stage.app.rack_view.columns.all())).strip(0)
            return any(segment.style is not None and segment.style.reverse for segment in header)

        assert not lit()
        await stage.press("f2")
        await stage.until(lit)
        await stage.press("f3")
        await stage.until(lambda: not lit())

    perform(workspace, act)


def test_a_click_selects(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.pilot.click("#rack", offset=(30, 1))
        await stage.shows("▸vcf")

    perform(workspace, act)


def test_the_menu_of_a_module_offers_what_it_declares_and_what_every_module_has(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2", "right", "right", "m")
        await stage.shows("Load a shape…")
        await stage.shows("Randomize")
        await stage.press("enter")
        await stage.press(*"a.wav", "enter")
        await stage.until(lambda: Act(3, "load", "a.wav") in stage.session.received)
        await stage.press("m", "down", "enter")
        await stage.until(lambda: Act(3, "clear") in stage.session.received)
        await stage.press("m", "down", "down", "right")
        await stage.shows("Deeper")
        await stage.press("escape", "escape", "m", "up", "enter")
        await stage.until(lambda: Perform(RemoveModule(3)) in stage.session.received)

    perform(workspace, act)


def test_a_switch_of_the_menu_is_not_on_the_panel(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2", "right", "m")
        await stage.shows("Drift")
        await stage.press("enter")
        await stage.until(lambda: stage.session.patch.modules[2].knobs.get("drift") == 1.0)
        await stage.press("m")
        await stage.shows("✓ Drift")
        await stage.press("escape", "d")
        await stage.until(lambda: Duplicate(2) in stage.session.received)

    perform(workspace, act)


def test_a_module_changes_places_with_its_neighbour(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        for id, module in stage.session.patch.modules.items():
            module.position = (id, 0)
        await stage.press("f2", "right_square_bracket")
        await stage.until(lambda: stage.session.patch.modules[2].position == (0, 0))
        assert stage.session.patch.modules[1].position == (1, 0)

    perform(workspace, act)


def test_a_button_is_held_by_a_key_and_by_the_mouse(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PANELS, "lfo", msgspec.structs.replace(PANELS["lfo"], buttons=(Button(name="restart"),)))

    def asked(stage: Stage) -> list[float | None]:
        edits = [message.edit for message in stage.session.received if isinstance(message, Perform)]
        return [edit.value for edit in edits if isinstance(edit, SetKnob) and edit.knob == "restart"]

    async def act(stage: Stage) -> None:
        await stage.press("f2", "right", "right", "down", "H")
        await stage.until(lambda: asked(stage) == [1.0])
        await stage.until(lambda: stage.session.patch.modules[3].knobs == {"restart": 1.0})
        await stage.press("H")
        await stage.until(lambda: asked(stage) == [1.0, 0.0])
        line = next(y for y, text in enumerate(stage.screen().splitlines()) if "restart" in text)
        place = (stage.screen().splitlines()[line].index("restart"), line - 1)
        await stage.pilot._post_mouse_events([MouseDown], "#rack", offset=place, button=1)
        await stage.until(lambda: asked(stage) == [1.0, 0.0, 1.0])
        await stage.pilot._post_mouse_events([MouseUp], "#rack", offset=(1, 1), button=1)
        await stage.until(lambda: asked(stage) == [1.0, 0.0, 1.0, 0.0])

    perform(workspace, act)


def test_the_room_of_the_rack_is_dimmed_in_steps_and_bright_again(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        seen = []
        for _ in DIMMED:
            await stage.press("f5")
            seen.append(stage.app.rack_view.look.room)
            assert stage.app.console_view.look.room == 1.0
        assert seen == [*DIMMED[1:], DIMMED[0]]
        await stage.shows("the room is at 100%")

    perform(workspace, act)


def _tenth() -> Edited:
    return Edited(
        AddModule(PlacedModule(id=10, name="tenth", type="lfo", position=(0, 9), source="1")), "add tenth"
    )


def test_a_module_that_is_added_at_the_prompt_is_selected_and_comes_into_view(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f3")
        assert "tenth" not in stage.screen()
        stage.session.say(_tenth())
        await stage.shows("tenth")
        assert stage.app.rack_view.selection.id == 10

    perform(workspace, act, size=(40, 24))


def test_a_module_that_others_add_takes_no_keys_from_who_turns_knobs(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f2")
        stage.session.say(_tenth(), Notice("note", "it is there"))
        await stage.shows("it is there")
        assert stage.app.rack_view.selection.id == 1
        await stage.press("d")
        await stage.until(lambda: Duplicate(1) in stage.session.received)
        added = PlacedModule(id=11, name="eleventh", type="lfo", position=(1, 9), source="1")
        stage.session.say(Edited(AddModule(added), "add eleventh"))
        await stage.until(lambda: stage.app.rack_view.selection.id == 11)
        another = PlacedModule(id=12, name="twelfth", type="lfo", position=(2, 9), source="1")
        stage.session.say(Edited(AddModule(another), "add twelfth"), Notice("note", "that too"))
        await stage.shows("that too")
        assert stage.app.rack_view.selection.id == 11

    perform(workspace, act, size=(40, 24))
