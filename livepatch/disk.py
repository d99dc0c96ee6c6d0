"""Files that are there whole or not at all, whoever reads them and whenever the power goes."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Write a file, in a folder that is made if it is missing; a reader sees the old one or the new one.

    `durable`: it is on the disk when this returns, and so is its name. One thread at a time may write a file.

    Raises: OSError: if the disk refuses; the old one is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    if durable:
        sync(path.parent)


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk. Raises: OSError: if it refuses."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
