"""Parcels: a whole patch in one `.livepatch` file, with the modules' own files and the performer's own code."""

import shutil
import tempfile
from pathlib import Path

from livepatch.errors import PatchError
from livepatch.patch import archive, files

SUFFIX = ".livepatch"


def is_name(name: str) -> bool:
    """Whether a file's name is that of a parcel."""
    return name.lower().endswith(SUFFIX)


def pack(folder: Path, path: Path) -> int:
    """Put the patch in a folder into a parcel, and return how many files it has; the same gives the same bytes.

    Raises: PatchError: if it is none that can be loaded, or the disk refuses.
    """
    files.read(folder)
    return archive.pack(folder, path)


def unpack(path: Path, folder: Path, *, large: bool = False) -> None:
    """Unpack a parcel of anybody's into a folder that is not there yet: a patch that can be loaded, or nothing.

    `large`: though it is far larger than its file.

    Raises: PatchError: if it is none, does harm, or the disk refuses.
    """
    if folder.exists():
        raise PatchError(f"{folder} is there already; choose another name")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name[:40]}.", dir=folder.parent))
        try:
            archive.unpack(path, scratch / "patch", large=large)
            _check(path, scratch / "patch")
            (scratch / "patch").rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise PatchError(f"{folder} cannot be written: {error.strerror or error}") from error


def _check(path: Path, folder: Path) -> None:
    try:
        files.read(folder)
    except PatchError as error:
        why = str(error).replace(str(folder), path.name)
        raise PatchError(f"{path} is no patch: {why}") from error
