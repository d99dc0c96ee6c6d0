"""Where in a JSON text a value stands, for the lines of error messages."""

import json
import re
from collections.abc import Sequence

Key = str | int
_WHITE = re.compile(r"[ \t\r\n]*")
_STEP = re.compile(r"\.(\w+)|\[([0-9]{1,9})\]")
_DECODER = json.JSONDecoder()


def keys_of(path: str) -> list[Key]:
    """The keys and indices in a path such as `$.modules[0].id`."""
    return [name or int(number) for name, number in _STEP.findall(path)]


def place(text: str, keys: Sequence[Key]) -> tuple[int, int]:
    """Line and column, from 1, of what `keys` lead to in a valid JSON text; of the last of them that is there."""
    at = _find(text, _skip(text, 0), list(keys))
    before = text[:at]
    return before.count("\n") + 1, at - before.rfind("\n")


def _find(text: str, start: int, keys: list[Key]) -> int:
    """Where the value stands that `keys` lead to from the value at `start`."""
    found = -1
    if keys and text[start] in "{[":
        index, number = _skip(text, start + 1), 0
        while text[index] not in "}]":
            key: Key = number
            if text[start] == "{":
                key, index = _DECODER.raw_decode(text, index)
                index = _skip(text, _skip(text, index) + 1)
            if key == keys[0]:
                found = index
            index = _skip(text, _DECODER.raw_decode(text, index)[1])
            if text[index] == ",":
                index = _skip(text, index + 1)
            number += 1
    return start if found < 0 else _find(text, found, keys[1:])


def _skip(text: str, index: int) -> int:
    """The first place from `index` that is not white."""
    match = _WHITE.match(text, index)
    return match.end() if match else index
