"""JSON5, the JSON that people write: comments, trailing commas, other quotes, names and numbers.

Source: json5.org, The JSON5 Data Interchange Format, version 1.0.0.
"""

import re
from typing import Any, NoReturn

from livepatch.errors import LivepatchError

DEEPEST = 64
SPACE = re.compile(
    r"(?:[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
    r"|//[^\n\r\u2028\u2029]*|/\*.*?\*/)*",
    re.DOTALL,
)
NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|Infinity|NaN|(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)")
NAME = re.compile(r"(?:[^\W\d]|\$|\\u[0-9a-fA-F]{4})(?:[\w$\u200c\u200d]|\\u[0-9a-fA-F]{4})*")
PLAIN = {quote: re.compile(rf"[^{quote}\\\n\r]*") for quote in "\"'"}
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\n\r\u2028\u2029])|(0)(?!\d)|([^ux\d]))")
ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
WORDS = {"null": None, "true": True, "false": False}
AFTER_WORD = re.compile(r"[\w$]")
MOST_DIGITS = 1000


class Json5Error(LivepatchError):
    """A text that is no JSON5; the line says where."""


def loads(text: str) -> Any:
    """What a JSON5 text says: dicts, lists, strings, numbers, True, False and None.

    Raises: Json5Error: if it is none, or is nested more than 64 deep.
    """
    reader = _Reader(text)
    value = reader.value(0)
    reader.space()
    if reader.place < len(text):
        reader.refuse("there is more after the end")
    return value


class _Reader:
    """A place in a text, which moves on as it is read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.place = 0

    def refuse(self, why: str) -> NoReturn:
        line = self._text.count("\n", 0, self.place) + 1
        column = self.place - self._text.rfind("\n", 0, self.place)
        raise Json5Error(f"line {line}, column {column}: {why}")

    def space(self) -> str:
        """Pass over white space and comments; the character after them, "" at the end."""
        match = SPACE.match(self._text, self.place)
        self.place = match.end() if match else self.place
        return self._text[self.place : self.place + 1]

    def value(self, depth: int) -> Any:
        if depth > DEEPEST:
            self.refuse(f"nested more than {DEEPEST} deep")
        first = self.space()
        if first == "{":
            return self._object(depth)
        if first == "[":
            return self._array(depth)
        if first and first in "\"'":
            return self._string(first)
        for word, value in WORDS.items():
            if self._text.startswith(word, self.place):
                self._end_of_word(self.place + len(word))
                return value
        return self._number()

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.place += 1
        while self.space() != "}":
            key = self._key()
            if self.space() != ":":
                self.refuse(f"after {key!r} there should be a colon")
            self.place += 1
            found[key] = self.value(depth + 1)
            self._comma("}")
        self.place += 1
        return found

    def _array(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self.place += 1
        while self.space() != "]":
            found.append(self.value(depth + 1))
            self._comma("]")
        self.place += 1
        return found

    def _comma(self, end: str) -> None:
        """Pass over the comma after an element; the last one needs none."""
        after = self.space()
        if after == ",":
            self.place += 1
        elif after != end:
            self.refuse(f"there should be a comma or {end}" if after else f"the end comes before its {end}")

    def _key(self) -> str:
        if (first := self.space()) and first in "\"'":
            return self._string(first)
        match = NAME.match(self._text, self.place)
        if match is None:
            self.refuse("there should be a name" if first else "the end comes before its }")
        self.place = match.end()
        return re.sub(r"\\u(.{4})", lambda code: chr(int(code[1], 16)), match[0])

    def _string(self, quote: str) -> str:
        parts: list[str] = []
        start = self.place
        self.place += 1
        while True:
            plain = PLAIN[quote].match(self._text, self.place)
            parts.append(plain[0] if plain else "")
            self.place += len(parts[-1])
            after = self._text[self.place : self.place + 1]
            if after == quote:
                self.place += 1
                return _joined("".join(parts))
            if after != "\\":
                self.place = start
                self.refuse("a string that does not end")
            match = ESCAPE.match(self._text, self.place)
            if match is None:
                self.refuse("no such escape in a string")
            code, byte, line_end, null, other = match.groups()
            if code or byte:
                parts.append(chr(int(code or byte, 16)))
            elif not line_end:
                parts.append("\0" if null else ESCAPED.get(other, other))
            self.place = match.end()

    def _number(self) -> int | float:
        match = NUMBER.match(self._text, self.place)
        if match is None or len(match[0]) > MOST_DIGITS:
            self.refuse(
                "there should be a value" if self._text[self.place : self.place + 1] else "nothing is here"
            )
        self._end_of_word(match.end())
        text = match[0]
        if "x" in text or "X" in text:
            return int(text, 16)
        if re.fullmatch(r"[+-]?\d+", text):
            return int(text)
        return float(text)

    def _end_of_word(self, end: int) -> None:
        """Go to `end`. Raises: Json5Error: if the word or number goes on there."""
        if AFTER_WORD.match(self._text, end):
            self.refuse("there should be a value")
        self.place = end


def _joined(text: str) -> str:
    """A text whose characters beyond 16 bits may be escaped in two halves; half a one becomes a question mark."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
