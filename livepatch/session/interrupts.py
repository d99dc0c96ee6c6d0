"""Signals: Ctrl-C for a piece of the performer's Python, locks that it cannot tear apart, and SIGTERM.

A signal that comes just before the main thread waits for something is seen by Python only when that wait is
over. So an interrupt is sent again until it is seen, and SIGTERM is read from a socket by a thread of its own.
"""

import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

SEEN_SECONDS = 0.05
MOST_REQUESTS = 40
Value = TypeVar("Value")


class Interrupts:
    """Raises KeyboardInterrupt in the main thread while it evaluates, and never while it holds a lock made here.

    Made by the main thread. `expect` and `request` may be called by any; everything else belongs to the main one.
    Lines are counted, so that an interrupt that comes before its line has begun ends that one and no other.
    """

    def __init__(self) -> None:
        self._main = threading.get_ident()
        self._evaluating = False
        self._held = 0
        self._late = False
        self._counting = threading.Lock()
        self._expected = 0
        self._begun = 0
        self._unwanted = 0
        self._seen = threading.Event()

    def install(self) -> None:
        """Take over SIGINT; main thread."""
        signal.signal(signal.SIGINT, self._arrived)

    def expect(self) -> None:
        """A line will be evaluated after those that wait: an interrupt that comes while it is next ends it."""
        with self._counting:
            self._expected += 1

    def request(self) -> None:
        """Interrupt what is being evaluated, or else what is next, if anything is; any thread but the main one."""
        self._seen.clear()
        with self._counting:
            line = self._begun
            if not self._evaluating and line < self._expected:
                self._unwanted = line + 1
        for _ in range(MOST_REQUESTS):
            with self._counting:
                if not self._evaluating or self._begun != line:
                    return
                signal.pthread_kill(self._main, signal.SIGINT)
            if self._seen.wait(SEEN_SECONDS):
                return

    def evaluate(self, run: Callable[[], Value]) -> Value:
        """What `run` gives; an interrupt ends it, one that came a moment before, too.

        Raises: KeyboardInterrupt: if it was interrupted.
        """
        self._late = False
        try:
            with self._counting:
                self._begun += 1
                self._evaluating = True
            if self._unwanted == self._begun:
                raise KeyboardInterrupt
            return run()
        finally:
            self._evaluating = False

    def lock(self) -> "SteadyLock":
        """A lock that many threads may hold, and that an interrupt waits for."""
        return SteadyLock(self)

    def hold(self) -> None:
        """From here an interrupt waits; a no-op outside the main thread."""
        if threading.get_ident() == self._main:
            self._held += 1

    def release(self) -> None:
        """Undo one `hold`; an interrupt that waited comes now."""
        if threading.get_ident() == self._main:
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
