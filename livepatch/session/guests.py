"""The plug-ins of a performance that is played again: they come and go with their modules."""

import tempfile
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from livepatch import locations
from livepatch.errors import LivepatchError
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import PlacedModule
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.messages import Message, PlugIn
from livepatch.protocol.plugin_panel import PluginBuild
from livepatch.session.hosting import begin
from livepatch.session.plugin_host import HostError, PluginHost

MOST_GONE = 4
"""Processes of modules that left, which may fade out yet."""


class Guests:
    """The processes of plug-ins for one engine after the other. Everything is called by the thread that plays.

    `builds` are the plug-ins that are installed, by what their modules have as source; `states` is the folder
    with what they remembered. `rests`: they rested while all was silent. `problems` are lines on what could not be
    as it was.
    """

    def __init__(self, builds: Mapping[str, PluginBuild], states: Path, *, rests: bool = True) -> None:
        self.problems: list[str] = []
        self._builds = builds
        self._states = states
        self._rests = rests
        self._stack = ExitStack()
        self._runtime = Path()
        self._hosts: dict[int, PluginHost] = {}
        self._names: dict[int, str] = {}
        self._gone: list[PluginHost] = []
        self._waiting: set[int] = set()
        self._sample_rate = 48000.0

    def __enter__(self) -> Self:
        self._runtime = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="livepatch-")))
        return self

    def __exit__(self, *_: object) -> None:
        for host in (*self._hosts.values(), *self._gone):
            host.end()
        self._stack.close()

    def begin(self, sample_rate: float) -> None:
        """Another engine plays: those that play go over to it."""
        self._waiting = set(self._hosts)
        self.prepare(sample_rate)

    def prepare(self, sample_rate: float) -> None:
        """Every plug-in begins afresh, as after panic(), or at another sample rate."""
        self._sample_rate = sample_rate
        for id in self._hosts:
            self._say(id, messages.Prepare(sample_rate, offline=True))

    def restore(self, states: Mapping[int, str]) -> None:
        """Plug-ins take over what is in a file each."""
        for id, name in states.items():
            host = self._hosts.get(id)
            if host is None:
                continue
            path = str(self._states / Path(name).name)
            try:
                answer = _restored(host, path)
            except HostError as error:
                self._tell(id, str(error))
                continue
            if isinstance(answer, messages.Restored) and answer.problem:
                self._tell(id, answer.problem)

    def follow(self, edit: Edit) -> list[PlugIn]:
        """Start and end what an edit needs; where those are that came."""
        places = []
        for part in edits.parts(edit):
            match part:
                case edits.AddModule(module=module) if module.source in self._builds:
                    places += self._come(module)
                case edits.RemoveModule(id=id):
                    self._go(id)
                case edits.SetBypass(id=id, bypass=bypass, hard=hard) if id in self._hosts:
                    self._say(id, messages.Bypass(bypass and not hard))
                case _:
                    pass
        return places

    def lost(self, id: int, how: str) -> None:
        """A plug-in plays no more."""
        self._tell(id, f"its plug-in {how}, and is bypassed from there on")

    def _come(self, module: PlacedModule) -> list[PlugIn]:
        self._names[module.id] = module.name
        if module.id in self._waiting:
            self._waiting.discard(module.id)
            return [self._hosts[module.id].place()]
        self._go(module.id)
        made = self._builds[module.source]
        log = locations.state() / "plugins.log"
        host = PluginHost(
            module.id, made.facts, self._runtime, log, self._sample_rate, offline=True, rests=self._rests
        )
        self._hosts[module.id] = host
        threading.Thread(target=host.listen, name="from plug-in", daemon=True).start()
        try:
            begin(host, module, made, self._states)
        except LivepatchError as error:
            self.problems.append(str(error))
            if host.opened is None:
                self._go(module.id)
                return []
        return [host.place()]

    def _go(self, id: int) -> None:
        """A module leaves, and may fade out yet."""
        self._waiting.discard(id)
        host = self._hosts.pop(id, None)
        if host is not None:
            self._gone.append(host)
        while len(self._gone) > MOST_GONE:
            self._gone.pop(0).end()

    def _say(self, id: int, message: Message) -> None:
        """Say something, and go on when it was heard."""
        host = self._hosts[id]
        host.say(message)
        try:
            host.ask(lambda serial: messages.AskText(serial, 0))
        except HostError as error:
            self._tell(id, str(error))

    def _tell(self, id: int, problem: str) -> None:
        line = f"{self._names.get(id, id)}: {problem}"
        if line not in self.problems:
            self.problems.append(line)


def _restored(host: PluginHost, path: str) -> Message:
    return host.ask(lambda serial: messages.Restore(serial, path))
