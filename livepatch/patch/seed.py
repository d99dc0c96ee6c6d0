"""Where a module's chance comes from. Source: Sebastiano Vigna, SplitMix64, 2015."""

MASK = (1 << 64) - 1


def seed_of(id: int) -> int:
    """A number for a module's noise that follows from its id alone."""
    mixed = (id * 0x9E3779B97F4A7C15) & MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
    return ((mixed ^ (mixed >> 31)) >> 1) | 1
