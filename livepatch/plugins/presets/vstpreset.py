"""The .vstpreset file of VST3: a header, pieces of data, and a list of where each piece is. Little-endian.

Source: Steinberg, VST 3 preset file format.
"""

import re
import struct

import msgspec

from livepatch.plugins.plugin import PluginError

HEADER = struct.Struct("<4si32sq")
"""Magic, version of the format, class id, offset of the list."""
PROGRAM_ID = struct.Struct("<i")
"""What a piece of program data begins with: the number of the list or unit that it is for."""
LIST = struct.Struct("<4si")
"""Magic, number of entries."""
ENTRY = struct.Struct("<4sqq")
"""What the piece is, its offset, its size."""
MAGIC, LIST_MAGIC = b"VST3", b"List"
VERSION = 1
MOST_ENTRIES = 128
COMPONENT, CONTROLLER, PROGRAMS, INFO = b"Comp", b"Cont", b"Prog", b"Info"


class VstPreset(msgspec.Struct, frozen=True):
    """A preset of a VST3 plug-in.

    `class_id` is 32 hex digits, in capitals once read; `component` and `controller` are the states of its two
    halves. `programs` is the data of one program or unit, after PROGRAM_ID. `info` is XML, see meta_info.py.
    """

    class_id: str
    component: bytes
    controller: bytes = b""
    programs: bytes = b""
    info: str = ""


def read_vstpreset(data: bytes) -> VstPreset:
    """The preset in the bytes of a .vstpreset file; pieces of kinds that nobody knows are left out.

    Raises: PluginError: if it is none, or it is damaged.
    """
    if data[:4] != MAGIC:
        raise PluginError("this is no .vstpreset: it does not begin with VST3")
    if len(data) < HEADER.size:
        raise PluginError(f"this .vstpreset is cut short: it ends after {len(data)} bytes, in its header")
    _, version, class_id, start = HEADER.unpack_from(data)
    if version != VERSION:
        raise PluginError(f"this .vstpreset is of version {version}; livepatch reads version {VERSION}")
    pieces = _pieces(data, start)
    if COMPONENT not in pieces and PROGRAMS not in pieces:
        raise PluginError("this .vstpreset holds no state of a plug-in (Comp)")
    if PROGRAMS in pieces and len(pieces[PROGRAMS]) <= PROGRAM_ID.size:
        raise PluginError("this .vstpreset is damaged: its piece Prog is too short for a program")
    return VstPreset(
        class_id=_hex(class_id.decode("ascii", "replace")),
        component=pieces.get(COMPONENT, b""),
        controller=pieces.get(CONTROLLER, b""),
        programs=pieces.get(PROGRAMS, b""),
        info=pieces.get(INFO, b"").decode("utf-8", "replace"),  # a bad comment does not make a preset useless
    )


def write_vstpreset(preset: VstPreset) -> bytes:
    """The bytes of a .vstpreset file; empty pieces are left out, but for the component's if there is no program.

    Raises: PluginError: if its class id is none.
    """
    pieces = [
        (COMPONENT, preset.component),
        (CONTROLLER, preset.controller),
        (PROGRAMS, preset.programs),
        (INFO, preset.info.encode("utf-8", "replace")),
    ]
    entries: list[bytes] = []
    body: list[bytes] = []
    offset = HEADER.size
    for kind, piece in pieces:
        if piece or (kind == COMPONENT and not preset.programs):
            entries.append(ENTRY.pack(kind, offset, len(piece)))
            body.append(piece)
            offset += len(piece)
    header = HEADER.pack(MAGIC, VERSION, _hex(preset.class_id).encode("ascii"), offset)
    return b"".join((header, *body, LIST.pack(LIST_MAGIC, len(entries)), *entries))


def _pieces(data: bytes, start: int) -> dict[bytes, bytes]:
    """What the list at `start` names, the first of each kind."""
    if not HEADER.size <= start <= len(data) - LIST.size:
        raise PluginError("this .vstpreset is cut short: the list of its pieces lies beyond its end")
    magic, count = LIST.unpack_from(data, start)
    first = start + LIST.size
    if magic != LIST_MAGIC or not 0 <= count <= MOST_ENTRIES:
        raise PluginError("this .vstpreset is damaged: where its list should be there is something else")
    if first + count * ENTRY.size > len(data):
        raise PluginError("this .vstpreset is cut short: the list of its pieces is not whole")
    pieces: dict[bytes, bytes] = {}
    for kind, offset, size in ENTRY.iter_unpack(data[first : first + count * ENTRY.size]):
        if offset < 0 or size < 0 or offset + size > len(data):
            name = kind.decode("ascii", "backslashreplace")
            raise PluginError(f"this .vstpreset is damaged: its piece {name} lies beyond its end")
        if kind in {COMPONENT, CONTROLLER, PROGRAMS, INFO}:
            pieces.setdefault(kind, data[offset : offset + size])
    return pieces


def _hex(class_id: str) -> str:
    if not re.fullmatch(r"[0-9A-Fa-f]{32}", class_id):
        raise PluginError(f"this .vstpreset is damaged: {class_id!r} is no class id of 32 hex digits")
    return class_id.upper()
