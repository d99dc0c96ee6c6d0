"""Opening a patch by its name, whoever made it: one of ours, in one file too, or a file of VCV Rack."""

import contextlib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from livepatch.errors import PatchError
from livepatch.panel import Panel
from livepatch.patch import files, parcel, vcv
from livepatch.patch.patch import Patch
from livepatch.session.storage import NAME


class Opened(NamedTuple):
    """A patch, the folder that has its `storage`, what it is called, and lines on what is missing in another's."""

    patch: Patch
    folder: Path
    name: str
    remarks: tuple[str, ...]


class Opening:
    """Opens patches; `find` is where one of ours lies by its name, `taken` are names that no module may have.

    What comes out of another's file is put into `scratch`, a folder that is there as long as it is needed.
    """

    def __init__(self, find: Callable[[str], Path], taken: Collection[str], scratch: Path) -> None:
        self._find = find
        self._taken = vcv.TAKEN | frozenset(taken)
        self._scratch = scratch

    def open(self, name: str, panels: Mapping[str, Panel]) -> Opened:
        """The patch of this name, or in this file.

        Raises: PatchError: if there is none, or it cannot be read.
        """
        if vcv.is_name(name):
            path = Path(name).expanduser()
            read = vcv.read(path, panels, self._scratch / NAME, self._taken)
            return Opened(read.patch, self._scratch, path.name, (read.coverage,))
        if parcel.is_name(name):
            return self._unpacked(Path(name).expanduser())
        folder = self._find(name)
        patch = files.read(folder)
        return Opened(patch, folder, folder.name, ())

    def _unpacked(self, path: Path) -> Opened:
        """The patch in a parcel, under its name unless there is another of that name."""
        if not path.is_file():
            raise PatchError(f"there is no file {path}")
        folder = self._scratch / "parcel"
        parcel.unpack(path, folder)
        return Opened(files.read(folder), folder, self._free_name(path.name[: -len(parcel.SUFFIX)]), ())

    def _free_name(self, name: str) -> str:
        if not files.is_name(name):
            return ""
        with contextlib.suppress(PatchError):
            self._find(name)
            return ""
        return name
