"""The lines typed at the REPL, kept in a file that every front end shares.

The file holds, for each entry, an empty line, a comment with the time, and the entry's lines, each after
a plus sign: the format of prompt_toolkit's FileHistory.
"""

from collections import deque
from datetime import datetime
from pathlib import Path

LONGEST = 2000
"""Entries that are kept in memory."""


class History:
    """Entries, oldest first, and a place among them while the performer leafs through."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.entries: deque[str] = deque(maxlen=LONGEST)
        self._place = 0
        self._draft = ""
        if path is not None:
            self.entries.extend(_read(path))
        self._place = len(self.entries)

    def add(self, entry: str) -> str:
        """Keep an entry, in the file too; an empty string, or one line on why the file could not be written."""
        self._draft = ""
        if not entry.strip() or (self.entries and self.entries[-1] == entry):
            self._place = len(self.entries)
            return ""
        self.entries.append(entry)
        self._place = len(self.entries)
        return self._write(entry)

    def earlier(self, typed: str) -> str | None:
        """The next older entry that begins as `typed`, what stands at the prompt, did; None if there is none."""
        if self._place >= len(self.entries):
            self._draft = typed
        return self._go(-1)

    def later(self) -> str | None:
        """The next newer such entry, at last the draft itself; None if it stands there already."""
        if self._place >= len(self.entries):
            return None
        found = self._go(1)
        if found is None:
            self._place = len(self.entries)
            return self._draft
        return found

    def rest(self) -> None:
        """Stop leafing: what is typed now is a new draft."""
        self._place = len(self.entries)

    def _go(self, direction: int) -> str | None:
        place = self._place + direction
        while 0 <= place < len(self.entries):
            if self.entries[place].startswith(self._draft):
                self._place = place
                return self.entries[place]
            place += direction
        return None

    def _write(self, entry: str) -> str:
        if self.path is None:
            return ""
        lines = "".join(f"+{line}\n" for line in entry.split("\n"))
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"\n# {datetime.now().astimezone().replace(tzinfo=None)}\n{lines}")
        except OSError as error:
            return f"the history is not kept: {error}"
        return ""


def _read(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []  # there is none yet
    entries: list[str] = []
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("+"):
            lines.append(line[1:])
        elif lines:
            entries.append("\n".join(lines))
            lines = []
    return entries
