"""Draws a module's own picture as characters: dots in braille, four to the height of a letter, and text."""

import itertools
import textwrap
from collections.abc import Sequence

from rich.cells import cell_len

from livepatch.canvas import AnyShape, Box, Dots, Line, Text
from livepatch.tui.bars import BRAILLE, BRAILLE_DOTS
from livepatch.tui.line import fitted

Run = tuple[str, str]
"""Characters and the name of their colour."""


def picture_rows(shapes: Sequence[AnyShape], cells: int, rows: int) -> list[list[Run]]:
    """The picture in `rows` lines of `cells` characters, each as runs of one colour."""
    if cells <= 0:
        return [[] for _ in range(rows)]
    paper = _Paper(cells, rows)
    for shape in shapes:
        match shape:
            case Line(points=points, colour=colour):
                paper.line(points, colour)
            case Dots(points=points, colour=colour):
                paper.dots(points, colour)
            case Box():
                paper.box(shape)
            case Text():
                paper.text(shape)
    return [paper.runs(row) for row in range(rows)]


class _Paper:
    """Cells, each with its dots or its letter, and the colour that came last."""

    def __init__(self, cells: int, rows: int) -> None:
        self.cells = cells
        self.rows = rows
        self.width = 2 * cells
        self.height = 4 * rows
        self._dots = [[0] * cells for _ in range(rows)]
        self._letters: list[list[str | None]] = [[None] * cells for _ in range(rows)]
        self._colours = [[""] * cells for _ in range(rows)]

    def line(self, points: Sequence[float], colour: str) -> None:
        """Join the points."""
        places = [self._place(points[index], points[index + 1]) for index in range(0, len(points), 2)]
        if len(places) == 1:
            self._dot(*places[0], colour)
        for (x0, y0), (x1, y1) in dict.fromkeys(itertools.pairwise(places)):
            if x0 == x1:
                self._column(x0, min(y0, y1), max(y0, y1) + 1, colour)
                continue
            steps = max(abs(x1 - x0), abs(y1 - y0))
            for step in range(steps + 1):
                self._dot(x0 + round((x1 - x0) * step / steps), y0 + round((y1 - y0) * step / steps), colour)

    def dots(self, points: Sequence[float], colour: str) -> None:
        """Each point by itself."""
        for index in range(0, len(points), 2):
            self._dot(*self._place(points[index], points[index + 1]), colour)

    def box(self, box: Box) -> None:
        """Every dot inside; neighbours meet without a gap, and what is not a dot high is not there."""
        left, right = sorted(round(min(max(x, 0.0), 1.0) * self.width) for x in (box.left, box.right))
        top, bottom = sorted(round((1.0 - min(max(y, 0.0), 1.0)) * self.height) for y in (box.top, box.bottom))
        for x in range(left, max(right, left + 1) if box.left != box.right else right):
            self._column(x, top, bottom, box.colour)

    def text(self, text: Text) -> None:
        """Letters in place of dots."""
        if not (0.0 <= text.y <= 1.0 and text.x <= 1.0):
            return
        row = min(int((1.0 - text.y) * self.rows), self.rows - 1)
        if text.wrapped:
            self._paragraph(text, row)
            return
        at = round(min(max(text.x, 0.0), 1.0) * self.cells)
        room = {"left": self.cells - at, "right": at}.get(text.align, 2 * min(at, self.cells - at))
        if text.align == "centre" and at == self.cells // 2:
            room = self.cells
        written = fitted(_one_line(text.text), room)
        start = at - {"left": 0, "right": cell_len(written)}.get(text.align, cell_len(written) // 2)
        self._write(written, max(start, 0), row, text.colour)

    def runs(self, row: int) -> list[Run]:
        """One line, from the left."""
        found: list[Run] = []
        for cell in range(self.cells):
            letter, dots, colour = self._letters[row][cell], self._dots[row][cell], self._colours[row][cell]
            character = letter if letter is not None else chr(BRAILLE + dots) if dots else " "
            if found and (found[-1][1] == colour or not character.strip()):
                character, colour = found[-1][0] + character, found.pop()[1]
            found.append((character, colour))
        return found

    def _paragraph(self, text: Text, row: int) -> None:
        at = round(min(max(text.x, 0.0), 1.0) * self.cells)
        room, left = self.cells - at, self.rows - row
        if room <= 0:
            return
        lines = [
            line
            for paragraph in text.text.splitlines()
            for line in (textwrap.wrap(paragraph.expandtabs(4), room) or [""])
        ]
        if len(lines) > left:
            lines = [*lines[: left - 1], fitted(lines[left - 1] + "…", room)]
            lines[-1] = lines[-1] if lines[-1].endswith("…") else lines[-1][:-1] + "…"
        for index, line in enumerate(lines):
            self._write(fitted(_one_line(line), room), at, row + index, text.colour)

    def _write(self, text: str, cell: int, row: int, colour: str) -> None:
        for character in text:
            width = cell_len(character)
            if width == 0 or cell + width > self.cells:
                continue
            for place in range(cell, cell + width):
                self._letters[row][place] = character if place == cell else ""
                self._colours[row][place] = colour
            cell += width

    def _place(self, x: float, y: float) -> tuple[int, int]:
        return round(x * (self.width - 1)), round((1.0 - y) * (self.height - 1))

    def _column(self, x: int, top: int, bottom: int, colour: str) -> None:
        """Dots below each other, from `top` up to `bottom`."""
        if not 0 <= x < self.width:
            return
        cell, bits = x // 2, BRAILLE_DOTS[x % 2]
        for y in range(max(top, 0), min(bottom, self.height)):
            row = y // 4
            self._dots[row][cell] |= bits[y % 4]
            self._colours[row][cell] = colour
            self._letters[row][cell] = None

    def _dot(self, x: int, y: int, colour: str) -> None:
        if 0 <= x < self.width and 0 <= y < self.height:
            row, cell = y // 4, x // 2
            self._dots[row][cell] |= BRAILLE_DOTS[x % 2][y % 4]
            self._colours[row][cell] = colour
            self._letters[row][cell] = None


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
