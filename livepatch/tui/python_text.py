"""Python as it is typed: when it is whole, how its next line is indented, what colours it has."""

import codeop
import functools
import warnings

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token
from rich.style import Style
from rich.text import Text

INDENT = "    "
Colours = tuple[tuple[str, Style], ...]
"""The style of each kind of token in KINDS, by its name."""

KINDS = (
    (Comment, "comment"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (String, "string"),
    (Number, "number"),
    (Name.Builtin, "builtin"),
    (Name.Decorator, "builtin"),
    (Name.Exception, "builtin"),
    (Operator, "operator"),
)


def whole(code: str) -> bool:
    """Whether `code` can run as it stands; wrong code can, so that the performer hears what is wrong.

    A block is whole once an empty line follows it.
    """
    last = code.rsplit("\n", maxsplit=1)[-1]
    in_block = "\n" in code and last.strip() and last[0].isspace() and not _compiles(code, "single", wrong=False)
    return not in_block and _compiles(code, "exec", wrong=True)


def _compiles(code: str, symbol: str, *, wrong: bool) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return codeop.compile_command(code, symbol=symbol) is not None
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return wrong


def indent_after(line: str) -> str:
    """The white space that the line after `line` begins with."""
    margin = line[: len(line) - len(line.lstrip())]
    return margin + INDENT if line.rstrip().endswith(":") else margin


@functools.lru_cache(maxsize=64)
def coloured(code: str, colours: Colours) -> Text:
    """`code` with its tokens in colour. Do not change what is returned: it is kept."""
    styles = dict(colours)
    text = Text(code, end="", no_wrap=True)
    place = 0
    for kind, value in _lexer().get_tokens(code):
        name = next((name for token, name in KINDS if kind in token), "")
        if name and (style := styles.get(name)) is not None and kind is not Token.Text:
            text.stylize(style, place, place + len(value))
        place += len(value)
    return text


@functools.cache
def _lexer() -> PythonLexer:
    return PythonLexer(stripnl=False, ensurenl=False)
