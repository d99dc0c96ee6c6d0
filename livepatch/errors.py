"""Errors a performer sees: what happened, where, and what to do next."""

from pathlib import Path

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong in a module file, at the performer's own line and column, from 1; 0 is not known."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.place(self.path)}: {self.message}"

    def place(self, file: str) -> str:
        """Where it is, as far as that is known, in a file called so."""
        return ":".join([file, *(str(number) for number in (self.line, self.column) if number)])


class LivepatchError(Exception):
    """What a performer asked for cannot be done; `str(error)` is the one line that says why."""


class ModuleError(LivepatchError):
    """A module file is wrong; `problems` says where, first problem first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @classmethod
    def at(cls, path: Path | str, line: int, column: int, message: str) -> "ModuleError":
        """The error of a single problem at `line` (from 1) and `column` (from 1)."""
        return cls([Problem(str(path), line, column, message)])


class PatchError(LivepatchError):
    """A patch, or a change to one, does not fit."""


def what_was_raised(error: Exception, where: str = "") -> str:
    """What a module's own code raised, `where`, and what that means if Python does not say it."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, IndexError) and not str(error):
        text += "that is beyond the end of a buffer"
    text += where
    if isinstance(error, ZeroDivisionError):
        text += "; divide(a, b) of livepatch.dsp gives 0 instead"
    return text
