"""What plug-ins remember, in files that are named by their content."""

import contextlib
import hashlib
import math
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from livepatch.patch import edits
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.messages import Message, Notice
from livepatch.session.plugin_guest import Guest
from livepatch.session.plugin_host import HostError, PluginHost
from livepatch.session.rack import Rack
from livepatch.session.storage import Storage

ENDINGS = {"vst2": "fxb", "vst3": "vstpreset"}
MOST_FORMER = 200
"""So many states are kept for undo()."""


class PluginMemory:
    """Keeps what plug-ins remember: what they remember now in their modules' storage, what they did in `former`.

    Any thread, without the rack's lock. The patch has a state's name in the module's data. `remembered` hears of
    every state that a plug-in has or gets back.
    """

    def __init__(self, rack: Rack, storage: Storage, former: Path, tell: Callable[[Message], None]) -> None:
        self._rack = rack
        self._storage = storage
        self._former = former
        self._tell = tell
        self.remembered: Callable[[str, bytes], None] = lambda _name, _state: None

    def sweep(self) -> None:
        """Forget what is only there for undo()."""
        shutil.rmtree(self._former, ignore_errors=True)

    def keep(self, guest: Guest, *, always: bool = False) -> bool:
        """Keep what a plug-in remembers; whether that is another state than was kept. `always` writes it anew."""
        host, guest.changed = guest.playing, math.inf
        if host is None:
            return False
        try:
            name = self.write(guest, host, always=always)
        except (HostError, OSError) as error:
            guest.unkept = True
            if not host.gone:  # how it went is told, else
                self._tell(Notice("warning", f"{guest.build.facts.name}: its state is not kept: {error}"))
            return False
        guest.unkept = False
        with self._rack.lock:
            module = self._rack.patch.modules.get(guest.id)
            if module is None or not name or name == guest.state:
                return False
            former, guest.state = guest.state, name
            self._rack.note(edits.SetData(guest.id, module.data | {"state": name}))
        self._tidy(guest, {former, name})
        return True

    def write(self, guest: Guest, host: PluginHost, *, always: bool = False) -> str:
        """Write a plug-in's state into a file; its name, "" if it is as it was.

        Raises: HostError: if the plug-in cannot. OSError: if the disk refuses.
        """
        answer = self._ask(host, always=always)
        if not answer.path:
            return ""
        fresh = Path(answer.path)
        content = fresh.read_bytes()
        hash = hashlib.sha256(content).hexdigest()[:16]
        name = f"{hash}.{ENDINGS[guest.build.facts.format]}"
        fresh.replace(self._former / name)
        self._bring(guest, name)
        self.remembered(name, content)
        return name

    def export(self, host: PluginHost, target: Path) -> None:
        """Write a preset file: a .fxb has all programs, any other the current one. Raises: as `write`."""
        answer = self._ask(host, always=True, single=target.suffix.lower() != ".fxb")
        fresh = Path(answer.path)
        target.write_bytes(fresh.read_bytes())
        fresh.unlink()

    def _ask(self, host: PluginHost, *, always: bool, single: bool = False) -> messages.Kept:
        """Have a plug-in write its state into a fresh file."""
        self._former.mkdir(parents=True, exist_ok=True)
        fresh = self._former / f".{os.getpid()}.{time.monotonic_ns()}"
        answer = host.ask(lambda serial: messages.Keep(serial, str(fresh), always, single))
        if not isinstance(answer, messages.Kept) or answer.problem:
            raise HostError(answer.problem if isinstance(answer, messages.Kept) else "it does not answer")
        return answer

    def path(self, guest: Guest, name: str) -> Path:
        """The file of a state, now in the module's storage if it is anywhere."""
        place = self._folder(guest) / name
        if not place.exists():
            self._bring(guest, name)
        with contextlib.suppress(FileNotFoundError):  # as in _bring
            self.remembered(name, place.read_bytes())
        return place

    def _bring(self, guest: Guest, name: str) -> None:
        """Put a state into the module's storage."""
        place = self._folder(guest) / name
        with contextlib.suppress(FileNotFoundError):  # nobody kept it; whoever reads it says so
            fresh = place.with_name(f".{name}.{time.monotonic_ns()}")
            shutil.copyfile(self._former / name, fresh)
            fresh.replace(place)

    def _tidy(self, guest: Guest, wanted: set[str]) -> None:
        """Leave nothing in the storage but these states; and not more in all than anybody takes back."""
        for path in self._folder(guest).iterdir():
            if path.suffix[1:] in ENDINGS.values() and path.name not in wanted:
                path.unlink(missing_ok=True)
        files = sorted(self._former.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in files[:-MOST_FORMER]:
            path.unlink(missing_ok=True)

    def _folder(self, guest: Guest) -> Path:
        with self._rack.lock:
            return self._storage.folder(self._rack.patch, guest.id)
