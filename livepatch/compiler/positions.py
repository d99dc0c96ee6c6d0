"""Where each piece of generated text stands in the author's file."""

import ast
import re
from bisect import bisect_right

from livepatch.block import BETWEEN

SELF_NAME = re.compile(r"\bself__(\w+)")
LOCAL_NAME = re.compile(r"\b(?:local__(\w+)|(\w+)__\b)")


class Positions:
    """Maps the generated text back to the author's, by walking both syntax trees side by side."""

    def __init__(self, transformed: ast.Module, generated: str) -> None:
        """`transformed` carries the author's positions, `generated` is its text; read once somebody asks."""
        self._transformed = transformed
        self._generated = generated
        self._lines: dict[int, int] = {}
        self._columns: dict[int, dict[int, tuple[int, int]]] = {}

    @property
    def lines(self) -> dict[int, int]:
        """The author's line for each generated line."""
        if not self._lines:
            self._pair(ast.fix_missing_locations(self._transformed), ast.parse(self._generated))
        return self._lines

    def author(self, line: int, column: int) -> tuple[int, int]:
        """The author's line and column for a generated line and column, all from 1."""
        author_line = self.lines.get(line, 1)
        columns = self._columns.get(line)
        if not columns:
            return author_line, 1
        starts = sorted(columns)
        found = starts[max(0, bisect_right(starts, column - 1) - 1)]
        author_line, author_column = columns[found]
        return author_line, author_column + 1

    @staticmethod
    def wording(message: str) -> str:
        """A message about generated text in the author's names."""
        named = SELF_NAME.sub(lambda match: f"self.{match[1].replace(BETWEEN, '.')}", message)
        named = LOCAL_NAME.sub(lambda match: match[1] or match[2], named)
        return re.sub(r"\bi64\b", "int", named)

    def _pair(self, author: ast.AST, generated: ast.AST) -> None:
        if type(author) is not type(generated):
            return
        line = getattr(generated, "lineno", None)
        author_line = getattr(author, "lineno", None)
        if line is not None and author_line is not None:
            place = (author_line, getattr(author, "col_offset", 0))
            self._lines.setdefault(line, author_line)
            self._columns.setdefault(line, {}).setdefault(generated.col_offset, place)  # type: ignore[attr-defined]  # a node with a line has a column
        for mine, theirs in zip(ast.iter_child_nodes(author), ast.iter_child_nodes(generated), strict=False):
            self._pair(mine, theirs)
