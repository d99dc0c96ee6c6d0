"""The pictures of plug-ins' own windows, as two pixels to a character."""

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from rich.color import Color
from rich.style import Style

from livepatch.tui.png import Pixel, PngError, read_png

MOST_ROWS = 10
MOST_COLUMNS = 160
LARGEST_FILE = 8_000_000
HALF = "▀"


class Snapshot:
    """A picture, no larger than any panel shows it."""

    def __init__(self, pixels: list[list[Pixel]]) -> None:
        self.pixels = pixels
        self._cells: tuple[int, int] = (0, 0)
        self._scaled: list[list[Pixel]] = []

    def rows(self, cells: int) -> int:
        """How many rows it takes in a panel with so many cells to a row."""
        width, height = len(self.pixels[0]), len(self.pixels)
        return max(min(round(min(cells, width) * height / width / 2), MOST_ROWS), 1)

    def row(self, line: int, cells: int, ground: tuple[int, int, int]) -> list[Style]:
        """The colours of a row's cells, for the upper half of a block; on `ground` where it is transparent."""
        rows = self.rows(cells)
        if self._cells != (cells, rows):
            self._cells, self._scaled = (cells, rows), fitted(self.pixels, cells, 2 * rows)
        upper, lower = self._scaled[2 * line], self._scaled[2 * line + 1]
        return [_style(_on(top, ground), _on(bottom, ground)) for top, bottom in zip(upper, lower, strict=True)]


class Snapshots:
    """Reads pictures in threads of their own, each once; `ready` is called by them when one is `found`.

    `told` is called with why one cannot be shown.
    """

    def __init__(self, ready: Callable[[], None], told: Callable[[str], None]) -> None:
        self.found: dict[str, Snapshot] = {}
        self.on = True
        self._ready = ready
        self._told = told
        self._wanted: set[str] = set()

    def want(self, path: str) -> None:
        """Have a picture read, unless it was already."""
        if path and path not in self._wanted:
            self._wanted.add(path)
            threading.Thread(target=self._read, args=(path,), name="snapshot", daemon=True).start()

    def get(self, path: str) -> Snapshot | None:
        """A picture, if it is there and pictures are wanted."""
        return self.found.get(path) if self.on else None

    def _read(self, path: str) -> None:
        try:
            if Path(path).stat().st_size > LARGEST_FILE:
                raise PngError("it is too large")  # noqa: TRY301 - it is told as the reader's refusals are
            pixels = read_png(Path(path).read_bytes(), MOST_COLUMNS, 2 * MOST_ROWS * 4)
        except PngError as error:
            self._told(f"{path} is not shown: {error}")
        except OSError as error:
            self._told(f"{path} is not shown: {error.strerror}")
        else:
            self.found[path] = Snapshot(pixels)
            self._ready()


def fitted(pixels: Sequence[Sequence[Pixel]], columns: int, lines: int) -> list[list[Pixel]]:
    """Pixels for exactly so many cells: as large as fits, in the middle, and nothing around."""
    width, height = len(pixels[0]), len(pixels)
    scale = min(columns / width, lines / height, 1.0)
    across, down = max(round(width * scale), 1), max(round(height * scale), 1)
    nothing: Pixel = (0.0, 0.0, 0.0, 0.0)
    left, top = (columns - across) // 2, (lines - down) // 2
    found = [[nothing] * columns for _ in range(lines)]
    for y in range(down):
        rows = pixels[y * height // down : max((y + 1) * height // down, y * height // down + 1)]
        for x in range(across):
            start, stop = x * width // across, max((x + 1) * width // across, x * width // across + 1)
            found[top + y][left + x] = _mean([pixel for row in rows for pixel in row[start:stop]])
    return found


def _mean(pixels: list[Pixel]) -> Pixel:
    red, green, blue, alpha = (sum(channel) / len(pixels) for channel in zip(*pixels, strict=True))
    return red, green, blue, alpha


def _on(pixel: Pixel, ground: tuple[int, int, int]) -> tuple[int, int, int]:
    """The colour of a pixel on a ground."""
    through = 1.0 - pixel[3] / 255.0
    red, green, blue = (min(round(pixel[index] + ground[index] * through), 255) for index in range(3))
    return red, green, blue


@lru_cache(maxsize=8192)
def _style(upper: tuple[int, int, int], lower: tuple[int, int, int]) -> Style:
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
