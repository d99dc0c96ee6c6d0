"""The modules' own files while a patch plays, and their way into the saved patch and back."""

import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from livepatch.errors import PatchError
from livepatch.patch import mirror
from livepatch.patch.patch import Patch

NAME = "storage"
"""The folder in a saved patch; in it one for each module, named by its id."""


class Storage:
    """Gives each patch that is loaded a folder of its own under `root`, so that a load can be undone.

    Needs the rack's lock, save for reading and writing the files themselves.
    """

    def __init__(self, root: Path) -> None:
        """What an earlier session left under `root` stays until it is swept."""
        self._root = root
        known = [int(folder.name) for folder in root.glob("*") if folder.name.isdigit()]
        self._numbers = itertools.count(max(known, default=0) + 1)

    def sweep(self) -> None:
        """Remove what earlier sessions left: it was kept with the last rack."""
        shutil.rmtree(self._root, ignore_errors=True)

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

    def files(self, patch: Patch, id: int) -> Path | None:
        """Where a module's own files are; None if it has none."""
        return self.folder(patch, id) if self.has(patch, id) else None

    @contextlib.contextmanager
    def copied(self, files: Path | None) -> Iterator[Path | None]:
        """A copy of a module's files beside them, gone afterwards unless it was settled. Without the rack's lock.

        Raises: PatchError: if the disk refuses.
        """
        if files is None:
            yield None
            return
        copy = files.with_name(f".{files.name}.{next(self._numbers)}")
        try:
            _try(mirror.bring, files, copy)
            yield copy
        finally:
            shutil.rmtree(copy, ignore_errors=True)

    def settle(self, copy: Path | None, patch: Patch, id: int) -> None:
        """Let a copy be the files of another module.

        Raises: PatchError: if another patch plays meanwhile, or the disk refuses.
        """
        if copy is None or not copy.is_dir():
            return
        if patch.storage != copy.parent:
            raise PatchError("another patch was loaded while a module's files were copied")
        folder = self.folder(patch, id)
        _try(_take_place, copy, folder)

    def load(self, patch: Patch, saved: Path) -> None:
        """Bring what the saved patch has.

        Raises: PatchError: if the disk refuses.
        """
        if (saved / NAME).is_dir():
            patch.storage = self._root / str(next(self._numbers))
            for id in patch.modules:
                _try(mirror.bring, saved / NAME / str(id), patch.storage / str(id))

    def save(self, patch: Patch, saved: Path) -> None:
        """Put what the modules of the patch have beside it, which is about to be written; nothing goes yet.

        A module that names what is to be saved has the rest for undo() alone, as long as the session runs.

        Raises: PatchError: if the disk refuses.
        """
        if patch.storage is not None:
            for id, module in patch.modules.items():
                bring = partial(mirror.bring, only=module.saved_files, durable=True)
                _try(bring, patch.storage / str(id), saved / NAME / str(id))

    def tidy(self, patch: Patch, saved: Path) -> None:
        """Remove what lies beside the patch, which has been written, and its modules do not have.

        Raises: PatchError: if the disk refuses.
        """
        folder = saved / NAME
        modules = {str(id): module for id, module in patch.modules.items()} if patch.storage is not None else {}
        for left in list(folder.iterdir()) if folder.is_dir() else ():
            if left.name in modules and patch.storage is not None:
                tidy = partial(mirror.tidy, only=modules[left.name].saved_files)
                _try(tidy, patch.storage / left.name, left)
            else:
                _try(lambda path, _: mirror.remove(path), left, left)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _take_place(copy: Path, folder: Path) -> None:
    mirror.remove(folder)
    copy.rename(folder)


def _try(act: Callable[[Path, Path], None], source: Path, target: Path) -> None:
    try:
        act(source, target)
    except OSError as error:
        raise PatchError(f"{error.filename or target} cannot be written: {error.strerror}; make room") from error
