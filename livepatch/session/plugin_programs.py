"""What a performer does with plug-ins besides their knobs: programs, presets, MIDI, what they show, their menu."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.messages import Message
from livepatch.session.plugin_guest import Guest
from livepatch.session.plugin_host import HostError, PluginHost
from livepatch.session.plugin_memory import ENDINGS, PluginMemory
from livepatch.session.rack import Rack

START_SECONDS = 10.0
"""How long what the performer asks of a plug-in waits for its process."""
POLL_SECONDS = 0.005
TEXT_SECONDS = 1.0


class Guests(Protocol):
    """The plug-ins in the rack."""

    def guest(self, id: int) -> Guest | None:
        """A module's plug-in; None if it is none."""

    def following(self, guest: Guest, values: dict[int, float], *, asked: bool = False) -> tuple[Edit, ...]:
        """What makes the knobs stand where the plug-in does, which was `asked` to. Needs the rack's lock."""

    def show(self, guest: Guest, texts: dict[int, str]) -> None:
        """Show what a plug-in shows for its parameters."""

    def restart(self, id: int) -> None:
        """Start a plug-in's process again. Raises: PatchError: if there is none."""


class PluginPrograms:
    """Acts for the performer on plug-ins. Any thread, without the rack's lock; it waits for what it does."""

    def __init__(self, rack: Rack, guests: Guests, memory: PluginMemory) -> None:
        self._rack = rack
        self._guests = guests
        self._memory = memory

    def choose(self, id: int, program: int) -> None:
        """Go to another program of a plug-in, as a step that can be taken back.

        Raises: PatchError: if it does not play, or has no such program.
        """
        guest, _ = self._present(id)
        names = guest.build.facts.programs
        if not 0 <= program < len(names):
            raise PatchError(f"{guest.build.facts.name} has {len(names)} programs, from 0 on")
        about = f"program {names[program].strip() or program} in {self._name(guest)}"
        self._change(id, lambda serial: messages.Choose(serial, program), {"program": program}, about)

    def load_preset(self, id: int, path: Path) -> None:
        """Take over a preset file, as a step that can be taken back. Raises: PatchError: if it does not fit."""
        guest, _ = self._present(id)
        about = f"preset {path.stem} in {self._name(guest)}"
        self._change(id, lambda serial: messages.Restore(serial, str(path)), {}, about)

    def save_preset(self, id: int, path: Path) -> Path:
        """Write a preset file; the path, which gets an ending. Raises: PatchError: if it cannot be written."""
        guest, host = self._present(id)
        if not path.suffix:
            path = path.with_suffix(f".{ENDINGS[guest.build.facts.format]}")
        try:
            name = self._memory.write(guest, host, always=True)
            path.write_bytes(self._memory.path(guest, name).read_bytes())
        except HostError as error:
            raise PatchError(f"{self._name(guest)}: {error}") from error
        except OSError as error:
            raise PatchError(f"{error.filename or path} cannot be written: {error.strerror}") from error
        return path

    def _change(self, id: int, make: Callable[[int], Message], data: dict[str, Any], about: str) -> None:
        """Have a plug-in take over something, and note what it is then."""
        self._rack.refuse_while_recording("another program or preset")
        guest, host = self._present(id)
        self._memory.keep(guest, always=not guest.state)
        try:
            answer = _restored(host.ask(make))
            after = self._memory.write(guest, host, always=True)
        except HostError as error:
            raise PatchError(f"{self._name(guest)}: {error}") from error
        except OSError as error:
            raise PatchError(f"{self._name(guest)}: its state is not kept: {error.strerror}") from error
        with self._rack.lock:
            module = self._rack.patch.modules.get(id)
            if module is None:
                return
            steps = self._guests.following(guest, answer.values, asked=True)
            kept = edits.SetData(id, module.data | data | {"state": after})
            guest.state = after
            self._rack.perform(edits.Batch((kept, *steps)), about=about)
        self._guests.show(guest, answer.texts)

    def send(self, id: int, content: bytes) -> None:
        """Send a MIDI message to a plug-in. Raises: PatchError: if it does not play."""
        guest, host = self._present(id)
        host.say(messages.SendMidi(content))
        guest.touch()

    def said(self, id: int) -> list[str]:
        """The MIDI that a plug-in sent lately, but for notes, in hex."""
        guest = self._guests.guest(id)
        return list(guest.said) if guest is not None else []

    def text(self, id: int, knob: str, value: float) -> str:
        """What a plug-in shows for a value of a knob; "" if it does not say."""
        answer = self._ask(id, knob, value, None)
        return answer.text if answer is not None else ""

    def read(self, id: int, knob: str, text: str) -> float | None:
        """The value that a plug-in reads from a text, None if it reads none."""
        answer = self._ask(id, knob, 0.0, text)
        return answer.value if answer is not None else None

    def choice(self, id: int, knob: str, text: str) -> float | None:
        """The value of a choice of a knob by its name in small letters, None if it has no such choice."""
        guest = self._guests.guest(id)
        if guest is None:
            return None
        number = dict(guest.build.ports.knobs).get(knob)
        parameter = next((each for each in guest.build.facts.parameters if each.id == number), None)
        names = [name.strip().casefold() for name in parameter.texts] if parameter is not None else []
        return names.index(text) / max(len(names) - 1, 1) if text in names else None

    def _ask(self, id: int, knob: str, value: float, text: str | None) -> messages.Text | None:
        try:
            guest, host = self._present(id)
        except PatchError:
            return None  # nobody is there to ask
        parameter = dict(guest.build.ports.knobs).get(knob)
        if parameter is None:
            return None
        try:
            answer = host.ask(lambda serial: messages.AskText(serial, parameter, value, text), TEXT_SECONDS)
        except HostError:
            return None  # what it shows is no more than a number, then
        return answer if isinstance(answer, messages.Text) else None

    def act(self, id: int, method: str, text: str | None) -> None:
        """Do what an action of a plug-in's menu does. Raises: PatchError: if it fails."""
        match method.partition(":"):
            case ("program", _, number):
                self.choose(id, int(number))
            case ("load_preset", *_):
                self.load_preset(id, Path(text or "").expanduser())
            case ("save_preset", *_):
                self.save_preset(id, Path(text or "").expanduser())
            case ("restart", *_):
                self._guests.restart(id)
            case _:
                raise PatchError(f"there is no action {method} in this menu")

    def _present(self, id: int) -> tuple[Guest, PluginHost]:
        """A plug-in that plays; one that is just starting is waited for. Raises: PatchError: if it does not."""
        deadline = time.monotonic() + START_SECONDS
        while (guest := self._guests.guest(id)) is not None and time.monotonic() < deadline:
            host = guest.playing
            if host is not None:
                return guest, host
            if guest.hopeless:
                raise PatchError(
                    f"{self._name(guest)} is bypassed: its plug-in does not play; restart() tries again"
                )
            time.sleep(POLL_SECONDS)
        raise PatchError(
            "this module is no plug-in" if guest is None else f"{self._name(guest)} does not play yet"
        )

    def _name(self, guest: Guest) -> str:
        module = self._rack.patch.modules.get(guest.id)
        return module.name if module is not None else guest.build.facts.name


def _restored(answer: Message) -> messages.Restored:
    """The answer of a plug-in that is in another state. Raises: HostError: if it is not."""
    if not isinstance(answer, messages.Restored):
        raise HostError("its plug-in does not answer")
    if answer.problem:
        raise HostError(answer.problem)
    return answer
