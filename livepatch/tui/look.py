"""The colours: the theme, the ten cable colours, and the styles that the rack and the REPL draw with."""

from dataclasses import dataclass
from functools import cache

from rich.color import Color as RichColour
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

from livepatch.colours import hexadecimal
from livepatch.tui.bars import LIGHT_STEPS

LIVEPATCH = Theme(
    name="livepatch",
    primary="#7aa2f7",
    secondary="#7dcfff",
    accent="#e0af68",
    foreground="#d5dae3",
    background="#0d1017",
    surface="#151a23",
    panel="#222936",
    success="#9ece6a",
    warning="#e6b450",
    error="#ff6b70",
    dark=True,
    variables={
        "footer-background": "#0d1017",
        "footer-item-background": "#0d1017",
        "footer-key-background": "#0d1017",
        "footer-description-background": "#0d1017",
        "footer-key-foreground": "#e0af68",
        "footer-description-foreground": "#8791a3",
        "scrollbar": "#2d3646",
        "scrollbar-background": "#0d1017",
        "scrollbar-corner-color": "#0d1017",
    },
)
CABLES = (
    "#7aa2f7",
    "#e0af68",
    "#9ece6a",
    "#f48fb1",
    "#7dcfff",
    "#bb9af7",
    "#ff9e64",
    "#5fd7b8",
    "#d4d27a",
    "#e69be6",
)
DIMMED = (1.0, 0.75, 0.5, 0.3)
"""How bright the room of the rack may be: what is no light has so much of its brightness."""
BLACK = Color(0, 0, 0)
UNLIT = 0.22
"""How much of its colour a dark light has."""


@dataclass(frozen=True)
class Look:
    """Every style, made from a theme's variables. In a dim room, what shines is as bright as ever."""

    rack: Style
    panel: Style
    header: Style
    text: Style
    dim: Style
    faint: Style
    track: Style
    meter_track: Style
    selected: Style
    entry: Style
    fault: Style
    warning: Style
    good: Style
    cables: tuple[Style, ...]
    shining: tuple[Style, ...]
    drawn: Style
    drawn_faint: Style
    code: tuple[tuple[str, Style], ...]
    background: Color
    surface: Color
    dark: bool
    room: float

    @classmethod
    def of(cls, variables: dict[str, str], *, dark: bool, room: float = 1.0) -> "Look":
        """The look of a theme, in a room that is so bright."""
        background, surface, panel, foreground = (
            BLACK.blend(Color.parse(variables[name]), room)
            for name in ("background", "surface", "panel", "foreground")
        )
        shining = Color.parse(variables["foreground"])
        accent, error, warning, success = (
            _readable(Color.parse(variables[name]), dark=dark)
            for name in ("accent", "error", "warning", "success")
        )
        cables = tuple(_readable(Color.parse(colour), dark=dark) for colour in CABLES)
        dim = surface.blend(foreground, 0.55)
        ink = Style(color=_rich(foreground))
        code = {
            "comment": dim,
            "keyword": cables[5],
            "string": cables[2],
            "number": cables[6],
            "builtin": cables[4],
        }
        return cls(
            rack=Style(bgcolor=_rich(background)),
            panel=Style(bgcolor=_rich(surface), color=_rich(foreground)),
            header=Style(bgcolor=_rich(panel)),
            text=ink,
            dim=Style(color=_rich(dim)),
            faint=Style(color=_rich(surface.blend(foreground, 0.35))),
            track=Style(color=_rich(surface.blend(foreground, 0.25))),
            meter_track=Style(bgcolor=_rich(panel)),
            selected=Style(bgcolor=_rich(panel.blend(foreground, 0.12)), bold=True),
            entry=Style(bgcolor=_rich(accent), color=_rich(background), bold=True),
            fault=Style(color=_rich(error)),
            warning=Style(color=_rich(warning)),
            good=Style(color=_rich(success)),
            cables=tuple(Style(color=_rich(BLACK.blend(colour, room))) for colour in cables),
            shining=tuple(Style(color=_rich(colour)) for colour in cables),
            drawn=Style(color=_rich(shining)),
            drawn_faint=Style(color=_rich(surface.blend(shining, 0.35))),
            code=tuple((name, Style(color=_rich(colour))) for name, colour in code.items()),
            background=background,
            surface=surface,
            dark=dark,
            room=room,
        )

    def module(self, id: int) -> Style:
        """The colour of a module, and of the cables that come out of it."""
        return self.cables[(id - 1) % len(self.cables)]

    def shine(self, id: int) -> Style:
        """The colour of a module's meters and curves."""
        return self.shining[(id - 1) % len(self.shining)]

    def light(self, colour: str, step: int) -> Style:
        """A light's colour; `step` of LIGHT_STEPS, 0 dark."""
        return _lit(hexadecimal(colour), step, self.surface, self.dark)

    def ink(self, colour: str) -> Style:
        """What a picture is drawn with: dim, text, or a colour by name or number."""
        return {"dim": self.drawn_faint, "text": self.drawn}.get(colour) or _inked(hexadecimal(colour), self.dark)

    def cable(self, source: int, colour: str) -> Style:
        """The colour of a cable: its own, or its source's."""
        if colour:
            try:
                return Style(color=_rich(BLACK.blend(Color.parse(colour), self.room)))
            except ColorParseError:
                return self.module(source)
        return self.module(source)


def _rich(colour: Color) -> RichColour:
    return colour.rich_color


@cache
def _lit(colour: str, step: int, ground: Color, dark: bool) -> Style:  # noqa: FBT001 - a cache takes no keywords
    share = UNLIT + (1.0 - UNLIT) * step / LIGHT_STEPS
    return Style(color=_rich(ground.blend(_readable(Color.parse(colour), dark=dark), share)))


@cache
def _inked(colour: str, dark: bool) -> Style:  # noqa: FBT001 - a cache takes no keywords
    return Style(color=_rich(_readable(Color.parse(colour), dark=dark)))


def _readable(colour: Color, *, dark: bool) -> Color:
    return colour if dark else colour.darken(0.3)
