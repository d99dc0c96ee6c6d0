"""Patches of VCV Rack: `.vcv` of every version read, v2 written. Plain data, no processes."""

from livepatch.patch.patch import Patch
from livepatch.patch.vcv.reading import KEPT, TAKEN, Read, read
from livepatch.patch.vcv.writing import write

__all__ = ["TAKEN", "Read", "duplicate", "is_name", "read", "write"]


def is_name(name: str) -> bool:
    """Whether a file's name is that of a Rack patch."""
    return name.lower().endswith(".vcv")


def duplicate(patch: Patch, id: int, copy: int) -> None:
    """Let another module be the same one of Rack's, but for its id there."""
    kept = patch.unknown_of_modules.get(id, {}).get(KEPT)
    if isinstance(kept, dict):
        patch.unknown_of_modules[copy] = {KEPT: {key: value for key, value in kept.items() if key != "id"}}
