"""The session's door: front ends connect here, and each is told everything that happens."""

import itertools
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import Hello, Message, Notice, ToSession
from livepatch.session.outbox import Outbox

SOCKET = "session.sock"
HELLO_SECONDS = 5.0


class FrontEnd:
    """One front end that is attached. Its own thread reads from it; any thread posts to it."""

    def __init__(self, channel: Channel, hello: Hello, number: int) -> None:
        self.channel = channel
        self.front = hello.front
        self.version = hello.version
        self.number = number
        self.outbox = Outbox(channel, f"{hello.front} {number}")


class Server:
    """Listens on the session's socket. Any thread broadcasts.

    `welcome` adds a new front end's first messages with the rack locked, so that it misses no edit;
    `take` handles one message from a front end, in that front end's thread.
    """

    def __init__(
        self, runtime: Path, welcome: Callable[[FrontEnd], None], take: Callable[[FrontEnd, Message], None]
    ) -> None:
        self._welcome = welcome
        self._take = take
        self._fronts: dict[int, FrontEnd] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._path = runtime / SOCKET
        self._socket = _listen(self._path)

    def start(self) -> None:
        """Let front ends in."""
        threading.Thread(target=self._accept, name="door", daemon=True).start()

    def admit(self, front: FrontEnd) -> None:
        """From now on the front end hears broadcasts; called by `welcome`."""
        with self._lock:
            self._fronts[front.number] = front

    def broadcast(self, message: Message) -> None:
        """Tell every front end; never waits."""
        for front in self.fronts():
            front.outbox.post(message)

    def fronts(self) -> list[FrontEnd]:
        """Who is attached now."""
        with self._lock:
            return list(self._fronts.values())

    def close(self, seconds: float = 0.5) -> None:
        """Let nobody in any more, and let go of everyone once they have heard everything."""
        self._path.unlink(missing_ok=True)
        self._socket.close()
        for front in self.fronts():
            front.outbox.drained(seconds)
            front.outbox.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), name="front end", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        channel = Channel(connection, ToSession)
        try:
            hello = channel.receive(HELLO_SECONDS)
        except (ChannelClosedError, TimeoutError, msgspec.ValidationError):
            channel.close()
            return
        if not isinstance(hello, Hello):
            channel.close()
            return
        front = FrontEnd(channel, hello, next(self._numbers))
        self._welcome(front)
        try:
            self._converse(front)
        finally:
            with self._lock:
                self._fronts.pop(front.number, None)
            front.outbox.close()

    def _converse(self, front: FrontEnd) -> None:
        while True:
            try:
                message = front.channel.receive()
            except ChannelClosedError:
                return
            except msgspec.ValidationError as error:
                front.outbox.post(Notice("error", f"the session did not understand a message: {error}"))
                continue
            self._take(front, message)


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    former = os.umask(0o177)
    try:
        listener.bind(str(temporary))
    finally:
        os.umask(former)
    listener.listen(16)
    temporary.replace(path)
    return listener
