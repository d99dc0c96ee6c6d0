"""Whose code plays: module files that came with a patch run once the performer trusts them, and not before."""

import contextlib
import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from livepatch import locations
from livepatch.disk import replace_file
from livepatch.errors import PatchError
from livepatch.patch import code
from livepatch.patch.bounds import one_line
from livepatch.patch.patch import Patch
from livepatch.session.sources import Sources

TRUSTED = "trusted"
MOST_LINES = 60


class Brought(NamedTuple):
    """A module file that came with the patch; `here` is the own or built-in file of its name, if any."""

    type: str
    hash: str
    path: Path
    here: Path | None
    plays: bool
    trusted: bool

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.plays:
            return "plays"
        if self.here is not None:
            return f"does not play: {self.here} does" + ("" if self.trusted else "; not trusted")
        return "not trusted: a placeholder until then"


class Trust:
    """Keeps what came with patches in `folder`, by hash, and knows which of it may run. Needs the rack's lock.

    What is not trusted is never run, nor is its panel read: it is text that is compared and shown. `look` reads
    the module folders again.
    """

    def __init__(self, folder: Path, sources: Sources) -> None:
        self._folder = folder
        self._sources = sources
        self._code: dict[str, str] = {}
        self._choice: dict[str, bool] = {}
        self._trusted = _read_list(folder / TRUSTED)
        self.look: Callable[[], None] = self._scan
        sources.guests = self._guests

    def keep(self, type: str, text: str) -> str:
        """Keep a module file; its hash. Raises: PatchError: if the disk refuses."""
        hash = code.hash_of(text)
        path = self._path(type, hash)
        if not path.is_file():
            try:
                replace_file(path, text.encode())
            except OSError as error:
                raise PatchError(f"{path} cannot be written: {error.strerror}; make room") from error
        return hash

    def text(self, type: str, hash: str) -> str | None:
        """A module file that was kept, if it is still what it was."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            text = self._path(type, hash).read_text(encoding="utf-8")
            if code.hash_of(text) == hash:
                return text
        return None

    def accept(self, *hashes: str) -> None:
        """Trust module files from now on, in every patch. Raises: PatchError: if the disk refuses."""
        fresh = set(hashes) - self._trusted
        if not fresh:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / TRUSTED).open("a", encoding="ascii") as file:
                file.writelines(f"{hash}\n" for hash in sorted(fresh))
        except OSError as error:
            raise PatchError(f"{self._folder / TRUSTED} cannot be written: {error.strerror}") from error
        self._trusted |= fresh

    def open(self, patch: Patch, folder: Path) -> None:
        """Keep what a patch on disk brings; what it names and does not bring is forgotten."""
        texts = code.read(folder, patch.code)
        for type, text in texts.items():
            self.keep(type, text)
        kept = {type: hash for type, hash in patch.code.items() if self.text(type, hash) is not None}
        patch.code = kept

    def follow(self, patch: Patch) -> None:
        """This is the patch that plays from now on: the code that it brings is here as far as it may run."""
        used = {module.type for module in patch.modules.values()}
        wanted = {type: hash for type, hash in patch.code.items() if type in used}
        if wanted == self._code:
            return
        visiting = [type for type, file in self._sources.files.items() if self._folder in file.path.parents]
        self._code = wanted
        self.look()
        for type in visiting:
            if type not in self._sources.files:
                self._sources.drop(type)

    def among(self, code: Mapping[str, str]) -> frozenset[str]:
        """The types, of those whose code a patch brings, that may run."""
        return frozenset(type for type, hash in code.items() if hash in self._trusted)

    def brought(self) -> list[Brought]:
        """What came with the patch that plays, and is not the same as what is here."""
        found: list[Brought] = []
        for type, hash in sorted(self._code.items()):
            path, file, here = self._path(type, hash), self._sources.files.get(type), self._sources.own_file(type)
            plays = file is not None and code.hash_of(file.text) == hash
            if not plays or (file is not None and file.path == path):
                found.append(Brought(type, hash, path, here, plays, hash in self._trusted))
        return found

    def pending(self) -> frozenset[str]:
        """The types in the rack whose code came with the patch and is not trusted."""
        return frozenset(each.type for each in self.brought() if each.here is None and not each.plays)

    def choose(self, type: str, *, theirs: bool) -> None:
        """Trust the code of a type that came with the patch, and play it; or play what is here again.

        Raises: PatchError: if none came.
        """
        hash = self._code.get(type)
        if hash is None:
            raise PatchError(f"no code of {type} came with this patch")
        if theirs:
            self.accept(hash)
        elif self._sources.own_file(type) is None:
            raise PatchError(f"there is no other code of {type} here; remove the modules, or bypass them")
        self._choice[hash] = theirs
        self.look()

    def remarks(self) -> tuple[str, ...]:
        """What is to be said of code that came with the patch and does not play: a line for each."""
        lines: list[str] = []
        for each in self.brought():
            if each.plays:
                continue
            if each.here is None:
                lines.append(
                    f"{each.type} came with the patch and is not trusted: trust() shows it, "
                    f'trust("{each.type}") lets it play'
                )
            else:
                lines.append(
                    f"{each.type} is not as the patch brings it: {each.here} plays; trust() shows what differs, "
                    f'trust("{each.type}") plays the patch\'s'
                )
        return tuple(lines)

    def carried(self, patch: Patch) -> dict[str, str]:
        """The module files that are to be saved with the patch: texts by type. They are trusted from now on."""
        texts: dict[str, str] = {}
        for type in sorted({module.type for module in patch.modules.values()}):
            playing, file = self._sources.playing(type), self._sources.files.get(type)
            if file is not None and not locations.comes_along(file.path):
                texts[type] = playing.text if playing is not None and playing.text else file.text
                self.accept(self.keep(type, texts[type]))
            elif file is None and (kept := self.text(type, patch.code.get(type, ""))) is not None:
                texts[type] = kept
        return {type: text for type, text in texts.items() if len(text) <= code.LARGEST and code.can_travel(type)}

    def _guests(self, found: dict[str, Path]) -> dict[str, Path]:
        """The files that play besides those in the folders, or in their place."""
        guests: dict[str, Path] = {}
        for type, hash in self._code.items():
            path = found.get(type)
            own = path is not None and path.parent == self._sources.folders[0]
            if hash in self._trusted and self._choice.get(hash, not own) and self.text(type, hash) is not None:
                guests[type] = self._path(type, hash)
        return guests

    def _path(self, type: str, hash: str) -> Path:
        return self._folder / hash[:32] / f"{type}.py"

    def _scan(self) -> None:
        for file in self._sources.scan():
            self._sources.read_panel(file)


def shown(brought: Brought) -> str:
    """Code that came with the patch, as it differs from what is here; a terminal shows all that it says."""
    text = _lines(brought.path)
    if brought.here is None:
        lines = [f"{brought.type}, {len(text)} lines:", *(f"  {line}" for line in text)]
    else:
        former = _lines(brought.here)
        lines = list(difflib.unified_diff(former, text, str(brought.here), "the patch", n=1, lineterm=""))
    more = len(lines) - MOST_LINES
    rest = [f"… and {more} lines more, in {brought.path}"] if more > 0 else []
    return "\n".join([*map(one_line, lines[:MOST_LINES]), *rest])


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _read_list(path: Path) -> set[str]:
    try:
        return set(path.read_text(encoding="ascii", errors="replace").split())
    except OSError:
        return set()
