"""What goes to and fro between a prompt and its session."""

import contextlib
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import msgspec

from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import (
    Bye,
    Complete,
    Completions,
    Edited,
    EngineState,
    Evaluate,
    Evaluated,
    Interrupt,
    Message,
    OpenFile,
    Printed,
)
from livepatch.repl.words import describe

Answer = Evaluated | Completions


class SessionEndedError(Exception):
    """The session has ended, or broke off the conversation."""


class Conversation:
    """Sends what is typed and shows what comes back.

    Its own thread reads the channel and is the only one that calls `show` (with text to be printed as it
    is) and, once, at the very end, `on_end`. Any thread may ask. When `ended`, `reason` says why; it was
    `broken` if the session did not say goodbye. `line`: the number of what runs, 0 for nothing. `to_open` are
    files that what was typed wants edited.
    """

    def __init__(self, channel: Channel, engine: EngineState, show: Callable[[str], None]) -> None:
        self._channel = channel
        self._engine = engine
        self._show = show
        self._numbers = itertools.count(1)
        self._asking = threading.Lock()
        self._waiting: dict[int, Future[Answer]] = {}
        self.line = 0
        self._line_open = False
        self._showing = threading.Lock()
        self.to_open: deque[Path] = deque()
        self.ended = False
        self.broken = False
        self.reason = ""
        self._thread: threading.Thread | None = None

    def start(self, on_end: Callable[[], None]) -> None:
        """Begin to listen."""
        self._thread = threading.Thread(target=self._listen, args=(on_end,), name="conversation", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the session, which goes on."""
        self._channel.close()
        if self._thread is not None:
            self._thread.join()

    def evaluate(self, code: str) -> Future[Answer]:
        """Have `code` run; what it prints and its value are shown before the future is done.

        The future raises SessionEndedError if the session ends first.
        """
        self.line = number = next(self._numbers)
        return self._ask(number, Evaluate(number, code))

    def complete(self, code: str, cursor: int) -> Future[Answer]:
        """Ask what could stand at `cursor`."""
        number = next(self._numbers)
        return self._ask(number, Complete(number, code, cursor))

    @contextlib.contextmanager
    def hushed(self) -> Iterator[None]:
        """Show nothing meanwhile: another program has the screen. What is told waits."""
        with self._showing:
            yield

    def interrupt(self) -> None:
        """Stop the line that is running."""
        with contextlib.suppress(ChannelClosedError):  # the listener says so
            self._channel.send(Interrupt())

    def _ask(self, number: int, question: Message) -> Future[Answer]:
        future: Future[Answer] = Future()
        with self._asking:
            if self.ended:
                future.set_exception(SessionEndedError())
                return future
            self._waiting[number] = future
        try:
            self._channel.send(question)
        except ChannelClosedError as error:
            with self._asking:
                self._waiting.pop(number, None)
            future.set_exception(SessionEndedError(str(error)))
        return future

    def _listen(self, on_end: Callable[[], None]) -> None:
        try:
            while not isinstance(message := self._receive(), Bye):
                self._take(message)
            self.reason = describe(message)[0]
        except ChannelClosedError:
            self.broken = True
            self.reason = (
                'the session broke off; livepatch starts another, where load("last") brings the rack back'
            )
        with self._asking:
            self.ended = True
            unanswered, self._waiting = list(self._waiting.values()), {}
        for future in unanswered:
            future.set_exception(SessionEndedError(self.reason))
        on_end()

    def _receive(self) -> Message:
        while True:
            try:
                message: Message = self._channel.receive()
            except msgspec.ValidationError as error:
                self._say(f"warning: the session said something unknown, is it of another version? ({error})")
            else:
                return message

    def _take(self, message: Message) -> None:
        match message:
            case Printed(text=text):
                self._print(text)
            case Evaluated(id=number, value=value, error=error):
                self._close_line()
                for text in filter(None, (value, error)):
                    self._print(text.rstrip("\n") + "\n")
                self.line = 0
                self._answer(number, message)
            case Completions(id=number):
                self._answer(number, message)
            case OpenFile(path=path):
                self.to_open.append(Path(path))
            case EngineState():
                self._tell_engine(message)
            case Edited() if self.line:
                pass  # what was typed says it
            case _:
                for line in describe(message):
                    self._say(line)

    def _tell_engine(self, state: EngineState) -> None:
        heard = describe(self._engine) != describe(state)
        self._engine = state
        if heard:
            self._say(describe(state)[0])

    def _answer(self, number: int, answer: Answer) -> None:
        with self._asking:
            future = self._waiting.pop(number, None)
        if future is not None:
            future.set_result(answer)

    def _say(self, line: str) -> None:
        self._close_line()
        self._print(f"# {line}\n")

    def _print(self, text: str) -> None:
        if text:
            with self._showing:
                self._show(text)
            self._line_open = not text.endswith("\n")

    def _close_line(self) -> None:
        if self._line_open:
            self._print("\n")
