"""The whole TUI, played by keys, on a session that is scripted."""

from pathlib import Path

import msgspec
import pytest
from textual.events import MouseDown, MouseScrollUp, MouseUp

from livepatch.errors import Problem
from livepatch.panel import Button
from livepatch.patch.edits import Batch, ModuleEvent, RemoveModule, SetBypass, SetKnob
from livepatch.protocol.messages import (
    Act,
    Bye,
    Completion,
    Duplicate,
    Edited,
    Evaluated,
    Interrupt,
    ModuleFault,
    Notice,
    PanelChanged,
    Perform,
    Progress,
    Redo,
    Running,
    Stop,
    Undo,
)
from livepatch.protocol.meters import Meters
from tests.tui.fake_session import PANELS, FakeSession
from tests.tui.stage import Stage, perform

SCREENS = Path(__file__).parent / "screens"


def test_the_rack_fits_a_terminal_of_80_by_24(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.shows("complete")
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
        await stage.shows("old code plays on")
        assert "vcf.py:12:5: name 'tann' is not defined" in stage.screen()
        stage.session.say(ModuleFault("vcf", ()), PanelChanged(PANELS["vcf"], 143.0))
        await stage.until(lambda: "old code plays on" not in stage.screen())
        await stage.shows("143 ms")
        assert "# vcf: mended" in stage.screen()

    perform(workspace, act)


def test_a_line_of_python_comes_back_with_its_value(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.type("6 * 7\n")
        await stage.shows("<6 * 7>")
        assert ">>> 6 * 7" in stage.screen()

    perform(workspace, act)


def test_print_out_arrives_in_one_line_and_errors_too(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.type("print(1)\n")
        await stage.shows("one two")
        await stage.type("1 / 0\n")
        await stage.shows("ZeroDivisionError: division by zero")

    perform(workspace, act)


def test_the_newest_output_stays_in_sight_until_the_performer_scrolls_back(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        for number in range(4):
            lines = "\n".join(f"output {number} {line}" for line in range(5))
            stage.session.say(Evaluated(number, "", lines))
            await stage.shows(f"output {number} 4")
        await stage.press("pageup")
        await stage.until(lambda: "output 3 4" not in stage.screen())
        stage.session.say(Evaluated(9, "", "one more"), Notice("note", "said"))
        await stage.shows("─ said ─")
        assert "one more" not in stage.screen()
        await stage.press("pagedown", "pagedown")
        await stage.shows("one more")

    perform(workspace, act)


def test_a_block_goes_on_until_an_empty_line(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.type("for i in x:\ni\n")
        assert not stage.session.received
        await stage.type("\n")
        await stage.shows("<for i in x:")

    perform(workspace, act)


def test_what_another_front_end_runs_is_said_and_can_be_stopped(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.session.say(Running("eval"))
        await stage.shows("a line of eval is running, ctrl+c stops it")
        await stage.press("ctrl+c")
        await stage.until(lambda: Interrupt() in stage.session.received)
        stage.session.say(Running(""))
        await stage.until(lambda: "is running" not in stage.screen())

    perform(workspace, act)


def test_ctrl_c_interrupts_what_runs_and_never_quits(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("ctrl+c")
        assert not stage.session.received
        await stage.type("while 1: pass\n\n")
        await stage.shows("running, ctrl+c stops it")
        await stage.press("ctrl+c")
        await stage.until(lambda: Interrupt() in stage.session.received)
        assert stage.app.is_running

    perform(workspace, act)


def test_tab_offers_completions_and_enter_keeps_the_chosen_one(workspace: Path) -> None:
    session = FakeSession(workspace)
    session.completions = (Completion("cutoff", 4, "knob"), Completion("curve", 4, "trace"))

    async def act(stage: Stage) -> None:
        await stage.type("vcf.c\t")
        await stage.shows("trace")
        assert "vcf.cu" in stage.screen()
        await stage.press("tab", "tab")
        await stage.shows(">>> vcf.curve")
        await stage.press("enter")
        await stage.until(lambda: "trace" not in stage.screen())
        await stage.press("enter")
        await stage.shows("<vcf.curve>")

    perform(workspace, act, session=session)


def test_escape_puts_back_what_stood_there_before_the_completion(workspace: Path) -> None:
    session = FakeSession(workspace)
    session.completions = (Completion("saw", 4), Completion("tri", 4))

    async def act(stage: Stage) -> None:
        await stage.type("vco.\t")
        await stage.until(lambda: stage.app.console_view.offers.display)
        await stage.press("tab")
        await stage.shows(">>> vco.saw")
        await stage.press("escape")
        await stage.until(lambda: stage.app.console_view.prompt.text == "vco.")
        assert not stage.app.console_view.offers.display

    perform(workspace, act, session=session)


def test_what_was_typed_comes_back_with_the_up_key(workspace: Path) -> None:
    (workspace / "history").write_text("\n# 2026-01-01 00:00:00\n+tempo(128)\n\n# 2026-01-02 00:00:00\n+undo()\n")

    async def act(stage: Stage) -> None:
        await stage.type("t")
        await stage.press("up")
        await stage.shows(">>> tempo(128)")
        await stage.press("down")
        await stage.until(lambda: stage.app.console_view.prompt.text == "t")
        await stage.type("1\n")
        await stage.until(lambda: "+t1\n" in (workspace / "history").read_text())

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


def test_notices_and_progress_are_said_above_the_prompt(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.session.say(Notice("warning", "the device is gone; playing on without"), Progress(3, 12, "vcf"))
        await stage.shows("─ the device is gone; playing on without ─")
        await stage.shows("building vcf 3/12")
        stage.session.say(Progress(12, 12, "vcf"))
        await stage.until(lambda: "building" not in stage.screen())

    perform(workspace, act)


def test_a_resized_terminal_is_filled_anew(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        for width, height in ((120, 40), (60, 16), (30, 10), (200, 60), (80, 24)):
            await stage.pilot.resize_terminal(width, height)
            await stage.until(lambda: stage.app.rack_view.columns.places[-1][0] < stage.app.rack_view.size.width)
            await stage.pilot.pause()
            assert len(stage.screen().split("\n")) == height
            assert max(len(line) for line in stage.screen().split("\n")) <= width
            assert "vco" in stage.screen()
        assert "261.63 Hz" in stage.screen()

    perform(workspace, act)


def test_a_broken_channel_is_attached_again(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.session.close()
        await stage.until(lambda: len(stage.session.calls) == 2)
        await stage.shows("the session broke off")
        await stage.type("1\n")
        await stage.shows("<1>")

    perform(workspace, act)


def test_the_end_of_the_session_ends_the_tui_and_is_said(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.session.say(Bye("stopped by a performer"))
        await stage.until(lambda: not stage.app.is_running)

    app = perform(workspace, act)
    assert app.farewell == "The session has ended (stopped by a performer)."
    assert app.return_value == 0


def test_a_session_that_does_not_start_ends_the_tui_with_its_reason(workspace: Path) -> None:
    session = FakeSession(workspace)
    session.refuse = "the session did not start: no compiler"

    async def act(stage: Stage) -> None:
        await stage.until(lambda: not stage.app.is_running)

    app = perform(workspace, act, session=session)
    assert (app.return_value, app.farewell) == (1, session.refuse)


def test_leaving_says_that_the_sound_plays_on(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("ctrl+q")

    app = perform(workspace, act)
    assert app.return_value == 0
    assert "plays on" in app.farewell


def test_the_sound_is_ended_by_a_key_pressed_twice(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f10")
        await stage.shows("once more within three seconds")
        assert Stop() not in stage.session.received
        await stage.press("f10")
        await stage.until(lambda: Stop() in stage.session.received)

    perform(workspace, act)


def test_without_an_editor_the_file_is_named(workspace: Path) -> None:
    (workspace / "modules" / "vco.py").write_text("")

    async def act(stage: Stage) -> None:
        await stage.press("f2", "e")
        await stage.shows("no editor is set")

    perform(workspace, act)


def test_the_help_lists_every_key_and_the_keys_still_work(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("f1")
        await stage.shows("In the rack")
        await stage.press("f2", "b")
        await stage.until(lambda: Perform(SetBypass(1, True)) in stage.session.received)
        await stage.press("question_mark")
        await stage.until(lambda: "In the rack" not in stage.screen())

    perform(workspace, act)


def test_keys_that_come_in_a_burst_are_taken_in_their_order(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.burst(*"ab", "enter", *"cx", "backspace", "d", "enter", *"e")
        await stage.shows("<ab>")
        await stage.shows("<cd>")
        await stage.until(lambda: stage.app.console_view.prompt.text == "e")
        await stage.press("f2")
        stage.burst("right", "enter", *"440", "enter", "b")
        await stage.shows("bypassed")
        await stage.shows("440.00 Hz")

    perform(workspace, act)


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


@pytest.mark.parametrize("theme", ["textual-light", "gruvbox", "ansi-dark"])
def test_any_theme_can_be_worn(workspace: Path, theme: str) -> None:
    async def act(stage: Stage) -> None:
        stage.app.theme = theme
        await stage.type("1\n")
        await stage.shows("<1>")
        await stage.shows("261.63 Hz")

    perform(workspace, act)


def test_colours_can_be_switched_off(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def act(stage: Stage) -> None:
        await stage.press("f2")
        await stage.shows("▸freq")
        assert stage.app.no_color

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
