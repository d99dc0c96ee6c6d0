"""Where Python is typed."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from livepatch.entry import indent_after, whole
from livepatch.tui.history import History
from livepatch.tui.keys import bindings
from livepatch.tui.look import Look
from livepatch.tui.messages import Cleared, Entered, GoToRack, Paged
from livepatch.tui.own_keys import run_own_key
from livepatch.tui.python_text import coloured


class Prompt(TextArea):
    """A few lines of Python in colour; enter runs them once they are whole.

    `complete` is called to ask for completions, or to choose among those `offered`: the next (1), the one
    before (-1), none (None), or to keep the `chosen` one (0). The keys never go elsewhere for that.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("repl")

    def __init__(self, look: Look, complete: Callable[[int | None], None]) -> None:
        super().__init__(id="prompt", compact=True, soft_wrap=True, highlight_cursor_line=False)
        self.look = look
        self._complete = complete
        self.past = History()
        self.offered = False
        self.chosen = False
        self._leafing = False

    @property
    def cursor(self) -> int:
        """Where the cursor stands, in characters from the start."""
        row, column = self.cursor_location
        return sum(len(line) + 1 for line in self.text.split("\n")[:row]) + column

    def get_line(self, line_index: int) -> Text:
        """A line in colour (the base class asks for it)."""
        code = self.document.text
        lines = coloured(code, self.look.code).split("\n", allow_blank=True)
        return lines[line_index].copy() if line_index < len(lines) else super().get_line(line_index)

    def fill(self, text: str, cursor: int | None = None) -> None:
        """Have `text` stand there, the cursor at its end or `cursor` characters from its start."""
        self.load_text(text)
        before = text[:cursor].split("\n")
        self.selection = Selection.cursor((len(before) - 1, len(before[-1])))

    async def on_key(self, event: events.Key) -> None:
        """Run the keys of the prompt; the base class takes what is typed."""
        await run_own_key(self, event)

    def action_enter(self) -> None:
        """Run what stands there if it is whole, else go on in the next line."""
        if self.offered and self.chosen:
            self._complete(0)
        elif self.cursor_location[0] == self.document.line_count - 1 and whole(self.text):
            code = self.text.rstrip()
            self.fill("")
            self._leafing = False
            if code:
                self.post_message(Entered(code))
        else:
            self.action_newline()

    def action_newline(self) -> None:
        """Begin a line, indented as the one before wants it."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        self.insert("\n" + indent_after(before))

    def action_complete(self, direction: int) -> None:
        """Choose or ask for completions; where there is nothing to complete, indent or go to the rack."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        if self.offered or (before.strip() and direction > 0):
            self._complete(direction)
        elif not self.text or direction < 0:
            self.post_message(GoToRack())
        else:
            self.insert("    "[: 4 - column % 4])

    def action_earlier(self) -> None:
        """The completion above, the line above, or the entry before."""
        if self.offered:
            self._complete(-1)
        elif not self._leafing and not self.cursor_at_first_line:
            self.action_cursor_up()
        elif (entry := self.past.earlier(self.text)) is not None:
            self.fill(entry)
            self._leafing = True

    def action_later(self) -> None:
        """The completion below, the line below, or the entry after."""
        if self.offered:
            self._complete(1)
        elif not self._leafing and not self.cursor_at_last_line:
            self.action_cursor_down()
        elif (entry := self.past.later()) is not None:
            self.fill(entry)
            self._leafing = True

    def action_dismiss(self) -> None:
        """Close the completions; without any, go to the rack."""
        if self.offered:
            self._complete(None)
        else:
            self.post_message(GoToRack())

    def action_page(self, direction: int) -> None:
        """Look at earlier or later output."""
        self.post_message(Paged(direction))

    def action_clear(self) -> None:
        """Clear the output."""
        self.post_message(Cleared())

    def typed(self) -> None:
        """Take note that the performer changed the text: leafing begins anew from here."""
        if self._leafing and self.text not in self.past.entries:
            self._leafing = False
            self.past.rest()
