"""PNG pictures are read, made small, and refused where they are damaged."""

import random
import struct
import zlib

import pytest

from livepatch.tui.png import PngError, read_png

WIDTH, HEIGHT = 7, 5
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def filtered(filter: int, row: bytes, above: bytes, step: int) -> bytes:
    out = [filter]
    for place, value in enumerate(row):
        left, corner = (row[place - step], above[place - step]) if place >= step else (0, 0)
        up = above[place]
        paeth = min((left, up, corner), key=lambda each: abs(left + up - corner - each))
        out.append((value - (0, left, up, (left + up) // 2, paeth)[filter]) % 256)
    return bytes(out)


def png(
    rows: list[bytes], colours: int, filter: int = 0, *, depth: int = 8, interlaced: int = 0, more: bytes = b""
) -> bytes:
    step = CHANNELS[colours]
    above = bytes(len(rows[0]))
    data = b""
    for row in rows:
        data += filtered(filter, row, above, step)
        above = row
    header = struct.pack(">IIBBBBB", len(rows[0]) // step, len(rows), depth, colours, 0, 0, interlaced)
    body = chunk(b"IHDR", header) + more + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def noise(step: int, seed: int = 1) -> list[bytes]:
    chance = random.Random(seed)
    return [chance.randbytes(WIDTH * step) for _ in range(HEIGHT)]


@pytest.mark.parametrize("filter", range(5))
def test_every_filter_gives_back_the_pixels_of_rgb(filter: int) -> None:
    rows = noise(3)
    read = read_png(png(rows, 2, filter), 100, 100)
    assert [[pixel[:3] for pixel in row] for row in read] == [
        [tuple(row[3 * x : 3 * x + 3]) for x in range(WIDTH)] for row in rows
    ]
    assert all(pixel[3] == 255.0 for row in read for pixel in row)


def test_grey_palette_and_alpha_are_read() -> None:
    assert read_png(png([b"\x20\xff"], 0), 9, 9) == [[(32.0, 32.0, 32.0, 255.0), (255.0, 255.0, 255.0, 255.0)]]
    palette = chunk(b"PLTE", bytes((1, 2, 3, 10, 20, 30))) + chunk(b"tRNS", b"\xff\x00")
    assert read_png(png([b"\x00\x01"], 3, more=palette), 9, 9) == [[(1.0, 2.0, 3.0, 255.0), (0.0, 0.0, 0.0, 0.0)]]
    assert read_png(png([b"\x80\x80"], 4), 9, 9)[0][0][3] == 128.0
    red, _, _, alpha = read_png(png([b"\xff\x00\x00\x33"], 6), 9, 9)[0][0]
    assert (red, alpha) == (51.0, 51.0)


def test_a_large_picture_is_made_small_by_its_means_and_keeps_its_proportions() -> None:
    rows = [bytes((0, 100)) * 40] * 20 + [bytes((200, 200)) * 40] * 20
    read = read_png(png(rows, 0), 10, 10)
    assert (len(read[0]), len(read)) == (10, 5)
    assert read[0][0][0] == 50.0
    assert read[4][9][0] == 200.0
    assert read[2][0][0] == 125.0


def test_what_is_damaged_too_large_or_of_another_kind_is_refused() -> None:
    good = png(noise(3), 2, 4)
    for place in range(0, len(good), 3):
        torn = bytearray(good)
        torn[place] ^= 0x55
        with pytest.raises(PngError):
            read_png(bytes(torn), 9, 9)
        with pytest.raises(PngError):
            read_png(good[:place], 9, 9)
    for other in (png(noise(3), 2, depth=16), png(noise(3), 2, interlaced=1)):
        with pytest.raises(PngError, match="kind"):
            read_png(other, 9, 9)
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    huge = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(PngError, match="60000 by 60000"):
        read_png(huge, 9, 9)
