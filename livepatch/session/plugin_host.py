"""The session's end of one plug-in's process."""

import itertools
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.channel import ChannelClosedError
from livepatch.protocol.children import Child, log_tail
from livepatch.protocol.messages import Message, PlugIn, Quit
from livepatch.protocol.plugin_block import PluginBlock
from livepatch.protocol.plugin_facts import Facts

HOST = "livepatch.plugins.host_process"
ANSWER_SECONDS = 5.0
END_SECONDS = 0.3
HUNG_SECONDS = 2.0
_SERIALS = itertools.count(1)


class HostError(Exception):
    """A plug-in's process does not answer, or cannot do what it was asked to; its text says why."""


class PluginHost:
    """A plug-in's process. Made by a thread that goes on; one thread receives (`listen`), any may ask.

    `opened` and `latency` are what it told last, `refused` why it does not play.
    """

    def __init__(  # noqa: PLR0913 - all that it needs
        self, id: int, facts: Facts, runtime: Path, log: Path, sample_rate: float, *, offline: bool = False
    ) -> None:
        """Start it. Raises: OSError: if the system refuses."""
        self.id = id
        self.facts = facts
        self.opened: messages.Opened | None = None
        self.latency = 0
        self.log = log
        self.ready = threading.Event()
        self.refused = ""
        self._runtime = runtime
        name = f"plugin-{os.getpid()}-{next(_SERIALS)}"
        self._block, self._door = runtime / name, runtime / f"{name}.door"
        arguments = ["--block", str(self._block), "--door", str(self._door), "--sample-rate", str(sample_rate)]
        arguments += ["--offline"] if offline else []
        arguments += ["--format", facts.format, "--uid", facts.uid, facts.path]
        self.child = Child(HOST, arguments, messages.FromPlugin, log)
        self._answers: dict[int, Message] = {}
        self._arrived = threading.Condition()
        self._closed = False
        self._map: PluginBlock | None = None
        self._done = -1.0
        self._done_at = 0.0

    def listen(self, tell: Callable[["PluginHost", Message], None] = lambda _host, _message: None) -> str:
        """Hear what it says until it is no more; how it ended. What nobody asked for goes to `tell`."""
        while True:
            try:
                message = self.child.channel.receive()
            except ChannelClosedError:
                break
            except msgspec.ValidationError as error:
                self.refused = f"said something unknown: {error}"
                break
            match message:
                case messages.Opened():
                    self.opened = message
                    self.latency = message.facts.latency
                    self.facts = message.facts
                    self.ready.set()
                case messages.Refused(text=text):
                    self.refused = text
                case messages.Prepared(latency=latency):
                    self.latency = latency
                case (
                    messages.Restored(serial=serial) | messages.Kept(serial=serial) | messages.Text(serial=serial)
                ):
                    if serial:
                        self._answer(serial, message)
            tell(self, message)
        with self._arrived:
            self._closed = True
            self._arrived.notify_all()
        self.ready.set()
        self.child.end(END_SECONDS)
        return self.refused or self.child.how_it_ended()

    def _answer(self, serial: int, message: Message) -> None:
        with self._arrived:
            self._answers[serial] = message
            self._arrived.notify_all()

    def say(self, message: Message) -> None:
        """Send something that has no answer; a process that is gone does not hear it."""
        try:
            self.child.channel.send(message)
        except ChannelClosedError:
            return

    def ask(self, make: Callable[[int], Message], seconds: float = ANSWER_SECONDS) -> Message:
        """Send what `make` makes of a serial, and wait for the answer.

        Raises: HostError: if none comes.
        """
        serial = next(_SERIALS)
        self.say(make(serial))
        with self._arrived:
            self._arrived.wait_for(lambda: serial in self._answers or self._closed, seconds)
            answer = self._answers.pop(serial, None)
        if answer is None:
            raise HostError("its plug-in does not answer")
        return answer

    def place(self) -> PlugIn:
        """Where the engine finds it."""
        inputs, outputs = (sum(bus.channels for bus in buses) for buses in (self.facts.inputs, self.facts.outputs))
        return PlugIn(self.id, str(self._block), str(self._door), inputs, outputs, self.facts.doubles)

    def read(self, name: str) -> float:
        """A value of the memory that it shares with the engine; 0 if there is none."""
        if self._map is None:
            place = self.place()
            try:
                self._map = PluginBlock(self._block, place.inputs, place.outputs)
            except (OSError, ValueError):
                return 0.0
        try:
            return self._map.read(name)
        except ValueError:
            return 0.0  # it has just been unmapped

    def hung(self) -> bool:
        """Whether a block that the engine asked for is not done for long."""
        done, now = self.read("done"), time.monotonic()
        if done != self._done or done >= self.read("asked"):
            self._done, self._done_at = done, now
            return False
        return now - self._done_at > HUNG_SECONDS

    def megabytes(self) -> float:
        """How much memory it has, where the system tells."""
        try:
            pages = int(Path(f"/proc/{self.child.pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return 0.0
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def kill(self) -> None:
        """End it at once."""
        self.child.kill()

    def end(self) -> None:
        """Let it end, or end it."""
        self.say(Quit())
        self.child.end(END_SECONDS)
        self.forget()

    def forget(self) -> None:
        """Remove what it left."""
        if self._map is not None:
            self._map.close()
            self._map = None
        for path in (self._block, self._door):
            path.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The last line that it printed."""
        return log_tail(self.log).rpartition("\n")[2]
