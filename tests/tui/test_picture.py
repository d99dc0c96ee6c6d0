"""Pictures as characters: where dots and letters come to stand, and what gives way."""

from pathlib import Path

import pytest

from livepatch.canvas import AnyShape, Box, Canvas, Dots, Line, Text
from livepatch.panel import Panel, Picture, State
from livepatch.patch.edits import AddModule
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Drawn, Edited, PanelChanged
from livepatch.tui.look import LIVEPATCH, Look
from livepatch.tui.model import Change, Rack
from livepatch.tui.panel_rows import TraceRow, panel_rows
from livepatch.tui.panel_view import PanelView, Place
from livepatch.tui.picture import picture_rows
from tests.tui.fake_session import FakeSession
from tests.tui.stage import Stage, perform

LOOK = Look.of(LIVEPATCH.to_color_system().generate(), dark=True)
MODULE = PlacedModule(id=9, name="dial", type="dial", source="1")
PANEL = Panel(
    type="dial",
    class_name="Dial",
    states=(State(name="curve", kind="trace", frames=4), State(name="other", kind="trace", frames=4)),
    picture=Picture(rows=2, reads=("curve",)),
)


def drawn(*shapes: AnyShape, cells: int = 4, rows: int = 2) -> list[str]:
    return ["".join(text for text, _ in row) for row in picture_rows(shapes, cells, rows)]


def test_the_corners_are_the_outermost_dots() -> None:
    assert drawn(Dots((0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0))) == ["⠁  ⠈", "⡀  ⢀"]


def test_a_line_has_no_gaps() -> None:
    assert drawn(Line((0.0, 0.0, 1.0, 1.0))) == ["  ⡠⠊", "⡠⠊  "]
    assert drawn(Line((0.0, 1.0, 1.0, 1.0))) == ["⠉⠉⠉⠉", "    "]
    assert drawn(Line((0.5, 0.5))) == drawn(Dots((0.5, 0.5)))


def test_boxes_meet_without_a_gap_or_an_overlap() -> None:
    halves = [picture_rows([Box(x, 0.0, x + 0.25, 1.0)], 4, 1) for x in (0.0, 0.25, 0.5, 0.75)]
    assert ["".join(text for text, _ in half[0]) for half in halves] == ["⣿   ", " ⣿  ", "  ⣿ ", "   ⣿"]
    assert drawn(Box(0.0, 0.0, 1.0, 0.0)) == ["    ", "    "]
    assert drawn(Box(0.0, 0.0, 1.0, 0.125)) == ["    ", "⣀⣀⣀⣀"]


def test_what_lies_outside_is_not_drawn() -> None:
    assert drawn(Dots((-0.5, 0.5, 1.5, 0.5, 0.5, 7.0)), Text(0.0, 2.0, "high")) == ["    ", "    "]
    assert drawn(Box(-1.0, -1.0, 2.0, 2.0)) == ["⣿⣿⣿⣿", "⣿⣿⣿⣿"]


@pytest.mark.parametrize(
    ("align", "x", "shown"),
    [
        ("left", 0.0, "ab      "),
        ("right", 1.0, "      ab"),
        ("centre", 0.5, "   ab   "),
        ("left", 0.5, "    ab  "),
    ],
)
def test_text_stands_where_it_is_aligned(align: str, x: float, shown: str) -> None:
    assert drawn(Text(x, 1.0, "ab", align=align), cells=8, rows=1) == [shown]


def test_text_without_room_is_cut_and_never_wider_than_the_picture() -> None:
    assert drawn(Text(0.0, 0.0, "frequency"), cells=6, rows=2) == ["      ", "frequ…"]
    assert drawn(Text(0.5, 0.0, "frequency", align="centre"), cells=6, rows=1) == ["frequ…"]
    assert drawn(Text(1.0, 0.0, "frequency", align="right"), cells=6, rows=1) == ["frequ…"]
    assert drawn(Text(0.9, 0.0, "abc"), cells=4, rows=1) == ["    "]
    assert drawn(Text(0.0, 0.0, "一二三"), cells=4, rows=1)[0].startswith("一")


def test_wrapped_text_breaks_between_words_and_says_when_there_is_more() -> None:
    note = Text(0.0, 1.0, "bass on two\n\nhat last", wrapped=True)
    assert [line.rstrip() for line in drawn(note, cells=8, rows=5)] == ["bass on", "two", "", "hat last", ""]
    assert [line.rstrip() for line in drawn(note, cells=8, rows=2)] == ["bass on", "two…"]


def test_letters_cover_dots_and_later_dots_cover_letters() -> None:
    across = Line((0.0, 0.5, 1.0, 0.5))
    word = Text(0.0, 0.5, "ab")
    assert drawn(across, word, rows=1) == ["ab⠤⠤"] or drawn(across, word, rows=1) == ["ab⠒⠒"]
    assert "a" not in drawn(word, across, rows=1)[0]


def test_runs_have_the_colour_that_came_last() -> None:
    shapes: list[AnyShape] = [Line((0.0, 0.0, 1.0, 0.0), "dim"), Dots((1.0, 0.0), "#ff0000")]
    assert picture_rows(shapes, 3, 1) == [[("⣀⣀", "dim"), ("⣀", "#ff0000")]]


def test_there_is_no_size_that_cannot_be_drawn() -> None:
    canvas = Canvas()
    canvas.curve([0.0, 1.0, -1.0])
    canvas.text(0.5, 0.5, "text", align="centre")
    canvas.box(0.1, 0.1, 0.9, 0.9)
    canvas.text(0.0, 1.0, "many words to wrap", wrapped=True)
    for cells in (0, 1, 2, 200):
        for rows in (1, 24):
            assert len(picture_rows(canvas.shapes, cells, rows)) == rows


def rack(folder: Path) -> Rack:
    found = Rack()
    found.take(FakeSession(folder).welcome())
    found.take(PanelChanged(PANEL, 0.0))
    found.take(Edited(AddModule(MODULE), ""))
    return found


def test_a_picture_stands_on_top_and_shows_its_traces_itself(tmp_path: Path) -> None:
    shown = rack(tmp_path)
    panel = PanelView(shown, MODULE, LOOK, Place(0, 0, 25))
    assert shown.take(Drawn(9, (Text(0.0, 1.0, "dial up"),))) == Change.PICTURE
    assert panel.picture_lines() == [1, 2]
    assert panel.strip(1).text.rstrip() == "▌dial up"
    assert panel.picture_lines() == []
    assert [row.trace for row in panel.rows if isinstance(row, TraceRow)] == ["other"] * 4


def test_a_picture_that_went_wrong_is_left_out_until_it_draws_again(tmp_path: Path) -> None:
    shown = rack(tmp_path)
    whole = len(panel_rows(shown, MODULE, 25))
    assert shown.take(Drawn(9, (), failed=True)) == Change.STRUCTURE
    assert len(panel_rows(shown, MODULE, 25)) == whole - 2
    assert shown.take(Drawn(9, ())) == Change.STRUCTURE
    assert len(panel_rows(shown, MODULE, 25)) == whole


def test_a_picture_arrives_on_the_screen(workspace: Path) -> None:
    async def act(stage: Stage) -> None:
        stage.session.patch.modules[9] = MODULE
        stage.session.say(PanelChanged(PANEL, 1.0), Edited(AddModule(MODULE), ""))
        await stage.shows("dial")
        stage.session.say(Drawn(9, (Text(0.0, 1.0, "440.0 Hz"),)))
        await stage.shows("440.0 Hz")
        stage.session.say(Drawn(9, (Text(0.0, 1.0, "441.0 Hz"),)))
        await stage.shows("441.0 Hz")

    perform(workspace, act, size=(120, 40))
