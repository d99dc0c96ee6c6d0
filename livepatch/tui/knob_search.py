"""The search among the knobs of one module, while it is typed."""

from textual import events

from livepatch.tui.model import Rack


class KnobSearch:
    """What is typed goes into the rack's `searches`; `id` is the module that is searched, None of none.

    `former` is the control that was selected when the search began, of the module that was searched last.
    """

    def __init__(self, rack: Rack) -> None:
        self._rack = rack
        self.id: int | None = None
        self.former = ""

    def begin(self, id: int, selected: str) -> None:
        """Search the knobs of a module, of which a control is selected."""
        self.id = id
        self.former = selected
        self._rack.searches[id] = ""

    def end(self) -> None:
        """Type no more; what was found stays."""
        if self.id is not None and not self._rack.searches.get(self.id):
            self._rack.searches.pop(self.id, None)
        self.id = None

    def leave(self, id: int, selected: str) -> bool:
        """Show all knobs of a module again, the selected one among them; False if that was so already."""
        if id not in self._rack.searches:
            return False
        del self._rack.searches[id]
        self._rack.picked[id] = selected
        return True

    def take(self, event: events.Key) -> bool:
        """Take a key; False if it ends the search and does what it always does."""
        id, text = self.id, self._rack.searches.get(self.id or 0, "")
        if id is None:
            return False
        match event.key:
            case "enter":
                self.end()
            case "escape":
                del self._rack.searches[id]
                self.end()
            case "backspace":
                self._rack.searches[id] = text[:-1]
            case _ if event.is_printable and event.character:
                self._rack.searches[id] = text + event.character
            case _:
                self.end()
                return False
        return True
