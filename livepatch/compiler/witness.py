"""Finds the author's line for what went wrong in native code, by playing the same as plain Python."""

import ast
import math
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

from livepatch.compiler import interpreted
from livepatch.compiler.forms import LIVE
from livepatch.compiler.rehearsal import NotFiniteError, Rehearsal
from livepatch.compiler.trees import walk
from livepatch.protocol.builds import BuildFacts

PATIENCE_SECONDS = 4.0
HUNG_SECONDS = 0.3
LINES_FOLLOWED = 2000


class _SeenError(BaseException):
    """Ends a run that has been watched long enough; modules cannot catch it."""


class Witness:
    """Watches the generated text of a build play. `library` names the functions that are not the author's."""

    def __init__(self, facts: BuildFacts, folder: Path, text: str, library: frozenset[str]) -> None:
        """`text` is the author's, `folder` has the build."""
        self.facts = facts
        self.folder = folder
        self.library = library
        self._author = ast.parse(text)
        self._lines: list[int] = []

    @property
    def generated(self) -> Path:
        """The file of generated text, as tracebacks name it."""
        return self.folder / f"{self.facts.type}.py"

    def line_of(self, error: BaseException) -> int:
        """The author's line where `error` was raised; 0 if it was not in the author's code."""
        frames = [
            (frame.lineno or 0, frame.name)
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).name == self.generated.name
        ]
        return self._innermost(frames[::-1])

    def line_of_hang(self, call: int) -> int:
        """The line of the loop that does not end in the call of process() with this number (-1: before any)."""
        signal.signal(signal.SIGPROF, self._follow_from)
        began = time.process_time()

        def before(number: int) -> None:
            if number == call:
                signal.setitimer(signal.ITIMER_PROF, HUNG_SECONDS)
            elif time.process_time() - began > PATIENCE_SECONDS:
                raise _SeenError

        if call < 0:
            signal.setitimer(signal.ITIMER_PROF, HUNG_SECONDS)
        try:
            self._rehearsal().play(before, lambda _: None)
        except (_SeenError, Exception) as error:  # noqa: BLE001 - whatever it raises, where it was is what counts
            if not self._lines:
                return self.line_of(error)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            sys.settrace(None)
        return self._loop_around(self._lines)

    def line_of_crash(self) -> tuple[int, str]:
        """Where plain Python raises what native code crashed of, and its words; line 0 if it does not."""
        try:
            self._rehearsal().play(lambda _: None, lambda _: None)
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            return self.line_of(error), f"{type(error).__name__}: {error}"
        return 0, ""

    def line_of_outlet(self, outlet: str, call: int) -> int:
        """The line that gives `outlet` what is not finite, in the call of this number."""
        found = 0
        last: dict[int, int] = {}

        def watch(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal found
            if Path(frame.f_code.co_filename).name != self.generated.name:
                return None
            value = frame.f_locals.get(LIVE + outlet)
            owner = frame.f_locals.get("self")
            if value is None and owner is not None:
                value = getattr(owner, LIVE + outlet, None)
            if not found and isinstance(value, float) and not math.isfinite(value):
                found = self.facts.author_line(last.get(id(frame), frame.f_lineno))
            last[id(frame)] = frame.f_lineno
            return watch if event != "return" else None

        def before(number: int) -> None:
            if number == call:
                sys.settrace(watch)

        try:
            self._rehearsal().play(before, lambda _: sys.settrace(None))
        except (NotFiniteError, ArithmeticError, ValueError):
            pass
        finally:
            sys.settrace(None)
        return found or self._assignment(outlet)

    def _rehearsal(self) -> Rehearsal:
        text = self.generated.read_text("utf-8")
        return Rehearsal(interpreted.load(text, self.generated, self.facts.class_name), self.facts.panel)

    def _follow_from(self, _: int, frame: FrameType | None) -> None:
        """It hangs: note the lines that run from here on, enough of them to have gone round."""
        sys.settrace(self._follow)
        while frame is not None:
            frame.f_trace = self._follow
            frame = frame.f_back

    def _follow(self, frame: FrameType | None, event: str, _: Any) -> Any:
        if event != "line":
            return self._follow
        frames = []
        while frame is not None:
            if Path(frame.f_code.co_filename).name == self.generated.name:
                frames.append((frame.f_lineno, frame.f_code.co_name))
            frame = frame.f_back
        self._lines.append(self._innermost(frames))
        if len(self._lines) >= LINES_FOLLOWED:
            sys.settrace(None)
            raise _SeenError
        return self._follow

    def _innermost(self, frames: list[tuple[int, str]]) -> int:
        """The author's line of the first frame that is the author's; `frames` are innermost first."""
        return next((self.facts.author_line(line) for line, name in frames if name not in self.library), 0)

    def _loop_around(self, lines: list[int]) -> int:
        """The innermost of the author's loops that every one of `lines` is in; else where it mostly was."""
        loops = [node for node in walk(self._author) if isinstance(node, ast.While | ast.For)]
        around = [
            loop for loop in loops if all(loop.lineno <= line <= (loop.end_lineno or 0) for line in lines if line)
        ]
        if around:
            return max(loop.lineno for loop in around)
        return max(set(lines), key=lines.count) if lines else 0

    def _assignment(self, outlet: str) -> int:
        """The last line that assigns `outlet`, or that takes its block."""
        found = 0
        for node in walk(self._author):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()) if name == outlet:
                    found = max(found, node.lineno)
                case ast.Assign(
                    targets=[ast.Name(id=block)],
                    value=ast.Call(func=ast.Name(id="signal"), args=[ast.Attribute(attr=name)]),
                ) if name == outlet:
                    found = max(found, self._last_store(block) or node.lineno)
        return found

    def _last_store(self, block: str) -> int:
        lines = [
            node.lineno
            for node in walk(self._author)
            if isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == block
        ]
        return max(lines, default=0)
