"""Every action by name: Ctrl-P."""

from pathlib import Path

from textual.command import CommandList, CommandPalette

from livepatch.patch.edits import SetBypass
from livepatch.protocol.messages import Perform
from livepatch.tui.keys import ACTIONS
from tests.tui.stage import Stage, perform

OFFERED = [action for action in ACTIONS if action.palette]


async def choose(stage: Stage, words: str) -> None:
    """Type words that only one line has, and take that."""
    palette = stage.app.screen
    assert isinstance(palette, CommandPalette)
    await stage.type(words)
    lines = palette.query_one(CommandList)
    await stage.until(lambda: lines.option_count == 1 and words in str(lines.get_option_at_index(0).prompt))
    await stage.press("down", "enter")
    await stage.until(lambda: stage.app.screen is not palette)


def test_every_action_is_offered_with_its_keys(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("ctrl+p")
        for action in OFFERED:
            await stage.shows(f"{action.help} ({action.key_names})")

    perform(workspace, act, size=(120, 3 * len(OFFERED)))


def test_an_action_is_found_by_words_of_it_and_done(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("ctrl+p")
        await choose(stage, "bypass the module")
        await stage.until(lambda: Perform(SetBypass(1, True)) in stage.session.received)

    perform(workspace, act)


def test_a_search_that_is_begun_there_takes_what_is_typed_then(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("ctrl+p")
        await choose(stage, "knobs by name")
        await stage.until(lambda: 1 in stage.app.rack.searches)
        await stage.type("ine")
        await stage.until(lambda: stage.app.rack.searches[1] == "ine")

    perform(workspace, act)


def test_a_theme_is_chosen(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        await stage.press("ctrl+p")
        await choose(stage, "choose a theme")
        await stage.shows("Search for themes")
        await choose(stage, "gruvbox")
        await stage.until(lambda: stage.app.theme == "gruvbox")

    perform(workspace, act)
