"""What is asked before the rack opens, after a session that was killed: how to go on."""

import time
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Footer, Label, OptionList
from textual.widgets.option_list import Option

from livepatch.journal.recovery import CHOICES, WITHOUT, Crash
from livepatch.tui.look import LIVEPATCH


class RecoveryScreen(App[str]):
    """Arrows and enter choose; what was chosen is what it returns, None if the performer leaves instead."""

    CSS = """
    Screen { align: center middle; }
    #crash { width: 76; max-width: 100%; height: auto; padding: 0 1; }
    #crash { border: round $primary; background: $surface; }
    #choices { height: auto; border: none; background: $surface; margin-top: 1; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose"),
        Binding("escape,q,ctrl+q,ctrl+c", "leave", "leave"),
        Binding("j", "cursor(1)", show=False),
        Binding("k", "cursor(-1)", show=False),
    ]

    def __init__(self, crash: Crash) -> None:
        super().__init__()
        self.register_theme(LIVEPATCH)
        self.theme = LIVEPATCH.name
        self._crash = crash

    def compose(self) -> ComposeResult:
        """What happened, and what can be done."""
        crash = self._crash
        with Vertical(id="crash"):
            yield Label(_what(crash))
            yield OptionList(*(Option(_line(crash, name), name) for name in crash.choices), id="choices")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """What is safest stands first in hand."""
        choices = self.query_one(OptionList)
        choices.highlighted = self._crash.choices.index(self._crash.suggested)
        choices.focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.exit(event.option_id)

    def action_cursor(self, step: int) -> None:
        """Go to the next line, or the one before."""
        choices = self.query_one(OptionList)
        if step > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()

    def action_leave(self) -> None:
        """Start nothing; it will be asked again."""
        self.exit(None)


def _what(crash: Crash) -> str:
    when = time.strftime("%H:%M:%S", time.localtime(crash.performance.until))
    name = crash.patch.name or "a patch without a name"
    said = f"The session was killed at {when}: {name}, {len(crash.patch.modules)} modules. Nothing is lost."
    again = {0: "", 1: "\nThe start after that was killed too."}
    return said + again.get(crash.attempts, f"\nThe {crash.attempts} starts after that were killed too.")


def _line(crash: Crash, choice: str) -> str:
    words = CHOICES[choice] + (f": {crash.names}" if choice == WITHOUT else "")
    return words[0].upper() + words[1:]
