"""Messages on their way to one other process, sent by a thread of their own so that nobody waits for it."""

import threading
from collections import deque

from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import Message

LONGEST = 20_000


class Outbox:
    """Sends in order what any thread posts.

    An end that is gone, or takes nothing any more, is given up; whoever receives from the channel notices.
    """

    def __init__(self, channel: Channel, name: str) -> None:
        self._channel = channel
        self._messages: deque[Message] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._idle = True
        self._thread = threading.Thread(target=self._run, name=f"to {name}", daemon=True)
        self._thread.start()

    def __len__(self) -> int:
        return len(self._messages)

    def post(self, *messages: Message) -> None:
        """Send the messages after those posted before; returns at once."""
        with self._changed:
            if self._closed:
                return
            if len(self._messages) > LONGEST:
                self._closed = True
                self._channel.close()
                return
            self._messages.extend(messages)
            self._idle = False
            self._changed.notify_all()

    def drained(self, seconds: float) -> bool:
        """Wait until everything has been sent, `seconds` at most; whether it has."""
        with self._changed:
            return self._changed.wait_for(lambda: self._idle or self._closed, seconds)

    def room(self, at_most: int, seconds: float) -> bool:
        """Wait until no more than `at_most` messages wait, `seconds` at most; whether it is so."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._messages) <= at_most or self._closed, seconds)

    def close(self) -> None:
        """Send nothing more and close the channel."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._channel.close()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._idle = not self._messages
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._messages or self._closed)
                if self._closed:
                    return
                message = self._messages.popleft()
            try:
                self._channel.send(message)
            except ChannelClosedError:
                with self._changed:
                    self._closed = True
                    self._changed.notify_all()
                return
