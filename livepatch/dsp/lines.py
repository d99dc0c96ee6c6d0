"""Delay lines: a buffer that is written at a position which goes round, and read behind it."""

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.functions import clamp, floor


def tap(line: vec[float], position: i64, distance: float) -> float:
    """What was written to `line` `distance` frames before `position`, between frames along a smooth curve.

    It looks a frame to either side: read at 2 frames or more where `position` is yet to be written, at 1 or more
    where it has been. The distance is held below the length of the line.
    """
    length = len(line)
    if length < 4 or not 0 <= position < length:
        return 0.0
    held = clamp(distance, 1.0, float(length - 3))
    whole = floor(held)
    t = held - whole
    near = position - int(whole)
    near = near + length if near < 0 else near
    newer = near + 1 if near + 1 < length else 0
    older = near - 1 if near > 0 else length - 1
    oldest = older - 1 if older > 0 else length - 1
    a = line[newer]
    b = line[near]
    c = line[older]
    d = line[oldest]
    curve = a - 2.5 * b + 2.0 * c - 0.5 * d
    bend = 0.5 * (d - a) + 1.5 * (b - c)
    return b + t * (0.5 * (c - a) + t * (curve + t * bend))
