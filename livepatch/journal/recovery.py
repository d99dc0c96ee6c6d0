"""Going on after a session was killed: with the rack as it was, or with less of it if that would not do.

How many starts in a row were killed before they had played for a while is in the file `attempt` beside the
journals, so that a start that brings itself down makes the next one choose less by itself.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from livepatch.disk import replace_file
from livepatch.journal.performance import Performance, listing, read
from livepatch.patch.edits import Batch, Edit, RemoveModule
from livepatch.patch.patch import Patch

WHOLE, WITHOUT, EMPTY = "whole", "without", "empty"
CHOICES = {
    WHOLE: "go on with the rack as it was",
    WITHOUT: "go on without what was added or changed last",
    EMPTY: 'start with an empty rack; undo() and load("last") bring the other back',
}
ATTEMPT = "attempt"
MOST_ATTEMPTS = 4
"""After so many starts that were killed the journal is not even looked at."""


@dataclass(frozen=True)
class Crash:
    """A performance that did not end as it should. `attempts` to go on were killed too."""

    performance: Performance
    patch: Patch
    changed: tuple[int, ...]
    attempts: int

    @property
    def names(self) -> str:
        """The modules that were added or changed last; nothing if that was a whole patch."""
        return ", ".join(self.patch.modules[id].name for id in self.changed)

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen."""
        return (WHOLE, WITHOUT, EMPTY) if self.changed else (WHOLE, EMPTY)

    @property
    def kept(self) -> bool:
        """Whether load("last") has it all: a start after a crash kept that rack, and then nobody played."""
        return self.performance.last_checkpoint()[0].kept and not self.performance.played()

    @property
    def hopeless(self) -> bool:
        """Whether to start as if nothing had been."""
        return self.attempts >= MOST_ATTEMPTS

    @property
    def suggested(self) -> str:
        """What is chosen where nobody is asked."""
        return self.choices[min(self.attempts, len(self.choices) - 1)]

    def leave_out(self) -> Edit:
        """What takes those modules out."""
        return Batch(tuple(RemoveModule(id) for id in self.changed))


def find(root: Path) -> Crash | None:
    """What the last performance in a workspace left, if it was killed with anything in the rack.

    Of starts that were killed with an empty rack, before anything was done, the performance before counts.
    """
    for folder in reversed(listing(root)):
        try:
            performance = read(folder)
            patch = performance.patch()
            if performance.ended:
                return None
            if not patch.modules and performance.untouched:
                continue
            if not patch.modules:
                return None
            return Crash(performance, patch, performance.changed(), attempts(root))
        except Exception:  # noqa: BLE001, S112 - it has to start, whatever a disk made of a journal
            continue  # or it was killed before anything was noted: the one before counts
    return None


def attempts(root: Path) -> int:
    """How many starts in a row were killed."""
    try:
        return max(0, int((root / ATTEMPT).read_text()))
    except (OSError, ValueError):
        return 0


def begin(root: Path) -> None:
    """Note that somebody tries to go on; a disk that refuses is no hindrance."""
    with contextlib.suppress(OSError):
        replace_file(root / ATTEMPT, f"{attempts(root) + 1}\n".encode(), durable=True)


def settle(root: Path) -> None:
    """Note that it went well."""
    with contextlib.suppress(OSError):
        (root / ATTEMPT).unlink(missing_ok=True)
