"""The session's end of the process that draws the modules' own pictures."""

import itertools
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from livepatch.canvas import AnyShape
from livepatch.protocol.channel import ChannelClosedError
from livepatch.protocol.children import Child
from livepatch.protocol.twin_messages import Draw, FromPainter, Painted
from livepatch.session.sources import Code

LONGEST_SECONDS = 6.0
"""The process itself ends a picture sooner; after this it is ended, whatever it does."""
_TRACED = re.compile(r'^  File "(?P<path>.*)", line (?P<line>\d+) in ', re.MULTILINE)


class PainterError(Exception):
    """draw() went wrong at the author's `line`. `endless`: it did not end, and would not the next time either."""

    def __init__(self, line: int, text: str, *, endless: bool = False) -> None:
        super().__init__(text)
        self.line = line
        self.endless = endless


class Painter:
    """Starts the process when it is needed, and again when it died. Used by one thread, which outlives it."""

    def __init__(self, runtime: Path, arguments: tuple[str, ...] = (), log: Path | None = None) -> None:
        self._trace = runtime / "painter-trace"
        self._log = log if log is not None else runtime / "painter.log"
        self._arguments = ("--trace", str(self._trace), *arguments)
        self._child: Child | None = None
        self._known: set[str] = set()
        self._forgotten: set[str] = set()
        self._serials = itertools.count(1)

    def draw(self, code: Code, sample_rate: float, values: Mapping[str, Any]) -> tuple[AnyShape, ...]:
        """The picture of a module with this code, its attributes as in `values`.

        Raises: PainterError: if its file cannot be run, or draw() raises or does not end.
        """
        try:
            painted = self._ask(code, sample_rate, values)
        except TimeoutError:
            self.end()
            raise PainterError(0, "it does not end", endless=True) from None
        except ChannelClosedError:
            self.end()
            raise self._autopsy(code.path) from None
        except OSError as error:
            raise PainterError(0, f"nothing can be drawn: {error}") from error
        if painted.problem:
            self._known.discard(code.source)
            raise PainterError(painted.line, painted.problem, endless=painted.endless)
        return painted.shapes

    def keep_only(self, sources: set[str]) -> None:
        """Forget the code that plays no more."""
        self._forgotten |= self._known - sources
        self._known &= sources

    def end(self) -> None:
        """End the process."""
        child, self._child = self._child, None
        self._known.clear()
        if child is not None:
            child.kill()

    def _ask(self, code: Code, sample_rate: float, values: Mapping[str, Any]) -> Painted:
        child = self._child
        if child is None or not child.alive():
            self.end()
            child = self._child = Child("livepatch.painter", list(self._arguments), FromPainter, self._log)
        text = "" if code.source in self._known else code.text
        self._known.add(code.source)
        forgotten, self._forgotten = tuple(self._forgotten), set()
        serial = next(self._serials)
        child.channel.send(
            Draw(
                serial=serial,
                type=code.type,
                class_name=code.panel.class_name,
                path=code.path,
                text=text,
                source=code.source,
                sample_rate=sample_rate,
                values=dict(values),
                forget=forgotten,
            )
        )
        deadline = time.monotonic() + LONGEST_SECONDS
        while True:
            answer = child.channel.receive(max(0.0, deadline - time.monotonic()))
            if isinstance(answer, Painted) and answer.serial == serial:
                return answer

    def _autopsy(self, path: str) -> PainterError:
        """What a process died of that drew for the file at `path`."""
        try:
            trace = self._trace.read_text("utf-8", "replace")
        except OSError:
            trace = ""
        lines = [int(match["line"]) for match in _TRACED.finditer(trace) if match["path"] == path]
        if trace:
            return PainterError(lines[0] if lines else 0, "it does not end", endless=True)
        return PainterError(0, f"it brought its process down; see {self._log}", endless=True)
