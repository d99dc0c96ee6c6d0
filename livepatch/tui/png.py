"""Reads PNG pictures of the kinds that plug-ins have, and makes them small.

8 bits to a channel or a palette of 8 bits, not interlaced. Source: PNG (Portable Network Graphics) Specification,
W3C, third edition.
"""

import itertools
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By colour type: grey, RGB, palette, grey and alpha, RGB and alpha."""
PALETTE = 3
MOST_PIXELS = 2_000_000
"""A larger picture would take seconds to read."""
IDENTITY = bytes(range(256))
OPAQUE = b"\xff" * 256

Pixel = tuple[float, float, float, float]
"""Red, green, blue, alpha, each from 0 to 255; the colours are those of alpha 255, times alpha."""
Planes = tuple[bytes, bytes, bytes, bytes]


class PngError(Exception):
    """This is no picture that can be read; its text says why."""


class Header(NamedTuple):
    """What a picture says of itself."""

    width: int
    height: int
    depth: int
    colours: int
    compression: int
    filtering: int
    interlacing: int


def read_png(content: bytes, width: int, height: int) -> list[list[Pixel]]:
    """The picture, `width` by `height` pixels at most: rows from the top, its proportions kept.

    Raises: PngError: if it is damaged, too large, or of another kind.
    """
    try:
        chunks = list(_chunks(content))
        header = _header(chunks)
        data = _inflate(header, b"".join(body for kind, body in chunks if kind == b"IDAT"))
        tables = _tables(header, dict(chunks))
        rows = (_planes(row, header, tables) for row in _unfiltered(data, header))
        return shrunk(rows, header.width, header.height, width, height)
    except (struct.error, zlib.error, IndexError) as error:
        raise PngError("it is damaged") from error


def shrunk(
    rows: Iterator[Planes], width: int, height: int, most_width: int, most_height: int
) -> list[list[Pixel]]:
    """The mean of the pixels that each smaller one stands for; nothing is made larger."""
    scale = min(most_width / width, most_height / height, 1.0)
    columns, lines = max(round(width * scale), 1), max(round(height * scale), 1)
    across = [(x * width // columns, (x + 1) * width // columns) for x in range(columns)]
    found: list[list[Pixel]] = []
    for line in range(lines):
        count = (line + 1) * height // lines - line * height // lines
        sums = [[0.0] * 4 for _ in range(columns)]
        for red, green, blue, alpha in itertools.islice(rows, count):
            solid = min(alpha) == 255
            for sum_, (start, stop) in zip(sums, across, strict=True):
                a = alpha[start:stop]
                sum_[3] += sum(a)
                for index, plane in enumerate((red, green, blue)):
                    piece = plane[start:stop]
                    sum_[index] += sum(piece) if solid else sum(map(int.__mul__, piece, a)) / 255.0
        areas = [count * (stop - start) for start, stop in across]
        found.append(
            [(r / n, g / n, b / n, a / n) for (r, g, b, a), n in zip(sums, areas, strict=True)],
        )
    return found


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not content.startswith(SIGNATURE):
        raise PngError("it is no PNG")
    place = len(SIGNATURE)
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        body = content[place + 8 : place + 8 + length]
        (check,) = struct.unpack_from(">I", content, place + 8 + length)
        if zlib.crc32(kind + body) != check:
            raise PngError("it is damaged")
        yield kind, body
        place += length + 12


def _header(chunks: list[tuple[bytes, bytes]]) -> Header:
    kind, body = chunks[0]
    if kind != b"IHDR":
        raise PngError("it is damaged")
    header = Header(*struct.unpack(">IIBBBBB", body))
    if header.depth != 8 or header.colours not in CHANNELS or header.interlacing:
        raise PngError("it is of a kind that is not shown here")
    if not 0 < header.width * header.height <= MOST_PIXELS:
        raise PngError(f"it has {header.width} by {header.height} pixels")
    return header


def _inflate(header: Header, packed: bytes) -> bytes:
    length = header.height * (header.width * CHANNELS[header.colours] + 1)
    data = zlib.decompressobj().decompress(packed, length)
    if len(data) != length:
        raise PngError("it is damaged")
    return data


def _tables(header: Header, chunks: dict[bytes, bytes]) -> tuple[bytes, bytes, bytes, bytes]:
    """What each value of a channel stands for: of a palette, the colours and alphas of its numbers."""
    if header.colours != PALETTE:
        return IDENTITY, IDENTITY, IDENTITY, IDENTITY
    colours = chunks.get(b"PLTE", b"").ljust(768, b"\0")
    red, green, blue = (colours[channel:768:3] for channel in range(3))
    return red, green, blue, (chunks.get(b"tRNS", b"") + OPAQUE)[:256]


def _planes(row: bytes, header: Header, tables: tuple[bytes, bytes, bytes, bytes]) -> Planes:
    """The four channels of a row."""
    channels = CHANNELS[header.colours]
    coloured = channels >= 3
    red, green, blue = (row[(index if coloured else 0) :: channels].translate(tables[index]) for index in range(3))
    if header.colours == PALETTE:
        return red, green, blue, row.translate(tables[3])
    return red, green, blue, row[channels - 1 :: channels] if channels in {2, 4} else b"\xff" * header.width


def _unfiltered(data: bytes, header: Header) -> Iterator[bytes]:
    step = CHANNELS[header.colours]
    length = header.width * step
    former = bytes(length)
    for start in range(0, len(data), length + 1):
        former = _row(data[start], data[start + 1 : start + 1 + length], former, step)
        yield former


def _row(filter: int, raw: bytes, above: bytes, step: int) -> bytes:
    """A row as it was before it was filtered."""
    if filter == 0:
        return raw
    if filter == 2:
        return bytes((x + y) & 255 for x, y in zip(raw, above, strict=True))
    if filter not in {1, 3, 4}:
        raise PngError("it is damaged")
    row = bytearray(raw)
    for place, value in enumerate(raw):
        left = row[place - step] if place >= step else 0
        up = above[place]
        if filter == 1:
            guess = left
        elif filter == 3:
            guess = (left + up) >> 1
        else:
            guess = _paeth(left, up, above[place - step] if place >= step else 0)
        row[place] = (value + guess) & 255
    return bytes(row)


def _paeth(left: int, up: int, corner: int) -> int:
    """Of three neighbours the one that is nearest to their plane."""
    a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if a <= b and a <= c:
        return left
    return up if b <= c else corner
