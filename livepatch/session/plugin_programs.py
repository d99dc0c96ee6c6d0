"""What a performer does with plug-ins besides their knobs: programs, presets, MIDI, what they show, their menu."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from livepatch.errors import PatchError
from livepatch.likeness import hint
from livepatch.patch import edits
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.messages import Edited, Message
from livepatch.session.plugin_guest import Guest
from livepatch.session.plugin_host import HostError, PluginHost
from livepatch.session.plugin_knobs import PluginKnobs
from livepatch.session.plugin_memory import PluginMemory
from livepatch.session.preset_library import PresetLibrary
from livepatch.session.rack import Rack

START_SECONDS = 10.0
"""How long what the performer asks of a plug-in waits for its process."""
POLL_SECONDS = 0.005
TEXT_SECONDS = 1.0
PRESET_ENDINGS = {"vst2": (".fxp", ".fxb"), "vst3": (".vstpreset",)}
"""Of the files that presets are saved in: what is taken if nothing is said, then a bank of all programs."""
FILES = (".fxp", ".fxb", ".vstpreset", ".vcvm", ".wav", ".json", ".txt")
"""Endings that say what is in a file; any other belongs to its name."""
NO_PROGRAM = -1
"""What a module has as its program whose plug-in has had a preset from a file since."""


class Guests(Protocol):
    """The plug-ins in the rack."""

    knobs: PluginKnobs

    def guest(self, id: int) -> Guest | None:
        """A module's plug-in; None if it is none."""

    def show(self, guest: Guest, texts: dict[int, str]) -> None:
        """Show what a plug-in shows for its parameters."""

    def restart(self, id: int) -> None:
        """Start a plug-in's process again. Raises: PatchError: if there is none."""


class PluginPrograms:
    """Acts for the performer on plug-ins. Any thread, without the rack's lock; it waits for what it does."""

    def __init__(self, rack: Rack, guests: Guests, memory: PluginMemory, tell: Callable[[Message], None]) -> None:
        self._rack = rack
        self._guests = guests
        self._memory = memory
        self._tell = tell

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

    def note(self, guest: Guest, program: int) -> None:
        """Note in the patch which program a plug-in has by itself, if it has a choice of them."""
        number = program if len(guest.build.facts.programs) > 1 else NO_PROGRAM
        with self._rack.lock:
            module = self._rack.patch.modules.get(guest.id)
            if module is not None and number >= 0 and module.data.get("program") != number:
                noted = edits.SetData(guest.id, module.data | {"program": number})
                self._rack.note(noted)
                self._tell(Edited(noted, ""))

    def presets(self, id: int) -> PresetLibrary:
        """The preset files of a plug-in. Raises: PatchError: if they cannot be listed."""
        guest, _ = self._present(id)
        return PresetLibrary.of(guest.build.facts)

    def load_preset(self, id: int, word: str) -> None:
        """Take over a preset file, by its name or path, as a step that can be taken back.

        Raises: PatchError: if it does not fit.
        """
        guest, _ = self._present(id)
        path = self._preset(guest, word.strip())
        about = f"preset {path.stem} in {self._name(guest)}"
        none = {"program": NO_PROGRAM} if guest.build.facts.programs else {}
        self._change(id, lambda serial: messages.Restore(serial, str(path)), none, about)

    def _preset(self, guest: Guest, word: str) -> Path:
        """A preset file. Raises: PatchError: if there is none of this name or path."""
        path = Path(word).expanduser()
        if path.is_file():
            return path
        beside = [each.name for each in path.absolute().parent.glob("*.*") if each.suffix.lower() in FILES]
        if "/" in word or not word:
            raise PatchError(f"there is no file {path.absolute()}{hint(path.name, beside)}")
        library, name = PresetLibrary.of(guest.build.facts), self._name(guest)
        found = library.find(word)
        if found is None:
            names = [*(preset.name for preset in library.files), *beside]
            raise PatchError(f"{name} has no preset {word!r}{hint(word, names, f'preset({name}) lists them')}")
        return found

    def save_preset(self, id: int, word: str) -> Path:
        """Write a preset file, by its name or path; its path, which gets an ending.

        Raises: PatchError: if it cannot be written.
        """
        guest, host = self._present(id)
        path = Path(word.strip()).expanduser()
        allowed = PRESET_ENDINGS[guest.build.facts.format]
        if len(guest.build.facts.programs) <= 1:
            allowed = allowed[:1]  # there is no bank
        if path.suffix.lower() in FILES and path.suffix.lower() not in allowed:
            kinds = " or ".join(allowed)
            raise PatchError(f"{self._name(guest)} is saved as a {kinds} file, not as {path.suffix}")
        if path.suffix.lower() not in allowed:
            path = path.with_name(f"{path.name}{allowed[0]}")
        if "/" not in word:
            path = Path(PresetLibrary.of(guest.build.facts).folder) / path
        path = path.absolute()
        try:
            if "/" not in word:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._memory.export(host, path)
        except HostError as error:
            raise PatchError(f"{self._name(guest)}: {error}") from error
        except OSError as error:
            raise PatchError(f"{path} cannot be written: {error.strerror}") from error
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
            steps = self._guests.knobs.following(guest, answer.values, asked=True)
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

    def choices(self, id: int, knob: str) -> tuple[str, ...]:
        """The names of the choices of a knob, as far as the plug-in names them."""
        guest = self._guests.guest(id)
        if guest is None:
            return ()
        number = dict(guest.build.ports.knobs).get(knob)
        parameter = next((each for each in guest.build.facts.parameters if each.id == number), None)
        return tuple(name.strip() for name in parameter.texts) if parameter is not None else ()

    def choice(self, id: int, knob: str, text: str) -> float | None:
        """The value of a choice of a knob by its name in small letters, None if it has no such choice."""
        names = [name.casefold() for name in self.choices(id, knob)]
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

    def act(self, id: int, method: str, text: str | None) -> str:
        """Do what an action of a plug-in's menu does; what is to be told. Raises: PatchError: if it fails."""
        match method.partition(":"):
            case ("program", _, number):
                self.choose(id, int(number))
            case ("load_preset", *_):
                self.load_preset(id, text or "")
            case ("save_preset", *_):
                return f"saved {self.save_preset(id, text or '')}"
            case ("restart", *_):
                self._guests.restart(id)
            case _:
                raise PatchError(f"there is no action {method} in this menu")
        return ""

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
