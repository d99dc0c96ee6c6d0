"""The session's end of the compiler: what is asked of it, and starting it again when it dies."""

import itertools
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from livepatch.protocol.channel import ChannelClosedError
from livepatch.protocol.children import Child
from livepatch.protocol.messages import Build, Built, FromCompiler, Message, Notice, Progress, Rejected
from livepatch.session.outbox import Outbox
from livepatch.session.sources import SourceFile

MOST_STARTS = 4
STARTS_SECONDS = 60.0


class Builder:
    """Keeps a compiler running and asks it for builds. Any thread asks.

    `answer` gets (file, Built or Rejected) and `tell` gets Progress and Notice, in the builder's own thread.
    A file that was saved again meanwhile has no answer: only its newest text counts.
    """

    def __init__(
        self,
        arguments: list[str],
        log: Path,
        answer: Callable[[SourceFile, Built | Rejected], None],
        tell: Callable[[Message], None],
    ) -> None:
        self._arguments = arguments
        self._log = log
        self._answer = answer
        self._tell = tell
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._pending: dict[int, SourceFile] = {}
        self._blamed: dict[int, int] = {}
        self._outbox: Outbox | None = None
        self._child: Child | None = None
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="builder", daemon=True)

    def start(self) -> None:
        """Start the compiler, in the background."""
        self._thread.start()

    def build(self, file: SourceFile) -> None:
        """Have a module file compiled."""
        with self._lock:
            for number, other in list(self._pending.items()):
                if other.type == file.type:
                    del self._pending[number]
            number = next(self._numbers)
            self._pending[number] = file
            if self._outbox is not None:
                self._outbox.post(Build(number, str(file.path), file.text))

    def busy(self) -> bool:
        """Whether a build is awaited."""
        return bool(self._pending)

    def end(self) -> None:
        """End the compiler."""
        self._ending = True
        if self._child is not None:
            self._child.kill()

    def _run(self) -> None:
        starts: list[float] = []
        while not self._ending:
            now = time.monotonic()
            starts = [start for start in starts if now - start < STARTS_SECONDS] + [now]
            if len(starts) > MOST_STARTS:
                self._tell(
                    Notice("error", f"the compiler keeps dying: changed modules cannot sound; see {self._log}")
                )
                return
            try:
                self._child = Child("livepatch.compiler", self._arguments, FromCompiler, self._log)
            except OSError as error:
                self._tell(Notice("error", f"the compiler cannot be started: {error}"))
                return
            self._serve(self._child)

    def _serve(self, child: Child) -> None:
        with self._lock:
            self._outbox = Outbox(child.channel, "compiler")
            for number, file in sorted(self._pending.items()):
                self._outbox.post(Build(number, str(file.path), file.text))
        try:
            while True:
                self._receive(child)
        except ChannelClosedError:
            child.kill()
            with self._lock:
                self._outbox.close()
                self._outbox = None
                self._give_up_on_first()
            if not self._ending:
                self._tell(Notice("warning", f"the compiler {child.how_it_ended()} and is started again"))

    def _receive(self, child: Child) -> None:
        try:
            message = child.channel.receive()
        except msgspec.ValidationError as error:
            self._tell(Notice("error", f"the compiler said something unknown: {error}"))
            return
        if isinstance(message, Progress | Notice):
            self._tell(message)
            return
        with self._lock:
            file = self._pending.pop(message.id, None)
        if file is not None:
            self._answer(file, message)

    def _give_up_on_first(self) -> None:
        """A request that was first in line at two deaths in a row is not made again."""
        if not self._pending:
            return
        first = min(self._pending)
        self._blamed[first] = self._blamed.get(first, 0) + 1
        if self._blamed[first] >= 2:
            file = self._pending.pop(first)
            self._tell(Notice("error", f"{file.path} brings the compiler down; change it and save it again"))
