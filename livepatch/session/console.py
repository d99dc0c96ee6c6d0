"""Evaluates what a performer types: a value to show, or an error in few lines."""

import ast
import linecache
import re
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterable
from types import CodeType, TracebackType
from typing import Any

from livepatch import locations
from livepatch.errors import LivepatchError
from livepatch.likeness import hint
from livepatch.session.interrupts import Interrupts

KEPT_PIECES = 500
SPEAKERS = "out"
"""What the examples call the module that plays to the sound card."""
LONGEST_VALUE = 100_000
LONGEST_REST = 30
"""So much is shown of what stands where a line is no Python."""
_NOT_OURS = (str(locations.PACKAGE), *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))


class Console:
    """Runs Python in one namespace. Main thread only. `names` can be typed, modules of `types` added."""

    def __init__(
        self,
        namespace: dict[str, Any],
        interrupts: Interrupts,
        names: Callable[[], Iterable[str]],
        types: Callable[[], Iterable[str]],
    ) -> None:
        self.namespace = namespace
        self._names = names
        self._types = types
        self._interrupts = interrupts
        self._count = 0

    def evaluate(self, code: str) -> tuple[str, str]:
        """Run a piece of Python; the repr of its last expression, and what went wrong. One of them is empty."""
        try:
            shown = self._interrupts.evaluate(lambda: self._show(code))
        except KeyboardInterrupt:
            return "", "interrupted"
        except LivepatchError as error:
            return "", str(error)
        except BaseException as error:  # noqa: BLE001 - SystemExit too: no line ends the session
            return "", _tell(error) + self._meant(error, code)
        return shown, ""

    def _meant(self, error: BaseException, code: str) -> str:
        """What to add about a name that is not there: how it gets there, one like it, or a text in quotes."""
        if not isinstance(error, NameError) or not error.name:
            return ""
        if error.name in self._types():
            return f'; add("{error.name}") puts one into the rack'
        if error.name == SPEAKERS:
            return f'; {SPEAKERS} = add("audio_out") puts it into the rack'
        alone = re.search(rf"\(\s*{re.escape(error.name)}\s*[,)]", code)
        return hint(error.name, self._names(), f'a text is typed in quotes: "{error.name}"' if alone else "")

    def _show(self, code: str) -> str:
        value = self._run(code)
        shown = "" if value is None else _shorten(repr(value))
        if value is not None:
            self.namespace["_"] = value
        return shown

    def _run(self, code: str) -> Any:
        statements, last = self._compile(code)
        if statements is not None:
            exec(statements, self.namespace)  # noqa: S102 - this is the instrument
        return eval(last, self.namespace) if last is not None else None  # noqa: S307 - as above

    def _compile(self, code: str) -> tuple[CodeType | None, CodeType | None]:
        self._count += 1
        name = f"<line {self._count}>"
        linecache.cache[name] = (len(code), None, [f"{line}\n" for line in code.splitlines()], name)
        linecache.cache.pop(f"<line {self._count - KEPT_PIECES}>", None)
        tree = ast.parse(code, name)
        last = None
        final = tree.body[-1] if tree.body else None
        if isinstance(final, ast.Expr) and not code.rstrip().endswith(";"):
            tree.body.pop()
            last = compile(ast.Expression(final.value), name, "eval", dont_inherit=True)
        statements = compile(tree, name, "exec", dont_inherit=True) if tree.body else None
        return statements, last


def tell_background(kind: type[BaseException], error: BaseException | None) -> str:
    """An exception of a thread of the performer's, as `Console.evaluate` would tell it."""
    if isinstance(error, LivepatchError):
        return str(error)
    return _tell(error if error is not None else kind())


def _tell(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and not _own(error.__traceback__):
        return _misspelt(error)
    told = traceback.TracebackException.from_exception(error, limit=None)
    seen: traceback.TracebackException | None = told
    while seen is not None:
        seen.stack = traceback.StackSummary.from_list([frame for frame in seen.stack if _is_own(frame.filename)])
        seen = seen.__cause__ or seen.__context__
    if len(told.stack) > 1 or told.__cause__ or (told.__context__ and not told.__suppress_context__):
        return "".join(told.format()).rstrip("\n")
    return _place(told.stack) + "".join(told.format_exception_only()).rstrip("\n")


def _misspelt(error: SyntaxError) -> str:
    """What is no Python, in one line, with what stands where it went wrong."""
    text = (error.text or "").rstrip("\n")
    column = error.offset or 1
    rest = text[column - 1 :].strip()
    if len(rest) > LONGEST_REST:
        rest = rest[: LONGEST_REST - 1] + "…"
    place = f"line {error.lineno}: " if len(linecache.getlines(error.filename or "")) > 1 else ""
    return f"{place}{type(error).__name__}: {error.msg} (column {column}: {rest or 'the end'})"


def _place(stack: traceback.StackSummary) -> str:
    """Which line of a piece of several it was, that the performer has just typed."""
    for frame in stack:
        if frame.filename.startswith("<line ") and len(linecache.getlines(frame.filename)) > 1:
            return f"line {frame.lineno}: "
        if not frame.filename.startswith("<line "):
            return f"{frame.filename}:{frame.lineno}: "
    return ""


def _own(trace: TracebackType | None) -> bool:
    return any(_is_own(frame.filename) for frame in traceback.extract_tb(trace))


def _is_own(path: str) -> bool:
    if path.startswith("<"):
        return path.startswith("<line ")
    return not path.startswith(_NOT_OURS) and not path.startswith(sys.prefix)


def _shorten(text: str) -> str:
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{text[:LONGEST_VALUE]}… ({len(text)} characters)"
