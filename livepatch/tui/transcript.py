"""What was typed at the REPL and what came of it, as far back as anyone scrolls."""

from collections import deque

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

LONGEST = 2000
"""Lines that are kept."""
WIDEST = 4000
"""Characters of one line that are shown."""


class Transcript(ScrollView, can_focus=False):
    """Lines, newest at the bottom, where the view stays unless the performer has scrolled up."""

    def __init__(self, ground: Style) -> None:
        super().__init__(id="transcript")
        self.ground = ground
        self._lines: deque[Text] = deque(maxlen=LONGEST)
        self._rows: list[Strip] = []
        self._newest_rows = 0
        self._open = False
        self._following = True
        self._wrapped_to = 0
        self._pen = Console(width=80, color_system="truecolor", force_terminal=True)

    @property
    def text(self) -> str:
        """Everything, without colours."""
        return "\n".join(line.plain for line in self._lines)

    def write(self, text: str, style: Style | None = None) -> None:
        """Add print-out as it comes: it goes on where the last one ended, unless that was a line's end."""
        pieces = text.split("\n")[-LONGEST:]
        for index, piece in enumerate(pieces):
            last = index == len(pieces) - 1
            if piece or not last or self._open:
                self._append(Text(piece.expandtabs(4)[:WIDEST], style or ""))
                self._open = last
        self._settle()

    def line(self, text: Text) -> None:
        """Add a line of its own."""
        self._open = False
        self._append(text)
        self._settle()

    def clear(self) -> None:
        """Forget everything."""
        self._lines.clear()
        self._open = False
        self._wrap_all()

    def page(self, direction: int) -> None:
        """Scroll by about a screenful, up (-1) or down (1)."""
        self.scroll_to(y=self.scroll_offset.y + direction * max(self.size.height - 1, 1), animate=False)

    def wear(self, ground: Style) -> None:
        """Stand on another colour."""
        self.ground = ground
        self._wrap_all()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        place = y + self.scroll_offset.y
        strip = (
            self._rows[place]
            if place < len(self._rows)
            else Strip.blank(self.scrollable_content_region.width, self.ground)
        )
        return strip.adjust_cell_length(self.scrollable_content_region.width, self.ground)

    def on_resize(self, _: events.Resize) -> None:
        """Break the lines anew."""
        if self.scrollable_content_region.width != self._wrapped_to:
            self._wrap_all()
        self._follow()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Stay where the performer scrolls to; at the end, go on with what comes."""
        super().watch_scroll_y(old_value, new_value)
        self._following = new_value >= self.max_scroll_y - 1

    def _append(self, text: Text) -> None:
        if self._open and self._lines:
            self._open = False
            del self._rows[len(self._rows) - self._newest_rows :]
            text = self._lines.pop() + text
        if len(self._lines) == LONGEST:
            del self._rows[: len(self._wrapped(self._lines[0]))]
        self._lines.append(text)
        rows = self._wrapped(text)
        self._newest_rows = len(rows)
        self._rows += rows

    def _settle(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows))
        self._follow()
        self.refresh()

    def _follow(self) -> None:
        if self._following:
            self.scroll_to(y=self.max_scroll_y, animate=False)

    def _wrap_all(self) -> None:
        self._wrapped_to = self.scrollable_content_region.width
        self._rows = []
        for line in self._lines:
            rows = self._wrapped(line)
            self._newest_rows = len(rows)
            self._rows += rows
        self._settle()

    def _wrapped(self, text: Text) -> list[Strip]:
        if len(text) == cell_len(text.plain) <= self._wrapped_to and not text.spans:
            return [Strip([Segment(text.plain, self.ground + self._pen.get_style(text.style))])]
        width = max(self._wrapped_to or self.scrollable_content_region.width, 1)
        rows = text.wrap(self._pen, width, overflow="fold", no_wrap=False) if len(text) else [text]
        # rich leaves a text's own style out when it has no spans
        ground = self.ground + self._pen.get_style(text.style)
        return [Strip(Segment.apply_style(row.render(self._pen), ground)) for row in rows]
