"""What a patch file may hold: numbers that messages and other systems can hold, whole text, and no abyss."""

import math
from typing import Any

from livepatch.errors import PatchError

DEEPEST = 100
SMALLEST, LARGEST = -(1 << 63), (1 << 64) - 1


def check(value: Any, where: str = "$", depth: int = 0) -> list[str]:
    """Refuse what cannot be kept, wherever it is; the places of numbers that are none (NaN, infinity).

    Raises: PatchError: naming the first.
    """
    match value:
        case str():
            check_text(value, where)
        case bool() | None:
            pass
        case int() if not SMALLEST <= value <= LARGEST:
            raise PatchError(f"a number of {value.bit_length()} bits is more than a patch can hold - at {where}")
        case float() if not math.isfinite(value):
            return [where]
        case dict() | list() if depth > DEEPEST:
            raise PatchError(f"it is nested too deeply - at {where}")
        case dict():
            return [place for key, item in value.items() for place in _item(key, item, where, depth)]
        case list():
            inside = (check(item, f"{where}[{number}]", depth + 1) for number, item in enumerate(value))
            return [place for places in inside for place in places]
        case _:
            pass
    return []


def check_text(text: str, where: str) -> None:
    """Refuse text that cannot be written, such as half of a character. Raises: PatchError: if it is such."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise PatchError(f"a text is not whole: {text[error.start : error.end]!r} - at {where}") from error


def one_line(message: str) -> str:
    """A message as one line that a terminal can show, whatever a file has put into it."""
    line = "".join(letter if letter.isprintable() else " " for letter in message)
    return line if len(line) <= 400 else f"{line[:399]}…"


def _item(key: str, item: Any, where: str, depth: int) -> list[str]:
    check_text(key, where)
    return check(item, f"{where}.{key}", depth + 1)
