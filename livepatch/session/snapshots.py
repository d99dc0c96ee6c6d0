"""What the engine tells of what modules remember, when it is asked."""

import itertools
import threading
from pathlib import Path
from typing import Protocol

from livepatch.protocol.messages import StatesTaken

TAKE_SECONDS = 10.0
"""How long the engine may take to tell what modules remember; one that hangs is replaced long before."""


class Playing(Protocol):
    """What is asked of the engine that plays. Needs the rack's lock."""

    def take_states(self, serial: int, ids: tuple[int, ...]) -> tuple[int, ...]:
        """Ask for the states of modules; those that it plays."""

    def give_states(self, path: Path) -> bool:
        """Let modules take over the states in a file; whether anything plays."""

    def plays(self) -> bool:
        """Whether there is an engine."""

    def has(self, id: int) -> bool:
        """Whether it has a module, which it may be about to play."""

    def arrived(self) -> int:
        """Bring in modules that waited."""

    def sample_rate(self) -> float:
        """In Hz."""


class Snapshots:
    """Files of states, as they come from the engine that is `playing`; any thread."""

    def __init__(self) -> None:
        self.playing: Playing | None = None
        self._serials = itertools.count(1)
        self._paths: dict[int, str] = {}
        self._asked: set[int] = set()
        self._arrived = threading.Condition()

    def ask(self, ids: tuple[int, ...]) -> int:
        """Ask what modules remember now; the number to wait for, 0 if none of them plays. The rack is locked."""
        serial = next(self._serials)
        if self.playing is None or not ids or not self.playing.take_states(serial, ids):
            return 0
        with self._arrived:
            self._asked.add(serial)
        return serial

    def taken(self, message: StatesTaken) -> None:
        """The engine has told."""
        with self._arrived:
            self._asked.discard(message.serial)
            self._paths[message.serial] = message.path
            self._arrived.notify_all()

    def began(self) -> None:
        """Another engine plays: what the former was asked it tells no more."""
        with self._arrived:
            self._asked.clear()
            self._arrived.notify_all()

    def wait(self, serial: int) -> str:
        """The file that was asked for; "" if the engine does not answer."""
        with self._arrived:
            self._arrived.wait_for(lambda: serial in self._paths or serial not in self._asked, TAKE_SECONDS)
            self._asked.discard(serial)
            return self._paths.pop(serial, "")
