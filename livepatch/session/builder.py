"""The session's end of the compiler: what is asked of it, and starting it again when it dies."""

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from livepatch.errors import Problem
from livepatch.protocol.channel import ChannelClosedError
from livepatch.protocol.children import Child, child
from livepatch.protocol.messages import Build, Built, FromCompiler, Message, Notice, Progress, Rejected
from livepatch.session.launch import COMPILER
from livepatch.session.outbox import Outbox
from livepatch.session.sources import SourceFile

MOST_STARTS = 4
STARTS_SECONDS = 60.0


class Builder:
    """Keeps a compiler running and asks it for one build after the other. Any thread asks.

    `answer` gets (file, Built or Rejected) and `tell` gets Progress and Notice, in the builder's own thread.
    A file that was saved again meanwhile has no answer: only its newest text counts. `improve` gets what follows
    the answer to a hurried one: the same code with voices side by side.
    """

    def __init__(
        self,
        arguments: list[str],
        log: Path,
        answer: Callable[[SourceFile, Built | Rejected], None],
        tell: Callable[[Message], None],
        improve: Callable[[Built], None] = lambda _: None,
    ) -> None:
        self._arguments = arguments
        self._log = log
        self._answer = answer
        self._tell = tell
        self._improve = improve
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: deque[SourceFile] = deque()
        self._asked: tuple[int, SourceFile] | None = None
        self._following: dict[int, SourceFile] = {}
        self._deaths = 0
        self._given_up = ""
        self._outbox: Outbox | None = None
        self._child: Child | None = None
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="builder", daemon=True)

    def start(self) -> None:
        """Start the compiler, in the background."""
        self._thread.start()

    def build(self, file: SourceFile, *, soon: bool = False) -> None:
        """Have a module file compiled; `soon`: before those that wait. One that is hurried waits for no other."""
        with self._lock:
            others = [other for other in self._waiting if other.type != file.type]
            self._waiting = deque([file, *others] if soon else [*others, file])
            self._following = {id: other for id, other in self._following.items() if other.type != file.type}
            self._put_off_for(file)
            self._ask()
            given_up = self._given_up
        if given_up:
            self._refuse(file, given_up)

    def _put_off_for(self, file: SourceFile) -> None:
        """Let what is asked for wait, or be forgotten: the compiler gives it up; the lock is held."""
        asked = self._asked[1] if self._asked is not None else None
        if asked is not None and asked.type == file.type:
            self._asked = None  # an older text of the same file
        elif asked is not None and file.hurried and not asked.hurried:
            self._asked = None
            self._waiting.insert(1, asked)

    def hurry(self, types: set[str]) -> None:
        """Have what waits of these types compiled next."""
        with self._lock:
            first = [file for file in self._waiting if file.type in types]
            if first:
                self._waiting = deque([*first, *(file for file in self._waiting if file.type not in types)])

    def busy(self) -> bool:
        """Whether a build is awaited."""
        return self._asked is not None or bool(self._waiting)

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
                self._give_up(f"the compiler keeps dying; see {self._log}")
                return
            try:
                self._child = child(COMPILER, self._arguments, FromCompiler, self._log)
            except OSError as error:
                self._give_up(f"the compiler cannot be started: {error}")
                return
            self._serve(self._child)

    def _ask(self) -> None:
        """Ask for the next build if none is under way; the lock is held."""
        if self._outbox is not None and self._asked is None and self._waiting:
            file = self._waiting.popleft()
            number = next(self._numbers)
            self._asked = number, file
            self._outbox.post(Build(number, str(file.path), file.text, file.hurried))

    def _serve(self, child: Child) -> None:
        with self._lock:
            self._outbox = Outbox(child.channel, "compiler")
            self._ask()
        try:
            while True:
                self._receive(child)
        except ChannelClosedError:
            child.kill()
            with self._lock:
                self._outbox.close()
                self._outbox = None
                refused = self._again()
            if refused is not None:
                self._refuse(refused, "this brings the compiler down; change it and save it again")
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
            follows = self._following.pop(message.id, None) is not None
            file = self._asked[1] if self._asked is not None and self._asked[0] == message.id else None
            if file is not None:
                self._asked = None
                self._deaths = 0
                if isinstance(message, Built) and message.more:
                    self._following[message.id] = file
                self._ask()
        if file is not None:
            self._answer(file, message)
        elif follows and isinstance(message, Built):
            self._improve(message)

    def _again(self) -> SourceFile | None:
        """The compiler died: ask the next one again, save for what brought down two; that is returned."""
        unfinished, self._following = self._following, {}
        self._waiting.extendleft(file._replace(hurried=False) for file in unfinished.values())
        if self._asked is None:
            return None
        file = self._asked[1]
        self._asked = None
        self._deaths += 1
        if self._deaths < 2:
            self._waiting.appendleft(file)
            return None
        self._deaths = 0
        return file

    def _give_up(self, why: str) -> None:
        with self._lock:
            self._given_up = why
            refused = [*([self._asked[1]] if self._asked is not None else []), *self._waiting]
            self._asked = None
            self._waiting.clear()
        self._tell(Notice("error", f"{why}; changed modules cannot sound until livepatch starts again"))
        for file in refused:
            self._refuse(file, why)

    def _refuse(self, file: SourceFile, why: str) -> None:
        self._answer(file, Rejected(0, file.type, (Problem(str(file.path), 1, 1, why),)))
