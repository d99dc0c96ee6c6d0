"""A plug-in file that is being looked at by a process of its own."""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path

import msgspec

from livepatch.interpreter import PYTHON
from livepatch.plugins.description import Answer
from livepatch.plugins.places import Candidate
from livepatch.protocol.children import open_log

PATIENCE_SECONDS = 30.0
AT_ONCE = 2
POLL_SECONDS = 0.05
MOST_BYTES = 64 << 20
PIECE_BYTES = 1 << 20
COMMAND = (*PYTHON, "-m", "livepatch.plugins", "describe")


class Examination:
    """The process, and what it has answered so far. One thread uses it."""

    def __init__(self, candidate: Candidate, log: Path, seconds: float, command: Sequence[str] = COMMAND) -> None:
        """Start it. Raises: OSError: if the system refuses."""
        self.candidate = candidate
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._answer = bytearray()
        self._open = True
        self.descriptor, theirs = os.pipe()
        os.set_blocking(self.descriptor, False)
        try:
            with open_log(log) as output:
                words = [candidate.format, str(candidate.path), "--answer-fd", str(theirs)]
                self._process = subprocess.Popen(
                    [*command, *words, "--seconds", str(seconds)],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    pass_fds=(theirs,),
                    start_new_session=True,
                )
        except BaseException:
            os.close(self.descriptor)
            raise
        finally:
            os.close(theirs)

    def answer(self) -> Answer | None:
        """What it found, None while it is still looking. A process that has crashed or hung is an answer too."""
        ended = self._process.poll() is not None
        self._read()
        if len(self._answer) > MOST_BYTES:
            return self._finish("it answers without end")
        if (answer := self._decoded()) is not None:
            self.kill()
            return answer
        if ended:
            return self._finish(how_it_ended(self._process.returncode))
        if time.monotonic() >= self._deadline:
            return self._finish(f"it hung: no answer within {self._seconds:g} s")
        return None

    def kill(self) -> None:
        """End the process, with everything it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # all of them are gone
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
        self._open = False

    def _read(self) -> None:
        while self._open and len(self._answer) <= MOST_BYTES:
            try:
                piece = os.read(self.descriptor, PIECE_BYTES)
            except BlockingIOError:
                return
            self._answer += piece
            self._open = bool(piece)

    @property
    def listening(self) -> bool:
        """Whether there may be more to read."""
        return self._open

    def _decoded(self) -> Answer | None:
        """The whole answer, once there is no more to read."""
        if self._open and self._process.returncode is None:
            return None
        try:
            return msgspec.json.decode(self._answer, type=Answer)
        except msgspec.DecodeError:
            return None

    def _finish(self, problem: str) -> Answer:
        self.kill()
        return Answer(problem=problem)


def how_it_ended(code: int) -> str:
    """Why there is no answer, by the exit code of the process."""
    if code >= 0:
        return f"its process ended with code {code} and no answer"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"it crashed ({name})"


def examine(
    candidates: Iterable[Candidate],
    log: Path,
    *,
    seconds: float = PATIENCE_SECONDS,
    command: Sequence[str] = COMMAND,
    starting: Callable[[Candidate], None] = lambda _: None,
) -> Generator[tuple[Candidate, Answer]]:
    """Each file with what was found, as soon as it was; two at once. None is left running when this ends.

    `starting` is told of each file when it is its turn.

    Raises: OSError: if the system refuses a process.
    """
    waiting = deque(candidates)
    running: list[Examination] = []
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                starting(waiting[0])
                running.append(Examination(waiting.popleft(), log, seconds, command))
            select.select([each.descriptor for each in running if each.listening], [], [], POLL_SECONDS)
            for each in list(running):
                answer = each.answer()
                if answer is not None:
                    running.remove(each)
                    yield each.candidate, answer
    finally:
        for each in running:
            each.kill()
