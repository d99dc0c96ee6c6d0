"""How the screen looks is kept from one start to the next."""

from pathlib import Path

import pytest

from livepatch import locations
from livepatch.tui.look import DIMMED, LIVEPATCH
from tests.tui.stage import Stage, perform


async def nothing(_: Stage) -> None:
    """Look, and leave."""


def kept(workspace: Path, text: str) -> Path:
    """A file of what was kept, which somebody has written."""
    assert workspace.is_dir()
    file = locations.screen_file()
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    return file


def test_the_next_start_has_the_theme_and_the_room_of_the_last(workspace: Path) -> None:
    async def choose(stage: Stage) -> None:
        stage.app.theme = "gruvbox"
        await stage.press("f5", "f5")
        await stage.shows("the room is at 50%")

    perform(workspace, choose)
    again = perform(workspace, nothing)

    assert again.theme == "gruvbox"
    assert again.rack_view.look.room == DIMMED[2]

    async def back(stage: Stage) -> None:
        stage.app.theme = LIVEPATCH.name
        await stage.press("f5")
        await stage.shows("the room is at 30%")

    perform(workspace, back)

    assert locations.screen_file().read_text("utf-8") == '{\n  "room": 0.3\n}\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Input data was truncated"),
        ('{"room": 7}', "Expected `float` <= 1.0 - at `$.room`"),
        ('{"theme": 3}', "Expected `str`, got `int`"),
    ],
)
def test_what_cannot_be_read_is_told_once_and_put_aside(workspace: Path, text: str, why: str) -> None:
    file = kept(workspace, text)

    async def act(stage: Stage) -> None:
        await stage.until(lambda: "the screen looks as at first" in stage.screen().replace("\n", " "))
        await stage.until(lambda: why[:20] in stage.screen())

    app = perform(workspace, act, size=(300, 40))

    assert (app.theme, app.room) == (LIVEPATCH.name, 1.0)
    assert not file.exists()
    assert file.with_name("screen.json.broken").read_text("utf-8") == text


def test_a_theme_that_is_no_more_gives_way_to_livepatchs_own(workspace: Path) -> None:
    kept(workspace, '{"theme": "yesterday", "room": 0.6}')

    async def act(stage: Stage) -> None:
        await stage.shows("there is no theme yesterday")

    app = perform(workspace, act, size=(200, 40))

    assert (app.theme, app.room) == (LIVEPATCH.name, 0.5)


def test_a_disk_that_refuses_is_told_and_the_look_changes_all_the_same(workspace: Path) -> None:
    home = locations.settings_file().parent
    home.parent.mkdir(parents=True)
    home.write_text("in the way of the folder", "utf-8")

    async def act(stage: Stage) -> None:
        await stage.press("f5")
        await stage.until(lambda: "cannot be kept" in stage.screen())
        assert stage.app.rack_view.look.room == DIMMED[1]

    perform(workspace, act, size=(200, 40))
