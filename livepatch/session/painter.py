"""Draws for modules: the performer's own classes as plain Python, without sound.

A twin of a module has what its draw() reads of the module that plays. What it does may raise or never end
without harm to anything else.
"""

import traceback
from collections.abc import Callable, Mapping
from typing import Any

from livepatch.session.guard import EndlessError, Guard
from livepatch.session.sources import Code


class PainterError(Exception):
    """draw() went wrong at the author's `line`."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


class Painter:
    """Classes of the module files that play, each run once for each text. Used by one thread."""

    def __init__(self, guard: Guard | None = None) -> None:
        self._guard = guard or Guard()
        self._classes: dict[str, type[Any]] = {}

    def make(self, code: Code, sample_rate: float, values: Mapping[str, Any]) -> Any:
        """A twin of a module with this code, its attributes as in `values`.

        Raises: PainterError: if its file cannot be run.
        """
        if code.source not in self._classes:
            namespace: dict[str, Any] = {"__name__": f"livepatch_twin_{code.type}"}
            # the compiler has taken this text, so all it does is declare
            self.run(code, lambda: exec(compile(code.text, code.path, "exec"), namespace))  # noqa: S102
            self._classes[code.source] = namespace[code.panel.class_name]
        cls: Any = self._classes[code.source]
        twin = cls.__new__(cls)  # nothing is allocated that it does not read
        twin.sample_rate = sample_rate
        for name, value in values.items():
            setattr(twin, name, value)
        return twin

    def run(self, code: Code, act: Callable[[], object]) -> None:
        """Have a twin of a module with this code do something.

        Raises: PainterError: if it raises, or does not end.
        """
        try:
            self._guard.run(act)
        except EndlessError as error:
            raise PainterError(_line(error, code.path), "it does not end") from None
        except Exception as error:
            raise PainterError(_line(error, code.path), f"{type(error).__name__}: {error}") from error

    def keep_only(self, sources: set[str]) -> None:
        """Forget the classes of code that plays no more."""
        for source in self._classes.keys() - sources:
            del self._classes[source]


def _line(error: BaseException, path: str) -> int:
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return lines[-1] if lines else 0
