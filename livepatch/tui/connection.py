"""The line to the session, off the drawing thread: attaching, receiving, sending, attaching again."""

import contextlib
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from livepatch.errors import LivepatchError
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.client import attach
from livepatch.protocol.messages import Bye, Message, Notice, Welcome
from livepatch.tui.inbox import Inbox

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.2
LONG_QUEUE = 1000


class Attach(Protocol):
    """How to reach the session, starting it if there is none (see `protocol.client.attach`)."""

    def __call__(self, workspace: Path, front: str, *, patch: str | None = None) -> tuple[Channel, Welcome]:
        """Raises LivepatchError if the session does not come up."""
        ...


class Connection:
    """Two threads, one that receives and one that sends, so that nothing drawn ever waits for the session.

    `arrived` is called from the receiving thread when the inbox is no longer empty. A broken channel is
    attached again, with a Notice; then another Welcome arrives. `ended` says once why there is no session
    any more, and with what exit code to leave.
    """

    def __init__(
        self,
        workspace: Path,
        patch: str | None,
        arrived: Callable[[], None],
        ended: Callable[[str, int], None],
        attach: Attach = attach,
    ) -> None:
        self.inbox = Inbox()
        self._workspace = workspace
        self._patch = patch
        self._arrived = arrived
        self._ended = ended
        self._attach = attach
        self._channel: Channel | None = None
        self._outgoing: queue.Queue[Message | None] = queue.Queue(LONG_QUEUE)
        self._attached = threading.Event()
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name="receive from session", daemon=True),
            threading.Thread(target=self._send_all, name="send to session", daemon=True),
        ]

    def start(self) -> None:
        """Attach, in the background."""
        for thread in self._threads:
            thread.start()

    def send(self, message: Message) -> bool:
        """Have a message sent; False if so many wait that the session must be stuck.

        What is sent before the session first answers waits for it.
        """
        try:
            self._outgoing.put_nowait(message)
        except queue.Full:
            return False
        return True

    def close(self) -> None:
        """Let go of the session, which plays on."""
        self._closing.set()
        self._attached.set()
        if self._channel is not None:
            self._channel.close()
        with contextlib.suppress(queue.Full):  # then the sending thread has no need to be woken
            self._outgoing.put_nowait(None)

    def _run(self) -> None:
        try:
            channel = self._first()
            while (farewell := self._receive(channel)) is None and not self._closing.is_set():
                self._put(Notice("warning", "the session broke off; attaching again"))
                channel = self._again()
        except LivepatchError as error:
            self._ended(str(error), 1)
        else:
            if not self._closing.is_set():
                self._ended(farewell or "", 0)

    def _first(self) -> Channel:
        channel, welcome = self._attach(self._workspace, "tui", patch=self._patch)
        self._welcome(channel, welcome)
        if self._patch is not None and welcome.patch_name not in {self._patch, *_names_in(self._patch)}:
            self._put(Notice("note", f'{welcome.patch_name} is playing here; load("{self._patch}") replaces it'))
        return channel

    def _again(self) -> Channel:
        """A new channel in place of a broken one. Raises: LivepatchError: if no attempt succeeds."""
        for attempt in range(ATTEMPTS):
            self._closing.wait(FIRST_PAUSE_SECONDS * 2**attempt)
            try:
                channel, welcome = self._attach(self._workspace, "tui")
            except LivepatchError as error:
                refusal = error
            else:
                self._welcome(channel, welcome)
                return channel
        raise refusal

    def _welcome(self, channel: Channel, welcome: Welcome) -> None:
        self._channel = channel
        if self._closing.is_set():
            channel.close()
        self._put(welcome)
        self._attached.set()

    def _receive(self, channel: Channel) -> str | None:
        """Pass on what arrives; the session's farewell, None if the channel broke."""
        while True:
            try:
                message = channel.receive()
            except ChannelClosedError:
                channel.close()
                self._channel = None
                return None
            except msgspec.ValidationError as error:
                message = Notice("error", f"the session said something this livepatch does not know: {error}")
            if isinstance(message, Bye):
                return f"The session has ended ({message.reason})." if message.reason else "The session has ended."
            self._put(message)

    def _put(self, message: Message) -> None:
        if self.inbox.put(message) and not self._closing.is_set():
            self._arrived()

    def _send_all(self) -> None:
        self._attached.wait()
        while (message := self._outgoing.get()) is not None and not self._closing.is_set():
            try:
                self._send(message)
            except ChannelClosedError as error:
                self._put(Notice("warning", f"not sent: {error}"))

    def _send(self, message: Message) -> None:
        if (channel := self._channel) is None:
            raise ChannelClosedError("there is no session at the moment")
        channel.send(message)


def _names_in(patch: str) -> tuple[str, str]:
    """What a patch is called that is opened from a file: its name, with the end or without."""
    return Path(patch).name, Path(patch).stem
