"""What patches there are, and what each is, without playing it."""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from livepatch.errors import PatchError
from livepatch.patch import files
from livepatch.patch.transport import setting


class Listed(NamedTuple):
    """A patch on disk: its name, its folder, when it was saved (Unix time), the names and types of its modules.

    `about` is what its author says of it, in a line. `code` are the types whose code it brings: their hashes.
    `problem` says why it cannot be loaded, if it cannot; it has no modules then.
    """

    name: str
    folder: Path
    saved: float
    problem: str = ""
    about: str = ""
    tempo: float = 120.0
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    code: dict[str, str] = {}  # noqa: RUF012 - nobody changes it

    @property
    def modules(self) -> int:
        """How many modules it has."""
        return len(self.types)

    def live(self, known: Collection[str]) -> int:
        """How many of its modules play, the rest being placeholders; `known` are the types that are here."""
        return sum(type in known for type in self.types)

    def size(self, known: Collection[str]) -> str:
        """How many modules it has, in words, and how many of them are here; or that it cannot be loaded."""
        if self.problem:
            return "cannot be loaded"
        live, count = self.live(known), self.modules
        return f"{count} modules" if live == count else f"{live} of {count} modules live"

    def has(self, word: str) -> bool:
        """Whether a word is in its name, in what it is, or in the name or type of a module of it."""
        return any(word.lower() in text.lower() for text in (self.name, self.about, *self.names, *self.types))


def listing(folders: list[Path], word: str = "") -> list[Listed]:
    """Every patch in `folders` that has the word, by name; one in an earlier folder shadows its namesakes."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in files.patch_files(folder):
            found.setdefault(path.parent.name, path)
    return [listed for _, path in sorted(found.items()) if (listed := _read(path)).has(word)]


def _read(path: Path) -> Listed:
    name, folder, saved = path.parent.name, path.parent, 0.0
    try:
        patch = files.read(folder)
        saved = path.stat().st_mtime
    except OSError as error:
        return Listed(name, folder, saved, f"{path} cannot be read: {error.strerror}")
    except PatchError as error:
        return Listed(name, folder, saved, str(error))
    modules = sorted(patch.modules.values(), key=lambda module: module.id)
    return Listed(
        name,
        folder,
        saved,
        about=patch.about,
        tempo=setting(patch.transport, "tempo"),
        names=tuple(module.name for module in modules),
        types=tuple(module.type for module in modules),
        code=patch.code,
    )
