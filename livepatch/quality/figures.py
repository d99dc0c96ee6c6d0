"""What was measured: rows of figures, and how they are written."""

import math
from typing import Any, NamedTuple, Protocol

from livepatch.panel import Panel
from livepatch.quality.rig import Rig

Row = dict[str, float | str]
"""One line of a table by column; `module` and `part` say of what."""


class Column(NamedTuple):
    """A column of figures: its key, its heading, its decimals, and below what a figure says no more."""

    key: str
    heading: str
    decimals: int = 1
    floor: float = -math.inf

    def text(self, row: Row) -> str:
        """What stands in the column."""
        value = row.get(self.key, "")
        if isinstance(value, str):
            return value
        if value < self.floor:
            return f"< {self.floor:.0f}"
        text = f"{value:.{self.decimals}f}"
        return text.removeprefix("-") if float(text) == 0.0 else text


class Measurement(Protocol):
    """One file of this folder: what it measures, of which modules, and the columns of its table."""

    TITLE: str
    ABOUT: str
    COLUMNS: tuple[Column, ...]

    @staticmethod
    def suits(panel: Panel) -> bool:
        """Whether a module with this panel is of the kind that is measured."""

    @staticmethod
    def measure(rig: Rig, panel: Panel) -> list[Row]:
        """The figures of one module."""


def table(measurement: Any, rows: list[Row]) -> str:
    """The rows as a table in Markdown, under its title."""
    columns: tuple[Column, ...] = measurement.COLUMNS
    lines = [f"## {measurement.TITLE}", "", measurement.ABOUT, ""]
    lines.append("| module | | " + " | ".join(column.heading for column in columns) + " |")
    lines.append("|---|---|" + "---:|" * len(columns))
    for row in rows:
        cells = [f"`{row['module']}`", str(row["part"]), *(column.text(row) for column in columns)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
