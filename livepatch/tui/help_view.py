"""The keys, on the screen while they still work."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from livepatch.tui.keys import ACTIONS
from livepatch.tui.look import Look

AREAS = {"rack": "In the rack", "repl": "At the prompt", "app": "Everywhere"}
KEY_CELLS = 11
NOTES = (
    "A value is typed as it is shown: 440 Hz, -6 dB, a choice by name.",
    "The wheel turns the knob under the pointer; with shift, finely.",
    "At the prompt every line is Python: add('vco'), vco.saw >> out.left, help(vco).",
)


class HelpView(VerticalScroll, can_focus=False):
    """A list of every key, made from the table of actions."""

    def __init__(self, look: Look) -> None:
        super().__init__(id="help")
        self._look = look
        self.display = False

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(self._text())

    def page(self, direction: int) -> None:
        """Scroll by about a screenful, up (-1) or down (1)."""
        self.scroll_to(y=self.scroll_offset.y + direction * max(self.size.height - 2, 1), animate=False)

    def _text(self) -> Text:
        text = Text()
        text.append("F1 or escape closes this page.\n\n", self._look.dim)
        for area, title in AREAS.items():
            text.append(f"{title}\n", "bold")
            for action in ACTIONS:
                if action.area == area and action.help:
                    text.append(f"  {action.key_names.ljust(KEY_CELLS)} ", self._look.warning)
                    text.append(f"{action.help}\n")
            text.append("\n")
        for note in NOTES:
            text.append(f"{note}\n", self._look.dim)
        return text
