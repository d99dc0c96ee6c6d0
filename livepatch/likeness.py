"""Names that are almost what somebody typed."""

import difflib
from collections.abc import Iterable

FEWEST_CHARACTERS = 3
"""A shorter word is in too many names to say anything."""


def alike(word: str, names: Iterable[str]) -> str:
    """The name that is most like a word, "" if none is; case does not matter.

    A word that is a part of only one name is like that.
    """
    by_small = {name.casefold(): name for name in names}
    small = word.casefold().strip()
    close = difflib.get_close_matches(small, by_small, 1)
    if close:
        return by_small[close[0]]
    within = [name for each, name in by_small.items() if small in each]
    return within[0] if len(within) == 1 and len(small) >= FEWEST_CHARACTERS else ""


def hint(word: str, names: Iterable[str], otherwise: str = "") -> str:
    """What to add to a line about a name that is not there: `; did you mean 'cutoff'?`, else `; otherwise`."""
    name = alike(word, names)
    if name:
        return f"; did you mean {name!r}?"
    return f"; {otherwise}" if otherwise else ""
