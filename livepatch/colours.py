"""The colours that lights and pictures are named by."""

import re

COLOURS = {
    "red": "#ff5c57",
    "orange": "#ff9e4a",
    "yellow": "#f4d35e",
    "green": "#7ee787",
    "cyan": "#5fd7d7",
    "blue": "#6ea8fe",
    "purple": "#bb9af7",
    "pink": "#f48fb1",
    "white": "#f2f4f8",
}
_HEXADECIMAL = re.compile(r"#[0-9a-fA-F]{6}")


def hexadecimal(colour: str) -> str:
    """A colour by name, or as #rrggbb, as #rrggbb.

    Raises: ValueError: if it is neither.
    """
    if _HEXADECIMAL.fullmatch(colour):
        return colour
    if colour not in COLOURS:
        raise ValueError(f'there is no colour {colour!r}; there are {", ".join(COLOURS)}, and "#rrggbb"')
    return COLOURS[colour]
