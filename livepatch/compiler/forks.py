"""A fork of the compiler that waits for one piece of work: it may crash, hang or end without harm to the rest."""

import contextlib
import faulthandler
import gc
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from typing import NoReturn

from livepatch.compiler.abandonment import AbandonedError

DEADLINE_SECONDS = 60.0


Work = Callable[[bytes], Iterator[bytes]]
_LENGTH = 8
"""Bytes in front of an answer that say how long it is."""


class Fork:
    """A child that gets ready, then does `work` once: bytes in, one or more answers of bytes out.

    Getting ready early is worth a fifth of a build: a fork pays for every page that it is first to touch.
    """

    def __init__(self, get_ready: Callable[[], None], work: Work) -> None:
        """Start it.

        Raises: OSError: if the system refuses.
        """
        self._status: int | None = None
        self._read = b""
        asked, self._asking = os.pipe()
        self._answered, answering = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._asking)
            os.close(self._answered)
            _live(get_ready, work, asked, answering)
        os.close(asked)
        os.close(answering)

    def ask(self, request: bytes, listen: int | None, wanted: Callable[[], bool]) -> tuple[bytes, int]:
        """The first answer, or that there is none (empty) and how the child ended. `bury` it some time later.

        `wanted` is asked whenever something can be read from `listen`.

        Raises: AbandonedError: if the answer is wanted no more.
        """
        with contextlib.suppress(BrokenPipeError):  # it died while it got ready; its end tells
            _write(self._asking, request)
        os.close(self._asking)
        return self.next(listen, wanted)

    def next(self, listen: int | None, wanted: Callable[[], bool]) -> tuple[bytes, int]:
        """As `ask`, the next answer to what was asked.

        Raises: AbandonedError: if it is wanted no more.
        """
        try:
            answer = self._collect(listen, wanted)
        except AbandonedError:
            self.bury()
            raise
        return answer, 0 if answer else self.bury()

    def end(self) -> None:
        """Have it end without work."""
        os.close(self._asking)
        self.bury()

    def kill(self) -> None:
        """End it, and the C compiler that it runs."""
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(self._pid, signal.SIGKILL)
        self.bury()

    def bury(self) -> int:
        """Wait until the system has all of it back, which takes a while, and say how it ended."""
        if self._status is None:
            _, self._status = os.waitpid(self._pid, 0)
            os.close(self._answered)
        return self._status

    def _collect(self, listen: int | None, wanted: Callable[[], bool]) -> bytes:
        deadline = time.monotonic() + DEADLINE_SECONDS
        sources = [self._answered] if listen is None else [self._answered, listen]
        while (answer := self._whole()) is None:
            ready, _, _ = select.select(sources, [], [], max(0.0, deadline - time.monotonic()))
            if self._answered in ready:
                more = os.read(self._answered, 1 << 16)
                if not more:
                    return b""
                self._read += more
            elif not ready or not wanted():
                self.kill()
                if ready:
                    raise AbandonedError
                return b""
        return answer

    def _whole(self) -> bytes | None:
        """An answer of which all has come."""
        size = _LENGTH + int.from_bytes(self._read[:_LENGTH], "little")
        if len(self._read) < size:
            return None
        answer, self._read = self._read[_LENGTH:size], self._read[size:]
        return answer


def _live(get_ready: Callable[[], None], work: Work, asked: int, answering: int) -> NoReturn:
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        faulthandler.disable()  # a crash is told by whoever waits for this process
        gc.disable()  # it does not live long enough for that to be worth the time
        get_ready()
        with os.fdopen(asked, "rb") as file:
            request = file.read()
        if request:
            for answer in work(request):
                _write(answering, len(answer).to_bytes(_LENGTH, "little") + answer)
            os.close(answering)
        code = 0
    except BaseException:  # noqa: BLE001 - the log is the only place left to tell
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
