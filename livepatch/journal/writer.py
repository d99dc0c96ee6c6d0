"""Writes a journal in the background, so that nobody who plays waits for the disk."""

import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from livepatch.disk import replace_file, sync
from livepatch.journal.records import MAGIC, Began, Record, encode

FILE_NAME = "journal"
GATHER_SECONDS = 0.03
"""So long records are gathered before they are written and synced together."""
RETRY_SECONDS = 1.0
MOST_BYTES = 64 << 20
"""What waits for a disk that takes nothing; beyond it, records are dropped and a checkpoint follows."""

Bytes = Callable[[], bytes]


class Writer:
    """One journal in a folder of its own, with the files that it refers to. Any thread notes; nobody waits.

    `checkpoint` gives the patch as it is, for a journal that has a gap; `tell` hears of a disk that refuses, once,
    and when it works again. Both are called by the writer's own thread.
    """

    def __init__(self, folder: Path, checkpoint: Callable[[], Began], tell: Callable[[str], None]) -> None:
        self.folder = folder
        self._checkpoint = checkpoint
        self._tell = tell
        self._changed = threading.Condition()
        self._waiting: list[bytes | tuple[str, Bytes]] = []
        self._bytes = 0
        self._noted = self._kept = 0
        self._gap = False
        self._closing = False
        self._refused = False
        self._written = 0
        self._file = -1
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self, began: Began) -> None:
        """Begin with a checkpoint."""
        self.note(began)
        self._thread.start()

    def note(self, record: Record) -> None:
        """Write a record soon; it is on the disk at most 100 ms later, if the disk is that fast."""
        self._add(encode(record))

    def keep(self, name: str, content: Bytes) -> None:
        """Keep a file beside the journal, before the records that are noted later; `content` may read the disk."""
        self._add((name, content))

    def flush(self, seconds: float) -> None:
        """Wait until what was noted is on the disk, for so long at most, and not for a disk that refuses."""
        with self._changed:
            goal = self._noted
            if self._thread.is_alive():
                self._changed.wait_for(lambda: self._kept >= goal or self._refused, seconds)

    def close(self, seconds: float) -> None:
        """Write what waits, for so long at most, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _add(self, item: bytes | tuple[str, Bytes]) -> None:
        with self._changed:
            self._bytes += len(item) if isinstance(item, bytes) else 0
            if self._bytes > MOST_BYTES:
                self._waiting = [other for other in self._waiting if not isinstance(other, bytes)]
                self._bytes, self._gap = 0, True
            else:
                self._waiting.append(item)
            self._noted += 1
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing or self._gap)
                closing = self._closing
            if not closing:
                time.sleep(GATHER_SECONDS)
            with self._changed:
                items, self._waiting, self._bytes = self._waiting, [], 0
                noted = self._noted
                gap, self._gap = self._gap, False
            if gap:
                items = [item for item in items if not isinstance(item, bytes)]
                items.append(encode(self._checkpoint()))
            left = self._write_all(items)
            if closing:
                return
            with self._changed:
                if left:
                    self._waiting = left + self._waiting
                    self._bytes += sum(len(item) for item in left if isinstance(item, bytes))
                    self._changed.wait_for(lambda: self._closing, RETRY_SECONDS)
                else:
                    self._kept = noted
                    self._changed.notify_all()

    def _write_all(self, items: list[bytes | tuple[str, Bytes]]) -> list[bytes | tuple[str, Bytes]]:
        """Write items in their order, files first where they come first; what could not be written."""
        records: list[bytes] = []
        for place, item in enumerate(items):
            if isinstance(item, bytes):
                records.append(item)
                continue
            if not self._try(partial(self._append, records)):
                return [*records, *items[place:]]
            records = []
            if not self._try(partial(self._keep, *item)):
                return items[place:]
        return [] if self._try(partial(self._append, records)) else list(records)

    def _try(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except OSError as error:
            if not self._refused:
                self._refused = True
                text = f"the journal in {self.folder} cannot be written: {error.strerror}; make room"
                self._tell(f"{text}, the music goes on")
            return False
        if self._refused:
            self._refused = False
            self._tell("the journal is written again")
        return True

    def _append(self, records: list[bytes]) -> None:
        """Append whole records, or none."""
        if not records:
            return
        if self._file < 0:
            self._open()
        content = memoryview(b"".join([b"" if self._written else MAGIC, *records]))
        try:
            done = 0
            while done < len(content):
                done += os.pwrite(self._file, content[done:], self._written + done)
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self._written)
            raise
        self._written += len(content)

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / FILE_NAME
        path.touch(mode=0o600)
        sync(self.folder)
        sync(self.folder.parent)
        self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def _keep(self, name: str, content: Bytes) -> None:
        path = self.folder / name
        try:
            body = content()
        except OSError:
            return  # what was to be kept is gone
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, body, durable=True)
