"""A session's start after one that was killed: the rack as it was, or less of it."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from livepatch import locations
from livepatch.errors import PatchError
from livepatch.journal import recovery
from livepatch.journal.performance import JournalError
from livepatch.journal.recovery import EMPTY, WITHOUT, Crash
from livepatch.patch.patch import Patch
from livepatch.protocol.builds import BuildError, builds_folder, read_build
from livepatch.protocol.messages import Message, Notice
from livepatch.session.journal import Journal
from livepatch.session.library import Library
from livepatch.session.rack import Rack
from livepatch.session.sources import Code, Left, Sources

SETTLED_SECONDS = 5.0
"""A start that has played for so long went well."""
KEEP_SECONDS = 2.0
"""How long a start waits for the disk with a rack that it leaves alone."""
MOST_MISSED = 6


class Restart:
    """Brings back what a session that was killed had in its rack. Used by the main thread before anything runs.

    `holds`: what is kept for load("last") has more than the rack, and stays until the performer changes something.
    """

    def __init__(
        self, root: Path, rack: Rack, sources: Sources, library: Library, tell: Callable[[Message], None]
    ) -> None:
        self._root = root
        self._rack = rack
        self._sources = sources
        self._library = library
        self._tell = tell
        self.crash: Crash | None = recovery.find(root)
        self.holds = False
        self._left_alone: Crash | None = None

    @property
    def types(self) -> frozenset[str]:
        """The module types that were in the rack."""
        modules = self.crash.patch.modules.values() if self.crash is not None else ()
        return frozenset(module.type for module in modules)

    def bring_code(self, patch: str | None) -> None:
        """Have the code that played compiled in place of what the files say now; call it before they are read.

        `patch` is what the performer asked for, if anything.
        """
        if self.crash is None:
            self._library.storage.sweep()
            return
        if patch is None:
            recovery.begin(self._root)
            settled = threading.Timer(SETTLED_SECONDS, recovery.settle, (self._root,))
            settled.daemon = True
            settled.start()
        if self.crash.hopeless:
            text = f"no start with {self.crash.performance.folder} came up; this one leaves it alone"
            self._tell(Notice("error", f'{text}, load("last") has the rack'))
            self.crash, self._left_alone = None, self.crash
            return
        performance = self.crash.performance
        playing = {module.source for module in self.crash.patch.modules.values()}
        for source, kept in performance.codes().items():
            try:
                text = performance.text(source)
            except JournalError:
                continue
            if source in playing:
                self._sources.left[kept.type] = Left(text, performance.until)
            folder = builds_folder(locations.cache()) / source
            try:
                panel = read_build(folder).panel
            except BuildError:
                continue  # it cannot be undone to, unless the file is saved so again
            self._sources.built(Code(kept.type, source, str(folder), panel, kept.path, text))

    def begin(self, journal: Journal, choice: str | None, patch: str | None) -> None:
        """Fill the rack and begin the journal; `choice` None: what is safest. `patch` is loaded in its place."""
        crash = self.crash
        if crash is None:
            self._keep_what_is_left_alone()
            journal.start()
            return
        self._rack.relive(crash.performance.last_checkpoint()[0].document, crash.performance.edits())
        with self._rack.lock:
            self._library.trust.follow(self._rack.patch)
        journal.start(crash.changed, kept=crash.kept or self._keep(self._rack.copy()))
        chosen = EMPTY if patch is not None else choice if choice in crash.choices else crash.suggested
        self.holds = crash.kept or chosen == WITHOUT
        if patch is None:
            self._tell(Notice("warning", self._do(crash, chosen)))
        if missed := crash.performance.waiting():
            more = f" and {len(missed) - MOST_MISSED} more" if len(missed) > MOST_MISSED else ""
            text = f"these waited for their beat and never happened: {', '.join(missed[:MOST_MISSED])}{more}"
            self._tell(Notice("warning", text))

    def _do(self, crash: Crash, choice: str) -> str:
        """Leave out what is to be left out, as a step that can be undone; what is told about it."""
        when = time.strftime("%H:%M:%S", time.localtime(crash.performance.until))
        said = f"the session was killed; the rack is as it was at {when}"
        if choice == WITHOUT:
            self._rack.perform(crash.leave_out())
            return f"{said}, without {crash.names}; undo() brings it back"
        if choice == EMPTY:
            self._rack.replace(Patch(), "")
            return f'the session was killed; the rack is empty, undo() and load("last") bring it back as at {when}'
        return said

    def _keep(self, patch: Patch) -> bool:
        """Keep a rack for load("last") before anything is left out, and as an autosave; whether that went."""
        try:
            self._library.keep_for_last(patch)
        except PatchError as error:
            self._tell(Notice("warning", str(error)))
            return False
        return True

    def _keep_what_is_left_alone(self) -> None:
        crash = self._left_alone
        if crash is not None and not crash.kept:
            keeping = threading.Thread(target=self._keep, args=(crash.patch,), name="keep", daemon=True)
            keeping.start()
            keeping.join(KEEP_SECONDS)  # a start must not hang, whatever a disk does
