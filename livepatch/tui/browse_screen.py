"""What can be added to the rack, to be searched and chosen: modules, instruments, effects."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from livepatch.protocol.plugin_panel import is_plugin
from livepatch.tui.line import fitted, padded
from livepatch.tui.model import Rack

NAME_CELLS = 28
ABOUT_CELLS = 44
MOVES = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}
WAITING = "looking for plug-ins…"
NO_PLUGINS = "no plug-ins were looked for yet: livepatch plugins scan"
NOTHING = "nothing is called so"


class Entry(NamedTuple):
    """Something that can be added: its name, what it is, and the Python that adds it."""

    name: str
    about: str
    code: str


def groups(rack: Rack) -> list[tuple[str, list[Entry]]]:
    """Everything that can be added, by kind."""
    modules = [
        Entry(type, panel.summary, f"add({type!r})")
        for type, panel in sorted(rack.panels.items())
        if not is_plugin(type)
    ]
    plugins = rack.installed or ()
    instruments, effects = (
        [Entry(each.name, each.about, f"vst({each.word!r})") for each in plugins if each.instrument is wanted]
        for wanted in (True, False)
    )
    return [("modules", modules), ("instruments", instruments), ("effects", effects)]


def found(entries: list[Entry], wish: str) -> list[Entry]:
    """Those that have every word of a wish in their name or in what they are; first those named so."""
    words = wish.lower().split()
    fitting = [entry for entry in entries if all(word in f"{entry.name} {entry.about}".lower() for word in words)]
    return sorted(fitting, key=lambda entry: not all(word in entry.name.lower() for word in words))


class BrowseScreen(ModalScreen[str]):
    """Typing searches, arrows and enter choose, escape closes; it gives back the Python that adds the choice."""

    AUTO_FOCUS = "#browse-wish"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close")]

    def __init__(self, rack: Rack) -> None:
        super().__init__()
        self._rack = rack
        self._codes: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """A title, what is searched, and the lines."""
        with Vertical(id="browse"):
            yield Label("Add to the rack", id="browse-title")
            yield Input(placeholder="search: name, kind or maker", id="browse-wish")
            yield OptionList(id="browse-lines")

    def on_mount(self) -> None:
        """Show everything."""
        self.show()

    def show(self) -> None:
        """Show what fits what is searched; again when the plug-ins are known."""
        lines = self.query_one(OptionList)
        lines.clear_options()
        lines.add_options(list(self._options(self.query_one(Input).value)))
        lines.action_first()

    def action_close(self) -> None:
        """Close, and add nothing."""
        self.dismiss(None)

    async def on_key(self, event: events.Key) -> None:
        """Move the mark while the search has the keys."""
        if event.key in MOVES:
            event.stop()
            await self.app.run_action(MOVES[event.key], self.query_one(OptionList))

    @on(Input.Changed)
    def _search(self) -> None:
        self.show()

    @on(Input.Submitted)
    def _enter(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        if event.option_id is not None:
            self.dismiss(self._codes[event.option_id])

    def _options(self, wish: str) -> Iterator[Option]:
        self._codes = {}
        for kind, entries in groups(self._rack):
            fitting = found(entries, wish)
            if fitting:
                yield Option(Text(f"{kind}  {len(fitting)}", style="bold dim"), disabled=True)
            for entry in fitting:
                self._codes[entry.code] = entry.code
                about = fitted(entry.about.removeprefix(f"{entry.name}: "), ABOUT_CELLS)
                yield Option(Text.assemble(" ", padded(entry.name, NAME_CELLS), (f" {about}", "dim")), entry.code)
        if not self._codes:
            yield Option(NOTHING, disabled=True)
        if not self._rack.installed:
            yield Option(WAITING if self._rack.installed is None else NO_PLUGINS, disabled=True)
