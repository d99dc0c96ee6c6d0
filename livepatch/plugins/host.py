"""The main thread of a plug-in's process: all that is not its sound."""

import argparse
import gc
import os
import resource
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import _cffi_backend

from livepatch.plugins.player import Player
from livepatch.plugins.plugin import Plugin, PluginError
from livepatch.plugins.rest import NEVER, rest_after
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.children import follow_parent, tie_group
from livepatch.protocol.messages import Message, Quit
from livepatch.protocol.plugin_block import QUANTUM, PluginBlock
from livepatch.protocol.plugin_facts import Facts

IDLE_SECONDS = 0.05
SWITCH_SECONDS = 0.0001
"""How long another thread may keep the audio waiting for Python's lock."""
TOLD_BY_VALUES = frozenset({"turned", "values", "programs", "dirty"})
RLIMIT_RTTIME = 15
"""Linux's number for the time that a thread of high priority may run on without ever waiting."""
HUNG_MICROSECONDS = 500_000
MOST_TEXTS = 64
"""Parameters that are shown in one go."""


class Host:
    """Everything the process does besides sounding, in its main thread."""

    def __init__(
        self, channel: Channel, plugin: Plugin, player: Player, block: PluginBlock, options: argparse.Namespace
    ) -> None:
        self._channel = channel
        self._block = block
        self._plugin = plugin
        self._player = player
        self._sample_rate: float = options.sample_rate
        self._restless: bool = options.restless
        self._offline = False
        self._changed = False
        self._bypassed = False
        self._described = plugin.facts
        self._meters = {parameter.id for parameter in plugin.facts.parameters if parameter.read_only}

    def run(self, problem: str) -> None:
        """Go on until the session says so, or is no more. `problem`: why it has not the state that it had."""
        self._plugin.idle()
        self._forget_values()
        self._described = self._plugin.facts
        self._channel.send(messages.Opened(self._described, *self._values(), self._plugin.program(), problem))
        idled, turns = time.monotonic(), 0
        while True:
            turns += 1
            self._block.write("pulse", turns)
            try:
                message = self._channel.receive(IDLE_SECONDS)
            except TimeoutError:
                message = None
            if isinstance(message, Quit):
                return
            if message is not None:
                self._obey(message)
            if time.monotonic() - idled >= IDLE_SECONDS:
                self._plugin.idle()
                idled = time.monotonic()
            self._tell()

    def prepare(self, sample_rate: float, *, offline: bool) -> str:
        """Be ready for blocks; why not, if not."""
        self._sample_rate, self._offline = sample_rate, offline
        with self._player.steady:
            try:
                self._player.forgotten = True
                self._plugin.prepare(sample_rate, QUANTUM, doubles=self._plugin.facts.doubles, offline=offline)
            except PluginError as error:
                return str(error)
        self.note_delays()
        self._stir()
        return ""

    def note_delays(self) -> None:
        """Let the engine see how late the plug-in is, and when it may rest."""
        facts = self._plugin.facts
        self._block.write("latency", facts.latency)
        after, said = (NEVER, NEVER) if self._restless else rest_after(facts, self._sample_rate)
        self._block.write("rest_after", after)
        self._block.write("rest_after_said", said)

    def _stir(self) -> None:
        """Have the engine send the next block, even if the plug-in rests: something was done to it."""
        self._block.write("stirs", self._block.read("stirs") + 1.0)

    def _obey(self, message: Message) -> None:
        plugin, send = self._plugin, self._channel.send
        match message:
            case messages.Prepare(sample_rate=rate, offline=offline):
                problem = self.prepare(rate, offline=offline)
                send(messages.Prepared(plugin.facts.latency, plugin.facts.tail, problem))
            case messages.Turn(values=values):
                self._changed = True
                for id, value in values.items():
                    plugin.turn(id, value)
                self._stir()
            case messages.Restore(serial=serial, path=path):
                send(self._restore(serial, Path(path)))
            case messages.Choose(serial=serial, program=program):
                send(self._choose(serial, program))
            case messages.Keep():
                send(self._keep(message))
            case messages.Bypass(on=on):
                self._bypassed = on
                plugin.bypass(on=on)
                self._stir()
            case messages.SendMidi(content=content):
                self._changed = True
                (plugin.sysex if content[:1] == b"\xf0" else plugin.midi)(content)
                self._stir()
            case messages.AskText(serial=serial, id=id, value=value, text=text):
                send(self._text(serial, id, value, text))
            case _:
                send(messages.Said("mistake", f"a plug-in does not know {type(message).__name__}"))

    def _restore(self, serial: int, path: Path) -> messages.Restored:
        """Take over a state; it is told as it is before the engine turns anything again.

        A bypass of the plug-in's own is in its state; but it is the module that is bypassed or is not.
        """
        problem = ""
        with self._player.steady:
            try:
                self._plugin.restore(path.read_bytes())
            except OSError as error:
                problem = f"{path} cannot be read: {error.strerror}"
            except PluginError as error:
                problem = f"{path.name}: {error}"
            self._player.turned.clear()
            self._plugin.bypass(on=self._bypassed)
            self._stir()
            return self._restored(serial, problem)

    def _choose(self, serial: int, program: int) -> messages.Restored:
        """Go to a program, as `_restore`."""
        problem = ""
        with self._player.steady:
            try:
                self._plugin.choose(program)
                self._changed = True
            except PluginError as error:
                problem = str(error)
            self._plugin.bypass(on=self._bypassed)
            self._stir()
            return self._restored(serial, problem)

    def _restored(self, serial: int, problem: str) -> messages.Restored:
        """What the plug-in is now; what it said of that itself is told with it."""
        self._describe()
        self._forget_values()
        return messages.Restored(serial, *self._values(), self._plugin.program(), problem)

    def _forget_values(self) -> None:
        """What the plug-in said of its values is told with them: later, it could undo what was turned since."""
        kept = [told for told in self._plugin.told if told.what not in TOLD_BY_VALUES]
        self._plugin.told.clear()
        self._plugin.told.extend(kept)

    def _keep(self, asked: messages.Keep) -> messages.Kept:
        """Write the state; nothing, if it is as it was when it was written last."""
        path = Path(asked.path)
        if asked.single:
            return self._write(asked.serial, path, self._plugin.preset)
        if not (asked.always or self._changed or self._player.stirred):
            return messages.Kept(asked.serial, "")
        self._changed = self._player.stirred = False
        return self._write(asked.serial, path, self._plugin.state)

    @staticmethod
    def _write(serial: int, path: Path, make: Callable[[], bytes]) -> messages.Kept:
        """Write what `make` gives."""
        try:
            content = make()
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
        except OSError as error:
            return messages.Kept(serial, "", f"{path} cannot be written: {error.strerror}")
        except PluginError as error:
            return messages.Kept(serial, "", str(error))
        return messages.Kept(serial, str(path))

    def _text(self, serial: int, id: int, value: float, text: str | None) -> messages.Text:
        if text is not None:
            return messages.Text(serial, text, self._plugin.from_text(id, text))
        return messages.Text(serial, self._plugin.text(id, value), value)

    def _values(self) -> tuple[dict[int, float], dict[int, str]]:
        shown = [parameter.id for parameter in self._plugin.facts.parameters if not parameter.hidden]
        values = {id: self._plugin.value(id) for id in shown}
        return values, {id: self._plugin.text(id, value) for id, value in values.items()}

    def _tell(self) -> None:
        """Tell what the plug-in said by itself, and what it shows for parameters that were turned."""
        plugin, player = self._plugin, self._player
        values: dict[int, float] = {}
        own: dict[int, float] = {}
        for id in list(player.turned)[:MOST_TEXTS]:
            values[id] = player.turned.pop(id)
        while plugin.told:
            told = plugin.told.popleft()
            match told.what:
                case "turned":
                    own[told.id] = told.value
                    self._turned(told.id)
                case "latency" | "buses" | "restart":
                    self._latency(told.what)
                case "values" | "programs":
                    self._changed = True
                    self._channel.send(self._restored(0, ""))
                case "names":
                    pass  # see _describe
                case "dirty":
                    self._changed = True
                case "touched" | "released":
                    pass
                case _:
                    self._channel.send(messages.Said(told.what, told.text, told.id))
        self._describe()
        values |= own
        if values:
            texts = {id: plugin.text(id, value) for id, value in values.items()}
            self._channel.send(messages.Shown(values, texts, tuple(own)))

    def _turned(self, id: int) -> None:
        """The plug-in has turned a parameter by itself."""
        if id not in self._meters:
            self._changed = True
            self._stir()

    def _latency(self, what: str) -> None:
        """The plug-in's latency, or what goes in and out of it, has changed: it is to be prepared again."""
        if what != "restart":  # else it sounds on until the session ends it, or lets it be
            problem = self.prepare(self._sample_rate, offline=self._offline)
            self._channel.send(messages.Prepared(self._plugin.facts.latency, self._plugin.facts.tail, problem))
        if what != "latency":
            self._described = self._plugin.facts
            self._channel.send(messages.Described(self._described, what))

    def _describe(self) -> None:
        """Tell which parameters, programs and expressions there are, if those are others than were told."""
        facts, known = self._plugin.facts, self._described
        if facts.parameters is known.parameters and facts.programs is known.programs:
            return
        self._described = facts
        if _names(facts) != _names(known):
            self._channel.send(messages.Described(facts))


def _names(facts: Facts) -> tuple[object, ...]:
    return facts.parameters, facts.programs, facts.expressions


def main() -> None:
    """Read the command line, load the plug-in, and play until told to stop."""
    options = _options()
    follow_parent()
    if options.tie_fd is not None:
        tie_group(options.tie_fd)
    _limit()
    with socket.socket(fileno=options.socket_fd) as connection:
        channel = Channel(connection, messages.ToPlugin)
        try:
            _play(options, channel)
        except PluginError as error:
            channel.send(messages.Refused(str(error)))
        except ChannelClosedError:
            _leave()  # the session is gone
    _leave()


def _play(options: argparse.Namespace, channel: Channel) -> None:
    plugin = _load(options.format, options.plugin, options.uid)
    prepare = partial(
        plugin.prepare, options.sample_rate, QUANTUM, doubles=plugin.facts.doubles, offline=options.offline
    )
    prepare()
    problem = _begin(plugin, options.state, prepare) if options.state is not None else ""
    inputs = sum(bus.channels for bus in plugin.facts.inputs)
    outputs = sum(bus.channels for bus in plugin.facts.outputs)
    block = PluginBlock(options.block, max(inputs, options.inputs), max(outputs, options.outputs), create=True)
    memory: Any = _cffi_backend.FFI()  # cffi.FFI is this with a parser of C, which takes 3 MB
    start = int(memory.cast("intptr_t", memory.from_buffer(block.map)))
    plugin.connect(
        [start + block.input(channel) for channel in range(inputs)],
        [start + block.output(channel) for channel in range(outputs)],
    )
    player = Player(plugin, block, options.door, waits=options.offline)
    gc.collect()
    gc.freeze()
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)
    player.start()
    try:
        host = Host(channel, plugin, player, block, options)
        host.note_delays()
        host.run(problem)
    finally:
        options.door.unlink(missing_ok=True)
        options.block.unlink(missing_ok=True)


def _begin(plugin: Plugin, path: Path, prepare: Callable[[], None]) -> str:
    """Have a plug-in begin with a state, which may change what goes in and out; what went wrong, if anything."""
    try:
        plugin.restore(path.read_bytes())
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    except PluginError as error:
        return f"{path.name}: {error}"
    plugin.idle()
    if any(told.what in {"latency", "buses", "restart"} for told in plugin.told):
        prepare()
    plugin.told.clear()
    return ""


def _load(format: str, path: Path, uid: str) -> Plugin:
    """Load it; only the format that is asked for is imported."""
    if format == "vst2":
        from livepatch.plugins.vst2.loading import load  # noqa: PLC0415 - as above

        return load(path, uid)
    from livepatch.plugins.vst3.loading import load as load_vst3  # noqa: PLC0415 - as above

    return load_vst3(path, uid)


def _limit() -> None:
    """Have the system end this process if its sound hangs at a high priority, which would take a core from others.

    And have it end at once when it crashes: a copy of its memory on the disk would take a while.
    """
    if sys.platform == "linux":
        _, most = resource.getrlimit(RLIMIT_RTTIME)
        allowed = HUNG_MICROSECONDS if most == resource.RLIM_INFINITY else min(HUNG_MICROSECONDS, most)
        resource.setrlimit(RLIMIT_RTTIME, (allowed, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _leave() -> NoReturn:
    """End without unloading anything, which is where plug-ins crash most."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="livepatch.plugins.host_process", description="plays a plug-in")
    parser.add_argument("--socket-fd", type=int, required=True)
    parser.add_argument("--tie-fd", type=int, help="whose other end is closed when all is to end")
    parser.add_argument("--block", type=Path, required=True, help="the memory shared with the engine")
    parser.add_argument("--door", type=Path, required=True, help="the socket that engines come to")
    parser.add_argument("--sample-rate", type=float, default=48000.0)
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--restless", action="store_true", help="it never rests, however long it is silent")
    parser.add_argument("--state", type=Path, help="what it remembers, in a file")
    parser.add_argument("--inputs", type=int, default=0, help="channels that the memory has at least")
    parser.add_argument("--outputs", type=int, default=0)
    parser.add_argument("--format", choices=("vst2", "vst3"), required=True)
    parser.add_argument("--uid", default="")
    parser.add_argument("plugin", type=Path)
    return parser.parse_args()
