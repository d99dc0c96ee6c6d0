"""Python as it is entered line by line: when it is whole, and how its next line is indented."""

import codeop
import warnings

INDENT = "    "


def whole(code: str) -> bool:
    """Whether `code` can run as it stands; wrong code can, so that the performer hears what is wrong.

    A block is whole once an empty line follows it, as at Python's own prompt.
    """
    last = code.rsplit("\n", maxsplit=1)[-1]
    in_block = "\n" in code and last.strip() and last[0].isspace() and not _compiles(code, "single", wrong=False)
    return not in_block and _compiles(code, "exec", wrong=True)


def indent_after(line: str) -> str:
    """The white space that the line after `line` begins with."""
    margin = line[: len(line) - len(line.lstrip())]
    return margin + INDENT if line.rstrip().endswith(":") else margin


def _compiles(code: str, symbol: str, *, wrong: bool) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return codeop.compile_command(code, symbol=symbol) is not None
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return wrong
