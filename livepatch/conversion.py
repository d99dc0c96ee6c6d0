"""`livepatch convert`: patches of VCV Rack made ours, and ours made Rack's."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from livepatch import locations
from livepatch.errors import PatchError
from livepatch.patch import files, vcv
from livepatch.patch.patch import Patch
from livepatch.session.commands import COMMANDS
from livepatch.session.sources import Sources
from livepatch.session.storage import NAME


def convert(workspace: Path, source: str, target: str) -> int:
    """Read a patch and write it as another kind of file, by their names; say on stdout what became of it, 0.

    Raises: LivepatchError: if it cannot be read, the target is there already, or the disk refuses.
    """
    if not vcv.is_name(source) and not vcv.is_name(target):
        raise PatchError(f"neither {source} nor {target} is a patch of VCV Rack: one of them is to end in .vcv")
    sources = Sources(locations.module_folders(workspace))
    for file in sources.scan():
        sources.read_panel(file)
    path = _target(workspace, target)
    with tempfile.TemporaryDirectory() as scratch:
        storage = Path(scratch) / NAME
        if vcv.is_name(source):
            read = vcv.read(Path(source).expanduser(), sources.panels, storage, vcv.TAKEN | frozenset(COMMANDS))
            patch, lines = read.patch, [read.coverage]
        else:
            folder = files.find(source, locations.patch_folders(workspace))
            patch, lines, storage = files.read(folder), [], folder / NAME
        if vcv.is_name(target):
            lines += vcv.write(patch, sources.panels, path, storage)
        else:
            path = _write(patch, path, storage)
    sys.stdout.writelines(f"{line}\n" for line in (*lines, path))
    return 0


def _target(workspace: Path, target: str) -> Path:
    """Where to write: a path, or a name among the performer's patches; what is there already stays."""
    if vcv.is_name(target) or os.sep in target or target.startswith("."):
        path = Path(target).expanduser()
    else:
        path = locations.patch_folders(workspace)[0] / files.check_name(target)
    there = path if vcv.is_name(target) else path / files.FILE_NAME
    if there.exists():
        raise PatchError(f"{there} is there already; choose another name")
    return path


def _write(patch: Patch, folder: Path, storage: Path) -> Path:
    try:
        if storage.is_dir():
            shutil.copytree(storage, folder / NAME, dirs_exist_ok=True)
    except OSError as error:
        raise PatchError(f"{folder} cannot be written: {error.strerror or error}; make room") from error
    return files.write(patch, folder)
