"""The compiler's end of its channel: answers builds, cached ones at once, and gets ready while nobody asks."""

import gc
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from livepatch.compiler.abandonment import AbandonedError
from livepatch.compiler.cache import Cache
from livepatch.compiler.parts import Parts
from livepatch.errors import LivepatchError, Problem
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import Build, Built, Message, Notice, Progress, Quit, Rejected

if TYPE_CHECKING:
    from livepatch.compiler.attempt import Attempts

SAMPLE_NS = 1e9 / 48000.0
"""How long a sample lasts."""
FIRST_SECONDS = 2.0
"""How long the session may take to ask for the first time, before the compiler thinks of anything else."""
QUIET_SECONDS = 0.1
"""The same between an answer and what is asked next: getting ready keeps that waiting for half a second."""
STEPS = ("runtime library", "base of modules", "engine")


class Service:
    """Serves one session. One thread; builds run in forks, one at a time."""

    def __init__(self, channel: Channel, cache: Path, folders: list[Path], slowest_ns: float) -> None:
        self._channel = channel
        self._cache_folder = cache
        self._slowest_ns = slowest_ns
        self._waiting: deque[Message] = deque()
        self._put_off: deque[Build] = deque()
        self._quiet = FIRST_SECONDS
        self._attempts: Attempts | None = None
        self._shelf = [path for folder in folders for path in sorted(folder.glob("*.py"))]
        self._parts: Parts | None = None

    def run(self) -> None:
        """Serve until the channel closes or `Quit` comes."""
        try:
            while not isinstance(message := self._next(), Quit):
                assert isinstance(message, Build)
                self._answer(message)
        except ChannelClosedError:
            return
        finally:
            if self._attempts is not None:
                self._attempts.end()

    def _next(self) -> Message:
        """The next message; what there is to do without one is done first, if none comes soon."""
        while self._put_off and not self._urgent(self._put_off[0].path):
            assert self._attempts is not None
            self._resume(self._attempts, self._put_off.popleft())
        quiet, self._quiet = self._quiet, QUIET_SECONDS
        while not self._waiting and not self._listen(quiet) and self._idle():
            quiet = 0.0
        if not self._waiting:
            self._listen(None)
        return self._waiting.popleft()

    def _listen(self, timeout: float | None) -> bool:
        """Take what has arrived; whether anything had."""
        try:
            self._waiting.append(self._channel.receive(timeout))
        except TimeoutError:
            return False
        while self._channel.waiting():
            self._waiting.append(self._channel.receive())
        return True

    def _idle(self) -> bool:
        """Do one thing that makes a later answer faster; whether there may be more."""
        try:
            attempts = self._ready()
        except LivepatchError as error:
            self._shelf.clear()
            self._channel.send(Notice("error", str(error)))
            return False
        while self._shelf:
            path = self._shelf.pop(0)
            try:
                request = Build(0, str(path), path.read_text("utf-8"))
            except (OSError, UnicodeDecodeError):
                continue
            if attempts.cache.find(attempts.cache.source(path.stem, request.text)) is None:
                self._stock(attempts, request)
                return True
        attempts.get_ready()
        return False

    def _stock(self, attempts: "Attempts", request: Build) -> None:
        """Build a module that nobody asked for yet; given up for anything that somebody asks."""
        try:
            attempts.build(request, self._channel.fileno(), lambda: False)
        except AbandonedError:
            self._shelf.insert(0, Path(request.path))

    def _resume(self, attempts: "Attempts", request: Build) -> None:
        """Build a module of which one voice is heard already; given up for anything that is urgent."""
        try:
            answer = self._cached(request) or attempts.build(
                request, self._channel.fileno(), lambda: not self._urgent(request.path)
            )
            self._channel.send(answer)
        except AbandonedError:
            self._put_off.appendleft(request)
        except LivepatchError as error:
            self._channel.send(Notice("error", str(error)))

    def _finish(self, attempts: "Attempts", request: Build) -> None:
        """Tell when voices play side by side; later, if something is urgent meanwhile."""
        later = msgspec.structs.replace(request, hurried=False)
        if self._urgent(request.path):
            attempts.give_up()
            self._put_off.append(later)
            return
        attempts.get_ready()  # the next build does not wait for this one
        try:
            self._channel.send(attempts.finish(self._channel.fileno(), lambda: not self._urgent(request.path)))
        except AbandonedError:
            self._put_off.append(later)
        except LivepatchError as error:
            self._channel.send(Notice("error", str(error)))

    def _urgent(self, path: str) -> bool:
        """Whether somebody waits to hear something else, or another text of the file at `path`, or for the end."""
        self._listen(0.0)
        return any(
            isinstance(message, Quit) or (isinstance(message, Build) and (message.hurried or message.path == path))
            for message in self._waiting
        )

    def _answer(self, request: Build) -> None:
        self._put_off = deque(other for other in self._put_off if other.path != request.path)
        if any(_instead(later, request) for later in self._waiting):
            return  # saved again meanwhile, or something else that somebody is to hear
        type = Path(request.path).stem
        try:
            answer = self._cached(request) or self._built(request)
        except AbandonedError:
            return
        except LivepatchError as error:
            answer = Rejected(request.id, type, (Problem(request.path, 1, 1, str(error)),))
        self._channel.send(answer)
        if isinstance(answer, Built) and answer.more:
            assert self._attempts is not None
            self._finish(self._attempts, request)

    def _cached(self, request: Build) -> Built | None:
        parts = self._found_parts()
        if not parts.ready():
            return None
        parts.announce()
        cache = Cache(self._cache_folder, parts.key)
        source = cache.source(Path(request.path).stem, request.text)
        facts = cache.find(source)
        if facts is None:
            return None
        folder = str(cache.folder(source))
        nanoseconds = facts.nanoseconds
        return Built(request.id, facts.type, source, folder, facts.panel, True, nanoseconds, {}, facts.voices)

    def _built(self, request: Build) -> Built | Rejected:
        def wanted() -> bool:
            self._listen(0.0)
            return not any(isinstance(later, Quit) or _instead(later, request) for later in self._waiting)

        attempts = self._ready()
        found = self._cached(request)
        return found or attempts.build(request, self._channel.fileno(), wanted)

    def _found_parts(self) -> Parts:
        if self._parts is None:
            self._parts = Parts(self._cache_folder)
        return self._parts

    def _ready(self) -> "Attempts":
        """Everything that builds need; made, imported and tried the first time.

        Raises: LivepatchError: if it cannot be made.
        """
        if self._attempts is None:
            parts = self._found_parts()
            if not parts.ready():
                parts.make(lambda name: self._channel.send(Progress(STEPS.index(name), len(STEPS), name)))
                self._channel.send(Progress(len(STEPS), len(STEPS), "done"))
            # only now: these import mypy, which what is in the cache does not wait for
            from livepatch.compiler.attempt import Attempts  # noqa: PLC0415
            from livepatch.compiler.build import Builder  # noqa: PLC0415
            from livepatch.compiler.warmth import warm_up  # noqa: PLC0415

            builder = Builder(parts)
            warm_up(builder)
            warm_up(builder)  # the second time is still twice as slow as the third
            cache = Cache(self._cache_folder, parts.key)
            cache.clean()
            self._attempts = Attempts(builder, cache, self._slowest_ns)
            gc.collect()
            gc.freeze()
        return self._attempts


def _instead(message: Message, request: Build) -> bool:
    """Whether nobody waits for an answer to a request any more: it will be asked again, if at all."""
    if not isinstance(message, Build):
        return False
    return message.path == request.path or (message.hurried and not request.hurried)
