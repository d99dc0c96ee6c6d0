"""The compiled boilerplate of modules, kept: a save that turns a coefficient changes none of it."""

import hashlib
import os
import shutil
from pathlib import Path

KEPT = 100


class Boilerplate:
    """Objects in `folder`, found by the hash of the C they were compiled from and of its headers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, source: Path, output: Path) -> bool:
        """Put what the C in `source` was compiled to before into `output`; whether it ever was."""
        kept = self._folder / f"{_hash(source)}.o"
        try:
            shutil.copyfile(kept, output)
            os.utime(kept)
        except FileNotFoundError:
            return False
        return True

    def keep(self, source: Path, output: Path) -> None:
        """Keep `output`, which the C in `source` was compiled to."""
        kept = self._folder / f"{_hash(source)}.o"
        if kept.exists():
            return
        self._folder.mkdir(exist_ok=True)
        fresh = kept.with_name(f"{output.parent.name}-{output.name}")
        shutil.copyfile(output, fresh)
        fresh.replace(kept)
        for old in sorted(self._folder.glob("*.o"), key=_used)[:-KEPT]:
            old.unlink(missing_ok=True)


def _hash(source: Path) -> str:
    texts = [source.read_bytes(), *(header.read_bytes() for header in sorted(source.parent.glob("*.h")))]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:20]


def _used(kept: Path) -> float:
    return kept.stat().st_mtime if kept.exists() else 0.0
