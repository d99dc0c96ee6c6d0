"""The modules' own files while a patch plays, and their way into the saved patch and back."""

import itertools
import os
import shutil
from pathlib import Path

from livepatch.errors import PatchError
from livepatch.patch.patch import Patch

NAME = "storage"
"""The folder in a saved patch; in it one for each module, named by its id."""


class Storage:
    """Gives each patch that is loaded a folder of its own under `root`, so that a load can be undone.

    Needs the rack's lock, save for reading and writing the files themselves.
    """

    def __init__(self, root: Path) -> None:
        """What an earlier session left under `root` is removed: it was kept with the last rack."""
        self._root = root
        self._numbers = itertools.count(1)
        shutil.rmtree(root, ignore_errors=True)

    def folder(self, patch: Patch, id: int) -> Path:
        """A module's own folder, made if missing.

        Raises: PatchError: if the disk refuses.
        """
        if patch.storage is None:
            patch.storage = self._root / str(next(self._numbers))
        folder = patch.storage / str(id)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PatchError(f"{folder} cannot be made: {error.strerror}") from error
        return folder

    def has(self, patch: Patch, id: int) -> bool:
        """Whether a module has files of its own."""
        folder = patch.storage / str(id) if patch.storage is not None else None
        return folder is not None and folder.is_dir() and any(folder.iterdir())

    def duplicate(self, patch: Patch, id: int, copy: int) -> None:
        """Give another module the same files.

        Raises: PatchError: if the disk refuses.
        """
        if self.has(patch, id):
            try:
                mirror(self.folder(patch, id), self.folder(patch, copy))
            except OSError as error:
                raise PatchError(f"{error.filename} cannot be copied: {error.strerror}; make room") from error

    def load(self, patch: Patch, saved: Path) -> None:
        """Bring what the saved patch has.

        Raises: PatchError: if the disk refuses.
        """
        if (saved / NAME).is_dir():
            patch.storage = self._root / str(next(self._numbers))
            _mirror_modules(patch, saved / NAME, patch.storage)

    def save(self, patch: Patch, saved: Path) -> None:
        """Put what the modules of the patch have beside it; what others had there goes.

        Raises: PatchError: if the disk refuses.
        """
        if patch.storage is not None:
            _mirror_modules(patch, patch.storage, saved / NAME)
        elif (saved / NAME).is_dir():
            shutil.rmtree(saved / NAME, ignore_errors=True)


def _mirror_modules(patch: Patch, source: Path, target: Path) -> None:
    try:
        for id in patch.modules:
            mirror(source / str(id), target / str(id))
        for left in target.iterdir() if target.is_dir() else ():
            if left.name not in {str(id) for id in patch.modules}:
                _remove(left)
        if target.is_dir() and not any(target.iterdir()):
            target.rmdir()
    except OSError as error:
        raise PatchError(f"{error.filename or target} cannot be written: {error.strerror}; make room") from error


def mirror(source: Path, target: Path) -> None:
    """Make `target` hold the files of `source`, copying those that differ in size or time; links are left out.

    Raises: OSError: if it cannot.
    """
    wanted = {entry.name: entry for entry in os.scandir(source)} if source.is_dir() else {}
    wanted = {name: entry for name, entry in wanted.items() if not entry.is_symlink()}
    for left in list(target.iterdir()) if target.is_dir() else ():
        if left.name not in wanted or left.is_dir() != wanted[left.name].is_dir():
            _remove(left)
    for name, entry in wanted.items():
        if entry.is_dir():
            mirror(source / name, target / name)
        elif entry.is_file() and not _same(entry, target / name):
            target.mkdir(parents=True, exist_ok=True)
            fresh = target / f".{name}.{os.getpid()}"
            shutil.copy2(entry.path, fresh)
            fresh.replace(target / name)
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()


def _same(entry: "os.DirEntry[str]", target: Path) -> bool:
    try:
        found = target.stat()
    except FileNotFoundError:
        return False
    wanted = entry.stat()
    return (wanted.st_size, wanted.st_mtime_ns) == (found.st_size, found.st_mtime_ns)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
