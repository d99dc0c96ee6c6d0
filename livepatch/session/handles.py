"""What a performer holds: modules, outlets, inlets and knobs of the rack, always as they are now."""

from collections.abc import Iterator
from typing import NoReturn, Self

from livepatch import display
from livepatch.errors import PatchError
from livepatch.likeness import hint
from livepatch.panel import Button, Knob, MenuItem, Panel, Switch
from livepatch.patch import edits
from livepatch.patch.patch import Cable, PlacedModule, Route
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.session import glides
from livepatch.session.parts import knob_hint, no_part, parts
from livepatch.session.stage import Stage
from livepatch.session.wording import ends_text, module_text, number_text, sources_text

MOST_LINES = 60
"""A menu with more has its submenus to be looked into: a plug-in may have thousands of programs."""
MOST_LABELS = 12
"""So many items of a menu are named in a line."""
LONGEST_TEXT = 20_000
"""Characters that a module keeps of a text."""


class NoSuchPartError(PatchError, AttributeError):
    """A module has no such knob, inlet or outlet."""


class ModuleHandle:
    """A module in the rack. Its knobs and ports are its attributes; `>>` patches its first outlet and inlet.

    After another patch is loaded it is the module of the same name there, and itself again if that is undone.
    """

    __slots__ = ("_id", "_lineage", "_name", "_stage")
    _id: int
    _lineage: int
    _name: str
    _stage: Stage

    def __init__(self, stage: Stage, id: int, name: str) -> None:
        object.__setattr__(self, "_stage", stage)
        object.__setattr__(self, "_id", id)
        object.__setattr__(self, "_lineage", stage.rack.lineage)
        object.__setattr__(self, "_name", name)

    def __getattr__(
        self, name: str
    ) -> "KnobValue | SwitchValue | InletHandle | OutletHandle | LightHandle | MenuHandle | str":
        if name.startswith("__"):
            raise AttributeError(name)
        module, panel = look(self)
        if name == "menu":
            return MenuHandle(self, panel.menu)
        control = panel.knob(name)
        if isinstance(control, Knob):
            return KnobValue(self, control, module.knobs.get(name, control.default))
        if control is not None:
            return SwitchValue(self, control, module.knobs.get(name, display.at_rest(control)))
        if (text := panel.text(name)) is not None:
            return str(module.data.get(name, text.default))
        if (port := _port(self, panel, name)) is not None:
            return port
        raise NoSuchPartError(no_part(module.name, panel, name, self._stage.names()))

    def __setattr__(self, name: str, value: object) -> None:
        module, panel = look(self)
        control = panel.knob(name)
        if panel.text(name) is not None:
            self._stage.perform(edits.SetData(module.id, module.data | {name: str(value)[:LONGEST_TEXT]}))
        elif control is None:
            if name in parts(panel):
                raise PatchError(_as_a_cable(module.name, panel, name))
            getattr(self, name)
        else:
            self._stage.perform(edits.SetKnob(module.id, name, _number(self, control, value)))

    def __delattr__(self, name: str) -> None:
        module, panel = look(self)
        if panel.text(name) is not None:
            kept = {key: value for key, value in module.data.items() if key != name}
            self._stage.perform(edits.SetData(module.id, kept))
            return
        if panel.knob(name) is None:
            raise NoSuchPartError(f"{module.name} has no knob {name}{knob_hint(name, panel)}")
        self._stage.perform(edits.SetKnob(module.id, name, None))

    def __rshift__(self, target: object) -> "Patched":
        return main_outlet(self) >> target

    def __rrshift__(self, source: object) -> NoReturn:
        raise PatchError(_no_source(source))

    def __floordiv__(self, target: object) -> None:
        main_outlet(self) // target

    def __mul__(self, gain: float) -> "OutletHandle":
        return main_outlet(self) * gain

    __rmul__ = __mul__

    def __dir__(self) -> list[str]:
        return parts(look(self)[1])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModuleHandle) and (other._id, other._lineage) == (self._id, self._lineage)

    def __hash__(self) -> int:
        return hash(("module", self._id, self._lineage))

    def __repr__(self) -> str:
        try:
            module, panel = look(self)
        except PatchError as error:
            return f"<{error}>"
        with self._stage.rack.lock:
            state = self._stage.state_of(module)
            return module_text(self._stage.rack.patch, module, panel, state, self._stage.text_of)


class MenuHandle:
    """A module's menu: `vco.menu` lists it, `vco.menu["Analog"] = True` sets, `vco.menu["Load"]("a.wav")` acts."""

    __slots__ = ("items", "module")

    def __init__(self, module: ModuleHandle, items: tuple[MenuItem, ...]) -> None:
        self.module = module
        self.items = items

    def __getitem__(self, label: str) -> "SwitchValue | ActionHandle | MenuHandle":
        item = self._item(label)
        if item.kind == "submenu":
            return MenuHandle(self.module, item.items)
        if item.kind == "action":
            return ActionHandle(self.module, item)
        found = getattr(self.module, item.name)
        assert isinstance(found, SwitchValue)
        return found

    def __setitem__(self, label: str, value: object) -> None:
        item = self._item(label)
        if item.kind != "switch":
            raise PatchError(f"{item.label} cannot be set")
        setattr(self.module, item.name, value)

    def __iter__(self) -> Iterator[str]:
        return (item.label for item in self.items if item.kind != "separator")

    def __repr__(self) -> str:
        many = sum(1 for item in self.items for _ in item.all()) > MOST_LINES
        return "\n".join(self._lines(self.items, "", many=many)) or "this module has no menu"

    def _item(self, label: str) -> MenuItem:
        every = [item for each in self.items for item in each.all() if item.kind != "separator"]
        for item in (*self.items, *every):
            if item.kind != "separator" and label.lower() in {item.label.lower(), item.name.lower()}:
                return item
        labels = list(self)
        more = ["…"] if len(labels) > MOST_LABELS else []
        otherwise = f"it has {', '.join(labels[:MOST_LABELS] + more) or 'nothing'}"
        raise NoSuchPartError(
            f"this menu has no {label!r}{hint(label, [item.label for item in every], otherwise)}"
        )

    def _lines(self, items: tuple[MenuItem, ...], indent: str, *, many: bool) -> list[str]:
        """A line for each item; of `many` only those that are not in submenus."""
        lines: list[str] = []
        program = look(self.module)[0].data.get("program")
        for item in items:
            match item.kind:
                case "separator":
                    lines.append(f"{indent}-- {item.label}".rstrip())
                case "submenu" if many:
                    now = next((f", now {each.label}" for each in item.all() if each.is_program(program)), "")
                    lines.append(f"{indent}{item.label}: {len(item.items)} more{now}")
                case "submenu":
                    lines += [f"{indent}{item.label}", *self._lines(item.items, indent + "  ", many=False)]
                case "switch":
                    lines.append(f"{indent}{item.label}: {getattr(self.module, item.name)!r}")
                case _:
                    mark = "  <" if item.is_program(program) else ""
                    lines.append(f"{indent}{item.label}({item.asks.lower()}){mark}")
        return lines


class ActionHandle:
    """An action of a module's menu; called, it is done."""

    __slots__ = ("item", "module")

    def __init__(self, module: ModuleHandle, item: MenuItem) -> None:
        self.module = module
        self.item = item

    def __call__(self, text: object = None) -> None:
        """Do it; `text` is what it asks for, such as the path of a file."""
        if bool(self.item.asks) != (text is not None):
            raise PatchError(f"{self.item.label} asks for {self.item.asks or 'nothing'}")
        stage_of(self.module).act(look(self.module)[0].id, self.item.name, None if text is None else str(text))

    def __repr__(self) -> str:
        return f"{self.item.label}({self.item.asks.lower()}): call it"


class OutletHandle:
    """An outlet: `outlet * gain >> inlet` patches a cable, `outlet // inlet` unpatches it."""

    __slots__ = ("gain", "module", "name")

    def __init__(self, module: ModuleHandle, name: str, gain: float = 1.0) -> None:
        self.module = module
        self.name = name
        self.gain = gain

    def __mul__(self, gain: float) -> "OutletHandle":
        return OutletHandle(self.module, self.name, self.gain * _gain(gain))

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> "OutletHandle":
        if not _gain(divisor):
            raise PatchError(f"{self.name} / 0 is no gain")
        return OutletHandle(self.module, self.name, self.gain / _gain(divisor))

    def __neg__(self) -> "OutletHandle":
        return self * -1.0

    def __getattr__(self, name: str) -> NoReturn:
        raise _no_part_of_port(self, "outlet", name)

    def __rrshift__(self, source: object) -> NoReturn:
        raise PatchError(_no_source(source))

    def __rshift__(self, target: object) -> "Patched":
        targets = list(target) if isinstance(target, list | tuple) else [target]
        ends = [inlet_of(end) for end in targets]
        stage = stage_of(self.module)
        with stage.rack.lock:
            for module, inlet in ends:
                _patch(stage, self, look(module)[0].id, inlet)
        return Patched(self, ends)

    def __floordiv__(self, target: object) -> None:
        module, inlet = inlet_of(target)
        route = Route(look(self.module)[0].id, self.name, look(module)[0].id, inlet)
        stage_of(self.module).perform(edits.RemoveCable(route))

    def __repr__(self) -> str:
        module, _ = look(self.module)
        rack = stage_of(self.module).rack
        with rack.lock:
            ends = ends_text(rack.patch, module.id, self.name)
        return f"{module.name}.{self.name}" + (f" >> {ends}" if ends else ", an outlet, not patched")


class InletHandle:
    """An inlet: what cables go into."""

    __slots__ = ("module", "name")

    def __init__(self, module: ModuleHandle, name: str) -> None:
        self.module = module
        self.name = name

    def __getattr__(self, name: str) -> NoReturn:
        raise _no_part_of_port(self, "inlet", name)

    def __rrshift__(self, source: object) -> NoReturn:
        raise PatchError(_no_source(source))

    def __rshift__(self, _target: object) -> NoReturn:
        raise PatchError(f"{self.name} is an inlet: cables go into it, not out of it")

    def __repr__(self) -> str:
        module, _ = look(self.module)
        rack = stage_of(self.module).rack
        with rack.lock:
            sources = sources_text(rack.patch, module.id, self.name)
        name = f"{module.name}.{self.name}"
        return f"{sources} >> {name}" if sources else f"{name}, an inlet, not patched"


class LightHandle:
    """A light: how bright it is, from its module's own code."""

    __slots__ = ("module", "name")

    def __init__(self, module: ModuleHandle, name: str) -> None:
        self.module = module
        self.name = name

    def __float__(self) -> float:
        """0 dark, 1 bright; below 0 in its other colour."""
        module, panel = look(self.module)
        return stage_of(self.module).brightness(module.id, panel.metered().index(self.name))

    def __repr__(self) -> str:
        return f"{name_of(self.module)}.{self.name}, a light: {float(self):.2g}"


class KnobValue(float):
    """Where a knob stands: a number to reckon with, and a place for cables."""

    module: ModuleHandle
    knob: Knob

    def __new__(cls, module: ModuleHandle, knob: Knob, value: float) -> Self:
        """Read a knob."""
        made = super().__new__(cls, value)
        made.module = module
        made.knob = knob
        return made

    @property
    def name(self) -> str:
        """The knob's name."""
        return self.knob.name

    def to(
        self,
        value: object,
        *,
        beats: float | None = None,
        seconds: float | None = None,
        curve: str | float = "straight",
    ) -> None:
        """Turn it in a while: vcf.cutoff.to(5, beats=4), .to("440 Hz", seconds=2).

        `curve`: "straight" in its number, "shown" in what it shows; above 0 slow at first (3 is much), below 0 at
        last.
        """
        goal = _number(self.module, self.knob, value)
        bend, shown = glides.bend(self.knob, float(self), goal, curve)
        glide = glides.glide(beats, seconds, bend, shown=shown)
        stage_of(self.module).perform(edits.SetKnob(look(self.module)[0].id, self.name, goal, glide))

    def __rshift__(self, _target: object) -> NoReturn:
        raise PatchError(f"{self.name} is a knob: cables go into it, not out of it")

    def __rrshift__(self, source: object) -> NoReturn:
        raise PatchError(_no_source(source))

    def __repr__(self) -> str:
        text = stage_of(self.module).shown(look(self.module)[0].id, self.name, float(self))
        return number_text(self.knob, float(self), text)


class SwitchValue(int):
    """Where a switch or a button stands: the index of a choice, equal to the choice's name too."""

    module: ModuleHandle
    knob: Switch | Button

    def __new__(cls, module: ModuleHandle, knob: Switch | Button, value: float) -> Self:
        """Read a switch or a button."""
        made = super().__new__(cls, round(value))
        made.module = module
        made.knob = knob
        return made

    @property
    def name(self) -> str:
        """The switch's name."""
        return self.knob.name

    def __eq__(self, other: object) -> bool:
        return display.value_text(self.knob, int(self)) == other if isinstance(other, str) else int(self) == other

    def __hash__(self) -> int:
        """Refuse: what equals a number and a name cannot stand for both of them in a table."""
        raise TypeError(f"{self.name} is a number and a name at once; use int({self.name}) or str({self.name})")

    def __call__(self) -> None:
        """Press a button for a moment: it is let go by itself.

        Raises: PatchError: if this is a switch.
        """
        if isinstance(self.knob, Switch):
            raise PatchError(f"{self.name} is a switch: set it, as in {self.name} = {self.knob.choices[-1]!r}")
        stage_of(self.module).press(look(self.module)[0].id, self.name)

    def __str__(self) -> str:
        return display.value_text(self.knob, int(self))

    def __repr__(self) -> str:
        text = display.value_text(self.knob, int(self))
        if isinstance(self.knob, Switch):
            return f"{text!r} ({int(self)} of {', '.join(self.knob.choices)})"
        return text


class Patched:
    """A cable just patched, after those `before` it; `>>` goes on from the module it runs into."""

    __slots__ = ("before", "ends", "outlet")

    def __init__(self, outlet: OutletHandle, ends: list[tuple[ModuleHandle, str]]) -> None:
        self.before: Patched | None = None
        self.outlet = outlet
        self.ends = ends

    def __rshift__(self, target: object) -> "Patched":
        if len(self.ends) != 1:
            raise PatchError("several modules are patched here; go on from one of them")
        patched = main_outlet(self.ends[0][0]) >> target
        patched.before = self
        return patched

    @property
    def colour(self) -> str:
        """#rrggbb; "" is the one that the rack gives it. Setting takes red, orange, … too."""
        stage = stage_of(self.outlet.module)
        with stage.rack.lock:
            cable = stage.rack.patch.cables.get(self._routes()[0])
        return cable.colour if cable is not None else ""

    @colour.setter
    def colour(self, colour: str) -> None:
        stage = stage_of(self.outlet.module)
        painted = tuple(edits.SetColour(route, str(colour)) for route in self._routes())
        stage.perform(edits.Batch(painted) if len(painted) > 1 else painted[0])

    def _routes(self) -> list[Route]:
        source = look(self.outlet.module)[0].id
        return [Route(source, self.outlet.name, look(module)[0].id, inlet) for module, inlet in self.ends]

    def __repr__(self) -> str:
        gain = "" if self.outlet.gain == 1.0 else f" * {self.outlet.gain:g}"
        source = f"{look(self.outlet.module)[0].name}.{self.outlet.name}{gain}"
        ends = ", ".join(f"{look(module)[0].name}.{inlet}" for module, inlet in self.ends)
        before = "" if self.before is None else f"{self.before!r}; "
        return f"{before}{source} >> {ends}"


def _port(handle: ModuleHandle, panel: Panel, name: str) -> InletHandle | OutletHandle | LightHandle | None:
    """What is on a panel besides what is turned and written, if it has that name."""
    if panel.has_inlet(name):
        return InletHandle(handle, name)
    if panel.has_outlet(name):
        return OutletHandle(handle, name)
    return LightHandle(handle, name) if any(light.name == name for light in panel.lights) else None


def stage_of(handle: ModuleHandle) -> Stage:
    """What a handle acts on."""
    stage: Stage = object.__getattribute__(handle, "_stage")
    return stage


def name_of(handle: ModuleHandle) -> str:
    """What a module is or was called."""
    name: str = object.__getattribute__(handle, "_name")
    return name


def look(handle: ModuleHandle) -> tuple[PlacedModule, Panel]:
    """The module as it stands in the rack, and its panel.

    Raises: PatchError: if it was removed.
    """
    stage, name = stage_of(handle), name_of(handle)
    with stage.rack.lock:
        patch = stage.rack.patch
        same = object.__getattribute__(handle, "_lineage") == stage.rack.lineage
        module = patch.modules.get(object.__getattribute__(handle, "_id")) if same else patch.named(name)
        if module is None:
            raise PatchError(f"{name} is no longer in the rack; undo() brings it back if it was just removed")
        object.__setattr__(handle, "_name", module.name)
        return module, stage.panel_of(module)


def main_outlet(handle: ModuleHandle) -> OutletHandle:
    """The first outlet of a module.

    Raises: PatchError: if it has none.
    """
    module, panel = look(handle)
    if not panel.outlets:
        raise PatchError(f"{module.name} has no outlet")
    return OutletHandle(handle, panel.outlets[0].name)


def inlet_of(target: object) -> tuple[ModuleHandle, str]:
    """Where a cable into `target` goes: an inlet, a knob, or a module's first inlet.

    Raises: PatchError: if no cable can go there.
    """
    if isinstance(target, InletHandle | KnobValue):
        return target.module, target.name
    if isinstance(target, ModuleHandle):
        module, panel = look(target)
        if panel.inlets:
            return target, panel.inlets[0].name
        raise PatchError(f"{module.name} has no inlet")
    if isinstance(target, SwitchValue):
        raise PatchError(f"{target.name} takes no cable: cables go into inlets and knobs")
    if isinstance(target, OutletHandle):
        raise PatchError(f"{target.name} is an outlet: a cable goes from an outlet into an inlet or a knob")
    raise PatchError(f"a cable cannot go into {target!r}: name a module, an inlet or a knob")


def _as_a_cable(module: str, panel: Panel, port: str) -> str:
    """A line about a port that was set as if it were a knob."""
    if any(light.name == port for light in panel.lights):
        return f"{port} is a light: the code of {module} sets it"
    if panel.has_inlet(port):
        return f"{port} is an inlet: patch a cable into it, as in lfo.sine >> {module}.{port}"
    return f"{port} is an outlet: patch a cable out of it, as in {module}.{port} >> out.left"


def _no_source(source: object) -> str:
    """A line about what no cable comes out of."""
    return f"a cable comes out of a module or an outlet, not out of {source!r}"


def _no_part_of_port(port: InletHandle | OutletHandle, kind: str, name: str) -> AttributeError:
    """What to raise about a part of a port, which has none."""
    if name.startswith("__") or name in port.__slots__:  # one that is being copied has nothing yet
        return AttributeError(name)
    return NoSuchPartError(f"{name_of(port.module)}.{port.name} is an {kind}, which has no {name}")


def _gain(gain: object) -> float:
    """A gain that was typed. Raises: PatchError: if it is no number."""
    try:
        return float(gain)  # type: ignore[arg-type]  # what is none is refused
    except (TypeError, ValueError) as error:
        what = name_of(gain) if isinstance(gain, ModuleHandle) else repr(gain)
        raise PatchError(f"an outlet is multiplied by a number, its gain, not by {what}") from error


def knob_number(control: Knob | Switch | Button, value: object) -> float:
    """What a performer set a knob to, as a number; as text, it is what the knob shows: "440 Hz", "c4", "linear".

    Raises: PatchError: if it is neither.
    """
    if isinstance(value, str):
        try:
            return display.read_number(control, value)
        except ValueError as error:
            raise PatchError(str(error)) from error
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, OutletHandle | ModuleHandle):
        raise PatchError(f"to patch a cable onto {control.name}, write: … >> {control.name}")
    try:
        return float(value)  # type: ignore[arg-type]  # numpy's numbers and the like
    except (TypeError, ValueError) as error:
        raise PatchError(f"{control.name} takes a number, not {value!r}") from error


def _number(handle: ModuleHandle, control: Knob | Switch | Button, value: object) -> float:
    """What a performer set a knob to, as a number; a plug-in reads its own texts.

    Raises: PatchError: if it is none.
    """
    if isinstance(value, str):
        read = stage_of(handle).read(look(handle)[0].id, control.name, value)
        if read is not None:
            return read
        if is_plugin(look(handle)[0].type):
            return _share(handle, control, value)
    return knob_number(control, value)


def _share(handle: ModuleHandle, control: Knob | Switch | Button, text: str) -> float:
    """A number from 0 to 1 in a text that a plug-in cannot read. Raises: PatchError: if it is none."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if 0.0 <= value <= 1.0:
        return value
    stage, (module, _) = stage_of(handle), look(handle)
    stands = module.knobs.get(control.name, display.at_rest(control))
    shown = display.readable(stage.shown(module.id, control.name, stands))
    here = f"; at {stands:.3g}, where it stands, it shows {shown!r}" if shown else ""
    choices = stage.choices(module.id, control.name)
    if choices:
        here = f", or one of {', '.join(choices)}{hint(text, choices)}"
    name = f"{module.name}.{control.name}"
    raise PatchError(f"{name}: its plug-in cannot read {text!r}; it takes a number from 0 to 1{here}")


def _patch(stage: Stage, outlet: OutletHandle, target: int, inlet: str) -> None:
    source = look(outlet.module)[0].id
    route = Route(source, outlet.name, target, inlet)
    present = stage.rack.patch.cables.get(route)
    if present is None:
        cable = Cable(source=source, outlet=outlet.name, target=target, inlet=inlet, gain=outlet.gain)
        stage.perform(edits.AddCable(cable))
    elif present.gain != outlet.gain:
        stage.perform(edits.SetGain(route, outlet.gain))
