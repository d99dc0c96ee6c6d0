"""Module files as they lie in the folders, and the compiled code and panels that play."""

import keyword
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from livepatch.declarations import read_panel
from livepatch.errors import LivepatchError, ModuleError, Problem
from livepatch.panel import Panel


class Code(NamedTuple):
    """Compiled code: where it lies in the cache, its panel, and the path and text of the file it was made from."""

    type: str
    source: str
    folder: str
    panel: Panel
    path: str = ""
    text: str = ""


class SourceFile(NamedTuple):
    """A module file; `saved` is its time of change (Unix time), `noticed` when it was read.

    `hurried`: somebody waits to hear it, with one voice at first if that is sooner.
    """

    type: str
    path: Path
    text: str
    saved: float
    noticed: float = 0.0
    hurried: bool = False


class Left(NamedTuple):
    """The text of code that played until a moment (Unix time); a file saved later plays itself."""

    text: str
    until: float


class Sources:
    """Every module type: its file, its panel, its code, and what is wrong with it.

    Every use needs the rack's lock. A file in an earlier folder shadows one of the same name in a later one.
    `restoring` are the ids of modules that play once they have their memory back. `silenced` are those that went
    wrong while they played, each with the source that it was and what happened. `guests` gives the files that
    play beside those found in the folders, or in their place. `left` is the text that plays at first in place of
    the file's, by type: what a session that was killed played.
    """

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders
        self.files: dict[str, SourceFile] = {}
        self.panels: dict[str, Panel] = {}
        self.faults: dict[str, tuple[Problem, ...]] = {}
        self.codes: dict[str, Code] = {}
        self.restoring: set[int] = set()
        self.silenced: dict[int, tuple[str, str]] = {}
        self.guests: Callable[[dict[str, Path]], dict[str, Path]] = lambda _: {}
        self.left: dict[str, Left] = {}
        self._playing: dict[str, str] = {}
        self._plugged: set[str] = set()
        self._good: dict[str, list[str]] = {}

    def scan(self) -> list[SourceFile]:
        """Read the folders; the files that are new or changed."""
        found = _find(self.folders)
        found |= self.guests(found)
        changed = []
        for type, path in found.items():
            file = _read(type, path)
            known = self.files.get(type)
            if file is None or (known is not None and not self._news(known, file)):
                continue
            self.files[type] = file
            changed.append(file)
        for type in self.files.keys() - found.keys():
            del self.files[type]
            self.faults.pop(type, None)
        return changed

    def _news(self, known: SourceFile, file: SourceFile) -> bool:
        """Whether there is something to compile: other text, or the same, saved again while other code plays."""
        if (known.path, known.text) != (file.path, file.text):
            return True
        playing = self.playing(file.type)
        return file.saved != known.saved and playing is not None and playing.text != file.text

    def as_left(self, file: SourceFile) -> SourceFile:
        """The file, or at first what a session that was killed played in its place."""
        left = self.left.pop(file.type, None)
        if left is None or left.text == file.text or file.saved > left.until:
            return file
        return file._replace(text=left.text)

    def forget(self, used: set[str]) -> list[str]:
        """Drop the types that have no file any more, save those `used` in the rack; the types dropped."""
        kept = used | self._plugged | self.files.keys()
        gone = [type for type in self.panels if type not in kept]
        for type in gone:
            del self.panels[type]
            self._playing.pop(type, None)
        return gone

    def drop(self, type: str) -> None:
        """Forget a type that has no file any more, even if it is in the rack: it is a placeholder then."""
        self.panels.pop(type, None)
        self._playing.pop(type, None)
        self._good.pop(type, None)

    def own_file(self, type: str) -> Path | None:
        """The file of a type in the folders, if there is one."""
        files = (folder / f"{type}.py" for folder in self.folders)
        return next((file for file in files if file.is_file()), None)

    def awaited(self, type: str) -> bool:
        """Whether a type's first code is still to come from the compiler."""
        return type not in self._playing and type in self.files and type not in self.faults

    def plugged(self, type: str) -> bool:
        """Whether a type is a plug-in's, which has no file."""
        return type in self._plugged

    def plug(self, code: Code) -> None:
        """Modules of a plug-in's type play it, which no file has, from now on."""
        self._plugged.add(code.type)
        self.built(code)
        self.play(code.type, code.source)

    def read_panel(self, file: SourceFile) -> Panel | None:
        """The panel of a type that has no code yet, from its text; None if it has code or its text is wrong."""
        if file.type in self._playing:
            return None
        try:
            panel = read_panel(file.text, str(file.path))
        except ModuleError as error:
            self.faults[file.type] = tuple(error.problems)
            return None
        self.panels[file.type] = panel
        return panel

    def built(self, code: Code) -> None:
        """There is new compiled code."""
        self.codes[code.source] = code

    def play(self, type: str, source: str) -> Panel:
        """From now on this code plays; its panel."""
        code = self.codes[source]
        self._playing[type] = source
        self.panels[type] = code.panel
        good = self._good.setdefault(type, [])
        if source in good:
            good.remove(source)
        good.append(source)
        return code.panel

    def playing(self, type: str) -> Code | None:
        """The code that modules of a type play; None until it is compiled."""
        return self.codes.get(self._playing.get(type, ""))

    def newest(self, type: str) -> Code | None:
        """The code that modules of a type play, or will play once it is compiled."""
        code = self.playing(type)
        if code is not None:
            return code
        file, panel = self.files.get(type), self.panels.get(type)
        if file is None or panel is None:
            return None
        return Code(type, f"text {hash(file.text)}", "", panel, str(file.path), file.text)

    def condemn(self, type: str, source: str) -> Code | None:
        """Never fall back to this code again; the code that played before it, if there is any."""
        good = self._good.get(type, [])
        if source in good:
            good.remove(source)
        return self.codes[good[-1]] if good else None

    def own_copy(self, type: str) -> tuple[Path, bool]:
        """The performer's own file of a type, and whether it was copied now from the one that came with livepatch.

        Raises: LivepatchError: if there is no such type, or the disk refuses.
        """
        file = self.files.get(type)
        if type in self._plugged:
            raise LivepatchError(f"{type} is a plug-in, which has no file to edit")
        if file is None:
            raise LivepatchError(
                f"there is no file of a module type {type!r}; write(…) begins that of a placeholder"
            )
        own = self.folders[0] / f"{type}.py"
        if file.path.parent == self.folders[0]:
            return file.path, False
        if own.exists():
            raise LivepatchError(f"{own} is yours, and {file.path} plays, which came with the patch; rename yours")
        try:
            shutil.copyfile(file.path, own)
        except OSError as error:
            raise LivepatchError(f"{own} cannot be written: {error.strerror}") from error
        return own, True


def type_of(path: Path) -> str | None:
    """The module type of a file by its name; None if it is no module file."""
    stem = path.stem
    if path.suffix != ".py" or stem.startswith("_") or not stem.isidentifier() or keyword.iskeyword(stem):
        return None
    return stem


def _find(folders: list[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.py")):
            type = type_of(path)
            if type is not None:
                found.setdefault(type, path)
    return found


def _read(type: str, path: Path) -> SourceFile | None:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
        saved = path.stat().st_mtime
    except OSError:
        return None  # it went away between two looks; the watch tells again
    return SourceFile(type, path, text, saved, time.time()) if text.strip() else None
