"""The .fxp and .fxb files of VST2: one program, and a bank of them. Big-endian.

Either holds the values of parameters, or a chunk that only the plug-in understands.
"""

import math
import struct

import msgspec

from livepatch.plugins.plugin import PluginError

HEAD = struct.Struct(">4si4siIii")
"""Magic, bytes that follow, kind, version of the format, the plug-in's id, its version, how many."""
NAME = struct.Struct(">28s")
SIZE = struct.Struct(">i")
RESERVED = struct.Struct(">128s")
CURRENT = struct.Struct(">i124s")
"""What the reserved bytes of a bank are since version 2: the current program, and others reserved."""
COUNTED = 8
"""Bytes before those that the head counts."""

MAGIC = b"CcnK"
PROGRAM, CHUNK_PROGRAM = b"FxCk", b"FPCh"
BANK, CHUNK_BANK = b"FxBk", b"FBCh"
KINDS = {PROGRAM: ".fxp", CHUNK_PROGRAM: ".fxp", BANK: ".fxb", CHUNK_BANK: ".fxb"}
PROGRAM_VERSIONS = (1,)
BANK_VERSIONS = (1, 2)


class Fxp(msgspec.Struct, frozen=True):
    """A program of a VST2 plug-in: the values of its parameters, 0 to 1, or else its `chunk`.

    `uid` is 8 hex digits, in capitals once read; `version` is the plug-in's. `name` takes up to 27 bytes, the
    rest is cut. `count`, beside a chunk, is the number of parameters.
    """

    uid: str
    version: int
    name: str
    parameters: tuple[float, ...] | None = None
    chunk: bytes | None = None
    count: int = 0


class Fxb(msgspec.Struct, frozen=True):
    """All programs of a VST2 plug-in: each of them, or else their `chunk`. `current` is the number of one.

    `uid` and `version` are as those of a program. `count`, beside a chunk, is the number of programs.
    """

    uid: str
    version: int
    current: int = 0
    programs: tuple[Fxp, ...] | None = None
    chunk: bytes | None = None
    count: int = 0


class _Cursor:
    """A place in the bytes of a file, which moves on as they are read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def take(self, size: int) -> bytes:
        """So many bytes. Raises: PluginError: if there are not as many."""
        end = self._place + size
        if size < 0 or end > len(self._data):
            raise PluginError(f"this preset is cut short or damaged: it ends after {len(self._data)} bytes")
        taken = self._data[self._place : end]
        self._place = end
        return taken

    def kind(self) -> bytes:
        """What the record here says it is. Raises: PluginError: if it is none."""
        head = self._data[self._place : self._place + HEAD.size]
        kind = head[8:12]
        if self._place and len(head) < HEAD.size:
            raise PluginError(f"this bank is cut short: it ends after {len(self._data)} bytes")
        if head[:4] != MAGIC or kind not in KINDS:
            raise PluginError("this is no .fxp or .fxb: it does not begin as one does, with CcnK")
        return kind


def read_fx(data: bytes) -> Fxp | Fxb:
    """The program or bank in the bytes of a .fxp or .fxb file; bytes after its end are left out.

    The size in its head is not looked at: there are programs that write a wrong one.

    Raises: PluginError: if it is neither, or it is damaged.
    """
    cursor = _Cursor(data)
    return _bank(cursor) if KINDS[cursor.kind()] == ".fxb" else _program(cursor)


def read_fxp(data: bytes) -> Fxp:
    """The program in the bytes of a .fxp file. Raises: PluginError: as `read_fx`, and if it is a bank."""
    found = read_fx(data)
    if not isinstance(found, Fxp):
        raise PluginError("this is a bank of programs (.fxb), not a single one (.fxp)")
    return found


def read_fxb(data: bytes) -> Fxb:
    """The bank in the bytes of a .fxb file. Raises: PluginError: as `read_fx`, and if it is one program."""
    found = read_fx(data)
    if not isinstance(found, Fxb):
        raise PluginError("this is a single program (.fxp), not a bank of them (.fxb)")
    return found


def write_fxp(program: Fxp) -> bytes:
    """The bytes of a .fxp file.

    Raises: PluginError: if something in it does not fit, or it has both parameters and a chunk, or neither.
    """
    name = NAME.pack(_encoded(program.name))
    try:
        if program.parameters is not None and program.chunk is None:
            count = len(program.parameters)
            body = name + struct.pack(f">{count}f", *program.parameters)
            return _record(PROGRAM, 1, program, count, body)
        if program.chunk is not None and program.parameters is None:
            body = name + SIZE.pack(len(program.chunk)) + program.chunk
            return _record(CHUNK_PROGRAM, 1, program, program.count, body)
    except (struct.error, OverflowError) as error:
        raise PluginError(f"the program {program.name!r} does not fit into a .fxp: {error}") from error
    raise PluginError(f"the program {program.name!r} needs either parameters or a chunk")


def write_fxb(bank: Fxb, *, format_version: int = 2) -> bytes:
    """The bytes of a .fxb file; version 1 of the format does not tell the current program.

    Raises: PluginError: if something in it does not fit, or it has both programs and a chunk, or neither.
    """
    if format_version not in BANK_VERSIONS:
        raise PluginError(f"there is no version {format_version} of .fxb; livepatch writes 1 and 2")
    try:
        reserved = RESERVED.pack(b"") if format_version == 1 else CURRENT.pack(bank.current, b"")
        if bank.programs is not None and bank.chunk is None:
            body = reserved + b"".join(map(write_fxp, bank.programs))
            return _record(BANK, format_version, bank, len(bank.programs), body)
        if bank.chunk is not None and bank.programs is None:
            body = reserved + SIZE.pack(len(bank.chunk)) + bank.chunk
            return _record(CHUNK_BANK, format_version, bank, bank.count, body)
    except struct.error as error:
        raise PluginError(f"the bank does not fit into a .fxb: {error}") from error
    raise PluginError("the bank needs either programs or a chunk")


def _program(cursor: _Cursor) -> Fxp:
    kind, uid, version, count, _ = _head(cursor, (PROGRAM, CHUNK_PROGRAM), PROGRAM_VERSIONS)
    name = _decoded(cursor.take(NAME.size))
    if kind == CHUNK_PROGRAM:
        return Fxp(uid, version, name, chunk=_chunk(cursor), count=count)
    values = struct.unpack(f">{count}f", cursor.take(4 * count))
    if not all(map(math.isfinite, values)):
        raise PluginError(f"this preset is damaged: a parameter of {name!r} is no number")
    return Fxp(uid, version, name, parameters=values)


def _bank(cursor: _Cursor) -> Fxb:
    kind, uid, version, count, format_version = _head(cursor, (BANK, CHUNK_BANK), BANK_VERSIONS)
    current = 0
    reserved = cursor.take(RESERVED.size)
    if format_version > 1:
        current = int(CURRENT.unpack(reserved)[0])
    if kind == CHUNK_BANK:
        return Fxb(uid, version, current, chunk=_chunk(cursor), count=count)
    return Fxb(uid, version, current, programs=tuple(_program(cursor) for _ in range(count)))


def _head(
    cursor: _Cursor, kinds: tuple[bytes, ...], versions: tuple[int, ...]
) -> tuple[bytes, str, int, int, int]:
    """Kind, the plug-in's id and version, how many, and the version of the format."""
    kind = cursor.kind()
    if kind not in kinds:
        raise PluginError("this preset is damaged: where a program should be there is a bank")
    _, _, _, format_version, uid, version, count = HEAD.unpack(cursor.take(HEAD.size))
    if format_version not in versions:
        known = " and ".join(map(str, versions))
        raise PluginError(f"this {KINDS[kind]} is of version {format_version}; livepatch reads {known}")
    if count < 0:
        raise PluginError(f"this preset is damaged: it tells of {count} programs or parameters")
    return kind, f"{uid:08X}", version, count, format_version


def _chunk(cursor: _Cursor) -> bytes:
    (size,) = SIZE.unpack(cursor.take(SIZE.size))
    return cursor.take(size)


def _record(kind: bytes, format_version: int, of: Fxp | Fxb, count: int, body: bytes) -> bytes:
    try:
        uid = int(of.uid, 16)
    except ValueError as error:
        raise PluginError(f"{of.uid!r} is no id of a VST2 plug-in, which has 8 hex digits") from error
    size = HEAD.size - COUNTED + len(body)
    return HEAD.pack(MAGIC, size, kind, format_version, uid, of.version, count) + body


def _decoded(name: bytes) -> str:
    """A name as far as its first NUL; what is not UTF-8 is from Windows, and older."""
    text = name.partition(b"\0")[0]
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _encoded(name: str) -> bytes:
    """At most as many bytes as there is room for, with a NUL at the end, cut between two characters."""
    return name.encode("utf-8", "replace")[: NAME.size - 1].decode("utf-8", "ignore").encode("utf-8")
