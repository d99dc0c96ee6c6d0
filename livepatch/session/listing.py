"""Rows that a command gives."""

from typing import Any


class Listing(list[Any]):
    """Rows that show as lines; each row's columns are strings."""

    def __repr__(self) -> str:
        rows = [tuple(str(cell) for cell in row) for row in self]
        if not rows:
            return "none yet"
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
