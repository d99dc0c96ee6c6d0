"""A line of the screen while it is put together from pieces."""

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


class Line:
    """Pieces from the left, exactly `width` cells in the end; what does not fit is cut."""

    def __init__(self, width: int, ground: Style) -> None:
        self.width = width
        self.length = 0
        self._ground = ground
        self._segments: list[Segment] = []

    def add(self, text: str, style: Style | None = None) -> "Line":
        """Add a piece, on the ground of the line."""
        text = fitted(text, self.width - self.length)
        if text:
            self._segments.append(Segment(text, self._ground + style if style else self._ground))
            self.length += cell_len(text)
        return self

    def skip_to(self, place: int) -> "Line":
        """Leave the cells up to `place` empty."""
        return self.add(" " * (min(place, self.width) - self.length))

    def strip(self) -> Strip:
        """The finished line."""
        self.skip_to(self.width)
        return Strip(self._segments, self.width)


def fitted(text: str, width: int) -> str:
    """`text`, cut to `width` cells with an ellipsis if it is longer."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def padded(text: str, width: int) -> str:
    """`text` in exactly `width` cells."""
    return set_cell_size(fitted(text, width), max(width, 0))
