"""Marks the boilerplate in generated C as not worth optimising: most of the C compiler's time goes there."""

import re
from itertools import pairwise

_BOILERPLATE = re.compile(
    r"CPyDef_\w*(?:_____\w+__|___prepare|__top_level__|___mypyc_\w*|_setup|_params|_get_state|_set_state)\("
    r"|_clear\(|_clear_on_completion\("
)
_OPENS = re.compile(r"^[A-Za-z_].*\) ?\{$")
_NAME_LINE = re.compile(r"^[A-Za-z_].*\)$")


def mark_cold(text: str, mark: str) -> str:
    """The C `text` with `mark` in front of every function but those that sound: process, step and functions."""
    lines = text.split("\n")
    result = [f"#define COLD {mark}"]
    for line, following in pairwise([*lines, ""]):
        on_two_lines = following == "{" and _NAME_LINE.match(line) is not None
        if on_two_lines and _is_type(result[-1]):
            result[-1] = f"COLD {result[-1]}"
            result.append(line)
        elif on_two_lines or (_OPENS.match(line) and _is_cold(line)):
            result.append(f"COLD {line}")
        else:
            result.append(line)
    return "\n".join(result)


def _is_cold(line: str) -> bool:
    return "CPyDef_" not in line or _BOILERPLATE.search(line) is not None


def _is_type(line: str) -> bool:
    """Whether a line is only a function's result type, its name being on the next."""
    return bool(line) and line[0].isalpha() and "(" not in line and not line.endswith((";", "}", "{"))
