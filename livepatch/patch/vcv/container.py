"""The file around a Rack patch: by its first bytes plain JSON, or a tar with the modules' own files as well."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from livepatch.errors import PatchError
from livepatch.patch import archive, mirror

LARGEST_TEXT = 32 << 20
TEXT, STORAGE = "patch.json", "modules"


def read(path: Path, storage: Path) -> str:
    """The JSON text of a Rack file; the modules' own files are put into `storage`, a folder for each Rack id.

    Raises: PatchError: if it cannot be read, is damaged, or holds what it must not; `storage` is not there then.
    """
    if not archive.is_archive(path):
        return _text(path, path)
    unpacked = storage.with_name(f".{storage.name}.unpacked")
    try:
        _unpack(path, unpacked)
        text = _text(unpacked / TEXT, path)
        if (unpacked / STORAGE).is_dir():
            (unpacked / STORAGE).rename(storage)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    return text


def plain_text(path: Path) -> str:
    """The text of a file that is never compressed: a preset or a selection.

    Raises: PatchError: if it cannot be read.
    """
    return _text(path, path)


def write(path: Path, text: str, storage: Mapping[str, Path], wanted: Mapping[str, frozenset[str] | None]) -> None:
    """Write a Rack 2 file: its JSON, and for each Rack id the folder of files that the module keeps, all or some.

    Raises: PatchError: if the disk refuses; what was there before is still there.
    """
    if not path.parent.is_dir():
        raise PatchError(f"{path} cannot be written: there is no folder {path.parent}")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            (folder / TEXT).write_text(text, encoding="utf-8")
            for id, own in storage.items():
                mirror.bring(own, folder / STORAGE / id, only=wanted[id])
            archive.pack(folder, path)
    except OSError as error:
        raise PatchError(f"{path} cannot be written: {error.strerror or error}; make room") from error


def _unpack(path: Path, target: Path) -> None:
    try:
        archive.unpack(path, target, skip_apple=True)
    except PatchError as error:
        raise PatchError(str(error).partition("; `livepatch unpack")[0]) from error


def _text(file: Path, path: Path) -> str:
    try:
        with file.open("rb") as opened:
            text = opened.read(LARGEST_TEXT + 1)
        if len(text) > LARGEST_TEXT:
            raise PatchError(f"{path} is too long for a patch")
        return text.decode("utf-8")
    except FileNotFoundError as error:
        missing = "cannot be read: there is no such file" if file == path else f"has no {TEXT} in it"
        raise PatchError(f"{path} {missing}") from error
    except OSError as error:
        raise PatchError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PatchError(f"{path} is not a Rack patch: it is not text") from error
