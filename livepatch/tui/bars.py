"""Knob bars, level meters and curves as characters. Pure text, no colours."""

import math
from collections.abc import Sequence

FULL_METER_VOLTS = 10.0
METER_RANGE_DB = 48.0
LIT, HALF, DARK = "⣶", "⡆", " "
LIGHT_STEPS = 8
VOICE_STEPS = 4
BRAILLE = 0x2800
BRAILLE_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot: by column from the left, then by row from the top."""


def knob_bar(position: float, zero: float, cells: int) -> list[tuple[str, bool]]:
    """A knob's bar, lit from `zero` to `position` (both 0..1): runs of characters, and whether each is lit."""
    halves = 2 * cells
    start, stop = sorted((round(zero * halves), round(position * halves)))
    if start == stop:
        start, stop = (start - 1, stop) if start == halves else (start, stop + 1)
    runs: list[tuple[str, bool]] = []
    for cell in range(cells):
        left, right = (start <= half < stop for half in (2 * cell, 2 * cell + 1))
        lit = left or right
        character = "━" if left and right else "╸" if left else "╺" if right else "─"
        if runs and runs[-1][1] == lit:
            character = runs.pop()[0] + character
        runs.append((character, lit))
    return runs


def meter_step(volts: float, cells: int) -> int:
    """How many half cells a meter of `cells` lights: 10 V all, -48 dB below that none."""
    if not volts > 0.0:
        return 0
    decibels = 20.0 * math.log10(volts / FULL_METER_VOLTS)
    return round(2 * cells * min(max(1.0 + decibels / METER_RANGE_DB, 0.0), 1.0))


def meter_bar(step: int, cells: int) -> str:
    """The characters of a meter that lights `step` half cells."""
    whole, half = divmod(min(max(step, 0), 2 * cells), 2)
    return (LIT * whole + HALF * half).ljust(cells, DARK)


def light_step(brightness: float) -> int:
    """How bright a light looks, -LIGHT_STEPS to LIGHT_STEPS; the faintest light is not dark."""
    if not math.isfinite(brightness):
        return 0
    held = min(max(brightness, -1.0), 1.0)
    return int(math.copysign(math.ceil(abs(held) * LIGHT_STEPS - 0.25), held))


def voice_bars(steps: Sequence[int]) -> str:
    """A bar for each voice, two to a character, 0 to VOICE_STEPS high; none lights its lowest dot at least."""
    padded = [*steps, 0] if len(steps) % 2 else list(steps)
    characters = []
    for left in range(0, len(padded), 2):
        dots = 0
        for column, step in enumerate(padded[left : left + 2]):
            lit = max(step, 1) if left + column < len(steps) else 0
            for row in range(VOICE_STEPS - lit, VOICE_STEPS):
                dots |= BRAILLE_DOTS[column][row]
        characters.append(chr(BRAILLE + dots))
    return "".join(characters)


def curve(samples: Sequence[float], cells: int, rows: int) -> list[str]:
    """A curve in braille, `rows` lines of `cells` characters; ±1.0 fills the height, oldest sample left."""
    columns, height = 2 * cells, 4 * rows
    dots = [[0] * cells for _ in range(rows)]
    if not samples or cells <= 0:
        return [" " * max(cells, 0)] * rows
    former: int | None = None
    for x in range(columns):
        start = x * len(samples) // columns
        piece = samples[start : max((x + 1) * len(samples) // columns, start + 1)]
        heights = [_height(sample, height) for sample in piece]
        top, bottom = min(heights), max(heights)
        if former is not None:
            top, bottom = min(top, former), max(bottom, former)
        former = heights[-1]
        for y in range(top, bottom + 1):
            dots[y // 4][x // 2] |= BRAILLE_DOTS[x % 2][y % 4]
    return ["".join(chr(BRAILLE + dot) for dot in row) for row in dots]


def _height(sample: float, height: int) -> int:
    held = min(max(sample, -1.0), 1.0) if math.isfinite(sample) else 0.0
    return round((1.0 - held) / 2.0 * (height - 1))
