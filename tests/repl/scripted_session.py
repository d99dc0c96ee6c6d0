"""The session's end of a conversation, played from a script."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any, Self

from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import (
    Complete,
    Completion,
    Completions,
    EngineState,
    Evaluate,
    Evaluated,
    Interrupt,
    Message,
    ToFrontEnd,
    ToSession,
    Welcome,
)

Answering = Callable[[Evaluate, Callable[[Message], None]], str | None]

ENGINE = EngineState(
    driver="sounddevice",
    device="Speakers",
    sample_rate=48000.0,
    block_frames=256,
    realtime=True,
    meters="",
    meter_slots={},
    traces={},
)


def welcome(history_path: str = "", **changes: Any) -> Welcome:
    """What a session with an empty rack says first."""
    fields: dict[str, Any] = {
        "workspace": "/set",
        "patch_name": "hello",
        "modules": (),
        "cables": (),
        "transport": {},
        "panels": {},
        "faults": (),
        "engine": ENGINE,
        "history_path": history_path,
        "notices": (),
    }
    return Welcome(**fields | changes)


class ScriptedSession:
    """Answers every piece of code with what `answer` returns, as its value (None: not at all).

    `answer` gets the question and a function that sends any message before. It runs in a thread of its own.
    """

    def __init__(self, answer: Answering, completions: tuple[Completion, ...] = ()) -> None:
        here, there = socket.socketpair()
        self.channel = Channel(there, ToFrontEnd)
        self.evaluated: list[str] = []
        self.interrupted = threading.Event()
        self._answer = answer
        self._completions = completions
        self._channel = Channel(here, ToSession)
        self._listening = threading.Thread(target=self._listen)
        self._answering: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._listening.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()
        self._listening.join()
        for thread in self._answering:
            thread.join()

    def hang_up(self) -> None:
        """Break the conversation off."""
        self._channel.close()

    def _listen(self) -> None:
        try:
            while True:
                self._take(self._channel.receive())
        except ChannelClosedError:
            self.interrupted.set()

    def _take(self, message: Message) -> None:
        match message:
            case Evaluate():
                thread = threading.Thread(target=self._evaluate, args=(message,))
                self._answering.append(thread)
                thread.start()
            case Complete(id=number):
                self._channel.send(Completions(number, self._completions))
            case Interrupt():
                self.interrupted.set()

    def _evaluate(self, question: Evaluate) -> None:
        self.evaluated.append(question.code)
        value = self._answer(question, self._channel.send)
        if value is not None:
            with contextlib.suppress(ChannelClosedError):  # the prompt did not wait
                self._channel.send(Evaluated(question.id, value, ""))
