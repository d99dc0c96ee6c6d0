"""Pieces of Python waiting for the main thread, and where what they print goes."""

import queue
import threading
from collections.abc import Callable
from typing import NamedTuple

from livepatch.protocol.messages import Evaluate, Evaluated, Printed, Running
from livepatch.session.console import Console
from livepatch.session.interrupts import Interrupts
from livepatch.session.server import FrontEnd, Server

MOST_WAITING = 400
ROOM_SECONDS = 2.0
LONG_SECONDS = 0.5
"""What runs for longer is told to every front end."""


class Job(NamedTuple):
    """What one front end wants to have run."""

    front: FrontEnd
    request: Evaluate


class Jobs:
    """Runs pieces of Python one after the other. `run` belongs to the main thread, the rest to any."""

    def __init__(self, console: Console, interrupts: Interrupts, server: Server) -> None:
        self._console = console
        self._interrupts = interrupts
        self._server = server
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._current: Job | None = None
        self._told = False
        self._telling = threading.Lock()
        self._ending = False
        self._idle = threading.Event()
        self._idle.set()

    def add(self, front: FrontEnd, request: Evaluate) -> None:
        """Run a piece of Python after those that wait."""
        self._interrupts.expect()
        self._queue.put(Job(front, request))

    def front(self) -> FrontEnd | None:
        """Whose Python is running."""
        current = self._current
        return current.front if current is not None else None

    def interrupt(self) -> None:
        """Stop what is running, or else what is about to run, if anything is."""
        self._interrupts.request()

    def end(self, seconds: float) -> None:
        """Make `run` return; what is running has `seconds` to finish."""
        self._ending = True
        self._queue.put(None)
        if not self._idle.wait(seconds):
            self._interrupts.request()

    def run(self, flush: Callable[[], None]) -> None:
        """Evaluate until `end`; `flush` sends what was printed and waits for the end of its line."""
        while (job := self._queue.get()) is not None:
            self._idle.clear()
            self._current = job
            if self._ending:
                return
            late = threading.Timer(LONG_SECONDS, self._tell, (job,))
            late.daemon = True
            late.start()
            value, error = self._console.evaluate(job.request.code)
            late.cancel()
            flush()
            self._finish()
            job.front.outbox.post(Evaluated(job.request.id, value, error))
            self._idle.set()

    def _tell(self, job: Job) -> None:
        """Say that a piece is still running, if it is; in a timer's thread."""
        with self._telling:
            if self._current is job:
                self._told = True
                self._server.broadcast(Running(job.front.front))

    def _finish(self) -> None:
        with self._telling:
            self._current = None
            if self._told:
                self._told = False
                self._server.broadcast(Running(""))

    def print(self, text: str, main: bool) -> None:  # noqa: FBT001 - a stream's callback
        """Text that Python printed; `main`: by the main thread. A flood waits until its front end has read it."""
        job = self._current if main else None
        if job is None:
            self._server.broadcast(Printed(0, text))
            return
        if job.front.outbox.room(MOST_WAITING, ROOM_SECONDS):
            job.front.outbox.post(Printed(job.request.id, text))
