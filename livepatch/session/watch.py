"""Watches the module folders, so that a saved file is heard of within milliseconds."""

import threading
from collections.abc import Callable
from pathlib import Path

from livepatch.session.sources import type_of

DEBOUNCE_MILLISECONDS = 40
STEP_MILLISECONDS = 4


class Watch:
    """Calls `changed` in a thread of its own whenever a module file was written, renamed or deleted."""

    def __init__(self, folders: list[Path], changed: Callable[[], None]) -> None:
        self._folders = folders
        self._changed = changed
        self._ending = threading.Event()

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="watch", daemon=True).start()

    def end(self) -> None:
        """Stop watching."""
        self._ending.set()

    def _run(self) -> None:
        from watchfiles import watch  # noqa: PLC0415 - the sound starts before it is needed

        changes = watch(
            *self._folders,
            watch_filter=lambda _, path: type_of(Path(path)) is not None,
            debounce=DEBOUNCE_MILLISECONDS,
            step=STEP_MILLISECONDS,
            stop_event=self._ending,
            rust_timeout=1000,
            yield_on_timeout=True,
            recursive=False,
            raise_interrupt=False,
        )
        self._changed()  # what was saved before the watch began
        for number, found in enumerate(changes):
            if found or number == 0:  # the first look also finds what was saved while it began
                self._changed()
