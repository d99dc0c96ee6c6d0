"""Work on blocks of samples: native in compiled code, the same as plain Python.

These run between modules and inside generated code. Indices are not checked in compiled code:
the caller owns both ends. A module file uses `signal(...)` and indexes it, which is checked.
"""

import ctypes  # memory that another process reads has no other way in
import math
from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

VOICES: Final = 16
"""Voices in a wide block: voice `c` of frame `i` is at `i * VOICES + c`."""


def blank(frames: i64, sample: float) -> vec[float]:
    """A new block with `sample` at every index."""
    return vec[float]([sample] * frames)


def peek(block: vec[float], index: i64) -> float:
    """The sample at `index`."""
    return block[index]


def poke(block: vec[float], index: i64, sample: float) -> None:
    """Put `sample` at `index`."""
    block[index] = sample


def spans(block: vec[float], start: i64, stop: i64) -> bool:
    """Whether every index from `start` up to `stop` is one of the block."""
    return start >= 0 and stop <= len(block)


def look(block: vec[float], index: i64) -> float:
    """The sample at any index, which is counted from the end below 0; natively 0 if it has none there."""
    return block[index]


def lay(block: vec[float], index: i64, sample: float) -> None:
    """Put `sample` at any index, as `look` finds it; natively nowhere if the block has none there."""
    block[index] = sample


def strayed() -> bool:
    """Whether `look` or `lay` was given an index outside since it was last asked; in plain Python they raise."""
    return False


def fill(block: vec[float], sample: float, start: i64, stop: i64) -> None:
    """Put `sample` at every index from `start` up to `stop`."""
    for index in range(start, stop):
        block[index] = sample


def ramp(block: vec[float], first: float, rise: float, start: i64, stop: i64) -> None:
    """Write a straight line: `first` at `start`, `rise` more at each sample after it."""
    for index in range(start, stop):
        block[index] = first + rise * float(index - start)


def copy(target: vec[float], source: vec[float], start: i64, stop: i64) -> None:
    """Copy `source` over `target`."""
    for index in range(start, stop):
        target[index] = source[index]


def copy_part(target: vec[float], source: vec[float], since: i64, count: i64) -> None:
    """Copy `count` samples of `source` from `since` on to the beginning of `target`."""
    for index in range(count):
        target[index] = source[since + index]


def copy_into(target: vec[float], at: i64, source: vec[float], count: i64) -> None:
    """Copy the first `count` samples of `source` over `target` from `at` on."""
    for index in range(count):
        target[at + index] = source[index]


def add(target: vec[float], source: vec[float], start: i64, stop: i64) -> None:
    """Add `source` to `target`."""
    for index in range(start, stop):
        target[index] = target[index] + source[index]


def copy_scaled(target: vec[float], source: vec[float], gain: float, start: i64, stop: i64) -> None:
    """Write `source` times `gain` over `target`."""
    for index in range(start, stop):
        target[index] = gain * source[index]


def add_scaled(target: vec[float], source: vec[float], gain: float, start: i64, stop: i64) -> None:
    """Add `source` times `gain` to `target`."""
    for index in range(start, stop):
        target[index] = target[index] + gain * source[index]


def add_ramped(  # noqa: PLR0913, PLR0917 - a gain that moves has two numbers
    target: vec[float], source: vec[float], gain: float, rise: float, start: i64, stop: i64
) -> None:
    """Add `source` to `target` with a gain that is `gain` at `start` and grows by `rise` a sample."""
    for index in range(start, stop):
        target[index] = target[index] + (gain + rise * float(index - start)) * source[index]


def blend(  # noqa: PLR0913, PLR0917 - a gain that moves has two numbers
    target: vec[float], source: vec[float], share: float, rise: float, start: i64, stop: i64
) -> None:
    """Blend `source` into `target`: its share is `share` at `start` and grows by `rise` a sample."""
    for index in range(start, stop):
        weight = share + rise * float(index - start)
        target[index] = target[index] + weight * (source[index] - target[index])


def limit(block: vec[float], minimum: float, maximum: float, start: i64, stop: i64) -> None:
    """Hold every sample between `minimum` and `maximum`."""
    for index in range(start, stop):
        block[index] = min(max(block[index], minimum), maximum)


def guard(block: vec[float], start: i64, stop: i64) -> i64:
    """Set every sample that is not finite to 0; how many there were."""
    found = 0
    for index in range(start, stop):
        if not math.isfinite(block[index]):
            block[index] = 0.0
            found += 1
    return found


def is_sound(block: vec[float], start: i64, stop: i64) -> bool:
    """Whether every sample is a finite number."""
    return all(math.isfinite(block[index]) for index in range(start, stop))


def peak(block: vec[float], start: i64, stop: i64) -> float:
    """The largest absolute sample, 0 of none; infinite if any is not finite."""
    largest = 0.0
    for index in range(start, stop):
        sample = abs(block[index])
        largest = max(largest, sample) if math.isfinite(sample) else math.inf
    return largest


def add_voices(  # noqa: PLR0913, PLR0917 - two blocks of either width, and a gain that moves
    target: vec[float], into: i64, source: vec[float], out_of: i64, gain: float, rise: float, start: i64, stop: i64
) -> None:
    """Add `source` to `target`, each with 1 or VOICES voices to the frame (`out_of`, `into`).

    The gain is `gain` at frame `start` and grows by `rise` a frame. One voice goes to all; of many, a block
    of one takes the first.
    """
    for index in range(start, stop):
        weight = gain + rise * float(index - start)
        for voice in range(into):
            place = index * into + voice
            target[place] = target[place] + weight * source[index * out_of + (voice if out_of > 1 else 0)]


def add_part(  # noqa: PLR0913, PLR0917 - a place in each of two blocks
    target: vec[float], at: i64, source: vec[float], since: i64, gain: float, count: i64
) -> None:
    """Add `count` samples of `source` from `since` on to `target` from `at` on."""
    for index in range(count):
        target[at + index] = target[at + index] + gain * source[since + index]


def scale_part(  # noqa: PLR0913, PLR0917 - a place in each of two blocks
    target: vec[float], at: i64, source: vec[float], since: i64, gain: float, count: i64
) -> None:
    """Write `count` samples of `source` from `since` on, times `gain`, over `target` from `at` on."""
    for index in range(count):
        target[at + index] = gain * source[since + index]


def dot_rows(  # noqa: PLR0913, PLR0917 - four rows, and as many weights
    line: vec[float],
    at: i64,
    rows: vec[float],
    since: i64,
    gap: i64,
    a: float,
    b: float,
    c: float,
    d: float,
    count: i64,
) -> float:
    """The sum of the products of `count` samples of `line` from `at` on and of what four rows have.

    The rows begin at `since` and `gap` from one another, and count as much as `a`, `b`, `c` and `d`.
    """
    return sum(line[at + index] * _mixed(rows, since + index, gap, (a, b, c, d)) for index in range(count))


def add_rows(  # noqa: PLR0913, PLR0917 - as above
    line: vec[float],
    at: i64,
    rows: vec[float],
    since: i64,
    gap: i64,
    a: float,
    b: float,
    c: float,
    d: float,
    count: i64,
) -> None:
    """Add what four rows have, as in `dot_rows`, to `count` samples of `line` from `at` on."""
    for index in range(count):
        line[at + index] = line[at + index] + _mixed(rows, since + index, gap, (a, b, c, d))


def _mixed(rows: vec[float], at: i64, gap: i64, weights: tuple[float, float, float, float]) -> float:
    a, b, c, d = weights
    return a * rows[at] + b * rows[at + gap] + c * rows[at + 2 * gap] + d * rows[at + 3 * gap]


def add_sum(  # noqa: PLR0913, PLR0917 - as above
    target: vec[float], source: vec[float], voices: i64, gain: float, rise: float, start: i64, stop: i64
) -> None:
    """Add the first `voices` of a wide block, summed, to a block of one voice."""
    for index in range(start, stop):
        total = sum_voices(source, index, voices)
        target[index] = target[index] + (gain + rise * float(index - start)) * total


def sum_voices(block: vec[float], frame: i64, voices: i64) -> float:
    """The sum of the first `voices` of a frame of a wide block."""
    found = [block[frame * VOICES + voice] for voice in range(voices)]
    while voices == VOICES and len(found) > 1:  # all of them as two halves, and so on
        half = len(found) // 2
        found = [found[voice] + found[voice + half] for voice in range(half)]
    return sum(found)


def take_voice(target: vec[float], source: vec[float], voice: i64, start: i64, stop: i64) -> None:
    """Write one voice of the wide block `source` over `target`, frame by frame."""
    for index in range(start, stop):
        target[index] = source[index * VOICES + voice]


def put_voice(target: vec[float], source: vec[float], voice: i64, start: i64, stop: i64) -> None:
    """Write `source` over one voice of the wide block `target`, frame by frame."""
    for index in range(start, stop):
        target[index * VOICES + voice] = source[index]


def spread(target: vec[float], source: vec[float], gain: float, start: i64, stop: i64) -> None:
    """Write `source` times `gain` over every voice of the wide block `target`."""
    for index in range(start, stop):
        for voice in range(VOICES):
            target[index * VOICES + voice] = gain * source[index]


def clear_voices(block: vec[float], voices: i64, start: i64, stop: i64) -> None:
    """Set the voices of a wide block from number `voices` on to 0."""
    for index in range(start, stop):
        for voice in range(voices, VOICES):
            block[index * VOICES + voice] = 0.0


def flush_denormals() -> None:
    """Make the calling thread treat numbers too small to hear as 0, so that fading tails cost no more.

    Nothing happens in plain Python.
    """


def capturer() -> i64:
    """Where the function lies that PortAudio calls with captured sound, natively; 0 in plain Python."""
    return 0


def store(address: i64, number: i64) -> None:
    """Put a whole number into 8 bytes of memory, at once. The caller keeps them alive."""
    ctypes.c_int64.from_address(address).value = number
