"""What stands in a journal, and how it lies on the disk.

A journal begins with `MAGIC`. Then come records, each 8 bytes and a body: the length of the body and its CRC-32,
both little-endian, then msgpack. What follows a record that is cut short or damaged is not read.
"""

import zlib
from collections.abc import Iterator
from typing import Any

import msgspec

from livepatch.patch.edits import Edit
from livepatch.patch.patch import Document

MAGIC = b"livepatch journal 1\n"
HEAD_BYTES = 8
FORMAT_VERSION = 1


class Record(msgspec.Struct, frozen=True, tag_field="record", tag=True, array_like=True):
    """What every record is."""


class Began(Record, frozen=True):
    """A checkpoint: the whole patch as the performance began, or as it went on where records are missing.

    `at` is Unix time, `settings` what else decides how it sounds, `changed` are the ids of the modules that were
    added or changed last before. `kept`: after a crash, whose rack is kept for load("last") by now.
    """

    format: int
    version: str
    at: float
    document: Document
    settings: dict[str, str | float] = {}
    changed: tuple[int, ...] = ()
    kept: bool = False


class CodeKept(Record, frozen=True):
    """The text of some code is in `sources/HASH.py`: module `type`, made from the file `path`."""

    type: str
    source: str
    path: str


class EngineBegan(Record, frozen=True):
    """From here on another engine plays, from frame 0 on. `core` is the hash of the compiled core library."""

    at: float
    sample_rate: float
    core: str


class Performed(Record, frozen=True):
    """An edit of the patch, `at` seconds after the beginning; `kind` as in the session's rack.

    The engine was told of it as `serial` (0: there was nothing to tell), as `heard` where that is another edit.
    """

    at: float
    kind: str
    edit: Edit
    serial: int = 0
    heard: Edit | None = None


class Told(Record, frozen=True):
    """What else the engine was told: an edit that no change of the patch made, a setting, `panic`, `fade_out`.

    An edit with the word `waits` it was told to keep for its beat, `about` in the performer's words; `cancelled`:
    to forget the one of this serial.
    """

    at: float
    serial: int
    edit: Edit | None = None
    word: str = ""
    value: float = 0.0
    about: str = ""


class Stamp(Record, frozen=True):
    """What the engine was told as `serial` took effect at `frame`; 0: something it did by itself.

    `runs` is how many runs of its code modules got then, by id, for voices that are computed in turn; voices of
    the others are computed side by side, if they can be. `again` are modules that went over from one to the other.
    """

    serial: int
    frame: int
    runs: dict[int, int] = {}
    again: tuple[int, ...] = ()


class Lasted(Record, frozen=True):
    """The engine has played up to `frame`."""

    frame: int


class Ended(Record, frozen=True):
    """The session has ended as it should, after so many frames; at most how its sound faded out follows."""

    at: float
    frame: int


AnyRecord = Began | CodeKept | EngineBegan | Performed | Told | Stamp | Lasted | Ended
_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(AnyRecord)


def encode(record: Record) -> bytes:
    """A record as it lies on the disk."""
    body = _ENCODER.encode(record)
    return len(body).to_bytes(4, "little") + zlib.crc32(body).to_bytes(4, "little") + body


def decode(content: bytes) -> Iterator[tuple[AnyRecord, int]]:
    """Every whole record of a journal and where it ends, up to the first that is cut short, damaged or unknown."""
    start = len(MAGIC)
    if not content.startswith(MAGIC):
        return
    while start + HEAD_BYTES <= len(content):
        length = int.from_bytes(content[start : start + 4], "little")
        stop = start + HEAD_BYTES + length
        body = content[start + HEAD_BYTES : stop]
        checksum = int.from_bytes(content[start + 4 : start + HEAD_BYTES], "little")
        if not length or len(body) < length or zlib.crc32(body) != checksum:
            return
        try:
            yield _DECODER.decode(body), stop
        except msgspec.DecodeError:
            return
        start = stop
