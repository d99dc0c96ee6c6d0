"""One build in a fork: it may crash, hang or end there, and the compiler tells where and goes on."""

import math
import mmap
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from livepatch import locations
from livepatch.compiler.build import Builder, Stages, save
from livepatch.compiler.cache import Cache, first_name
from livepatch.compiler.compilation import Compilation
from livepatch.compiler.forks import Fork
from livepatch.compiler.rehearsal import NotFiniteError, Rehearsal
from livepatch.compiler.toolchain import unwritable
from livepatch.compiler.warmth import warm_up
from livepatch.compiler.witness import Witness
from livepatch.errors import LivepatchError, ModuleError, Problem, what_was_raised
from livepatch.protocol.builds import BuildFacts, load_build, read_build
from livepatch.protocol.messages import Build, Built, Rejected

HANG_SECONDS = 1.0
"""Processor time that loading and rehearsing a module may take; most take a hundredth."""
HANG = "this does not come to an end; give the loop a count, as in: for number in range(16)"
BUILDING, LOADING, PLAYING = 0, 1, 2
FIRST = "first"
"""The folder in that of a build where its form with one voice is made."""
SOON = "side by side in a moment"
_Answer = Built | Rejected
_DECODER: msgspec.msgpack.Decoder[_Answer] = msgspec.msgpack.Decoder(_Answer)


class _Task(msgspec.Struct):
    """What a fork is asked: to build, or to say where a build went wrong (`status`: how the first fork ended)."""

    request: Build
    source: str
    folder: str
    status: int | None = None


_TASK: msgspec.msgpack.Decoder[_Task] = msgspec.msgpack.Decoder(_Task)


class _Unfinished(NamedTuple):
    """A build of which one voice can be heard, and where the rest of it is made."""

    fork: Fork
    first: Built
    folder: Path


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
        self._unfinished: _Unfinished | None = None

    def get_ready(self) -> None:
        """Fork for the next build before anybody asks for it."""
        self._bury()
        if self._spare is None:
            self._spare = Fork(lambda: warm_up(self.builder), self._work)

    def end(self) -> None:
        """End the forks that wait or work."""
        self.give_up()
        self._bury()
        if self._spare is not None:
            self._spare.end()

    def build(self, request: Build, listen: int | None, wanted: Callable[[], bool]) -> _Answer:
        """Compile and rehearse; `wanted` is asked whenever something can be read from `listen`.

        After an answer with `more`, `finish` has to be called next, or `give_up`.

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
            if not body:
                return Rejected(request.id, type, (self._post_mortem(request, folder, status),))
            answer = _DECODER.decode(body)
            if isinstance(answer, Built) and answer.more:
                self._unfinished = _Unfinished(fork, answer, folder)
            else:
                self._answered = fork
            return answer
        finally:
            if self._unfinished is None:
                self.cache.discard(folder)

    def finish(self, listen: int | None, wanted: Callable[[], bool]) -> Built:
        """The same code as the last answer's, with voices side by side; or in turn for good, if that went wrong.

        Raises: AbandonedError: if it is wanted no more. LivepatchError: if the cache cannot be written.
        """
        assert self._unfinished is not None
        fork, first, folder = self._unfinished
        try:
            body, status = fork.next(listen, wanted)
            if not body:
                return in_turn(self.cache, first, f"side by side this module {_ending(status)}")
            self._answered = fork
            answer = _DECODER.decode(body)
            assert isinstance(answer, Built)
            return answer
        finally:
            self._unfinished = None
            self.cache.discard(folder)

    def give_up(self) -> None:
        """Let what is unfinished be so."""
        if self._unfinished is not None:
            self._unfinished.fork.kill()
            self.cache.discard(self._unfinished.folder)
            self._unfinished = None

    def _bury(self) -> None:
        if self._answered is not None:
            self._answered.bury()
            self._answered = None

    def _work(self, body: bytes) -> Iterator[bytes]:
        """In the fork."""
        task = _TASK.decode(body)
        answers = self._make(task) if task.status is None else iter([self._testify(task, task.status)])
        for answer in answers:
            yield msgspec.msgpack.encode(answer)

    def _make(self, task: _Task) -> Iterator[_Answer]:
        """In the fork: everything up to a published build, or two of them: with one voice, and with all."""
        request, folder, stages = task.request, Path(task.folder), Stages()
        type = Path(request.path).stem
        first = None
        try:
            facts, compilation = self.builder.begin(
                request.path, request.text, task.source, folder, stages, hurried=request.hurried
            )
            with compilation:
                if request.hurried and compilation.voices_missing():
                    alone = msgspec.structs.replace(facts, lanes=False, alone=SOON)
                    first = self._publish(alone, compilation, task, stages, folder / FIRST)
                    yield first
                yield self._publish(facts, compilation, task, stages, folder)
        except LivepatchError as error:
            if first is not None:
                yield in_turn(self.cache, first, f"side by side it goes wrong: {error}")
                return
            problems = (
                error.problems if isinstance(error, ModuleError) else (Problem(request.path, 1, 1, f"{error}"),)
            )
            yield Rejected(request.id, type, tuple(problems))
        except OSError as error:
            if first is not None:
                return  # whoever waits finds out
            message = f"compiled code cannot be written: {error.strerror}; see `livepatch doctor`"
            yield Rejected(request.id, type, (Problem(request.path, 1, 1, message),))

    def _publish(
        self, facts: BuildFacts, compilation: Compilation, task: _Task, stages: Stages, folder: Path
    ) -> Built:
        """In the fork: link a library in `folder`, rehearse it, and publish it.

        Raises: ModuleError: if it is wrong. CompilerFailedError, NoCompilerError. OSError.
        """
        request, whole = task.request, folder == Path(task.folder)
        if not whole:
            folder.mkdir()
            shutil.copy(Path(task.folder) / f"{facts.type}.py", folder)
        compilation.link(folder / facts.so, voices=whole)
        stages.done("compile")
        save(facts, folder)
        facts = self._rehearse(facts, request, folder)
        stages.done("rehearse")
        save(facts, folder)
        target = self.cache.publish(folder, task.source if whole else first_name(task.source))
        nanoseconds, times = facts.nanoseconds, dict(stages.times)
        return Built(
            request.id, facts.type, task.source, str(target), facts.panel, False, nanoseconds, times, facts.voices,
            more=not whole,
        )  # fmt: skip

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
                facts = with_voices(facts, _together(rehearsal))
        except NotFiniteError as error:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            assert rehearsal is not None
            line = witness.line_of_outlet(error.outlet, rehearsal.calls)
            kind = "not a number" if math.isnan(error.value) else "infinite"
            message = f"{error.outlet} becomes {kind} {rehearsal.words}; keep it finite, for instance with clamp()"
            raise _at(request, line, message) from error
        except Exception as error:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            words = what_was_raised(error, f", {rehearsal.words}" if rehearsal else "")
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
        played = next(place for place in (folder / FIRST, folder) if place == folder or place.exists())
        task = msgspec.msgpack.encode(_Task(request, "", str(played), status))
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

    def _testify(self, task: _Task, status: int) -> Rejected:
        """In another fork: find the line by plain Python."""
        request, folder = task.request, Path(task.folder)
        witness = Witness(read_build(folder), folder, request.text, self._library)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            line, message = witness.line_of_hang(self._progress[1]), HANG
        else:
            line, words = witness.line_of_crash()
            message = f"this module {_ending(status)} when it played" + (f": {words}" if words else "")
        error = _at(request, line or _method_line(request.text), message)
        return Rejected(request.id, "", tuple(error.problems))


def in_turn(cache: Cache, first: Built, why: str) -> Built:
    """The code that was heard with one voice, for good: its voices play in turn.

    Raises: LivepatchError: if the cache cannot be written.
    """
    facts = msgspec.structs.replace(read_build(Path(first.folder)), alone=why)
    folder = cache.begin()
    try:
        for name in (facts.so, f"{facts.type}.py"):
            shutil.copy(Path(first.folder) / name, folder)
        save(facts, folder)
        target = cache.publish(folder, first.source)
    except OSError as error:
        raise LivepatchError(unwritable(cache.builds, error)) from error
    return msgspec.structs.replace(first, folder=str(target), voices=facts.voices, more=False)


def _together(rehearsal: Rehearsal) -> float | None:
    try:
        return rehearsal.play_lanes()
    except Exception:  # noqa: BLE001 - one voice did not raise it, so it is not the author's
        return None


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
