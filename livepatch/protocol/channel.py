"""One end of a socket that carries messages between two processes."""

import contextlib
import select
import socket
import threading
from pathlib import Path
from typing import Any, Self

import msgspec

from livepatch.protocol.messages import Message

LENGTH_BYTES = 4
LARGEST_MESSAGE = 64 * 1024 * 1024


class ChannelClosedError(Exception):
    """The process at the other end is gone, or this end was closed."""


class Channel:
    """Sends and receives messages. Any thread may send; one thread receives.

    `incoming` is the union of messages that may arrive, such as `messages.ToFrontEnd`; anything else
    raises msgspec.ValidationError in `receive`.
    """

    def __init__(self, connection: socket.socket, incoming: Any) -> None:
        self._socket = connection
        self._decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(incoming)
        self._encoder = msgspec.msgpack.Encoder()
        self._sending = threading.Lock()
        self._received = bytearray()

    @classmethod
    def connect(cls, path: Path, incoming: Any) -> Self:
        """Connect to the socket at `path`.

        Raises: OSError: if nobody listens there.
        """
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
        except OSError:
            connection.close()
            raise
        return cls(connection, incoming)

    def fileno(self) -> int:
        """The socket's file descriptor, for select."""
        return self._socket.fileno()

    def send(self, message: Message) -> None:
        """Send one message, waiting until the other end has room.

        Raises: ChannelClosedError: if the other end is gone.
        """
        body = self._encoder.encode(message)
        try:
            with self._sending:
                self._socket.sendall(len(body).to_bytes(LENGTH_BYTES, "little") + body)
        except OSError as error:
            raise ChannelClosedError(str(error)) from error

    def receive(self, timeout: float | None = None) -> Any:
        """The next message; waits `timeout` seconds, for ever without one.

        Raises: TimeoutError: if none came. ChannelClosedError: if the other end is gone.
        msgspec.ValidationError: if it is not one of the incoming messages; the next call goes on after it.
        """
        while (message := self._take()) is None:
            try:
                ready = timeout is None or select.select([self._socket], [], [], timeout)[0]
                more = self._socket.recv(1 << 16) if ready else None
            except (OSError, ValueError) as error:
                raise ChannelClosedError(str(error)) from error
            if more is None:
                raise TimeoutError
            if not more:
                raise ChannelClosedError("the other end closed the channel")
            self._received += more
        return message

    def waiting(self) -> bool:
        """Whether a whole message has been read from the socket and `receive` will not wait."""
        if len(self._received) < LENGTH_BYTES:
            return False
        length = int.from_bytes(self._received[:LENGTH_BYTES], "little")
        return len(self._received) >= LENGTH_BYTES + length

    def close(self) -> None:
        """Close this end; the other end's `receive` and a waiting one here raise ChannelClosedError."""
        with contextlib.suppress(OSError):  # the other end was faster
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _take(self) -> Message | None:
        if not self.waiting():
            if int.from_bytes(self._received[:LENGTH_BYTES], "little") > LARGEST_MESSAGE:
                raise ChannelClosedError("a message claims to be larger than any message is")
            return None
        end = LENGTH_BYTES + int.from_bytes(self._received[:LENGTH_BYTES], "little")
        body = bytes(self._received[LENGTH_BYTES:end])
        del self._received[:end]
        return self._decoder.decode(body)
