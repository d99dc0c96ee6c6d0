"""Chance: numbers that nobody can foretell, and that come again when a patch is rendered again.

A random word is state: `word = 0` in the class, `self.word = next_word(self.word, self.seed)` in the step.

Source: George Marsaglia, Xorshift RNGs, 2003.
"""

from mypy_extensions import i64


def next_word(word: i64, seed: i64) -> i64:
    """The random word after `word`, 1 to 2 ** 32 - 1; after 0 comes the first of this `seed`, or of any other."""
    first = ((seed & 0xFFFFFFFF) * 0x6C078965 + 0x3C6EF35F) & 0xFFFFFFFF
    a = word if word != 0 else (first if first != 0 else 1)
    b = a ^ ((a << 13) & 0xFFFFFFFF)
    c = b ^ (b >> 17)
    return c ^ ((c << 5) & 0xFFFFFFFF)


def uniform(word: i64) -> float:
    """What chance makes of a random word: 0 up to 1, each number as likely as any other."""
    return float((word * 0x2545F491) & 0xFFFFFFFF) * 2.3283064365386963e-10
