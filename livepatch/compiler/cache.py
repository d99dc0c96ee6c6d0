"""Compiled modules on disk, found by the hash of everything they were made from."""

import hashlib
import shutil
import tempfile
import time
from pathlib import Path

from livepatch.compiler.toolchain import unwritable
from livepatch.errors import LivepatchError
from livepatch.protocol.builds import BuildError, BuildFacts, builds_folder, read_build

KEPT_DAYS = 60
FIRST_SECONDS = 60.0
"""How long an engine may take to load what it was told to."""


def first_name(source: str) -> str:
    """What the build of a hash is called in which voices do not play side by side yet."""
    return f"{source}-first"


class Cache:
    """The builds in `folder` that were made with `key`: the same livepatch, C compiler and processor."""

    def __init__(self, folder: Path, key: str) -> None:
        self.key = key
        self.builds = builds_folder(folder)

    def source(self, type: str, text: str) -> str:
        """The hash that names the build of a module's text."""
        return hashlib.sha256(f"{self.key}\0{type}\0{text}".encode("utf-8", "replace")).hexdigest()[:20]

    def folder(self, source: str) -> Path:
        """Where the build of this hash is, or would be."""
        return self.builds / source

    def find(self, source: str) -> BuildFacts | None:
        """The build of this hash, if it was made before and is whole."""
        folder = self.folder(source)
        if not (folder / "build.json").exists():
            return None
        try:
            return read_build(folder)
        except BuildError:
            shutil.rmtree(folder, ignore_errors=True)
            return None

    def begin(self) -> Path:
        """A new folder to build in.

        Raises: LivepatchError: if the cache cannot be written.
        """
        try:
            self.builds.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix="new-", dir=self.builds))
        except OSError as error:
            raise LivepatchError(unwritable(self.builds, error)) from error

    def publish(self, folder: Path, source: str) -> Path:
        """Give a finished folder its name, so that it is found from now on."""
        target = self.folder(source)
        self._forget_first(source)
        try:
            folder.rename(target)
        except OSError:  # another process was faster
            if not (target / "build.json").exists():
                raise
            shutil.rmtree(folder, ignore_errors=True)
        return target

    def discard(self, folder: Path) -> None:
        """Delete a folder that came to nothing."""
        shutil.rmtree(folder, ignore_errors=True)

    def _forget_first(self, source: str) -> None:
        """Delete what sounded first of other builds that have been finished since."""
        for folder in self.builds.glob(first_name("*")):
            finished = (self.builds / folder.name.removesuffix(first_name("")) / "build.json").exists()
            old = _age(folder) > FIRST_SECONDS
            if finished and old and folder.name != first_name(source):
                shutil.rmtree(folder, ignore_errors=True)

    def clean(self) -> None:
        """Delete what was interrupted an hour ago or not made for two months."""
        for folder in self.builds.glob("*"):
            limit = 3600 if folder.name.startswith("new-") else KEPT_DAYS * 86400
            if _age(folder) > limit:
                shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    """Seconds since a folder was made; 0 for one that another process has deleted."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
