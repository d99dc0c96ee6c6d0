"""A thread that does for plug-ins what takes a while, one thing after the other."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from livepatch.errors import PatchError
from livepatch.protocol.messages import Message, Notice
from livepatch.session.plugin_host import HostError

TICK_SECONDS = 0.1


class PluginWorker:
    """Each plug-in has one, so that nobody waits for one that does not answer. What goes wrong is told in a line.

    Any thread asks. With `look`, that is done ten times a second besides.
    """

    def __init__(self, tell: Callable[[Message], None], look: Callable[[], None] | None = None) -> None:
        self._tell = tell
        self._look = look
        self._looked = 0.0
        self._jobs: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="plug-ins", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Do what was asked for so far, and end."""
        self._jobs.put(None)

    def do(self, job: Callable[[], object]) -> None:
        """Have something done."""
        self._jobs.put(job)

    def ask(self, job: Callable[[], bool]) -> Future[bool]:
        """Have something done whose answer is waited for."""
        answer: Future[bool] = Future()

        def answered() -> None:
            try:
                answer.set_result(job())
            except BaseException:
                answer.set_result(False)
                raise

        self._jobs.put(answered)
        return answer

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=TICK_SECONDS if self._look is not None else None)
            except queue.Empty:
                job = lambda: None  # noqa: E731 - only the look below is due
            if job is None:
                return
            self._try(job)
            if self._look is not None and time.monotonic() - self._looked > TICK_SECONDS:
                self._looked = time.monotonic()
                self._try(self._look)

    def _try(self, job: Callable[[], object]) -> None:
        try:
            job()
        except (HostError, PatchError) as error:
            self._tell(Notice("error", str(error)))
        except Exception as error:  # noqa: BLE001 - a mistake of ours is told, and must not end what follows
            self._tell(Notice("error", f"plug-ins: {type(error).__name__}: {error}"))
