"""What all modules of a folder share: their settings, kept among the performer's own."""

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

from livepatch import locations
from livepatch.disk import replace_file


class PackSettings:
    """One JSON file for each folder of modules. Any thread.

    What cannot be read is put aside, under the same name with `.broken`, and told by `trouble`.
    """

    def __init__(self) -> None:
        self._folder = locations.settings_file().parent / "packs"
        self._lock = threading.Lock()
        self._known: dict[Path, dict[str, Any]] = {}
        self._unsaved: set[Path] = set()
        self.trouble: list[str] = []

    def of(self, module: Path) -> dict[str, Any]:
        """The settings that a module file shares."""
        with self._lock:
            pack = module.parent
            if pack not in self._known:
                self._known[pack] = self._read(self.file(module))
            return self._known[pack]

    def change(self, module: Path, settings: dict[str, Any]) -> None:
        """A module has changed the settings it shares."""
        with self._lock:
            self._known[module.parent] = settings
            self._unsaved.add(module.parent)

    def save(self) -> None:
        """Write what was changed; a reader sees the old or the new.

        Raises: OSError: if the disk refuses; it is tried again the next time.
        """
        with self._lock:
            for pack in list(self._unsaved):
                text = json.dumps(self._known[pack], indent=2, ensure_ascii=False) + "\n"
                replace_file(self.file(pack / "any.py"), text.encode(), durable=True)
                self._unsaved.discard(pack)

    def file(self, module: Path) -> Path:
        """Where the settings of a module file's folder are kept."""
        pack = module.parent.resolve()
        mark = hashlib.sha256(str(pack).encode()).hexdigest()[:8]
        return self._folder / f"{pack.parent.name or 'modules'}-{mark}.json"

    def _read(self, file: Path) -> dict[str, Any]:
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            return self._put_aside(file, str(error))
        return found if isinstance(found, dict) else self._put_aside(file, "it is no object {...}")

    def _put_aside(self, file: Path, why: str) -> dict[str, Any]:
        broken = file.with_name(file.name + ".broken")
        try:
            file.replace(broken)
        except OSError as error:
            why += f"; it cannot be put aside: {error.strerror}"
        self.trouble.append(f"{file} cannot be read ({why}); these modules begin without settings")
        return {}
