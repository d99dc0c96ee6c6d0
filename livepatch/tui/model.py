"""What the TUI knows of the session: its copy of the patch, the panels, the faults, the engine."""

import enum
import itertools
import math
from typing import NamedTuple

from livepatch.display import Control, at_rest
from livepatch.errors import PatchError
from livepatch.panel import Panel
from livepatch.patch import edits
from livepatch.patch.edits import AddModule, Batch, Edit, ModuleEvent, SetKnob, SetTransport
from livepatch.patch.patch import Cable, Patch, PlacedModule
from livepatch.patch.transport import setting
from livepatch.protocol.messages import (
    Ailing,
    Browsed,
    Drawn,
    Edited,
    EngineState,
    Message,
    ModuleFault,
    Named,
    Offered,
    PanelChanged,
    Pending,
    PluginShown,
    PluginState,
    Progress,
    Replaced,
    Running,
    Welcome,
)
from livepatch.tui.gliding import Gliding
from livepatch.tui.snapshots import Snapshots

NO_ENGINE = EngineState("none", "", 0.0, 0, False, "", {}, {})
COLOURS = 10
"""How many colours modules and their cables take turns in."""


MOST_CONTROLS = 64
"""A panel shows no more at once: plug-ins have hundreds."""


class Change(enum.Flag):
    """What a message changed, and so what has to be drawn again."""

    NOTHING = 0
    VALUES = enum.auto()
    STRUCTURE = enum.auto()
    ENGINE = enum.auto()
    STATUS = enum.auto()
    PICTURE = enum.auto()
    PLUGIN = enum.auto()
    EVERYTHING = VALUES | STRUCTURE | ENGINE | STATUS


class _Controls(NamedTuple):
    """The controls of a panel, which may be hundreds: by name, and those that it shows."""

    panel: Panel
    by_name: dict[str, Control]
    shown: list[Control]


class Rack:
    """The rack as the session last described it. Used by the drawing thread only."""

    def __init__(self, snapshots: Snapshots | None = None) -> None:
        self.snapshots = snapshots or Snapshots(lambda: None, lambda _: None)
        self.attached = False
        self.workspace = ""
        self.patch_name = ""
        self.patch = Patch()
        self.panels: dict[str, Panel] = {}
        self.faults: dict[str, ModuleFault] = {}
        self.ailing: dict[int, str] = {}
        """How modules are that went wrong, by id."""
        self.untrusted: frozenset[str] = frozenset()
        self.pictures: dict[int, Drawn] = {}
        self.plugins: dict[int, PluginState] = {}
        self.searches: dict[int, str] = {}
        """What is searched among the knobs of modules, by id."""
        self.picked: dict[int, str] = {}
        """The knob that was selected when a search of its module was left."""
        self.installed: tuple[Offered, ...] | None = None
        self.engine = NO_ENGINE
        self.history_path = ""
        self.progress: Progress | None = None
        self.running = ""
        self.pending: tuple[str, ...] = ()
        self.gliding: dict[tuple[int, str], Gliding] = {}
        self.added: int | None = None
        """The module that came into the rack last, by id, until a view has shown it."""
        self._asked: dict[tuple[int, str], float] = {}
        self._texts: dict[tuple[int, str], tuple[float, str]] = {}
        self._controls: dict[str, _Controls] = {}

    def take(self, message: Message) -> Change:
        """Take a message into account and tell what it changed."""
        match message:
            case Welcome() | Replaced():
                return self._fill(message)
            case Edited(edit=edit):
                return self._edit(edit)
            case PanelChanged() | ModuleFault() | Ailing():
                return self._code(message)
            case PluginShown() | PluginState() | Browsed():
                return self._plugin(message)
            case EngineState() | Progress() | Drawn() | Running() | Pending() | Named():
                return self._state(message)
            case _:
                return Change.NOTHING

    @property
    def tempo(self) -> float:
        """Beats a minute."""
        return setting(self.patch.transport, "tempo")

    @property
    def transport_runs(self) -> bool:
        """Whether beats go on."""
        return setting(self.patch.transport, "running") >= 0.5

    def place(self, bars: float) -> str:
        """Bar and beat, counted from 1, after so many bars."""
        bar = math.floor(bars + 1e-9)
        beat = math.floor((bars - bar) * setting(self.patch.transport, "beats_per_bar") + 1e-6)
        return f"{bar + 1}.{beat + 1}"

    def modules(self) -> list[PlacedModule]:
        """The modules in the order they stand in the rack: row by row, from the left."""
        return sorted(self.patch.modules.values(), key=lambda m: (m.position[1], m.position[0], m.id))

    def has_type(self, type: str) -> bool:
        """Whether a module of this type is in the rack."""
        return any(module.type == type for module in self.patch.modules.values())

    def panel(self, module: PlacedModule) -> Panel | None:
        """The module's panel, None as long as its file never compiled."""
        return self.panels.get(module.type)

    def controls(self, module: PlacedModule) -> list[Control]:
        """What can be turned on a module, from the top."""
        panel = self.panel(module)
        return [] if panel is None else self._known(panel).shown

    def found(self, module: PlacedModule) -> tuple[list[Control], int]:
        """Those controls of a module that its panel shows, and how many there are in all.

        Of hundreds it shows some, those with cables, and the one that was found last; a search finds the others.
        """
        controls = self.controls(module)
        words = self.searches.get(module.id, "").lower().split()
        fitting = controls
        if words:
            fitting = [control for control in controls if all(word in _described(control) for word in words)]
        if len(fitting) > MOST_CONTROLS:
            also = {cable.inlet for cable in self.patch.cables_of(module.id) if cable.target == module.id}
            also.add(self.picked.get(module.id, ""))
            fitting = [
                control for place, control in enumerate(fitting) if place < MOST_CONTROLS or control.name in also
            ]
        return fitting, len(controls)

    def control(self, id: int, name: str) -> Control | None:
        """A module's knob, switch or button by its name."""
        module = self.patch.modules.get(id)
        panel = self.panel(module) if module is not None else None
        if panel is None:
            return None
        return self._known(panel).by_name.get(name)

    def _known(self, panel: Panel) -> "_Controls":
        known = self._controls.get(panel.type)
        if known is None or known.panel is not panel:
            hidden, every = panel.in_menu("switch"), panel.controls()
            shown = [control for control in every if control.name not in hidden]
            known = self._controls[panel.type] = _Controls(panel, {each.name: each for each in every}, shown)
        return known

    def value(self, id: int, control: Control) -> float:
        """Where a control stands: what was asked for last, even if the session has not answered yet."""
        if (asked := self._asked.get((id, control.name))) is not None:
            return asked
        if (gliding := self.gliding.get((id, control.name))) is not None:
            return gliding.value()
        return self._stands(id, control)

    def shown(self, id: int, control: Control) -> tuple[str, bool]:
        """What a plug-in shows for a control in its own words, and whether it stands where it did then."""
        at, text = self._texts.get((id, control.name), (0.0, ""))
        return text, at == self.value(id, control)

    def _stands(self, id: int, control: Control) -> float:
        """Where a control stands in the patch."""
        module = self.patch.modules.get(id)
        return module.knobs.get(control.name, at_rest(control)) if module is not None else at_rest(control)

    def ask(self, id: int, knob: str, value: float | None) -> SetKnob:
        """The edit that turns a knob (None: to its default); until it comes back, the knob shows it already."""
        control = self.control(id, knob)
        if control is not None:
            self._asked[id, knob] = at_rest(control) if value is None else value
        return SetKnob(id, knob, value)

    def refused(self) -> bool:
        """Forget what was asked for and not done; whether there was anything."""
        pending = bool(self._asked)
        self._asked.clear()
        return pending

    def cables_into(self, id: int) -> dict[str, list[Cable]]:
        """The cables into each inlet and knob of a module that has any, in the order they were patched."""
        found: dict[str, list[Cable]] = {}
        for cable in self.patch.cables_of(id):
            if cable.target == id:
                found.setdefault(cable.inlet, []).append(cable)
        return found

    def patched_outlets(self, id: int) -> set[str]:
        """The outlets of a module that a cable comes out of."""
        return {cable.outlet for cable in self.patch.cables_of(id) if cable.source == id}

    def source_name(self, cable: Cable) -> str:
        """Where a cable comes from, as it is typed: `lfo.sine`."""
        module = self.patch.modules.get(cable.source)
        return f"{module.name if module is not None else '?'}.{cable.outlet}"

    def meter_slots(self, module: PlacedModule) -> dict[str, int]:
        """Where everything that has a place in the meters stands there, by name."""
        first = self.engine.meter_slots.get(module.id)
        panel = self.panel(module)
        if first is None or panel is None:
            return {}
        return dict(zip(panel.metered(), itertools.count(first), strict=False))

    def _code(self, news: PanelChanged | ModuleFault | Ailing) -> Change:
        if isinstance(news, Ailing):
            self.ailing = news.how
            return Change.STRUCTURE
        if isinstance(news, PanelChanged):
            self.panels[news.panel.type] = news.panel
            return Change.STRUCTURE
        self.faults.pop(news.type, None)
        if news.problems:
            self.faults[news.type] = news
        return Change.STRUCTURE

    def _state(self, state: EngineState | Progress | Drawn | Running | Pending | Named) -> Change:
        if isinstance(state, Drawn):
            return self._draw(state)
        if isinstance(state, Running):
            self.running = state.front
            return Change.STATUS
        if isinstance(state, Named):
            self.patch_name = state.patch_name
            return Change.STATUS
        if isinstance(state, Pending):
            self.pending = state.lines
            return Change.STATUS
        if isinstance(state, Progress):
            self.progress = state if state.done < state.total else None
            return Change.STATUS
        self.engine = state
        return Change.ENGINE | Change.STATUS

    def _plugin(self, state: PluginShown | PluginState | Browsed) -> Change:
        if isinstance(state, Browsed):
            self.installed = state.plugins
            return Change.NOTHING
        if isinstance(state, PluginShown):
            for knob, text in state.texts.items():
                if (control := self.control(state.id, knob)) is not None:
                    self._texts[state.id, knob] = self._stands(state.id, control), text
            return Change.VALUES
        former = self.plugins.get(state.id)
        self.plugins[state.id] = state
        self.snapshots.want(state.picture)
        as_it_was = former is not None and former.state == state.state and former.why == state.why
        return Change.PLUGIN if as_it_was and state.state == "playing" else Change.STRUCTURE

    def _draw(self, drawn: Drawn) -> Change:
        former = self.pictures.get(drawn.id)
        self.pictures[drawn.id] = drawn
        failed = former is not None and former.failed
        return Change.STRUCTURE if drawn.failed != failed else Change.PICTURE

    def _fill(self, source: Welcome | Replaced) -> Change:
        self.patch_name = source.patch_name
        self.patch = Patch()
        self.patch.modules = {module.id: module for module in source.modules}
        self.patch.cables = {cable.route: cable for cable in source.cables}
        self.patch.transport = {"tempo": 120.0, **source.transport}
        self.untrusted = frozenset(source.untrusted)
        self._asked.clear()
        self.gliding.clear()
        self.pictures.clear()
        self.plugins.clear()
        self.searches.clear()
        self.picked.clear()
        self._texts.clear()
        if isinstance(source, Replaced):
            for type in source.missing:
                self.panels.pop(type, None)
        else:
            self.workspace = source.workspace
            self.panels = dict(source.panels)
            self.faults = {fault.type: fault for fault in source.faults if fault.problems}
            self.ailing = dict(source.ailing)
            self.engine = source.engine
            self.pending = source.pending
            self.history_path = source.history_path
            self.progress = None
            self.running = ""
            self.attached = True
        return Change.EVERYTHING

    def _edit(self, edit: Edit) -> Change:
        ways = [self._way(part) for part in (edit.edits if isinstance(edit, Batch) else (edit,))]
        try:
            edits.apply(self.patch, edit)
        except PatchError:
            return Change.NOTHING  # it tells of a rack that a newer Welcome has replaced
        for part in edits.parts(edit):
            if isinstance(part, AddModule):
                self.added = part.module.id
        self._forget_plugins()
        for knob, gliding in filter(None, ways):
            self.gliding.pop(knob, None)
            if gliding is not None:
                self.gliding[knob] = gliding
        return self._changed_by(edit)

    def _forget_plugins(self) -> None:
        """Forget the plug-ins that are in the rack no more."""
        for id in self.plugins.keys() - self.patch.modules.keys():
            del self.plugins[id]
            for key in [key for key in self._texts if key[0] == id]:
                del self._texts[key]

    def _way(self, edit: Edit) -> tuple[tuple[int, str], Gliding | None] | None:
        """The knob that an edit turns, and how it goes there if that takes its time."""
        if not isinstance(edit, SetKnob):
            return None
        control = self.control(edit.id, edit.knob)
        if edit.glide is None or edit.value is None or control is None:
            return (edit.id, edit.knob), None
        first = self.value(edit.id, control)
        return (edit.id, edit.knob), Gliding.now(first, edit.value, edit.glide, self.tempo)

    def moves(self) -> bool:
        """Whether a knob is on its way, or just arrived."""
        for knob in [knob for knob, gliding in self.gliding.items() if gliding.over()]:
            del self.gliding[knob]
            return True
        return bool(self.gliding)

    def _changed_by(self, edit: Edit) -> Change:
        match edit:
            case SetKnob(id=id, knob=knob, value=value):
                control = self.control(id, knob)
                arrived = at_rest(control) if value is None and control is not None else value
                if self._asked.get((id, knob)) == arrived:
                    del self._asked[id, knob]
                return Change.VALUES
            case SetTransport():
                return Change.STATUS
            case ModuleEvent():
                return Change.NOTHING
            case Batch(edits=parts):
                changes = Change.NOTHING
                for part in parts:
                    changes |= self._changed_by(part)
                return changes
            case _:
                return Change.STRUCTURE


def _described(control: Control) -> str:
    """What a search looks at."""
    return f"{control.name} {control.label} {control.description}".lower()
