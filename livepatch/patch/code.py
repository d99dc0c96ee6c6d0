"""Module files that travel with a patch: the performer's own, beside patch.json, each named by its hash."""

import hashlib
import keyword
import re
from collections.abc import Mapping
from pathlib import Path

from livepatch.disk import replace_file
from livepatch.errors import PatchError

NAME = "modules"
LARGEST = 1 << 20
_FILE = re.compile(r"\w+\.[0-9a-f]{16}\.py")


def hash_of(text: str) -> str:
    """What tells a module file from every other: SHA-256 of its text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def file_name(type: str, hash: str) -> str:
    """How a module file is called in the patch; it is no name of a module file, so nothing takes it for one."""
    return f"{type}.{hash[:16]}.py"


def can_travel(type: str) -> bool:
    """Whether a module type's name can be that of a file."""
    return type.isidentifier() and not keyword.iskeyword(type) and len(type) <= 64


def read(folder: Path, code: Mapping[str, str]) -> dict[str, str]:
    """The texts of the module files that a saved patch brings, by type; only those that are what `code` says."""
    texts: dict[str, str] = {}
    for type, hash in code.items():
        path = folder / NAME / file_name(type, hash)
        if not can_travel(type) or path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if hash_of(text) == hash:
            texts[type] = text
    return texts


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Put module files beside the patch, by type; those that are there already stay untouched.

    Raises: PatchError: if the disk refuses.
    """
    for type, text in texts.items():
        path = folder / NAME / file_name(type, hash_of(text))
        if path.is_file() and not path.is_symlink():
            continue
        try:
            replace_file(path, text.encode())
        except OSError as error:
            raise PatchError(f"{path} cannot be written: {error.strerror}; make room") from error


def prune(folder: Path, code: Mapping[str, str]) -> None:
    """Remove the module files that a patch, which has been written, does not bring any more."""
    kept = {file_name(type, hash) for type, hash in code.items()}
    own = folder / NAME
    if not own.is_dir():
        return
    for path in own.iterdir():
        if _FILE.fullmatch(path.name) and path.name not in kept:
            path.unlink(missing_ok=True)
    if not any(own.iterdir()):
        own.rmdir()
