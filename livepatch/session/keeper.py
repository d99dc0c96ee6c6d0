"""Keeps the rack on disk while it plays, in a thread of its own."""

import threading
from collections.abc import Callable

from livepatch.errors import PatchError
from livepatch.protocol.messages import Message, Notice
from livepatch.session.library import Library

KEEP_SECONDS = 1.0
AUTOSAVE_SECONDS = 15.0


class Keeper:
    """Keeps the rack for load("last") soon after each change, and every 15 seconds as a generation.

    While it is `held`, what is kept for load("last") stays, because it has more than the rack, or the rack is as
    it was loaded. `remembered`: modules have told something new of themselves since.
    `now_and_then` is called as often, before; a disk that refuses is told once, and when it takes the rack again.
    """

    def __init__(
        self,
        library: Library,
        tell: Callable[[Message], None],
        ended: threading.Event,
        now_and_then: Callable[[], None],
    ) -> None:
        self.changed = threading.Event()
        self.held = False
        self.remembered = False
        self._library = library
        self._tell = tell
        self._ended = ended
        self._now_and_then = now_and_then
        self._refused = ""
        self._thread = threading.Thread(target=self._run, name="keep the rack", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _run(self) -> None:
        seconds = 0.0
        while not self._ended.wait(KEEP_SECONDS):
            seconds += KEEP_SECONDS
            autosave = seconds >= AUTOSAVE_SECONDS
            if autosave:
                seconds = 0.0
                self._now_and_then()
                if self._library.remember():
                    self.remembered = True
                    self.changed.set()
            try:
                if self.changed.is_set() and not self.held:
                    self.changed.clear()
                    self._library.keep_last()
                if autosave:
                    self._library.keep_generation()
                self._say("")
            except PatchError as error:
                self.changed.set()
                self._say(str(error))

    def _say(self, refused: str) -> None:
        if refused and not self._refused:
            self._tell(Notice("warning", f"{refused}; the music goes on"))
        elif self._refused and not refused:
            self._tell(Notice("note", "the rack is kept on disk again"))
        self._refused = refused
