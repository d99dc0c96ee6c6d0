"""Watches the module folders, so that a saved file is heard of within milliseconds."""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from livepatch.session.sources import type_of

DEBOUNCE_MILLISECONDS = 40
STEP_MILLISECONDS = 4
LOOK_MILLISECONDS = 250
"""How often the folders are looked at besides: the watching library may forget what comes while it tells."""

Files = frozenset[tuple[str, int, int, int]]


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
            rust_timeout=LOOK_MILLISECONDS,
            yield_on_timeout=True,
            recursive=False,
            raise_interrupt=False,
        )
        known = self._files()
        self._changed()  # what was saved before the watch began
        for found in changes:
            files = self._files()
            if found or files != known:
                known = files
                self._changed()

    def _files(self) -> Files:
        """Every module file there is, and by what its newest text can be told from others."""
        found: set[tuple[str, int, int, int]] = set()
        for folder in self._folders:
            for path in folder.glob("*.py"):
                with contextlib.suppress(OSError):  # it went away between two looks
                    about = path.stat()
                    found.add((str(path), about.st_ino, about.st_size, about.st_mtime_ns))
        return frozenset(found)
