"""Signals: Ctrl-C for a piece of the performer's Python, locks that it cannot tear apart, and SIGTERM.

A signal that comes just before the main thread waits for something is seen by Python only when that wait is
over. So an interrupt is sent again until it is seen, and SIGTERM is read from a socket by a thread of its own.
"""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SEEN_SECONDS = 0.05
MOST_REQUESTS = 40


class Interrupts:
    """Raises KeyboardInterrupt in the main thread while it evaluates, and never while it holds a lock made here.

    `request` may be called by any thread; everything else belongs to the main thread.
    """

    def __init__(self) -> None:
        self._main = threading.main_thread()
        self._evaluating = False
        self._held = 0
        self._late = False
        self._early = False
        self._expecting = False
        self._seen = threading.Event()

    def install(self) -> None:
        """Take over SIGINT; main thread."""
        signal.signal(signal.SIGINT, self._arrived)

    def request(self) -> None:
        """Interrupt what is being evaluated, if anything is; any thread but the main one."""
        self._seen.clear()
        for _ in range(MOST_REQUESTS):
            if self._main.ident is None or not self._evaluating:
                self._early = self._expecting
                return
            signal.pthread_kill(self._main.ident, signal.SIGINT)
            if self._seen.wait(SEEN_SECONDS):
                return

    def expect(self) -> None:
        """A line is about to run: an interrupt that comes from now on is meant for it."""
        self._early = False
        self._expecting = True

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """While the performer's code runs, an interrupt ends it, one that came a moment before, too."""
        self._late = False
        try:
            self._evaluating = True
            if self._early:
                self._early = False
                raise KeyboardInterrupt
            yield
        finally:
            self._evaluating = self._expecting = False

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
        self._seen.set()
        if not self._evaluating:
            return
        if self._held:
            self._late = True
            return
        raise KeyboardInterrupt


def when_terminated(act: Callable[[], None]) -> None:
    """Have a thread of its own call `act` when SIGTERM comes; called by the main thread."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, lambda *_: None)

    def listen() -> None:
        with told:  # which would be closed if nobody held it
            while signal.SIGTERM not in heard.recv(64):
                pass
        act()

    threading.Thread(target=listen, name="terminate", daemon=True).start()


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
