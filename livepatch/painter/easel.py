"""Draws for modules: the performer's own classes as plain Python, without sound.

A twin of a module has what its draw() reads of the module that plays.
"""

import contextlib
import faulthandler
import signal
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from livepatch.canvas import Canvas
from livepatch.picture_mistakes import told
from livepatch.protocol.twin_messages import EACH, Draw, Painted
from livepatch.voices import Number, Row

SECONDS = 1.0
"""Processor time that a picture may take."""
AGAIN_SECONDS = 0.1
HARD_SECONDS = 2.0
"""Later by this much, on the clock, the process ends: a single call of C is in the way."""


class _EndlessError(BaseException):
    """A picture takes too long; not an Exception, which the performer's code may catch."""


class Easel:
    """Classes of the module files that play, each run once for each text.

    Where a picture cannot be ended otherwise, the process ends, and `trace` says what ran.
    """

    def __init__(self, trace: Path, seconds: float = SECONDS) -> None:
        self._trace = trace
        self._seconds = seconds
        self._classes: dict[str, type[Any]] = {}

    def draw(self, request: Draw) -> Painted:
        """Draw one picture; a `problem` instead of anything that goes wrong."""
        for source in request.forget:
            self._classes.pop(source, None)
        canvas, twin = Canvas(), None
        try:
            with self._limited():
                twin = self._twin(request)
                twin.draw(canvas)
        except _EndlessError as error:
            return Painted(
                request.serial, problem="it does not end", line=_line(error, request.path), endless=True
            )
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is the author's code
            words = told(error, canvas, twin) if isinstance(error, Exception) else f"SystemExit: {error}"
            return Painted(request.serial, problem=words, line=_line(error, request.path))
        return Painted(request.serial, tuple(canvas.shapes))

    def _twin(self, request: Draw) -> Any:
        if request.source not in self._classes:
            namespace: dict[str, Any] = {"__name__": f"livepatch_twin_{request.type}"}
            # the compiler has taken this text, so all it does is declare
            exec(compile(request.text, request.path, "exec"), namespace)  # noqa: S102
            self._classes[request.source] = namespace[request.class_name]
        cls: Any = self._classes[request.source]
        twin = cls.__new__(cls)  # nothing is allocated that it does not read
        twin.sample_rate = request.sample_rate
        for name, value in request.values.items():
            if not name.endswith(EACH):
                each = request.values.get(name + EACH)
                setattr(twin, name, value if each is None else _voiced(value, each))
        return twin

    @contextlib.contextmanager
    def _limited(self) -> Iterator[None]:
        signal.signal(signal.SIGPROF, _end)
        with self._trace.open("w", encoding="utf-8") as trace:
            faulthandler.dump_traceback_later(self._seconds + HARD_SECONDS, exit=True, file=trace)
            signal.setitimer(signal.ITIMER_PROF, self._seconds, AGAIN_SECONDS)
            try:
                yield
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0.0)
                faulthandler.cancel_dump_traceback_later()


def _voiced(value: Any, each: list[Any]) -> Number | Row:
    """A value that each() finds the other voices of."""
    voiced = Row(value) if isinstance(value, list) else Number(value)
    voiced.voices = each
    return voiced


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _EndlessError


def _line(error: BaseException, path: str) -> int:
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return lines[-1] if lines else 0
