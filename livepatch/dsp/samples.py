"""Samples as files and converters have them: whole numbers of some bits."""

from livepatch.dsp.functions import clamp, nearest


def to_pcm(x: float, bits: int) -> int:
    """`x`, ±1.0, as the nearest whole number of 2 to 32 `bits`; what is beyond full scale is the last one."""
    scale = float(1 << (bits - 1))
    return int(nearest(clamp(x * scale, -scale, scale - 1.0)))


def from_pcm(number: int, bits: int) -> float:
    """A whole number of so many `bits` as ±1.0, exactly; the lowest is -1."""
    return float(number) / float(1 << (bits - 1))
