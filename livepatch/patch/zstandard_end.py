"""Whether a file compressed with Zstandard is there to its very end, told from the lengths in it.

Source: RFC 8878, "Zstandard Compression and the 'application/zstd' Media Type", 3.1: frames and blocks.
"""

import os
from typing import BinaryIO

MAGIC = b"\x28\xb5\x2f\xfd"
MOST_BLOCKS = 1 << 20
"""Of 128 kB each, when unpacked: more has only who wants to be a nuisance."""
_SKIPPED = range(0x184D2A50, 0x184D2A60)
_BLOCK_HEAD = 3
_REPEATED, _RESERVED = 1, 3
_CHECKSUM = 4


class _TornError(Exception):
    """Something is missing, or no frame."""


def is_whole(file: BinaryIO) -> bool:
    """Whether every frame in a file, from its start, has its last block and its checksum, and nothing follows."""
    left = os.fstat(file.fileno()).st_size
    file.seek(0)
    try:
        blocks = MOST_BLOCKS
        while file.tell() < left:
            blocks -= _pass_frame(file, blocks)
    except _TornError:
        return False
    return file.tell() == left > 0


def _pass_frame(file: BinaryIO, most: int) -> int:
    """Go to the end of a frame; how many blocks it has."""
    magic = _read(file, 4)
    if int.from_bytes(magic, "little") in _SKIPPED:
        file.seek(int.from_bytes(_read(file, 4), "little"), os.SEEK_CUR)
        return 1
    if magic != MAGIC:
        raise _TornError
    flags = _read(file, 1)[0]
    single, size_of_size = flags >> 5 & 1, flags >> 6
    window, dictionary = 1 - single, (0, 1, 2, 4)[flags & 3]
    file.seek(window + dictionary + (single, 2, 4, 8)[size_of_size], os.SEEK_CUR)
    for count in range(1, most + 1):
        head = int.from_bytes(_read(file, _BLOCK_HEAD), "little")
        kind = head >> 1 & 3
        if kind == _RESERVED:
            raise _TornError
        file.seek(1 if kind == _REPEATED else head >> 3, os.SEEK_CUR)
        if head & 1:
            file.seek(_CHECKSUM if flags & 4 else 0, os.SEEK_CUR)
            return count
    raise _TornError


def _read(file: BinaryIO, size: int) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise _TornError
    return content
