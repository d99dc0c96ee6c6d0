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
"""A plug-in that has not come round to anything for so long does not answer any more."""
ASK_SECONDS = 8.0
"""So long an answer is waited for; a plug-in that does not come round is ended before."""
LOAD_SECONDS = 30.0
"""How long one may load, and take over a state or program."""
LONGEST_STEP_SECONDS = 0.5
"""While this process itself was held up longer, others may have been too."""
END_SECONDS = 0.3
HUNG_SECONDS = 2.0
_SERIALS = itertools.count(1)


class HostError(Exception):
    """A plug-in's process does not answer, or cannot do what it was asked to; its text says why."""


class PluginHost:
    """A plug-in's process. Made by a thread that goes on; one thread receives (`listen`), any may ask.

    `opened` and `latency` are what it told last, `channels` how many it shares with the engine, `state` names what
    it was started with, `refused` is why it does not play. `still` is for how many seconds it has come round to
    nothing, as far as `trouble` was called meanwhile.
    """

    def __init__(  # noqa: PLR0913 - all that it needs
        self,
        id: int,
        facts: Facts,
        runtime: Path,
        log: Path,
        sample_rate: float,
        *,
        offline: bool = False,
        rests: bool = True,
        state: Path | None = None,
        channels: tuple[int, int] = (0, 0),
    ) -> None:
        """Start it, with a state that it had before; it has so many channels in and out at least.

        `rests`: it may be sent nothing while all is silent.

        Raises: OSError: if the system refuses.
        """
        self.id = id
        self.facts = facts
        self.opened: messages.Opened | None = None
        self.state = state.name if state is not None else ""
        self.channels = self._least = channels
        self.latency = 0
        self.log = log
        self.ready = threading.Event()
        self.refused = ""
        self._runtime = runtime
        name = f"plugin-{os.getpid()}-{next(_SERIALS)}"
        self._block, self._door = runtime / name, runtime / f"{name}.door"
        arguments = ["--block", str(self._block), "--door", str(self._door), "--sample-rate", str(sample_rate)]
        arguments += ["--offline"] if offline else []
        arguments += [] if rests else ["--restless"]
        arguments += ["--state", str(state)] if state is not None else []
        arguments += ["--inputs", str(channels[0]), "--outputs", str(channels[1])]
        arguments += ["--format", facts.format, "--uid", facts.uid, facts.path]
        self.child = Child(HOST, arguments, messages.FromPlugin, log, tied=True)
        self._answers: dict[int, Message] = {}
        self._arrived = threading.Condition()
        self._closed = False
        self._map: PluginBlock | None = None
        self.still = 0.0
        self._pulse = self._looked = 0.0
        self._slow: set[int] = set()
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
                    self.channels = self._channels(message.facts)
                    self.ready.set()
                case messages.Described(facts=facts):
                    self.facts = facts
                case messages.Refused(text=text):
                    self.refused = text
                case messages.Prepared(latency=latency):
                    self.latency = latency
                    self._slow.discard(0)
                case (
                    messages.Restored(serial=serial) | messages.Kept(serial=serial) | messages.Text(serial=serial)
                ):
                    if serial:
                        self._slow.discard(serial)
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
        if isinstance(message, messages.Prepare):
            self._slow.add(0)
        try:
            self.child.channel.send(message)
        except ChannelClosedError:
            return

    def ask(self, make: Callable[[int], Message], seconds: float = ASK_SECONDS) -> Message:
        """Send what `make` makes of a serial, and wait for the answer; longer, if that takes long.

        Raises: HostError: if none comes.
        """
        serial = next(_SERIALS)
        message = make(serial)
        if isinstance(message, messages.Restore | messages.Choose):
            seconds = max(seconds, LOAD_SECONDS)
            self._slow.add(serial)
        self.say(message)
        with self._arrived:
            self._arrived.wait_for(lambda: serial in self._answers or self._closed, seconds)
            answer = self._answers.pop(serial, None)
        if answer is None:
            raise HostError("its plug-in does not answer")
        return answer

    def place(self) -> PlugIn:
        """Where the engine finds it."""
        return PlugIn(self.id, str(self._block), str(self._door), *self.channels, self.facts.doubles)

    def _channels(self, facts: Facts) -> tuple[int, int]:
        inputs, outputs = (sum(bus.channels for bus in buses) for buses in (facts.inputs, facts.outputs))
        return max(inputs, self._least[0]), max(outputs, self._least[1])

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

    @property
    def rests(self) -> bool:
        """Whether the engine sends it nothing, since all has been silent for long."""
        return self.read("rests") == 1.0

    @property
    def gone(self) -> bool:
        """Whether it is no more."""
        return self._closed

    def trouble(self, seconds: float) -> str:
        """Why it is to be ended, "" if it is not; to be called again and again. `seconds`: so long it may load."""
        now, there = time.monotonic(), self.ready.is_set()
        pulse = self.read("pulse") if there else -1.0
        step = min(now - self._looked, LONGEST_STEP_SECONDS) if self._looked else 0.0
        self.still = self.still + step if pulse == self._pulse else 0.0
        self._pulse, self._looked = pulse, now
        if not there:
            return f"it was not there after {seconds:g} s" if self.still > seconds else ""
        if self._hung():
            return "hung"
        limit = max(seconds, ANSWER_SECONDS) if self._slow else ANSWER_SECONDS
        return "did not answer any more" if self.still > limit else ""

    def _hung(self) -> bool:
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
