"""When what has been typed is a whole piece of Python."""

import codeop
import warnings

INDENT = "    "


def finished(code: str) -> bool:
    """Whether `code` can be run as it stands; wrong code can, to hear what is wrong with it.

    A block is finished by an empty line, as at Python's own prompt.
    """
    lines = code.split("\n")
    if len(lines) > 1 and lines[-1].strip() and lines[-1][0].isspace():
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return codeop.compile_command(code, symbol="exec") is not None
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return True


def indent_after(line: str) -> str:
    """The white space that the line after `line` begins with."""
    margin = line[: len(line) - len(line.lstrip())]
    return margin + INDENT if line.rstrip().endswith(":") else margin
