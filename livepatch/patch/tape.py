"""Reading tar archives of strangers, member by member, in constant memory: plain files and folders, nothing else.

Source: IEEE Std 1003.1-2017, pax, "ustar interchange format" and "pax extended header"; GNU tar manual, "Basic Tar
Format".
"""

from collections.abc import Iterator
from typing import NamedTuple, NoReturn, Protocol

BLOCK = 512
LONGEST_NAME = 4096
LONGEST_HEADER = 65536
MOST_HEADERS = 20_000
_KINDS = {
    b"1": "a link", b"2": "a link", b"3": "a device", b"4": "a device", b"6": "a pipe",
    b"7": "a file of another kind", b"K": "a link", b"S": "a sparse file",
}  # fmt: skip


class TapeError(Exception):
    """An archive is not what it should be; the message is the end of a sentence about it."""


class Source(Protocol):
    """Where the bytes come from."""

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""


class Member(NamedTuple):
    """A file, or a folder, in the archive; a file has `size` bytes."""

    name: str
    size: int
    folder: bool


class Tape:
    """Reads an archive from its start. `members()` goes through it; `content()` is that of the one just given."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = 0
        self._padding = 0

    def members(self) -> Iterator[Member]:
        """Every file and folder, in order.

        Raises: TapeError: if the archive holds anything else, or is torn.
        """
        told: dict[str, str] = {}
        empty = False
        for _ in range(MOST_HEADERS):
            header = self._exactly(BLOCK)
            if header == bytes(BLOCK):
                if empty:
                    return
                empty = True
                continue
            empty = False
            _check_sum(header)
            kind = header[156:157]
            size = int(told["size"]) if told.get("size", "").isdecimal() else _number(header[124:136])
            if kind in {b"x", b"L"}:
                told |= _extended(kind, self._header_content(_number(header[124:136])))
                continue
            if kind == b"g":
                self._header_content(_number(header[124:136]))
                continue
            yield self._member(header, kind, size, told)
            for _ in self.content():
                pass  # what nobody wanted
            told = {}
        _refuse("holds thousands of files")

    def content(self) -> Iterator[bytes]:
        """The bytes of the member that `members()` has just given, piece by piece."""
        while self._left:
            piece = self._source.read(min(self._left, 1 << 16))
            if not piece:
                _refuse("is torn: it ends in the middle of a file")
            self._left -= len(piece)
            yield piece
        if self._padding:
            self._exactly(self._padding)
            self._padding = 0

    def _member(self, header: bytes, kind: bytes, size: int, told: dict[str, str]) -> Member:
        name = told.get("path") or _name(header)
        folder = kind == b"5" or (kind in {b"0", b"\0"} and name.endswith("/"))
        if any(key.startswith("GNU.sparse") for key in told):
            kind = b"S"
        if not folder and kind not in {b"0", b"\0"}:
            _refuse(f"holds {_KINDS.get(kind, 'something that is no file')}, {name[:80]!r}")
        self._left = 0 if folder else size
        self._padding = -self._left % BLOCK
        return Member(name, self._left, folder)

    def _header_content(self, size: int) -> bytes:
        if size > LONGEST_HEADER:
            _refuse("has a header that is far too long")
        content = self._exactly(size)
        self._exactly(-size % BLOCK)
        return content

    def _exactly(self, size: int) -> bytes:
        pieces: list[bytes] = []
        while size:
            piece = self._source.read(size)
            if not piece:
                _refuse("is torn: it ends too soon")
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


def _extended(kind: bytes, content: bytes) -> dict[str, str]:
    """What a header before a member says of it: records of `length key=value`, or GNU's long name."""
    if kind == b"L":
        return {"path": _text(content.rstrip(b"\0"))}
    told: dict[str, str] = {}
    while content:
        digits, _, _ = content.partition(b" ")
        if not digits.isdigit() or not len(digits) + 3 <= int(digits[:9]) <= len(content):
            _refuse("has a header that cannot be read")
        record = content[len(digits) + 1 : int(digits)]
        content = content[int(digits) :]
        key, equals, value = record.removesuffix(b"\n").partition(b"=")
        if not equals:
            _refuse("has a header that cannot be read")
        if key in {b"path", b"size"} or key.startswith(b"GNU.sparse"):
            told[_text(key)] = _text(value)
    return told


def _name(header: bytes) -> str:
    name = _text(header[:100].split(b"\0")[0])
    prefix = _text(header[345:500].split(b"\0")[0]) if header[257:263] == b"ustar\0" else ""
    return f"{prefix}/{name}" if prefix else name


def _text(name: bytes) -> str:
    if len(name) > LONGEST_NAME:
        _refuse("has a name that is far too long")
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("has a name that is not UTF-8")


def _number(field: bytes) -> int:
    """A number in octal digits, or in binary where the first bit is set."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.split(b"\0")[0].strip()
    try:
        number = int(digits or b"0", 8)
    except ValueError:
        number = -1
    if number < 0:
        _refuse("has a header that cannot be read")
    return number


def _check_sum(header: bytes) -> None:
    if _number(header[148:156]) != sum(header[:148]) + 8 * 32 + sum(header[156:]):
        _refuse("is torn, or is no archive of a patch")


def _refuse(why: str) -> NoReturn:
    raise TapeError(why)
