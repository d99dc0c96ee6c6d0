"""Whether an edit fits the rack's panels, and what is made to fit: a knob out of range is clamped."""

import builtins
import keyword
import math
from collections.abc import Callable

from livepatch.callbacks import EVENTS
from livepatch.errors import PatchError
from livepatch.panel import Button, Knob, Panel, Switch
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Patch, Route

TEMPO_RANGE = (1.0, 999.0)
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
        types = {id: module.type for id, module in patch.modules.items()}
        remarks: list[str] = []
        return self._fit(patch, types, panels, edit, remarks), tuple(remarks)

    def free_name(self, patch: Patch, wish: str) -> str:
        """`wish` if a module can be called that, else the first of wish2, wish3, … that is free."""
        number = 1
        name = wish
        while name in self._reserved or patch.named(name) is not None:
            number += 1
            name = f"{wish}{number}"
        return name

    def _fit(
        self, patch: Patch, types: dict[int, str], panels: dict[str, Panel], edit: Edit, remarks: list[str]
    ) -> Edit:
        match edit:
            case edits.Batch(edits=parts):
                return edits.Batch(tuple(self._fit(patch, types, panels, part, remarks) for part in parts))
            case edits.AddModule(module=module):
                self._check_module(patch, panels, edit)
                types[module.id] = module.type
            case edits.AddCable(cable=cable):
                _check_route(types, panels, cable.route)
                _check_finite(cable.gain, "a gain")
            case edits.SetGain(gain=gain):
                _check_finite(gain, "a gain")
            case edits.SetKnob(id=id, knob=knob, value=value) if value is not None and id in types:
                turned = fit_knob(panels[types[id]], knob, value, remarks)
                return edits.SetKnob(id, knob, turned)
            case edits.Rename(name=name):
                self._check_name(name)
            case edits.ModuleEvent(event=event) if event not in EVENTS:
                raise PatchError(f"there is no event {event}")
            case edits.SwapCode(source=source) if not self._knows(source):
                raise PatchError(f"there is no compiled code {source}")
            case edits.SetTransport(name=name, value=value):
                return edits.SetTransport(name, _fit_transport(name, value, remarks))
            case _:
                pass
        return edit

    def _check_module(self, patch: Patch, panels: dict[str, Panel], edit: edits.AddModule) -> None:
        module = edit.module
        if module.type not in panels:
            raise PatchError(f"there is no module of type {module.type!r}; put {module.type}.py into modules/")
        if module.id < patch.next_id:
            raise PatchError(f"id {module.id} was given to a module before; the next is {patch.next_id}")
        self._check_name(module.name)
        for value in module.knobs.values():
            _check_finite(value, "a knob")

    def _check_name(self, name: str) -> None:
        if name in self._reserved:
            raise PatchError(f"{name} already means something here; give the module another name")
        if not name.isidentifier() or name.startswith("_"):
            raise PatchError(f"{name!r} cannot be typed as a name; use letters, digits and _")


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


def _fit_transport(name: str, value: float, remarks: list[str]) -> float:
    _check_finite(value, name)
    if name != "tempo":
        return value
    slowest, fastest = TEMPO_RANGE
    fitting = min(max(value, slowest), fastest)
    if fitting != value:
        remarks.append(f"the tempo goes from {slowest:g} to {fastest:g}: set to {fitting:g}, not {value:g}")
    return fitting


def _check_finite(value: float, what: str) -> None:
    if not math.isfinite(value):
        raise PatchError(f"{what} cannot be {value}")


def _check_route(types: dict[int, str], panels: dict[str, Panel], route: Route) -> None:
    for id in (route.source, route.target):
        if id not in types:
            raise PatchError(f"there is no module with id {id} in the rack")
    source, target = panels[types[route.source]], panels[types[route.target]]
    if not source.has_outlet(route.outlet):
        raise PatchError(f"{source.type} has no outlet {route.outlet}")
    if not target.has_inlet(route.inlet):
        raise PatchError(f"{target.type} has no inlet or knob {route.inlet}")
