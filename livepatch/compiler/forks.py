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
from collections.abc import Callable
from typing import NoReturn

from livepatch.compiler.abandonment import AbandonedError

DEADLINE_SECONDS = 60.0


class Fork:
    """A child that gets ready, then does `work` once: bytes in, bytes out.

    Getting ready early is worth a fifth of a build: a fork pays for every page that it is first to touch.
    """

    def __init__(self, get_ready: Callable[[], None], work: Callable[[bytes], bytes]) -> None:
        """Start it.

        Raises: OSError: if the system refuses.
        """
        self._status: int | None = None
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
        """The answer, or that there is none (empty) and how the child ended. `bury` it some time later.

        `wanted` is asked whenever something can be read from `listen`.

        Raises: AbandonedError: if the answer is wanted no more.
        """
        try:
            with contextlib.suppress(BrokenPipeError):  # it died while it got ready; its end tells
                _write(self._asking, request)
            os.close(self._asking)
            answer = self._collect(listen, wanted)
        except AbandonedError:
            self.bury()
            raise
        finally:
            os.close(self._answered)
        return answer, 0 if answer else self.bury()

    def end(self) -> None:
        """Have it end without work."""
        os.close(self._asking)
        os.close(self._answered)
        self.bury()

    def bury(self) -> int:
        """Wait until the system has all of it back, which takes a while, and say how it ended."""
        if self._status is None:
            _, self._status = os.waitpid(self._pid, 0)
        return self._status

    def _collect(self, listen: int | None, wanted: Callable[[], bool]) -> bytes:
        answer = b""
        deadline = time.monotonic() + DEADLINE_SECONDS
        sources = [self._answered] if listen is None else [self._answered, listen]
        while True:
            ready, _, _ = select.select(sources, [], [], max(0.0, deadline - time.monotonic()))
            if self._answered in ready:
                more = os.read(self._answered, 1 << 16)
                if not more:
                    return answer
                answer += more
            elif not ready or not wanted():
                self._kill()
                if ready:
                    raise AbandonedError
                return b""

    def _kill(self) -> None:
        """End it, and the C compiler that it runs."""
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(self._pid, signal.SIGKILL)


def _live(get_ready: Callable[[], None], work: Callable[[bytes], bytes], asked: int, answering: int) -> NoReturn:
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
            _write(answering, work(request))
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
