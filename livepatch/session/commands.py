"""The commands a performer types."""
# ruff: noqa: D402 - a command's first line shows how it is typed

import builtins
import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Protocol

import msgspec

from livepatch.errors import PatchError
from livepatch.likeness import hint
from livepatch.panel import Panel
from livepatch.patch import edits, gestures, vcv
from livepatch.patch.patch import Patch, PlacedModule, Route
from livepatch.patch.placeholder import hanging, stand_in
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.session import glides
from livepatch.session.ailments import ailment
from livepatch.session.handles import (
    InletHandle,
    KnobValue,
    ModuleHandle,
    OutletHandle,
    inlet_of,
    knob_number,
    look,
    main_outlet,
)
from livepatch.session.later import Later
from livepatch.session.library import Library
from livepatch.session.listing import Listing
from livepatch.session.manual import Manual
from livepatch.session.parts import knob_hint
from livepatch.session.pieces import PIECES_COMMANDS, Pieces
from livepatch.session.placeholders import write_module
from livepatch.session.plugging import PLUGIN_COMMANDS, Plugging
from livepatch.session.rack import Rack
from livepatch.session.sources import Sources
from livepatch.session.timing import TIMING_COMMANDS, Timing
from livepatch.session.trust import shown
from livepatch.session.wording import bypass_text

COMMANDS = (
    "add", "remove", "unpatch", "fade", "rename", "bypass", "reset", "randomize", "duplicate", "beside", "rack",
    "clear", "modules", "patches", "save", "load", *PIECES_COMMANDS, *PLUGIN_COMMANDS, "undo", "redo",
    *TIMING_COMMANDS, "sample_rate", "edit", "write", "trust", "panic", "safe", "stop", "help",
)  # fmt: skip
SAMPLE_RATES = (8000, 384000)
PRESS_SECONDS = 0.1
"""How long a button is held that is pressed for a moment."""


class Sound(Protocol):
    """What commands ask of the engine."""

    def panic(self) -> None:
        """Silence at once."""

    def retune(self, sample_rate: int) -> None:
        """Play at another sample rate."""

    def sample_rate(self) -> float:
        """In Hz."""

    def level(self, id: int, index: int) -> float:
        """What the meters show of a module's outlet or light."""

    def safe_output(self, *, enabled: bool) -> None:
        """Limiter and DC block on or off."""


class Commands:
    """Acts for the performer on the rack, its files and its sound; this is also what handles act on.

    `open_file` shows a file in an editor where a front end can; `stop` ends the session. Each public method
    listed in `names` is a command; its docstring is its help.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all that a command can reach
        self,
        rack: Rack,
        sources: Sources,
        library: Library,
        sound: Sound,
        open_file: Callable[[Path], None],
        end: Callable[[], None],
        later: Later | None = None,
    ) -> None:
        self.rack = rack
        self._sources = sources
        self._library = library
        self._sound = sound
        self._open_file = open_file
        self._end = end
        self.timing = Timing(self, later or Later(rack, lambda _: None))
        self.plugging = Plugging(self, sources, lambda: library.plugins)
        self.pieces = Pieces(self, sources, lambda: frozenset(COMMANDS))
        self._manual = Manual(self, sources, library)
        self._random = Random()  # noqa: S311 - chance for music

    def names(self) -> dict[str, Callable[..., Any]]:
        """The commands by what is typed."""
        others = self.timing.names() | self.pieces.names() | self.plugging.names()
        return {name: others.get(name) or getattr(self, "rack_" if name == "rack" else name) for name in COMMANDS}

    def perform(self, edit: edits.Edit) -> None:
        """Apply an edit and print what had to be made to fit. Raises: PatchError: if it does not fit."""
        for remark in self.rack.perform(edit):
            print(remark)  # noqa: T201 - the performer reads it

    def press(self, id: int, button: str) -> None:
        """Press a button of a module for a moment; no step that undo() takes back."""
        self.rack.perform(edits.SetKnob(id, button, 1.0), undoable=False)
        if self.rack.recording is not None:
            self.rack.recording.afterwards.append(lambda: self._let_go_soon(id, button))
        else:
            self._let_go_soon(id, button)

    def _let_go_soon(self, id: int, button: str) -> None:
        release = threading.Timer(PRESS_SECONDS, self._release, (id, button))
        release.daemon = True
        release.start()

    def _release(self, id: int, button: str) -> None:
        with contextlib.suppress(PatchError):  # the module was removed meanwhile
            self.rack.perform(edits.SetKnob(id, button, 0.0), undoable=False)

    def act(self, id: int, method: str, text: str | None) -> None:
        """Do what an action of a module's menu does. Raises: PatchError: if it fails."""
        self.rack.refuse_while_recording("what a menu does")
        plugins = self._library.plugins
        if plugins is not None and plugins.guest(id) is not None:
            if line := plugins.programs.act(id, method, text):
                print(line)  # noqa: T201 - the performer reads it
        elif self._library.twins is not None:
            self._library.twins.act(id, method, text)

    def presets(self, id: int) -> Listing:
        """The preset files of a plug-in."""
        return self.plugging.presets(id)

    def handle(self, id: int) -> ModuleHandle:
        """A handle on a module. Raises: PatchError: if there is none."""
        with self.rack.lock:
            module = self.rack.patch.modules.get(id)
        if module is None:
            raise PatchError(f"there is no module with id {id} in the rack")
        return ModuleHandle(self, id, module.name)

    def panel(self, type: str) -> Panel:
        """The panel of a module type as it plays."""
        return self._sources.panels[type]

    def panel_of(self, module: PlacedModule) -> Panel:
        """The panel of a module as it plays, or what is known of it if it is a placeholder."""
        panel = self._sources.panels.get(module.type)
        if panel is None:
            panel = stand_in(self.rack.patch, [module])
            if module.type in self._library.trust.pending():
                summary = f'{module.type} came with the patch, silent until trust("{module.type}")'
                panel = msgspec.structs.replace(panel, summary=summary)
            elif module.type in self._sources.faults:
                panel = msgspec.structs.replace(panel, summary=f"a placeholder until {module.type}.py is mended")
        return panel

    def brightness(self, id: int, index: int) -> float:
        """How bright a light is, by its place among what has a place in the meters."""
        with self.rack.lock:
            return self._sound.level(id, index)

    def state_of(self, module: PlacedModule) -> str:
        """What is to be known of a module before its knobs: that it is bypassed, what is wrong with it."""
        with self.rack.lock:
            wrong = ailment(self._sources, module)
        return ", ".join(filter(None, (bypass_text(module) if module.bypass else "", wrong)))

    def text_of(self, id: int, knob: str, value: float) -> str:
        """What a plug-in shows for a knob that stands there, "" if that is no plug-in or it has not told."""
        if self._library.plugins is None:
            return ""
        with self.rack.lock:
            if self._cabled(id, knob):
                return ""  # it tells of the sum, not of the knob
            return self._library.plugins.board.text(id, knob, value)

    def choices(self, id: int, knob: str) -> tuple[str, ...]:
        """The names of a plug-in's choices for a knob, from 0 to 1, as far as it names them."""
        plugins = self._library.plugins
        return plugins.programs.choices(id, knob) if plugins is not None else ()

    def read(self, id: int, knob: str, text: str) -> float | None:
        """The value that a plug-in reads from a text, None if that is none or it reads none. Waits for it."""
        return self.plugging.read(id, knob, text)

    def shown(self, id: int, knob: str, value: float) -> str:
        """As `text_of`; a plug-in that has not told it is asked, and waited for."""
        if text := self.text_of(id, knob, value):
            return text
        with self.rack.lock:
            cabled = self._cabled(id, knob)
        return "" if cabled else self.plugging.shown(id, knob, value)

    def _cabled(self, id: int, knob: str) -> bool:
        return any(cable.target == id and cable.inlet == knob for cable in self.rack.patch.cables_of(id))

    def add(self, type: str, name: str = "", **knobs: Any) -> ModuleHandle:
        """Put a module into the rack: add("vco"), add("vco", "bass", tune=-1)."""
        unknown = type not in self._sources.panels and type not in self._sources.faults
        if (unknown or is_plugin(type)) and (word := self.plugging.word_of(type)):
            return self.plugging.vst(word, name, **knobs)
        with self.rack.lock:
            panel = self.known(type)
            turned: dict[str, float] = {}
            for knob, value in knobs.items():
                control = panel.knob(knob)
                if control is None:
                    raise PatchError(f"{type} has no knob {knob}{knob_hint(knob, panel)}")
                turned[knob] = knob_number(control, value)
            code = self._sources.playing(type)
            module = PlacedModule(
                id=self.rack.patch.free_id,
                name=name or self.rack.free_name(type),
                type=type,
                position=self.place(),
                source=code.source if code is not None else "",
            )
            steps: list[edits.Edit] = [edits.AddModule(module)]
            steps += [edits.SetKnob(module.id, knob, value) for knob, value in turned.items()]
            self.perform(edits.Batch(tuple(steps)) if turned else steps[0])
        if code is None:
            self._say_why_silent(type)
        return ModuleHandle(self, module.id, module.name)

    def remove(self, *modules: ModuleHandle | str) -> None:
        """Take modules out of the rack, their cables with them: remove(vco)."""
        self._library.remember()
        steps = tuple(edits.RemoveModule(self.placed(module).id) for module in modules)
        if steps:
            self.perform(edits.Batch(steps) if len(steps) > 1 else steps[0])

    def unpatch(self, *ends: ModuleHandle | OutletHandle | InletHandle | KnobValue) -> None:
        """Pull cables: unpatch(vco.saw, vcf.audio) one, unpatch(vcf.audio) all of a port, unpatch(vcf) all."""
        if len(ends) == 2 and isinstance(ends[0], OutletHandle) and not isinstance(ends[1], OutletHandle):
            ends[0] // ends[1]
            return
        with self.rack.lock:
            routes = dict.fromkeys(route for end in ends for route in self._routes(end))
            if routes:
                self.perform(edits.Batch(tuple(edits.RemoveCable(route) for route in routes)))

    def fade(
        self, source: object, target: object, gain: float, beats: float | None = None, seconds: float | None = None
    ) -> None:
        """Bring a cable to another gain in a while: fade(lfo.sine, vcf.cutoff, 0.5, beats=8)."""
        outlet = main_outlet(source) if isinstance(source, ModuleHandle) else source
        if not isinstance(outlet, OutletHandle):
            raise PatchError(f"a cable comes out of a module or an outlet, not out of {source!r}")
        module, inlet = inlet_of(target)
        with self.rack.lock:
            route = Route(look(outlet.module)[0].id, outlet.name, look(module)[0].id, inlet)
            self.perform(edits.SetGain(route, float(gain), glides.glide(beats, seconds, 0.0, shown=False)))

    def rename(self, module: ModuleHandle | str, name: str) -> ModuleHandle:
        """Give a module another name: rename(vco, "bass")."""
        placed = self.placed(module)
        self.perform(edits.Rename(placed.id, name))
        return ModuleHandle(self, placed.id, name)

    def bypass(self, module: ModuleHandle | str, on: bool = True, hard: bool = False) -> None:  # noqa: FBT001, FBT002 - typed live
        """Bypass a module, or bring it back: bypass(vcf), bypass(vcf, False), bypass(hall, hard=True).

        A module may have a bypass of its own, as many plug-ins do; hard, that is not used: what goes in comes out.
        """
        placed = self.placed(module)
        with self.rack.lock:
            hard = bool(on and hard and self.panel_of(placed).own_bypass)
            as_it_is = (placed.bypass, placed.hard_bypass) == (bool(on), hard)
        if not as_it_is:
            self.perform(edits.SetBypass(placed.id, bool(on), hard))

    def reset(self, *modules: ModuleHandle | str) -> None:
        """Start modules over: knobs to their defaults, state to its first values: reset(vco)."""
        self._gesture(modules, gestures.reset)

    def randomize(self, *modules: ModuleHandle | str) -> None:
        """Turn every knob and switch of modules by chance: randomize(vco)."""
        self._gesture(modules, lambda module, panel: gestures.randomize(module, panel, self._random))

    def duplicate(self, module: ModuleHandle | str, name: str = "") -> ModuleHandle:
        """Put the like of a module beside it: its knobs, what it remembers, the cables into it: duplicate(vco)."""
        self._library.remember(files=True)
        storage = self._library.storage
        with self.rack.lock:
            files = storage.files(self.rack.patch, self.placed(module).id)
        with storage.copied(files) as copied, self.rack.lock:
            placed, patch = self.placed(module), self.rack.patch
            copy = PlacedModule(
                id=patch.free_id,
                name=name or self.rack.free_name(placed.name),
                type=placed.type,
                position=self.place(),
                knobs=dict(placed.knobs),
                data=dict(placed.data),
                bypass=placed.bypass,
                hard_bypass=placed.hard_bypass,
                source=placed.source,
            )
            storage.settle(copied, patch, copy.id)
            vcv.duplicate(patch, placed.id, copy.id)
            loose = hanging(patch, self._sources.panels)
            cables = [
                msgspec.structs.replace(cable, target=copy.id)
                for cable in patch.cables.values()
                if cable.target == placed.id and cable.source != placed.id and cable not in loose
            ]
            self.perform(edits.Batch((edits.AddModule(copy), *map(edits.AddCable, cables))))
        return ModuleHandle(self, copy.id, copy.name)

    def beside(self, module: ModuleHandle | str, other: ModuleHandle | str, left: bool = False) -> None:  # noqa: FBT001, FBT002 - typed live
        """Put a module at the right of another, or left=True at its left: beside(expander, mother)."""
        with self.rack.lock:
            placed, mother = self.placed(module), self.placed(other)
            if placed is mother:
                raise PatchError(f"{placed.name} cannot stand beside itself")
            self.perform(gestures.beside(self.rack.patch, placed, mother, left=bool(left)))

    def place(self) -> tuple[int, int]:
        """Where the next module stands."""
        return max((module.position[0] for module in self.rack.patch.modules.values()), default=-1) + 1, 0

    def _gesture(
        self, modules: tuple[ModuleHandle | str, ...], make: Callable[[PlacedModule, Panel], edits.Edit]
    ) -> None:
        self._library.remember()
        with self.rack.lock:
            placed = [self.placed(module) for module in modules]
            for module in placed:
                if module.type not in self._sources.panels:
                    raise PatchError(
                        f"{module.name} is a placeholder, of which only its knobs and cables are known"
                    )
            steps = tuple(make(module, self.panel(module.type)) for module in placed)
            if steps:
                self.perform(edits.Batch(steps) if len(steps) > 1 else steps[0])

    def rack_(self) -> Listing:
        """What is in the rack: name, type, cables, and what is wrong with it."""
        with self.rack.lock:
            patch = self.rack.patch
            modules = patch.modules.values()
            return Listing((module.name, module.type, self._standing(patch, module)) for module in modules)

    def _standing(self, patch: Patch, module: PlacedModule) -> str:
        """How many cables a module has, and what else there is to know of it."""
        count = len(patch.cables_of(module.id))
        about = (f"{count} cable{'s' * (count != 1)}", self._missing(module.type), self.state_of(module))
        return " ".join(filter(None, about))

    def _missing(self, type: str) -> str:
        """Why a module is a placeholder, "" if it is none."""
        if type in self._sources.panels:
            return ""
        trusted = type not in self._library.trust.pending()
        return "placeholder" if trusted else f'placeholder until trust("{type}")'

    def clear(self) -> None:
        """Take everything out of the rack; undo() brings it back."""
        self._library.remember()
        self.rack.replace(Patch(), "")

    def modules(self) -> Listing:
        """Every module that can be added, and what it is."""
        with self.rack.lock:
            panels = sorted(self._sources.panels.items())
            return Listing((type, panel.summary) for type, panel in panels)

    def patches(self, word: str = "") -> Listing:
        """Every patch that can be loaded, or those with a word in them: patches("vcf")."""
        return Listing(
            (
                listed.name,
                self._library.live(listed),
                f"{listed.tempo:g} bpm",
                time.strftime("%Y-%m-%d %H:%M", time.localtime(listed.saved)),
                listed.about,
            )
            for listed in self._library.listing(word)
        )

    def save(self, name: str | None = None) -> None:
        """Save the patch under a name, or the name it has: save("set1"), or save("set1.vcv") for VCV Rack."""
        if name is None:
            name = ""
        elif not name.strip():
            raise PatchError('a patch is saved under a name, save("set1"), or under the one it has, save()')
        if vcv.is_name(name):
            for remark in self._library.export(name):
                print(remark)  # noqa: T201 - the performer reads it
            print(f"saved {name}")  # noqa: T201 - as above
            return
        print(f"saved {self._library.save(name)}")  # noqa: T201 - the performer reads it
        for module in self._library.plugins.unkept() if self._library.plugins is not None else ():
            print(f"{module}: its newest state is not in it, its plug-in does not answer")  # noqa: T201 - as above

    def load(self, name: str) -> None:
        """Play another patch instead: load("set1"), load("theirs.vcv"), load("sent.livepatch"), load("last")."""
        for remark in self._library.load(name):
            print(remark)  # noqa: T201 - the performer reads it

    def undo(self) -> None:
        """Take the last change back."""
        self._library.remember()
        print(f"undid: {self.rack.undo()}")  # noqa: T201 - the performer reads it

    def redo(self) -> None:
        """Do again what undo() took back."""
        self._library.remember()
        print(f"did again: {self.rack.redo()}")  # noqa: T201 - the performer reads it

    def sample_rate(self, hertz: int | None = None) -> float | None:
        """Play at another sample rate until the session ends: sample_rate(44100); sample_rate() tells it."""
        if hertz is None:
            return self._sound.sample_rate()
        lowest, highest = SAMPLE_RATES
        if not lowest <= hertz <= highest:
            raise PatchError(f"the sample rate goes from {lowest} to {highest} Hz")
        self._sound.retune(int(hertz))
        return None

    def edit(self, module: ModuleHandle | str) -> None:
        """Open a module's file in your editor; saving it swaps the code: edit(vco), edit("vco")."""
        if isinstance(module, str) and self.rack.patch.named(module) is None:
            type = module
        else:
            type = self.placed(module).type
        with self.rack.lock:
            path, copied = self._sources.own_copy(type)
        if copied:
            print(f"{type} came with livepatch: this is your copy of it, which plays from now on")  # noqa: T201
        print(path)  # noqa: T201 - the performer opens it
        self._open_file(path)

    def write(self, module: ModuleHandle | str) -> None:
        """Begin the module file of a placeholder, with its knobs and ports, and open it: write(tape)."""
        with self.rack.lock:
            path = write_module(self.rack, self._sources, self.placed(module), self._library.trust.pending())
        print(path)  # noqa: T201 - the performer opens it
        self._open_file(path)

    def trust(self, type: object = None, theirs: bool = True) -> Listing | None:  # noqa: FBT001, FBT002 - typed live
        """Code that came with the patch: trust() shows it, trust("tape") lets it play, trust(all) all of it."""
        trust = self._library.trust
        with self.rack.lock:
            brought = trust.brought()
            if type is None:
                for each in brought:
                    print(shown(each))  # noqa: T201 - the performer reads it
                return Listing((each.type, each.hash[:12], each.state) for each in brought)
            wanted = [each.type for each in brought] if type is builtins.all else [str(type)]
            for name in wanted:
                trust.choose(name, theirs=bool(theirs))
        return None

    def panic(self) -> None:
        """Silence at once: every module starts afresh, every echo is gone."""
        self._sound.panic()

    def safe(self, on: bool = True) -> None:  # noqa: FBT001, FBT002 - typed live
        """The output's limiter and DC block: safe(False) switches them off, safe() on."""
        self._sound.safe_output(enabled=bool(on))

    def stop(self) -> None:
        """End the session and its sound; load("last") brings the rack back."""
        self._end()

    def help(self, thing: object = None) -> None:
        """What can be typed; help(vco) shows a module, help("vco") its data sheet, help(add) a command."""
        print(self._manual.text(thing))  # noqa: T201 - the performer reads it

    def placed(self, module: ModuleHandle | str) -> PlacedModule:
        """A module of the rack. Raises: PatchError: if it is not there."""
        if isinstance(module, ModuleHandle):
            return look(module)[0]
        placed = self.rack.patch.named(module) if isinstance(module, str) else None
        if placed is None:
            near = hint(str(module), self._names(), "rack() tells what there is")
            raise PatchError(f"there is no module {module!r} in the rack{near}")
        return placed

    def _names(self) -> list[str]:
        with self.rack.lock:
            return [module.name for module in self.rack.patch.modules.values()]

    def _routes(self, end: object) -> list[Any]:
        cables = self.rack.patch.cables.values()
        if isinstance(end, OutletHandle):
            id = look(end.module)[0].id
            return [cable.route for cable in cables if (cable.source, cable.outlet) == (id, end.name)]
        if isinstance(end, ModuleHandle):
            return [cable.route for cable in self.rack.patch.cables_of(look(end)[0].id)]
        module, inlet = inlet_of(end)
        id = look(module)[0].id
        return [cable.route for cable in cables if (cable.target, cable.inlet) == (id, inlet)]

    def known(self, type: str) -> Panel:
        """The panel of a module type that can be added. Raises: PatchError: if there is none."""
        panel = self._sources.panels.get(type)
        if panel is not None:
            return panel
        if problems := self._sources.faults.get(type):
            raise PatchError(str(problems[0]))
        known = sorted(each for each in self._sources.panels if not is_plugin(each))
        plugins = [offered.word for offered in self.plugging.offered()]
        more = "; plugins() lists the plug-ins" if plugins else ""
        near = hint(type, [*known, *plugins], f"there are {', '.join(known) or 'none'}{more}")
        raise PatchError(f"there is no module {type!r}{near}")

    def _say_why_silent(self, type: str) -> None:
        problems = self._sources.faults.get(type)
        why = str(problems[0]) if problems else "it is being compiled"
        print(f"{type} is silent yet: {why}")  # noqa: T201 - the performer reads it
