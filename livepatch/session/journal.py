"""What the session notes in its journal while it plays."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from livepatch import __version__
from livepatch.disk import replace_file
from livepatch.journal.performance import PLUGINS, SOURCES, STATES, next_folder, thin
from livepatch.journal.records import (
    FORMAT_VERSION,
    Began,
    CodeKept,
    Ended,
    EngineBegan,
    Lasted,
    Performed,
    Record,
    Stamp,
    Told,
)
from livepatch.journal.writer import Writer
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Document
from livepatch.protocol.messages import Applied
from livepatch.session.sources import Code

CLOSE_SECONDS = 2.0
FLUSH_SECONDS = 0.5


class Journal:
    """Notes every edit, what the engine was told of it, and the frame at which it took effect.

    Every use but `start`, `remember`, `flush` and `close` needs the rack's lock, and nobody waits for the disk.
    `document` gives the whole patch for a checkpoint, and takes the lock itself.
    """

    def __init__(
        self,
        root: Path,
        document: Callable[[], Document],
        settings: dict[str, str | float],
        tell: Callable[[str], None],
    ) -> None:
        self._root = root
        self._document = document
        self._settings = settings
        self._tell = tell
        self._clock = time.monotonic()
        self._codes: set[str] = set()
        self._states: set[str] = set()
        self._untold: Told | None = None
        self._ended = self._performed = False
        folder = next_folder(root, time.strftime("%Y%m%d-%H%M%S"))
        self._writer = Writer(folder, lambda: self._checkpoint(()), tell)

    @property
    def folder(self) -> Path:
        """Where the journal is."""
        return self._writer.folder

    def start(self, changed: tuple[int, ...] = (), *, kept: bool = False) -> None:
        """Begin with the patch as it is; `changed` and `kept` as in a checkpoint."""
        self._writer.start(self._checkpoint(changed, kept=kept))
        thin(self._root)

    def _checkpoint(self, changed: tuple[int, ...], *, kept: bool = False) -> Began:
        return Began(FORMAT_VERSION, __version__, time.time(), self._document(), self._settings, changed, kept)

    def performed(self, edit: Edit, kind: str, serial: int) -> None:
        """The patch was changed; the engine was told of it as `serial` just now, 0 if not."""
        told, self._untold = self._untold, None
        self._performed = True
        heard = None
        if told is not None and told.serial == serial:
            heard = told.edit if told.edit != edit else None
        elif told is not None:
            self._note(told)
        self._note(Performed(self._now(), kind, edit, serial, heard))

    def told(self, serial: int, edit: Edit) -> None:
        """The engine was told of an edit; if the patch was changed by it, `performed` follows."""
        self._flush()
        self._untold = Told(self._now(), serial, edit)

    def kept(self, serial: int, edit: Edit, about: str) -> None:
        """The engine was told to keep an edit until its bar or beat; `about` says in words what is to happen."""
        self._flush()
        self._note(Told(self._now(), serial, edit, "waits", about=about))

    def set(self, serial: int, word: str, value: float = 0.0) -> None:
        """The engine was told to `panic`, of a setting, or that something is `cancelled` that waits."""
        self._flush()
        self._note(Told(self._now(), serial, None, word, value))

    def gave(self, serial: int, states: Path) -> None:
        """The engine was told to give modules the states in a file, which it is about to delete."""
        self._flush()
        kept = states.with_name(f"{states.name}-kept")
        try:
            os.link(states, kept)
        except OSError:
            return
        self._writer.keep(f"{STATES}/{serial}", lambda: _taken(kept))
        self._note(Told(self._now(), serial, None, "states"))

    def remember(self, name: str, state: bytes) -> None:
        """A plug-in has a state, whose name in the patch says its content. Any thread, without the rack's lock.

        It is written at once, so that no edit waits for it.
        """
        if name in self._states or name != Path(name).name:
            return
        self._states.add(name)
        folder = self.folder / PLUGINS
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(folder / name, state)
        except OSError as error:
            self._tell(f"the journal does not have what a plug-in remembers: {error.strerror}")

    def applied(self, applied: Applied) -> None:
        """What the engine was told took effect."""
        self._flush()
        self._note(Stamp(applied.serial, applied.frame, applied.runs, applied.again))

    def code(self, code: Code) -> None:
        """An engine has loaded some code."""
        if code.source in self._codes:
            return
        self._codes.add(code.source)
        self._writer.keep(f"{SOURCES}/{code.source}.py", code.text.encode)
        self._note(CodeKept(code.type, code.source, code.path))

    def engine_began(self, sample_rate: float, core: str) -> None:
        """Another engine plays, from its frame 0 on."""
        self._flush()
        self._note(EngineBegan(self._now(), sample_rate, core))

    def lasted(self, frame: int) -> None:
        """The engine has played up to `frame`."""
        self._flush()
        self._note(Lasted(frame))

    def end(self, frame: int) -> None:
        """The session ends as it should."""
        self._flush()
        self._note(Ended(self._now(), frame))
        self._ended = True

    def faded(self, serial: int, frame: int, frames: int) -> None:
        """After the end: the engine faded out from `frame` on, and has played up to `frames`."""
        for record in (Told(self._now(), serial, None, "fade_out"), Stamp(serial, frame), Lasted(frames)):
            self._writer.note(record)

    def flush(self) -> None:
        """Wait a moment until what was noted is on the disk; without the rack's lock."""
        self._writer.flush(FLUSH_SECONDS)

    def close(self) -> None:
        """Wait until all is on the disk; where nothing was done, nothing is kept."""
        self._writer.close(CLOSE_SECONDS)
        if self._ended and not self._performed:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _note(self, record: Record) -> None:
        if not self._ended:
            self._writer.note(record)

    def _flush(self) -> None:
        """Note what the engine was told without any change of the patch."""
        if self._untold is not None:
            told, self._untold = self._untold, None
            self._note(told)

    def _now(self) -> float:
        return round(time.monotonic() - self._clock, 6)


def _taken(path: Path) -> bytes:
    content = path.read_bytes()
    path.unlink()
    return content
