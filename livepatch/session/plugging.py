"""The commands for plug-ins."""
# ruff: noqa: D402 - a command's first line shows how it is typed

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from livepatch.errors import LivepatchError, PatchError
from livepatch.likeness import hint
from livepatch.patch import edits
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Offered
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_index import PluginIndex
from livepatch.protocol.plugin_panel import identifier, is_plugin, summary, type_of
from livepatch.session.handles import ModuleHandle, knob_number
from livepatch.session.listing import Listing
from livepatch.session.parts import knob_hint
from livepatch.session.plugins import Plugins
from livepatch.session.rack import Rack
from livepatch.session.sources import Sources

PLUGIN_COMMANDS = ("vst", "plugins", "program", "save_preset", "midi", "restart")
HIGHEST_BYTE = 255
MOST_NAMED = 6
"""So many programs are named in a line."""


class Performer(Protocol):
    """What these commands act on."""

    rack: Rack

    def perform(self, edit: edits.Edit) -> None:
        """Apply an edit and print what had to be made to fit. Raises: PatchError: if it does not fit."""

    def placed(self, module: ModuleHandle | str) -> PlacedModule:
        """A module of the rack. Raises: PatchError: if it is not there."""

    def place(self) -> tuple[int, int]:
        """Where the next module stands."""

    def handle(self, id: int) -> ModuleHandle:
        """A handle on a module. Raises: PatchError: if there is none."""


class Plugging:
    """Acts for the performer on plug-ins; `known` gives those of the session, None where there are none."""

    def __init__(self, performer: Performer, sources: Sources, known: Callable[[], Plugins | None]) -> None:
        self._performer = performer
        self._rack = performer.rack
        self._sources = sources
        self._known = known

    def names(self) -> dict[str, Callable[..., Any]]:
        """The commands by what is typed."""
        return {name: getattr(self, name) for name in PLUGIN_COMMANDS}

    def _plugins(self) -> Plugins:
        plugins = self._known()
        if plugins is None:
            raise PatchError("there are no plug-ins here")
        return plugins

    def offered(self) -> tuple[Offered, ...]:
        """The plug-ins that are installed, by name."""
        if self._known() is None:
            return ()
        return tuple(
            Offered(word, facts.name, facts.instrument, _about(facts))
            for word, facts in PluginIndex.read().named()
        )

    def named(self, word: str) -> Facts | None:
        """The plug-in of just this name, if there is one."""
        return next((facts for each, facts in PluginIndex.read().named() if each == word), None)

    def word_of(self, name: str) -> str:
        """What vst() takes for the plug-in of just this name or module type, "" if there is none."""
        found = (
            word
            for word, facts in PluginIndex.read().named()
            if name.casefold() in {word.casefold(), type := type_of(facts), f"{type}_{facts.uid.lower()}"}
        )
        return next(found, "") if self._known() is not None else ""

    def programs_of(self, module: str) -> list[str]:
        """The names of a module's programs; none if that is no plug-in."""
        placed, plugins = self._rack.patch.named(module), self._known()
        if placed is None or plugins is None or not is_plugin(placed.type):
            return []
        try:
            return [name.strip() for name in plugins.facts(placed.id).programs]
        except PatchError:
            return []  # it is a placeholder

    def shown(self, id: int, knob: str, value: float) -> str:
        """What a plug-in shows for a knob that stands there, "" if that is none or it does not tell."""
        plugins = self._known()
        return plugins.programs.text(id, knob, value) if plugins is not None else ""

    def read(self, id: int, knob: str, text: str) -> float | None:
        """The value that a plug-in reads from a text; else that of the choice of this name. None: there is none.

        Many plug-ins read any word as 0; so a word counts only where the plug-in shows it for what it has read.
        """
        plugins = self._known()
        if plugins is None or plugins.guest(id) is None:
            return None
        value = plugins.programs.read(id, knob, text)
        wanted = text.strip().casefold()
        if value is not None and not any(character.isdigit() for character in text):
            shown = plugins.programs.text(id, knob, value).casefold()
            value = value if wanted in shown or not shown else None
        return value if value is not None else plugins.programs.choice(id, knob, wanted)

    def vst(self, plugin: str, name: str = "", **knobs: Any) -> ModuleHandle:
        """Put a VST plug-in into the rack: vst("Dragonfly Hall Reverb"), vst("amsynth", "bass")."""
        plugins = self._plugins()
        if not isinstance(plugin, str):
            raise PatchError(f"vst() takes the name of a plug-in, not {plugin!r}; plugins() lists them")
        plugin = self.word_of(plugin) or plugin
        texts = {knob: value for knob, value in knobs.items() if isinstance(value, str)}
        try:
            facts = plugins.catalogue.find(plugin)
        except LivepatchError as error:
            raise PatchError(str(error)) from error
        with self._rack.lock:
            type = plugins.catalogue.know(facts)
            panel, code = self._sources.panels[type], self._sources.playing(type)
            assert code is not None
            turned: dict[str, float] = {}
            for knob, value in knobs.items():
                control = panel.knob(knob)
                if control is None:
                    raise PatchError(f"{facts.name} has no knob {knob}{knob_hint(knob, panel)}")
                if knob not in texts:
                    turned[knob] = knob_number(control, value)
            module = PlacedModule(
                id=self._rack.patch.free_id,
                name=name or self._rack.free_name(identifier(facts.name)),
                type=type,
                position=self._performer.place(),
                data=plugins.catalogue.data(type),
                source=code.source,
            )
            steps: list[edits.Edit] = [edits.AddModule(module)]
            steps += [edits.SetKnob(module.id, knob, value) for knob, value in turned.items()]
            self._performer.perform(edits.Batch(tuple(steps)) if turned else steps[0])
        handle = self._performer.handle(module.id)
        for knob, text in texts.items():
            setattr(handle, knob, text)
        return handle

    def plugins(self, word: str = "") -> Listing:
        """Every plug-in that is installed, or those with a word in them: plugins("reverb")."""
        wanted = str(word).casefold()
        found = [
            facts
            for facts in self._plugins().catalogue.installed()
            if wanted in f"{summary(facts)} {facts.category} {facts.path}".casefold()
        ]
        if wanted and not found:
            raise PatchError(f"no plug-in has {word!r} in its name, kind, maker or path; plugins() lists them all")
        by_name = {facts.path for word, facts in PluginIndex.read().named() if word == facts.name}
        return Listing(
            (facts.name, *_kind_and_maker(facts), "" if facts.path in by_name else facts.path) for facts in found
        )

    def program(self, module: ModuleHandle | str, wish: str | int | None = None) -> Listing | None:
        """A plug-in's programs: program(amsynth) lists, program(amsynth, "DXish") or (amsynth, 3) goes there."""
        plugins, placed = self._plugins(), self._placed(module)
        names = [name.strip() for name in plugins.facts(placed.id).programs]
        if wish is None:
            now = placed.data.get("program", -1)
            return Listing((str(number), name, "<" * (number == now)) for number, name in enumerate(names))
        if isinstance(wish, bool) or not isinstance(wish, int | str):
            raise PatchError(f"program() takes a program's name or number, not {wish!r}")
        plugins.programs.choose(placed.id, wish if isinstance(wish, int) else _number_of(wish, names))
        return None

    def save_preset(self, module: ModuleHandle | str, file: str) -> None:
        """Write what a plug-in is now into a preset file: save_preset(synth, "warm"); preset() loads it."""
        placed = self._placed(module)
        if not str(file).strip():
            raise PatchError(f'save_preset() takes the name of a file: save_preset({placed.name}, "warm")')
        path = self._plugins().programs.save_preset(placed.id, str(file))
        print(f"saved {path}")  # noqa: T201 - the performer reads it

    def presets(self, id: int) -> Listing:
        """The preset files of a plug-in: name, whose it is and what it says of itself, path."""
        found = self._plugins().programs.presets(id).files
        return Listing((preset.name, preset.about, preset.path) for preset in found)

    def midi(self, module: ModuleHandle | str, *content: int | Iterable[int]) -> Listing | None:
        """Send MIDI to a plug-in: midi(synth, 0xB0, 1, 64), also bytes; midi(synth) lists what came from it."""
        if not content:
            return Listing((each,) for each in self._plugins().programs.said(self._placed(module).id))
        message: list[int] = []
        for part in content:
            message += [part] if isinstance(part, int) else list(part)
        fits = all(isinstance(byte, int) and 0 <= byte <= HIGHEST_BYTE for byte in message)
        if not message or not fits or message[0] < 0x80:
            raise PatchError("a MIDI message is bytes from 0 to 255, the first of them 0x80 or above")
        if message[0] == 0xF0 and message[-1] != 0xF7:
            raise PatchError("a system exclusive message begins with 0xF0 and ends with 0xF7")
        self._plugins().programs.send(self._placed(module).id, bytes(message))
        return None

    def restart(self, module: ModuleHandle | str) -> None:
        """Start the process of a plug-in again, with its last state: restart(synth)."""
        self._plugins().restart(self._placed(module).id)

    def _placed(self, module: ModuleHandle | str) -> PlacedModule:
        placed = self._performer.placed(module)
        if not is_plugin(placed.type):
            raise PatchError(f"{placed.name} is no plug-in")
        return placed


def _about(facts: Facts) -> str:
    """The kind and the maker of a plug-in, as a hint."""
    return ", ".join(part for part in _kind_and_maker(facts) if part)


def _kind_and_maker(facts: Facts) -> tuple[str, str]:
    return f"{facts.format.upper()} {'instrument' if facts.instrument else 'effect'}", facts.vendor


def _number_of(wish: str, names: list[str]) -> int:
    """The number of the program of a name, or of the only one that has it as a part.

    Raises: PatchError: if there is none, or more than one.
    """
    if wish in names:
        return names.index(wish)
    found = [number for number, name in enumerate(names) if wish.lower() in name.lower()]
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(names[number] for number in found[:MOST_NAMED])
        more = f" and {len(found) - MOST_NAMED} more; Tab completes them" if len(found) > MOST_NAMED else ""
        raise PatchError(f"{wish!r} is in the names of {len(found)} programs: {some}{more}")
    raise PatchError(f"there is no program {wish!r}{hint(wish, names, 'program(…) lists them')}")
