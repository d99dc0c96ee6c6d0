"""Python in colour."""

import functools

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token
from rich.style import Style
from rich.text import Text

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
