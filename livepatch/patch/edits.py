"""Edits: every change to a patch as a value, and the edit that takes it back."""

from typing import Any

import msgspec

from livepatch.errors import PatchError
from livepatch.patch.patch import Cable, Patch, PlacedModule, Route


class _Change(msgspec.Struct, frozen=True, tag_field="edit", tag=True):
    """What every edit is: on the wire and in files its name stands under `edit`."""


class AddModule(_Change, frozen=True):
    """Put a module into the rack."""

    module: PlacedModule


class RemoveModule(_Change, frozen=True):
    """Take a module out of the rack, its cables with it."""

    id: int


class AddCable(_Change, frozen=True):
    """Patch a cable."""

    cable: Cable


class RemoveCable(_Change, frozen=True):
    """Unpatch a cable."""

    route: Route


class SetGain(_Change, frozen=True):
    """Change the gain of a cable."""

    route: Route
    gain: float


class SetKnob(_Change, frozen=True):
    """Turn a knob, throw a switch or press a button. `value` None: back to its default."""

    id: int
    knob: str
    value: float | None


class SetBypass(_Change, frozen=True):
    """Bypass a module, or bring it back."""

    id: int
    bypass: bool


class Move(_Change, frozen=True):
    """Move a module in the rack."""

    id: int
    position: tuple[int, int]


class Rename(_Change, frozen=True):
    """Give a module another name."""

    id: int
    name: str


class SetData(_Change, frozen=True):
    """Replace a module's own data."""

    id: int
    data: dict[str, Any]


class ModuleEvent(_Change, frozen=True):
    """Have a module take an event, such as on_reset. `undone`: nothing happens, until it is done again."""

    id: int
    event: str
    undone: bool = False


class SwapCode(_Change, frozen=True):
    """Play other code in every module of a type. `source` is the hash of the compiled source."""

    type: str
    source: str


class SetTransport(_Change, frozen=True):
    """Change one value of the transport, such as the tempo in beats a minute."""

    name: str
    value: float


class Batch(_Change, frozen=True):
    """Several edits that take effect at the same frame and are undone together."""

    edits: tuple["Edit", ...]


Edit = (
    AddModule
    | RemoveModule
    | AddCable
    | RemoveCable
    | SetGain
    | SetKnob
    | SetBypass
    | Move
    | Rename
    | SetData
    | ModuleEvent
    | SwapCode
    | SetTransport
    | Batch
)


def apply(patch: Patch, edit: Edit) -> Edit:  # noqa: PLR0911 - one return for each kind of edit
    """Change the patch and return the edit that takes the change back.

    Raises: PatchError: if the edit does not fit; the patch is then as it was.
    """
    match edit:
        case Batch():
            return _apply_batch(patch, edit)
        case AddModule():
            return _add_module(patch, edit.module)
        case RemoveModule():
            return _remove_module(patch, edit.id)
        case AddCable():
            return _add_cable(patch, edit.cable)
        case RemoveCable() | SetGain():
            return _change_cable(patch, edit)
        case SwapCode():
            return _swap_code(patch, edit)
        case SetTransport():
            former = patch.transport.get(edit.name, edit.value)
            patch.transport[edit.name] = edit.value
            return SetTransport(edit.name, former)
        case _:
            return _change_module(patch, edit)


def _apply_batch(patch: Patch, batch: Batch) -> Edit:
    inverses: list[Edit] = []
    try:
        for edit in batch.edits:
            inverses.append(apply(patch, edit))  # noqa: PERF401 - what was applied is needed if one fails
    except PatchError:
        for inverse in reversed(inverses):
            apply(patch, inverse)
        raise
    return Batch(tuple(reversed(inverses)))


def _module(patch: Patch, id: int) -> PlacedModule:
    module = patch.modules.get(id)
    if module is None:
        raise PatchError(f"there is no module with id {id} in the rack")
    return module


def _add_module(patch: Patch, module: PlacedModule) -> Edit:
    if module.id in patch.modules:
        raise PatchError(f"a module with id {module.id} is already in the rack")
    if patch.named(module.name) is not None:
        raise PatchError(f"a module named {module.name} is already in the rack; name it otherwise")
    patch.modules[module.id] = msgspec.structs.replace(module, knobs=dict(module.knobs), data=dict(module.data))
    patch.next_id = max(patch.next_id, module.id + 1)
    return RemoveModule(module.id)


def _remove_module(patch: Patch, id: int) -> Edit:
    module = _module(patch, id)
    cables = patch.cables_of(id)
    for cable in cables:
        del patch.cables[cable.route]
    del patch.modules[id]
    return Batch((AddModule(module), *(AddCable(cable) for cable in cables)))


def _add_cable(patch: Patch, cable: Cable) -> Edit:
    for id in (cable.source, cable.target):
        _module(patch, id)
    if cable.route in patch.cables:
        raise PatchError("this cable is already patched; set its gain instead")
    patch.cables[cable.route] = msgspec.structs.replace(cable)
    return RemoveCable(cable.route)


def _change_cable(patch: Patch, edit: RemoveCable | SetGain) -> Edit:
    route = Route(*edit.route)
    cable = patch.cables.get(route)
    if cable is None:
        raise PatchError("there is no such cable")
    if isinstance(edit, RemoveCable):
        del patch.cables[route]
        return AddCable(cable)
    former, cable.gain = cable.gain, edit.gain
    return SetGain(route, former)


def _swap_code(patch: Patch, edit: SwapCode) -> Edit:
    formers = [m for m in patch.modules.values() if m.type == edit.type]
    former = formers[0].source if formers else edit.source
    for module in formers:
        module.source = edit.source
    return SwapCode(edit.type, former)


def _change_module(patch: Patch, edit: SetKnob | SetBypass | Move | Rename | SetData | ModuleEvent) -> Edit:
    module = _module(patch, edit.id)
    match edit:
        case SetKnob(id=id, knob=knob, value=value):
            former = module.knobs.pop(knob, None)
            if value is not None:
                module.knobs[knob] = value
            return SetKnob(id, knob, former)
        case SetBypass(id=id, bypass=bypass):
            was, module.bypass = module.bypass, bypass
            return SetBypass(id, was)
        case Move(id=id, position=position):
            place, module.position = module.position, position
            return Move(id, place)
        case Rename(id=id, name=name):
            holder = patch.named(name)
            if holder is not None and holder.id != id:
                raise PatchError(f"a module named {name} is already in the rack; name it otherwise")
            old, module.name = module.name, name
            return Rename(id, old)
        case SetData(id=id, data=data):
            kept, module.data = module.data, data
            return SetData(id, kept)
        case ModuleEvent(id=id, event=event, undone=undone):
            return ModuleEvent(id, event, not undone)
