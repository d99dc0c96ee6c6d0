"""Whether an edit fits the rack's panels, and what is made to fit: a knob out of range is clamped."""

import builtins
import itertools
import keyword
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from livepatch.callbacks import EVENTS
from livepatch.colours import hexadecimal
from livepatch.errors import PatchError
from livepatch.panel import Button, Knob, Panel, Switch
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Patch, PlacedModule, Route
from livepatch.patch.transport import TRANSPORT

_TAKEN = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)


class Fit:
    """Checks edits against the patch and the panels before they are applied.

    `commands` are the names a performer types, which no module may take. `knows` says whether there is
    compiled code of a hash. Has no state; call it with the rack's lock held.
    """

    def __init__(self, commands: frozenset[str], knows: Callable[[str], bool]) -> None:
        self._reserved = commands | _TAKEN
        self._knows = knows

    def __call__(self, patch: Patch, panels: dict[str, Panel], edit: Edit) -> tuple[Edit, tuple[str, ...]]:
        """The edit as it fits, and a line about each thing that was made to.

        Raises: PatchError: if it does not fit.
        """
        fitting = Fitting(patch, panels, [])
        return self._fit(fitting, edit), tuple(fitting.remarks)

    def check_code(self, edit: Edit) -> None:
        """Whether there is the code that an edit plays.

        Raises: PatchError: if it was not kept.
        """
        for part in edit.edits if isinstance(edit, edits.Batch) else (edit,):
            if isinstance(part, edits.SwapCode) and not self._knows(part.source):
                raise PatchError(f"the code that {part.type} played then was not kept")

    def free_name(self, patch: Patch, wish: str, promised: frozenset[str] = frozenset()) -> str:
        """`wish` if a module can be called that, else the first of wish2, wish3, … that is free, nor promised."""
        number = 1
        name = wish
        while name in self._reserved or name in promised or patch.named(name) is not None:
            number += 1
            name = f"{wish}{number}"
        return name

    def _fit(self, fitting: "Fitting", edit: Edit) -> Edit:
        match edit:
            case edits.Batch(edits=parts):
                return edits.Batch(tuple(self._fit(fitting, part) for part in parts))
            case edits.AddModule(module=module):
                self._check_module(fitting, module)
                fitting.new[module.id] = module.type
            case edits.RemoveModule(id=id):
                fitting.gone.add(id)
            case edits.AddCable(cable=cable):
                fitting.check_route(cable.route)
                _check_finite(cable.gain, "a gain")
            case edits.SetGain(gain=gain):
                _check_finite(gain, "a gain")
            case edits.SetKnob(id=id, knob=knob, value=value) if fitting.type_of(id):
                return edits.SetKnob(id, knob, fitting.knob(id, knob, value), edit.glide)
            case edits.Rename(name=name):
                self._check_name(name)
            case _:
                return self._fit_other(edit, fitting.remarks)
        return edit

    def _fit_other(self, edit: Edit, remarks: list[str]) -> Edit:
        match edit:
            case edits.SetColour(route=route, colour=colour):
                return edits.SetColour(route, _fit_colour(colour))
            case edits.ModuleEvent(event=event) if event not in EVENTS:
                raise PatchError(f"there is no event {event}")
            case edits.SwapCode(source=source) if not self._knows(source):
                raise PatchError(f"there is no compiled code {source}")
            case edits.ReplacePatch():
                raise PatchError("a patch is loaded by its name")
            case edits.SetTransport(name=name, value=value) if value is not None:
                return edits.SetTransport(name, fit_transport(name, value, remarks))
            case _:
                pass
        return edit

    def _check_module(self, fitting: "Fitting", module: PlacedModule) -> None:
        known = module.type in fitting.panels or fitting.has(module.type)
        if not known and "/" not in module.type:  # one of VCV Rack's may be a placeholder
            raise PatchError(f"there is no module of type {module.type!r}; put {module.type}.py into modules/")
        if module.id < fitting.patch.free_id and module.id not in fitting.gone:
            raise PatchError(f"id {module.id} was given to a module before; the next is {fitting.patch.free_id}")
        self._check_name(module.name)
        for value in module.knobs.values():
            _check_finite(value, "a knob")

    def _check_name(self, name: str) -> None:
        if name in self._reserved:
            raise PatchError(f"{name} already means something here; give the module another name")
        if not name.isidentifier() or name.startswith("_"):
            raise PatchError(f"{name!r} cannot be typed as a name; use letters, digits and _")


@dataclass
class Fitting:
    """One edit on its way into a patch: `new` are the types of modules that it adds, `gone` those it takes out.

    A rack has many modules, and most edits are about few: only those are looked at. `remarks` is what is said.
    Of a placeholder, a module whose type has no panel, nothing is known: a cable may run to any port of it, and a
    knob that it has may stand anywhere.
    """

    patch: Patch
    panels: dict[str, Panel]
    remarks: list[str]
    new: dict[int, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def type_of(self, id: int) -> str:
        """The type of a module in the rack, or of one that the edit adds; "" if there is none."""
        placed = self.patch.modules.get(id)
        return self.new.get(id, "") or (placed.type if placed is not None else "")

    def has(self, type: str) -> bool:
        """Whether there is a module of a type."""
        return type in self.new.values() or any(module.type == type for module in self.patch.modules.values())

    def check_route(self, route: Route) -> None:
        """Whether both ends of a cable are there. Raises: PatchError: if one is not."""
        for id in (route.source, route.target):
            if not self.type_of(id):
                raise PatchError(f"there is no module with id {id} in the rack")
        if route in self.patch.cables and self.gone & {route.source, route.target}:
            return  # it was pulled with its module, and comes back as it was, even if it hung
        source, target = (self.panels.get(self.type_of(id)) for id in (route.source, route.target))
        if source is not None and not source.has_outlet(route.outlet):
            raise PatchError(f"{source.type} has no outlet {route.outlet}")
        if target is not None and not target.has_inlet(route.inlet):
            raise PatchError(f"{target.type} has no inlet or knob {route.inlet}")

    def knob(self, id: int, knob: str, value: float | None) -> float | None:
        """The value as a module's knob can have it, None its default. Raises: PatchError: if it has no such."""
        panel = self.panels.get(self.type_of(id))
        if panel is not None:
            turned = value if value is None else fit_knob(panel, knob, value, self.remarks)
            return None if turned == 0.0 and isinstance(panel.knob(knob), Button) else turned
        module = self.patch.modules.get(id)
        if module is not None and knob not in module.knobs:
            raise PatchError(f"{module.name} is a placeholder, and has no knob {knob}")
        if value is None:
            raise PatchError(f"{knob} is a placeholder's, and its default is not known")
        _check_finite(value, knob)
        return value


def fit_knobs(panel: Panel, module: PlacedModule) -> tuple[dict[str, float], tuple[str, ...]]:
    """The knobs of a module that its panel has in another range, as they fit, and a line about each."""
    fitting: dict[str, float] = {}
    remarks: list[str] = []
    for knob, value in module.knobs.items():
        if panel.knob(knob) is not None and (fits := fit_knob(panel, knob, value, remarks)) != value:
            fitting[knob] = fits
    return fitting, tuple(f"{module.name}.{remark}" for remark in remarks)


def fit_patch(patch: Patch, panels: dict[str, Panel], taken: frozenset[str]) -> tuple[str, ...]:
    """Make a patch from elsewhere fit: free names, knobs and the transport in their ranges; a line about each."""
    remarks: list[str] = []
    names = {module.name for module in patch.modules.values()}
    for module in patch.modules.values():
        if module.name in taken | _TAKEN:
            free = next(name for n in itertools.count(2) if (name := f"{module.name}{n}") not in names)
            remarks.append(f"{module.name} means something here already: the module is called {free}")
            module.name = free
            names.add(free)
        if (panel := panels.get(module.type)) is not None:
            knobs, said = fit_knobs(panel, module)
            module.knobs |= knobs
            remarks += said
    for name, value in patch.transport.items():
        patch.transport[name] = fit_transport(name, value, remarks)
    return tuple(remarks)


def fit_knob(panel: Panel, knob: str, value: float, remarks: list[str]) -> float:
    """The value as the knob, switch or button can have it; `remarks` gets a line if it had to change.

    Raises: PatchError: if there is no such knob, or the value is no finite number.
    """
    _check_finite(value, knob)
    match panel.knob(knob):
        case Knob(minimum=minimum, maximum=maximum):
            fitting = min(max(value, minimum), maximum)
        case Switch(choices=choices):
            minimum, maximum = 0.0, len(choices) - 1.0
            fitting = float(min(max(round(value), 0), len(choices) - 1))
        case Button():
            minimum, maximum = 0.0, 1.0
            fitting = 1.0 if value >= 0.5 else 0.0
        case None:
            known = ", ".join(control.name for control in panel.controls())
            raise PatchError(f"{panel.type} has no knob {knob}; it has {known or 'none'}")
    if not minimum <= value <= maximum:
        remarks.append(f"{knob} goes from {minimum:g} to {maximum:g}: set to {fitting:g}, not {value:g}")
    return fitting


def fit_transport(name: str, value: float, remarks: list[str]) -> float:
    """The value as the transport can have it; `remarks` gets a line if it had to change.

    Raises: PatchError: if it is no finite number.
    """
    _check_finite(value, name)
    known = TRANSPORT.get(name)
    if known is None:
        return value
    fitting = min(max(value, known.lowest), known.highest)
    if fitting != value:
        ends = f"{known.lowest:g} to {known.highest:g}"
        remarks.append(f"{known.what} goes from {ends}: set to {fitting:g}, not {value:g}")
    return fitting


def _fit_colour(colour: str) -> str:
    try:
        return hexadecimal(colour) if colour else ""
    except ValueError as error:
        raise PatchError(str(error)) from error


def _check_finite(value: float, what: str) -> None:
    if not math.isfinite(value):
        raise PatchError(f"{what} cannot be {value}")
