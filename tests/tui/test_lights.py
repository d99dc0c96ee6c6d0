"""Lights in panels: their colours, how bright, and that they stay lit."""

from pathlib import Path

import pytest
from textual.color import Color

from livepatch.panel import Light, Panel
from livepatch.patch.edits import AddModule, SetBypass
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.levels import Levels
from livepatch.protocol.messages import Edited, EngineState, PanelChanged
from livepatch.protocol.meters import Meters
from livepatch.tui.bars import LIGHT_STEPS, light_step
from livepatch.tui.look import DIMMED, LIVEPATCH, Look
from livepatch.tui.model import Rack
from livepatch.tui.moving import moved_lines
from livepatch.tui.panel_rows import LightsRow
from livepatch.tui.panel_view import PanelView, Place
from tests.tui.fake_session import FakeSession

DARK = Look.of(LIVEPATCH.to_color_system().generate(), dark=True)
LAMPS = Panel(
    type="lamps",
    class_name="Lamps",
    lights=(
        Light(name="gate", label="Gate", colour="green"),
        Light(name="level", label="Level", colour="#00ff00", below="#ff0000"),
        *(Light(name=f"step{number}") for number in range(1, 5)),
    ),
)


class Shown:
    """A panel with lights over real shared memory."""

    def __init__(self, folder: Path, look: Look = DARK) -> None:
        self.meters = Meters(folder / "meters", create=True)
        self.rack = Rack()
        self.rack.take(FakeSession(folder).welcome())
        self.rack.take(PanelChanged(LAMPS, 0.0))
        self.rack.take(Edited(AddModule(PlacedModule(id=9, name="lamps", type="lamps", source="1")), ""))
        self.rack.take(EngineState("null", "", 48000.0, 64, False, "", {9: 20}, {}))
        self.levels = Levels()
        self.levels.follow(folder / "meters")
        self.panel = PanelView(self.rack, self.rack.patch.modules[9], look, Place(0, 0, 25))

    def lines(self, **brightness: float) -> list[int]:
        """Put brightnesses in shared memory; the lines that look different."""
        for name, value in brightness.items():
            self.meters.levels[20 + [light.name for light in LAMPS.lights].index(name)] = value
        return [line for _, line, _ in moved_lines(self.panel, self.levels)]

    def colour(self, name: str) -> Color:
        """The colour of a light's dot."""
        for line, row in enumerate(self.panel.rows):
            if isinstance(row, LightsRow) and name in (names := [light.name for light in row.lights]):
                dots = [segment for segment in self.panel.strip(line) if segment.text == "●"]
                style = dots[names.index(name)].style
                assert style is not None
                assert style.color is not None
                assert not style.dim
                return Color.from_rich_color(style.color)
        raise LookupError(name)


def test_the_faintest_light_is_not_dark_and_the_brightest_not_passed() -> None:
    assert [light_step(brightness) for brightness in (0.0, 0.05, 1.0, 7.0)] == [0, 1, LIGHT_STEPS, LIGHT_STEPS]
    assert [light_step(brightness) for brightness in (-1.0, float("nan"))] == [-LIGHT_STEPS, 0]


def test_every_light_stands_in_the_panel_with_its_label(tmp_path: Path) -> None:
    shown = Shown(tmp_path)
    assert [shown.panel.strip(line).text.rstrip() for line in range(1, shown.panel.height)] == [
        "▌step  ● ● ● ●",
        "▌● Gate ● Level",
    ]


def test_only_the_line_of_a_light_that_changed_is_drawn_again(tmp_path: Path) -> None:
    shown = Shown(tmp_path)
    assert shown.lines(gate=1.0) == [2]
    assert shown.lines(gate=1.0) == []
    assert shown.lines(gate=0.99, step3=0.4) == [1]


@pytest.mark.parametrize("dark", [True, False])
def test_a_lit_light_has_its_colour_and_a_dark_one_a_trace_of_it(tmp_path: Path, *, dark: bool) -> None:
    look = DARK if dark else Look.of({**LIVEPATCH.to_color_system().generate(), "surface": "#ffffff"}, dark=False)
    shown = Shown(tmp_path, look)
    unlit = shown.colour("level")
    shown.lines(level=1.0)
    lit = shown.colour("level")
    assert lit == (Color.parse("#00ff00") if dark else Color.parse("#00ff00").darken(0.3))
    distance = [abs(colour.g - look.surface.g) + abs(colour.r - look.surface.r) for colour in (unlit, lit)]
    assert 0 < distance[0] < 0.4 * distance[1]


def test_lights_meters_and_pictures_stay_lit_in_a_dim_room(tmp_path: Path) -> None:
    room = DIMMED[-1]
    dim = Look.of(LIVEPATCH.to_color_system().generate(), dark=True, room=room)
    shown = Shown(tmp_path, dim)
    shown.lines(level=1.0)
    assert shown.colour("level") == Color.parse("#00ff00")
    assert dim.shine(9) == DARK.shine(9)
    assert dim.ink("text") == DARK.ink("text")
    for style, bright in ((dim.text, DARK.text), (dim.module(9), DARK.module(9))):
        assert style.color is not None
        assert bright.color is not None
        pairs = zip(style.color.get_truecolor(), bright.color.get_truecolor(), strict=True)
        assert all(abs(shade - room * full) <= 1.0 for shade, full in pairs)


def test_a_light_of_two_colours_shows_the_other_one_below_zero(tmp_path: Path) -> None:
    shown = Shown(tmp_path)
    shown.lines(level=-1.0, gate=-1.0)
    assert shown.colour("level") == Color.parse("#ff0000")
    assert shown.panel.steps["gate"] == 0


def test_lights_stay_lit_in_a_bypassed_panel(tmp_path: Path) -> None:
    shown = Shown(tmp_path)
    shown.lines(level=1.0)
    shown.rack.take(Edited(SetBypass(9, True), ""))
    shown.panel.redraw()
    assert shown.colour("level") == Color.parse("#00ff00")
