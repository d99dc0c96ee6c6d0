"""Ctrl-C for a piece of the performer's Python, and locks whose holder it cannot tear apart."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """Raises KeyboardInterrupt in the main thread while it evaluates, and never while it holds a lock made here.

    `request` may be called by any thread; everything else belongs to the main thread.
    """

    def __init__(self) -> None:
        self._main = threading.main_thread()
        self._evaluating = False
        self._held = 0
        self._late = False

    def install(self) -> None:
        """Take over SIGINT; main thread."""
        signal.signal(signal.SIGINT, self._arrived)

    def request(self) -> None:
        """Interrupt what is being evaluated, if anything is; any thread."""
        if self._main.ident is not None:
            signal.pthread_kill(self._main.ident, signal.SIGINT)

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """While the performer's code runs, an interrupt ends it."""
        self._late = False
        self._evaluating = True
        try:
            yield
        finally:
            self._evaluating = False

    def lock(self) -> "SteadyLock":
        """A lock that many threads may hold, and that an interrupt waits for."""
        return SteadyLock(self)

    def hold(self) -> None:
        """From here an interrupt waits; a no-op outside the main thread."""
        if threading.current_thread() is self._main:
            self._held += 1

    def release(self) -> None:
        """Undo one `hold`; an interrupt that waited comes now."""
        if threading.current_thread() is self._main:
            self._held -= 1
            if self._late and not self._held:
                self._late = False
                raise KeyboardInterrupt

    def _arrived(self, _number: int, _frame: FrameType | None) -> None:
        if not self._evaluating:
            return
        if self._held:
            self._late = True
            return
        raise KeyboardInterrupt


class SteadyLock:
    """A re-entrant lock; what its holder does in the main thread is finished before an interrupt is raised."""

    def __init__(self, interrupts: Interrupts) -> None:
        self._interrupts = interrupts
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._interrupts.hold()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        self._interrupts.release()
