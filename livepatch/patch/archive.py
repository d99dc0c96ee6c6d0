"""Archives: a folder in one file, a tar compressed with Zstandard. `.livepatch` is one, Rack's `.vcv` another."""

import os
import shutil
import stat
import tarfile
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import zstandard

from livepatch.errors import PatchError
from livepatch.patch.tape import BLOCK, Member, Tape, TapeError
from livepatch.patch.zstandard_end import MAGIC, is_whole

MOST_MEMBERS = 4096
DEEPEST = 16
FREE_GROWTH = 256 << 20
"""Bytes that every archive may unpack to, however small it is."""
MOST_GROWTH = 200
"""How many times its size an archive may unpack to beyond that: sound shrinks by half, silence a thousandfold."""
DISK_RESERVE = 64 << 20
_WINDOW = 1 << 27
_LEVEL = 3
_AFTER_END = 1 << 20


def is_archive(path: Path) -> bool:
    """Whether a file begins as an archive does."""
    try:
        with path.open("rb") as file:
            return file.read(4) == MAGIC
    except OSError:
        return False


def pack(folder: Path, target: Path) -> int:
    """Put the files of a folder into an archive, and return how many; the same files give the same bytes.

    Hidden files, links and whatever else is no plain file stay out. A reader sees the old archive or the new one.

    Raises: PatchError: if a file cannot be read, or the disk refuses.
    """
    paths = sorted(_plain_files(folder), key=lambda path: (len(path.parts) > 1, path.parts))
    _check_names(folder, paths)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True, write_content_size=False)
    try:
        try:
            with temporary.open("wb") as file:
                with compressor.stream_writer(file, closefd=False) as sink, _tar(sink) as tar:
                    for path in paths:
                        _append(tar, folder / path, path.as_posix())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise PatchError(f"{error.filename or target} cannot be packed: {error.strerror or error}") from error
    return len(paths)


def unpack(path: Path, target: Path, *, large: bool = False, skip_apple: bool = False) -> None:
    """Unpack an archive of anybody's into the folder `target`, which must not be there yet: all of it or nothing.

    Only plain files and folders come out, inside `target`, none executable. `large` allows any growth that the
    disk has room for; `skip_apple` leaves out what macOS adds (`._name`), which is refused otherwise.

    Raises: PatchError: if it holds anything else, is torn, grows too much, or the disk refuses.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", dir=target.parent))
        try:
            _unpack_into(path, scratch / "new", large=large, skip_apple=skip_apple)
            if target.exists():
                raise PatchError(f"{target} is there already; unpack {path.name} under another name")
            (scratch / "new").rename(target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise PatchError(f"{path} cannot be unpacked: {why} ({error.filename or target})") from error


def _unpack_into(path: Path, folder: Path, *, large: bool, skip_apple: bool) -> None:
    folder.mkdir()
    room = shutil.disk_usage(folder).free - DISK_RESERVE
    growth = FREE_GROWTH + MOST_GROWTH * path.stat().st_size
    remedy = "" if large or room < growth else "; `livepatch unpack --large` does it all the same"
    budget = _Budget(room if large else min(room, growth), remedy)
    with path.open("rb") as file:
        if file.read(4) != MAGIC:
            raise PatchError(f"{path} is no archive of a patch")
        if not is_whole(file):
            raise PatchError(f"{path} is torn: its end is missing; copy it again")
        file.seek(0)
        decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        with closing(decompressor.stream_reader(file, read_across_frames=True, closefd=False)) as source:
            try:
                _write_members(Tape(source), folder, budget, skip_apple=skip_apple)
                _check_end(source)
            except TapeError as error:
                raise PatchError(f"{path} {error}") from error
            except zstandard.ZstdError as error:
                raise PatchError(f"{path} is torn: {error}") from error


def _write_members(tape: Tape, folder: Path, budget: "_Budget", *, skip_apple: bool) -> None:
    seen: dict[str, bool] = {}
    for number, member in enumerate(tape.members()):
        if number >= MOST_MEMBERS:
            raise TapeError(f"holds more than {MOST_MEMBERS} files")
        place = _place(member)
        if not place.parts:
            continue
        if any(part.startswith("._") or part == "__MACOSX" for part in place.parts):
            if not skip_apple:
                raise TapeError(f"holds what macOS adds, {member.name!r}; pack it again without")
            budget.spend(member.size)
            continue
        _claim(place, member, seen)
        if member.folder:
            (folder / place).mkdir(parents=True, exist_ok=True)
            continue
        budget.spend(member.size)
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        with (folder / place).open("xb") as file:
            for piece in tape.content():
                file.write(piece)


class _Budget:
    """How many bytes an archive may still unpack to; one block for each member is spent besides."""

    def __init__(self, size: int, remedy: str) -> None:
        self._left = size
        self._remedy = remedy

    def spend(self, size: int) -> None:
        """Use some of it. Raises: TapeError: if that is more than there is."""
        self._left -= size + BLOCK
        if self._left < 0:
            raise TapeError(f"unpacks to far more than it should, or than the disk has room for{self._remedy}")


def _place(member: Member) -> PurePosixPath:
    """Where a member goes, inside the folder."""
    name = member.name
    if name.startswith("/"):
        raise TapeError(f"has an absolute path, {name[:80]!r}")
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise TapeError(f"leads out of its folder, {name[:80]!r}")
    if len(parts) > DEEPEST or any(len(part.encode()) > 255 for part in parts):
        raise TapeError(f"has a name that is far too long, {name[:80]!r}")
    if any(unicodedata.category(letter) == "Cc" for letter in name):
        raise TapeError(f"has a name that no file should have, {name[:80]!r}")
    return PurePosixPath(*parts)


def _claim(place: PurePosixPath, member: Member, seen: dict[str, bool]) -> None:
    """Note a member; two of the same name, on any system, would overwrite each other."""
    keys = [unicodedata.normalize("NFC", str(each)).casefold() for each in (place, *place.parents)]
    if any(seen.get(key) is False for key in keys) or (keys[0] in seen and not member.folder):
        raise TapeError(f"holds {str(place)[:80]!r} twice")
    seen |= dict.fromkeys(keys[1:], True)
    seen[keys[0]] = member.folder


def _check_end(source: zstandard.ZstdDecompressionReader) -> None:
    """Read to the end, where the compressor's sum is checked."""
    left = _AFTER_END
    while piece := source.read(1 << 16):
        left -= len(piece)
        if left < 0:
            raise TapeError("goes on after its end")


def _check_names(folder: Path, paths: list[Path]) -> None:
    """Whether what is packed can be unpacked anywhere."""
    seen: dict[str, bool] = {}
    if len(paths) > MOST_MEMBERS:
        raise PatchError(f"{folder} cannot be packed: it holds more than {MOST_MEMBERS} files")
    try:
        for path in paths:
            member = Member(path.as_posix().encode().decode(), 0, folder=False)
            _claim(_place(member), member, seen)
    except (TapeError, UnicodeEncodeError) as error:
        raise PatchError(f"{folder} cannot be packed: it {error}") from error


def _plain_files(folder: Path, inside: PurePosixPath | None = None) -> Iterator[Path]:
    within = Path(inside or "")
    for entry in os.scandir(folder / within):
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _plain_files(folder, PurePosixPath(within / entry.name))
        elif entry.is_file(follow_symlinks=False):
            yield within / entry.name


def _tar(sink: BinaryIO) -> tarfile.TarFile:
    return tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT, encoding="utf-8")


def _append(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """Add a file under a name, without who owns it and when it was written."""
    with suppress(FileNotFoundError), open(path, "rb", opener=_no_link) as file:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode):
            entry = tarfile.TarInfo(name)
            entry.size = status.st_size
            tar.addfile(entry, file)


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)
