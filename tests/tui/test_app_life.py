"""The TUI as a program: its terminal, its looks, and how it and the session come and go."""

from pathlib import Path

import pytest

from livepatch.patch.edits import SetBypass
from livepatch.protocol.messages import (
    Bye,
    Perform,
    Stop,
)
from tests.tui.fake_session import FakeSession
from tests.tui.stage import Stage, perform

SCREENS = Path(__file__).parent / "screens"


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
        await stage.press("f3", "f1")
        await stage.shows("In the rack")
        await stage.press("escape")
        await stage.until(lambda: "In the rack" not in stage.screen())
        assert stage.app.console_view.prompt.has_focus
        await stage.press("escape")
        await stage.until(lambda: stage.app.rack_view.has_focus)

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
