"""`livepatch pack` and `livepatch unpack`: a patch as one file, to send and to keep."""

import os
import sys
from pathlib import Path

from livepatch import locations
from livepatch.errors import PatchError
from livepatch.patch import files, parcel


def pack(workspace: Path, name: str, output: str | None) -> int:
    """Write a patch into a `.livepatch` file, of its name in the current folder if no other is asked for; 0.

    Raises: LivepatchError: if there is no such patch, it cannot be loaded, or the disk refuses.
    """
    folder = files.find(name, locations.patch_folders(workspace))
    path = Path(output or folder.name).expanduser()
    if not parcel.is_name(path.name):
        path = path.with_name(path.name + parcel.SUFFIX)
    parcel.pack(folder, path)
    sys.stdout.write(f"{path}, {_megabytes(path)}\n")
    return 0


def unpack(workspace: Path, source: str, target: str | None, *, large: bool) -> int:
    """Make a `.livepatch` file a patch of the workspace, of the file's name if no other is asked for; 0.

    Raises: LivepatchError: if it is none, does harm, is there already, or the disk refuses.
    """
    path = Path(source).expanduser()
    if not path.is_file():
        raise PatchError(f"there is no file {path}")
    wish = target or path.name.removesuffix(parcel.SUFFIX)
    if os.sep in wish or wish.startswith("."):
        folder = Path(wish).expanduser()
    else:
        folder = locations.patch_folders(workspace)[0] / files.check_name(wish)
    parcel.unpack(path, folder, large=large)
    sys.stdout.write(f"{folder}\n")
    return 0


def _megabytes(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"
