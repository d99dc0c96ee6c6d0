"""What a module's own picture is drawn on, and what it consists of.

A picture is shapes, not dots: each front end draws them as large as its panel is.
"""

import math
from collections.abc import Iterable

import msgspec

from livepatch.colours import hexadecimal

MOST_SHAPES = 256
MOST_POINTS = 4096
LONGEST_TEXT = 2000
GROUND_COLOURS = ("", "dim", "text")
"""Besides the named ones: the module's own colour, the colour of what stands back, and that of writing."""
ALIGNMENTS = ("left", "centre", "right")
FARTHEST = 10.0
_DECIMALS = 4


class Shape(msgspec.Struct, frozen=True, tag_field="shape", tag=True):
    """What every shape is. Coordinates go from 0 to 1, to the right and up."""


class Line(Shape, frozen=True):
    """Points joined by straight lines; x and y of each in turn."""

    points: tuple[float, ...]
    colour: str = ""


class Dots(Shape, frozen=True):
    """Points by themselves; x and y of each in turn."""

    points: tuple[float, ...]
    colour: str = ""


class Box(Shape, frozen=True):
    """A filled rectangle between two corners."""

    left: float
    bottom: float
    right: float
    top: float
    colour: str = ""


class Text(Shape, frozen=True):
    """Characters at a point, on the line that it falls into; `wrapped`: as many lines as it takes."""

    x: float
    y: float
    text: str
    colour: str = "text"
    align: str = "left"
    wrapped: bool = False


AnyShape = Line | Dots | Box | Text


class Canvas:
    """Where `draw()` draws, from (0, 0) at the lower left to (1, 1) at the upper right.

    A colour is a name (see docs/modules.md), "#rrggbb", "" for the module's own, "dim" or "text". What is drawn
    later covers what is there. A point that is no number is left out.
    """

    def __init__(self) -> None:
        self.shapes: list[AnyShape] = []
        self._points = 0

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: str = "") -> None:
        """Draw a straight line."""
        self.path([(x0, y0), (x1, y1)], colour)

    def path(self, points: Iterable[tuple[float, float]], colour: str = "") -> None:
        """Join points by straight lines."""
        self._add(Line(self._flat(points), _colour(colour)))

    def curve(self, values: Iterable[float], colour: str = "", *, low: float = -1.0, high: float = 1.0) -> None:
        """Join values that stand side by side across the whole width; `low` is the bottom, `high` the top."""
        found = list(values)
        last = max(len(found) - 1, 1)
        span = high - low if high != low else 1.0
        self.path(((index / last, (value - low) / span) for index, value in enumerate(found)), colour)

    def dot(self, x: float, y: float, colour: str = "") -> None:
        """Draw a point."""
        self.dots([(x, y)], colour)

    def dots(self, points: Iterable[tuple[float, float]], colour: str = "") -> None:
        """Draw points."""
        self._add(Dots(self._flat(points), _colour(colour)))

    def box(self, left: float, bottom: float, right: float, top: float, colour: str = "") -> None:
        """Fill a rectangle."""
        box = Box(_rounded(left), _rounded(bottom), _rounded(right), _rounded(top), _colour(colour))
        if all(map(math.isfinite, (box.left, box.bottom, box.right, box.top))):
            self._add(box)

    def text(  # noqa: PLR0913 - where, what and how
        self, x: float, y: float, text: object, colour: str = "text", *, align: str = "left", wrapped: bool = False
    ) -> None:
        """Write `text` so that it begins at x (or has its centre or its right end there).

        It keeps the size of the panel's letters, and is cut where there is no more room. `wrapped`: it goes on in
        the lines below.
        """
        if align not in ALIGNMENTS:
            raise ValueError(f"text stands left, centre or right of its point, not {align!r}")
        shown = str(text)[:LONGEST_TEXT]
        place = (_rounded(x), _rounded(y))
        if shown and all(map(math.isfinite, place)):
            self._add(Text(*place, shown, _colour(colour), align, wrapped))

    def _flat(self, points: Iterable[tuple[float, float]]) -> tuple[float, ...]:
        flat: list[float] = []
        for x, y in points:
            if -FARTHEST < x < FARTHEST and -FARTHEST < y < FARTHEST:
                flat += (round(x, _DECIMALS), round(y, _DECIMALS))
            elif math.isfinite(x + y):
                flat += (_rounded(x), _rounded(y))
        self._points += len(flat) // 2
        if self._points > MOST_POINTS:
            raise ValueError(f"a picture has {MOST_POINTS} points at most; draw every second one")
        return tuple(flat)

    def _add(self, shape: AnyShape) -> None:
        if len(self.shapes) == MOST_SHAPES:
            raise ValueError(f"a picture has {MOST_SHAPES} shapes at most; join points with path() or curve()")
        self.shapes.append(shape)


def _colour(colour: str) -> str:
    return colour if colour in GROUND_COLOURS else hexadecimal(colour)


def _rounded(value: float) -> float:
    """As exact as a panel shows it, so that pictures that look the same are the same."""
    number = float(value)
    return round(min(max(number, -FARTHEST), FARTHEST), _DECIMALS) if math.isfinite(number) else math.nan
