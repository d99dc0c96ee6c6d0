"""One build in a fork: it may crash, hang or end there, and the compiler tells where and goes on."""

import math
import mmap
import os
import signal
from collections.abc import Callable
from pathlib import Path

import msgspec

from livepatch import locations
from livepatch.compiler.build import Builder, Stages, save
from livepatch.compiler.cache import Cache
from livepatch.compiler.forks import Fork
from livepatch.compiler.rehearsal import NotFiniteError, Rehearsal
from livepatch.compiler.warmth import warm_up
from livepatch.compiler.witness import Witness
from livepatch.errors import LivepatchError, ModuleError, Problem
from livepatch.protocol.builds import BuildFacts, load_build, read_build
from livepatch.protocol.messages import Build, Built, Rejected

HANG_SECONDS = 1.0
"""Processor time that loading and rehearsing a module may take; most take a hundredth."""
HANG = "this does not come to an end; give the loop a count, as in: for number in range(16)"
BUILDING, LOADING, PLAYING = 0, 1, 2
_Answer = Built | Rejected
_DECODER: msgspec.msgpack.Decoder[_Answer] = msgspec.msgpack.Decoder(_Answer)


class _Task(msgspec.Struct):
    """What a fork is asked: to build, or to say where a build went wrong (`status`: how the first fork ended)."""

    request: Build
    source: str
    folder: str
    status: int | None = None


_TASK: msgspec.msgpack.Decoder[_Task] = msgspec.msgpack.Decoder(_Task)


class Attempts:
    """Builds modules, each in a fork of this process. `slowest_ns` is the most a sample may take."""

    def __init__(self, builder: Builder, cache: Cache, slowest_ns: float) -> None:
        self.builder = builder
        self.cache = cache
        self.slowest_ns = slowest_ns
        self._library = frozenset(builder.library.signatures())
        self._shared = mmap.mmap(-1, 16)
        self._progress = memoryview(self._shared).cast("q")
        self._spare: Fork | None = None
        self._answered: Fork | None = None

    def get_ready(self) -> None:
        """Fork for the next build before anybody asks for it."""
        self._bury()
        if self._spare is None:
            self._spare = Fork(lambda: warm_up(self.builder), self._work)

    def end(self) -> None:
        """End the fork that waits."""
        self._bury()
        if self._spare is not None:
            self._spare.end()

    def build(self, request: Build, listen: int | None, wanted: Callable[[], bool]) -> _Answer:
        """Compile and rehearse; `wanted` is asked whenever something can be read from `listen`.

        Raises: AbandonedError: if it is wanted no more. LivepatchError: if the cache cannot be written.
        """
        type = Path(request.path).stem
        source = self.cache.source(type, request.text)
        self._bury()
        folder = self.cache.begin()
        fork, self._spare = self._spare or Fork(lambda: None, self._work), None
        try:
            self._progress[0], self._progress[1] = BUILDING, -1
            task = msgspec.msgpack.encode(_Task(request, source, str(folder)))
            body, status = fork.ask(task, listen, wanted)
            if body:
                self._answered = fork
                return _DECODER.decode(body)
            problem = self._post_mortem(request, folder, status)
            return Rejected(request.id, type, (problem,))
        finally:
            self.cache.discard(folder)

    def _bury(self) -> None:
        if self._answered is not None:
            self._answered.bury()
            self._answered = None

    def _work(self, body: bytes) -> bytes:
        """In the fork."""
        task = _TASK.decode(body)
        if task.status is None:
            return msgspec.msgpack.encode(self._make(task.request, task.source, Path(task.folder)))
        return msgspec.msgpack.encode(self._testify(task.request, Path(task.folder), task.status))

    def _make(self, request: Build, source: str, folder: Path) -> _Answer:
        """In the fork: everything up to a published build."""
        stages = Stages()
        type = Path(request.path).stem
        try:
            facts = self.builder.build(request.path, request.text, source, folder, stages)
            facts = self._rehearse(facts, request, folder)
            stages.done("rehearse")
            save(facts, folder)
            target = self.cache.publish(folder, source)
        except ModuleError as error:
            return Rejected(request.id, type, tuple(error.problems))
        except LivepatchError as error:
            return Rejected(request.id, type, (Problem(request.path, 1, 1, str(error)),))
        except OSError as error:
            message = f"compiled code cannot be written: {error.strerror}; see `livepatch doctor`"
            return Rejected(request.id, type, (Problem(request.path, 1, 1, message),))
        nanoseconds, times = facts.nanoseconds, stages.times
        return Built(request.id, type, source, str(target), facts.panel, False, nanoseconds, times, facts.voices)

    def _rehearse(self, facts: BuildFacts, request: Build, folder: Path) -> BuildFacts:
        """Load and play the build.

        Raises: ModuleError: if it raises, or is not finite, or too slow.
        """
        witness = Witness(facts, folder, request.text, self._library)
        self._progress[0] = LOADING
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
        rehearsal = None
        try:
            rehearsal = Rehearsal(load_build(folder), facts.panel)
            self._progress[0] = PLAYING
            rehearsal.play(self._count, lambda _: None)
            nanoseconds = rehearsal.measure()
            if facts.lanes:
                facts = with_voices(facts, rehearsal.play_lanes())
        except NotFiniteError as error:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            assert rehearsal is not None
            line = witness.line_of_outlet(error.outlet, rehearsal.calls)
            kind = "not a number" if math.isnan(error.value) else "infinite"
            message = f"{error.outlet} becomes {kind} {rehearsal.words}; keep it finite, for instance with clamp()"
            raise _at(request, line, message) from error
        except Exception as error:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            words = f"{type(error).__name__}: {error}" + (f", {rehearsal.words}" if rehearsal else "")
            if isinstance(error, ZeroDivisionError):
                words += "; divide(a, b) of livepatch.dsp is 0 there"
            raise _at(request, witness.line_of(error), words) from error
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        if nanoseconds > self.slowest_ns:
            message = (
                f"too slow: {nanoseconds:.0f} ns a sample, and a module may take {self.slowest_ns:.0f}"
                " (module_share in settings.toml)"
            )
            raise _at(request, _method_line(request.text), message)
        return msgspec.structs.replace(facts, nanoseconds=nanoseconds)

    def _count(self, call: int) -> None:
        self._progress[1] = call

    def _post_mortem(self, request: Build, folder: Path, status: int) -> Problem:
        """Why a fork died without an answer."""
        if self._progress[0] == BUILDING:
            log = locations.state() / "compiler.log"
            return Problem(request.path, 1, 1, f"the compiler {_ending(status)} on this file; its log is {log}")
        task = msgspec.msgpack.encode(_Task(request, "", str(folder), status))
        fork = Fork(lambda: None, self._work)
        body, _ = fork.ask(task, None, lambda: True)
        fork.bury()
        if body:
            told = _DECODER.decode(body)
            assert isinstance(told, Rejected)
            return told.problems[0]
        return Problem(
            request.path, _method_line(request.text), 1, f"this module {_ending(status)} when it played"
        )

    def _testify(self, request: Build, folder: Path, status: int) -> Rejected:
        """In another fork: find the line by plain Python."""
        witness = Witness(read_build(folder), folder, request.text, self._library)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            line, message = witness.line_of_hang(self._progress[1]), HANG
        else:
            line, words = witness.line_of_crash()
            message = f"this module {_ending(status)} when it played" + (f": {words}" if words else "")
        error = _at(request, line or _method_line(request.text), message)
        return Rejected(request.id, "", tuple(error.problems))


def with_voices(facts: BuildFacts, nanoseconds: float | None) -> BuildFacts:
    """The facts with what voices side by side take; if they play something else, they are played in turn."""
    if nanoseconds is None:
        alone = "side by side they play something else on this machine, which is livepatch's own mistake"
        return msgspec.structs.replace(facts, lanes=False, alone=alone)
    return msgspec.structs.replace(facts, voice_nanoseconds=nanoseconds)


def _at(request: Build, line: int, message: str) -> ModuleError:
    """A problem at a line of the author's, at its first character."""
    lines = request.text.splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    column = len(text) - len(text.lstrip()) + 1
    return ModuleError.at(request.path, line or 1, column, message)


def _method_line(text: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith(("def step", "def process")):
            return number
    return 1


def _ending(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"was ended by {signal.Signals(os.WTERMSIG(status)).name}"
    return "ended by itself"
