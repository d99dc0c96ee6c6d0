"""Long lines broken between words, so that a narrow terminal does not break them inside."""

import re
import textwrap

_COLUMN = re.compile(r".*?\S {2,}(?=\S)")


def wrapped(text: str, columns: int) -> str:
    """The text with no line over `columns` cells, but where a single word is longer.

    What goes on is set under where it began: behind `# `, or in the second column of a table.
    """
    return "\n".join(_wrapped_line(line, columns) for line in text.split("\n"))


def _wrapped_line(line: str, columns: int) -> str:
    if len(line) <= columns:
        return line
    indent = "# " if line.startswith("# ") else " " * (len(line) - len(line.lstrip()))
    if (column := _COLUMN.match(line)) is not None and len(column[0]) <= columns // 2:
        indent = " " * len(column[0])
    return "\n".join(
        textwrap.wrap(
            line,
            columns,
            subsequent_indent=indent,
            replace_whitespace=False,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
