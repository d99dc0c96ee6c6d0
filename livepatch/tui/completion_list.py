"""The completions on offer, above the prompt."""

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Static

from livepatch.protocol.messages import Completion
from livepatch.tui.look import Look

MOST_ROWS = 6


class CompletionList(Static, can_focus=False):
    """A few rows, one of them chosen; hidden while there is nothing to choose."""

    def __init__(self, look: Look) -> None:
        super().__init__(id="completions")
        self.look = look
        self.items: Sequence[Completion] = ()
        self.index = -1
        self.display = False

    def offer(self, items: Sequence[Completion]) -> None:
        """Show these completions, none chosen yet."""
        self.items, self.index = items, -1
        self.display = bool(items)
        self._draw()

    def close(self) -> None:
        """Hide."""
        self.offer(())

    def move(self, direction: int) -> Completion | None:
        """Choose the next one (1) or the one before (-1), round and round; what is chosen."""
        if not self.items:
            return None
        start = self.index if self.index >= 0 or direction > 0 else 0
        self.index = (start + direction) % len(self.items)
        self._draw()
        return self.items[self.index]

    def _draw(self) -> None:
        count = len(self.items)
        first = min(max(self.index - MOST_ROWS // 2, 0), max(count - MOST_ROWS, 0))
        shown = self.items[first : first + MOST_ROWS]
        longest = max((len(item.text) for item in shown), default=0)
        lines: list[Text] = []
        for place, item in enumerate(shown, first):
            line = Text(f" {item.text.ljust(longest)} ", style="reverse bold" if place == self.index else "")
            line.append(f" {item.meta}", self.look.dim)
            lines.append(line)
        if count > MOST_ROWS and lines:
            lines[-1].append(f"  ({count} in all)", self.look.dim)
        self.update(Text("\n", no_wrap=True, overflow="ellipsis").join(lines))
