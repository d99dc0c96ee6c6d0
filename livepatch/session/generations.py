"""Autosaves: the ten newest states of the rack, a quarter of a minute or more apart."""

import os
import re
import shutil
import time
from pathlib import Path

from livepatch.errors import PatchError
from livepatch.patch import files

KEPT = 10
_NAME = re.compile(r"last-([0-9]{1,2})")


class Generations:
    """A folder of patches, each as the rack was at a time; what did not change shares its place on the disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, saved: Path) -> Path | None:
        """Keep a patch on disk as it is, unless the newest generation is the same; its folder.

        Raises: PatchError: if the disk refuses; the generations before are still there.
        """
        known = self.listing()
        try:
            if known and _text(known[0]) == _text(saved):
                return None
            number = int(known[0].name.partition("-")[0]) + 1 if known else 1
            folder = self._root / f"{number:06}-{time.strftime('%Y%m%d-%H%M%S')}"
            fresh = self._root / ".fresh"
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(saved, fresh, copy_function=_share)
            fresh.rename(folder)
        except OSError as error:
            raise PatchError(f"{self._root} cannot be written: {error.strerror}; make room") from error
        for old in known[KEPT - 1 :]:
            shutil.rmtree(old, ignore_errors=True)
        return folder

    def listing(self) -> list[Path]:
        """The folders, the newest first."""
        found = [folder for folder in self._root.glob("*-*") if (folder / files.FILE_NAME).is_file()]
        return sorted(found, reverse=True)

    def find(self, name: str) -> Path | None:
        """The generation called `last-1`, the newest, to `last-10`; None if that is no such name.

        Raises: PatchError: if there are not so many.
        """
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        known = self.listing()
        number = int(match[1])
        if not 1 <= number <= len(known):
            raise PatchError(f"there are {len(known)} autosaves: last-1 is the newest")
        return known[number - 1]

    def has(self, folder: Path) -> bool:
        """Whether a folder is one of them."""
        return folder.parent == self._root


def _text(folder: Path) -> bytes:
    return (folder / files.FILE_NAME).read_bytes()


def _share(source: str, target: str) -> None:
    """The same file under another name, or a copy where that cannot be."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)
