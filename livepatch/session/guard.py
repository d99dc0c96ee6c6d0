"""Ends what does not end by itself: Python of the performer's that runs beside the sound."""

import ctypes  # Python raises something in another thread only through its C interface
import threading
import time
from collections.abc import Callable

SECONDS = 1.0
AGAIN_SECONDS = 0.1


class EndlessError(BaseException):
    """What ran took too long; not an Exception, which the performer's code may catch."""


class Guard:
    """Lets one thread at a time run something, for `seconds` at most, from that thread.

    It ends loops of Python; a single call that takes for ever, such as `sum(range(10 ** 15))`, it cannot end.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._changed = threading.Condition()
        self._runner = 0
        self._deadline = 0.0
        self._watching = False

    def run(self, act: Callable[[], object]) -> None:
        """Do it.

        Raises: EndlessError: if it takes too long. Exception: whatever it raises.
        """
        try:
            self._begin()
            try:
                act()
            finally:
                self._end()
        except EndlessError:
            self._end()  # it may have come in the middle of ending
            raise

    def _begin(self) -> None:
        with self._changed:
            self._runner = threading.get_ident()
            self._deadline = time.monotonic() + self._seconds
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="guard", daemon=True).start()
            self._changed.notify_all()

    def _end(self) -> None:
        with self._changed:
            runner, self._runner = self._runner, 0
            if runner:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(runner), None)

    def _watch(self) -> None:
        with self._changed:
            while True:
                if not self._runner:
                    self._changed.wait()
                elif (left := self._deadline - time.monotonic()) > 0.0:
                    self._changed.wait(left)
                else:
                    error = ctypes.py_object(EndlessError)
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._runner), error)
                    self._deadline = time.monotonic() + AGAIN_SECONDS
