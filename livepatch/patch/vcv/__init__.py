"""Patches of VCV Rack: `.vcv` of every version read, v2 written. Plain data, no processes."""

from livepatch.patch.vcv.reading import TAKEN, Read, read
from livepatch.patch.vcv.writing import write

__all__ = ["TAKEN", "Read", "is_name", "read", "write"]


def is_name(name: str) -> bool:
    """Whether a file's name is that of a Rack patch."""
    return name.lower().endswith(".vcv")
