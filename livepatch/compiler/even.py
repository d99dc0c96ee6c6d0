"""Lets gcc compute the loops of process() several frames at a time, with functions that it can look into."""

import re

_FUNCTION = re.compile(r"\blivepatch_(?=(?:minimum|maximum|clamp|sqrt|exp2?|log2?|tanh?)\()")


def evenly(text: str) -> str:
    """The C of a module with process(), its functions exchanged for their twins."""
    return _FUNCTION.sub("livepatch_even_", text)
