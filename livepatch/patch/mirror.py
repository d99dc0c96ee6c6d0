"""Folders made the same as others, with files of any size: blocks are shared where the disk can, else copied.

Files are never linked: a module may write into its own, and the saved patch must not change with it.
"""

import errno
import os
import re
import shutil
from collections.abc import Container
from pathlib import Path

from livepatch.disk import sync

_NOT_HERE = {errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM, errno.ETXTBSY}
_PIECE = 1 << 24
_UNFINISHED = re.compile(r"\..+\.\d+", re.DOTALL)


def bring(source: Path, target: Path, *, only: Container[str] | None = None, durable: bool = False) -> None:
    """Put the files of `source` into `target` where they differ in size or time; what else is there stays.

    Links are left out, and what a copy that was killed left behind; `only` names what is wanted, None: all.

    Each file is the old or the new one at any moment, whatever is killed; `durable`: after a power cut too.

    Raises: OSError: if it cannot.
    """
    for name, entry in _entries(source, only).items():
        place = target / name
        if entry.is_dir(follow_symlinks=False):
            if place.is_symlink() or place.is_file():
                place.unlink()
            bring(source / name, place, durable=durable)
        elif not _same(entry, place):
            target.mkdir(parents=True, exist_ok=True)
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            _copy(Path(entry.path), place, durable=durable)
    if durable and target.is_dir():
        sync(target)


def tidy(source: Path, target: Path, *, only: Container[str] | None = None) -> None:
    """Remove what `target` has and `source` has not, and `target` itself if nothing is left; `only` as above.

    Raises: OSError: if it cannot.
    """
    if target.is_symlink() or not target.is_dir():
        return
    wanted = _entries(source, only)
    for left in list(os.scandir(target)):
        entry = wanted.get(left.name)
        if entry is None or entry.is_dir() != left.is_dir(follow_symlinks=False):
            remove(Path(left.path))
        elif left.is_dir(follow_symlinks=False):
            tidy(source / left.name, target / left.name)
    if not any(target.iterdir()):
        target.rmdir()


def remove(path: Path) -> None:
    """Remove a file, or a folder with all in it. Raises: OSError: if it cannot."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _entries(folder: Path, only: Container[str] | None = None) -> dict[str, "os.DirEntry[str]"]:
    """The plain files and folders in a folder, by name."""
    if folder.is_symlink() or not folder.is_dir():
        return {}
    plain = (
        entry for entry in os.scandir(folder) if not entry.is_symlink() and not _UNFINISHED.fullmatch(entry.name)
    )
    wanted = (entry for entry in plain if only is None or entry.name in only)
    return {entry.name: entry for entry in wanted if entry.is_dir() or entry.is_file()}


def _copy(source: Path, target: Path, *, durable: bool) -> None:
    fresh = target.with_name(f".{target.name[:200]}.{os.getpid()}")
    try:
        with source.open("rb") as read, fresh.open("wb") as written:
            if not _shared(read.fileno(), written.fileno()):
                shutil.copyfileobj(read, written, 1 << 20)
            written.flush()
            if durable:
                os.fsync(written.fileno())
            status = os.fstat(read.fileno())
        os.utime(fresh, ns=(status.st_atime_ns, status.st_mtime_ns))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _shared(source: int, target: int) -> bool:
    """Have the system copy a whole file, which costs no space where the disk shares blocks; whether it did."""
    if not hasattr(os, "copy_file_range"):
        return False
    copied = 0
    try:
        while count := os.copy_file_range(source, target, _PIECE):
            copied += count
    except OSError as error:
        if copied or error.errno not in _NOT_HERE:
            raise
        return False
    return copied > 0


def _same(entry: "os.DirEntry[str]", target: Path) -> bool:
    try:
        found = target.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    wanted = entry.stat()
    return (wanted.st_mode >> 12, wanted.st_size, wanted.st_mtime_ns) == (
        found.st_mode >> 12,
        found.st_size,
        found.st_mtime_ns,
    )
