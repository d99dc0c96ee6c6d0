"""Edits: every change to a patch as a value, and the edit that takes it back."""

from collections.abc import Iterator
from typing import Any

import msgspec

from livepatch.errors import PatchError
from livepatch.patch.patch import Cable, Document, Patch, PlacedModule, Route, own_module
from livepatch.patch.transport import TRANSPORT


class _Change(msgspec.Struct, frozen=True, tag_field="edit", tag=True):
    """What every edit is: on the wire and in files its name stands under `edit`."""


class AddModule(_Change, frozen=True):
    """Put a module into the rack."""

    module: PlacedModule


class RemoveModule(_Change, frozen=True):
    """Take a module out of the rack, its cables with it. `next_id`: the patch's, as before the module came."""

    id: int
    next_id: int | None = None


class AddCable(_Change, frozen=True):
    """Patch a cable."""

    cable: Cable


class RemoveCable(_Change, frozen=True):
    """Unpatch a cable."""

    route: Route


class Glide(msgspec.Struct, frozen=True):
    """The time that a turn takes: `seconds`, or `beats`.

    `bend`: how much faster a knob is at the end than at the beginning, as a natural logarithm; `shown`: the other
    way round, so that what is shown exponentially goes straight.
    """

    seconds: float = 0.0
    beats: float = 0.0
    bend: float = 0.0
    shown: bool = False


class SetGain(_Change, frozen=True, omit_defaults=True):
    """Change the gain of a cable, in a while if there is a `glide`."""

    route: Route
    gain: float
    glide: Glide | None = None


class SetColour(_Change, frozen=True):
    """Give a cable a colour, #rrggbb; "" is the one that the rack gives it."""

    route: Route
    colour: str


class SetKnob(_Change, frozen=True, omit_defaults=True):
    """Turn a knob, throw a switch or press a button. `value` None: back to its default.

    With a `glide` a knob is on its way for a while; the patch has where it goes.
    """

    id: int
    knob: str
    value: float | None
    glide: Glide | None = None


class SetBypass(_Change, frozen=True):
    """Bypass a module, or bring it back. `hard`: what it has as a bypass of its own is not used."""

    id: int
    bypass: bool
    hard: bool = False


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
    """Play other code in every module of a type. `source` is the hash of the compiled source.

    `noted` are modules for which the patch names another, by id: they play `source` too.
    """

    type: str
    source: str
    noted: dict[int, str] = {}


class SetTransport(_Change, frozen=True):
    """Change one value of the transport, such as the tempo in beats a minute. `value` None: it has none."""

    name: str
    value: float | None


class ReplacePatch(_Change, frozen=True):
    """Put another patch in place of the whole rack. Never part of a batch."""

    patch: Document


class Batch(_Change, frozen=True):
    """Several edits that take effect at the same frame and are undone together."""

    edits: tuple["Edit", ...]


Edit = (
    AddModule
    | RemoveModule
    | AddCable
    | RemoveCable
    | SetGain
    | SetColour
    | SetKnob
    | SetBypass
    | Move
    | Rename
    | SetData
    | ModuleEvent
    | SwapCode
    | SetTransport
    | ReplacePatch
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
            return _remove_module(patch, edit)
        case AddCable():
            return _add_cable(patch, edit.cable)
        case RemoveCable() | SetGain() | SetColour():
            return _change_cable(patch, edit)
        case SwapCode():
            return _swap_code(patch, edit)
        case SetTransport():
            return _set_transport(patch, edit)
        case ReplacePatch():
            whole = patch.document()
            patch.become(edit.patch)
            return ReplacePatch(whole)
        case _:
            return _change_module(patch, edit)


def parts(edit: Edit) -> Iterator[Edit]:
    """The edits of which one consists, in order."""
    if isinstance(edit, Batch):
        for part in edit.edits:
            yield from parts(part)
    else:
        yield edit


def sources(edit: Edit) -> set[str]:
    """The hashes of all code that an edit names."""
    match edit:
        case Batch(edits=parts):
            return {source for part in parts for source in sources(part)}
        case AddModule(module=module):
            return {module.source} - {""}
        case SwapCode(source=source):
            return {source}
        case ReplacePatch(patch=document):
            return {module.source for module in document.modules} - {""}
    return set()


def added(edit: Edit) -> set[str]:
    """The types of the modules that an edit puts into the rack."""
    match edit:
        case Batch(edits=parts):
            return {type for part in parts for type in added(part)}
        case AddModule(module=module):
            return {module.type}
        case ReplacePatch(patch=document):
            return {module.type for module in document.modules}
    return set()


def _apply_batch(patch: Patch, batch: Batch) -> Edit:
    if any(isinstance(edit, ReplacePatch) for edit in batch.edits):
        raise PatchError("a patch is replaced by itself, not together with something else")
    inverses: list[Edit] = []
    try:
        for edit in batch.edits:
            inverses.append(apply(patch, edit))  # noqa: PERF401 - what was applied is needed if one fails
    except PatchError:
        for inverse in reversed(inverses):
            apply(patch, inverse)
        raise
    return Batch(tuple(reversed(inverses)))


def _set_transport(patch: Patch, edit: SetTransport) -> Edit:
    name, value = edit.name, edit.value
    if name in TRANSPORT and not TRANSPORT[name].kept:
        return Batch(())
    former = patch.transport.get(name)
    if value is None:
        patch.transport.pop(name, None)
    else:
        patch.transport[name] = value
    return SetTransport(name, former)


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
    former = patch.next_id
    patch.modules[module.id] = own_module(module)
    patch.next_id = max(patch.next_id, module.id + 1)
    patch.given_ids = max(patch.given_ids, patch.next_id)
    return RemoveModule(module.id, former)


def _remove_module(patch: Patch, edit: RemoveModule) -> Edit:
    module = _module(patch, edit.id)
    cables = patch.cables_of(edit.id)
    for cable in cables:
        del patch.cables[cable.route]
    del patch.modules[edit.id]
    if edit.next_id is not None:
        patch.next_id = edit.next_id
    return Batch((AddModule(module), *(AddCable(cable) for cable in cables)))


def _add_cable(patch: Patch, cable: Cable) -> Edit:
    for id in (cable.source, cable.target):
        _module(patch, id)
    if cable.route in patch.cables:
        raise PatchError("this cable is already patched; set its gain instead")
    patch.cables[cable.route] = msgspec.structs.replace(cable)
    return RemoveCable(cable.route)


def _ends(patch: Patch, route: Route) -> str:
    """From where to where, in the performer's words."""
    source, target = (patch.modules[id].name if id in patch.modules else f"module {id}" for id in route[::2])
    return f"{source}.{route.outlet} >> {target}.{route.inlet}"


def _change_cable(patch: Patch, edit: RemoveCable | SetGain | SetColour) -> Edit:
    route = Route(*edit.route)
    cable = patch.cables.get(route)
    if cable is None:
        raise PatchError(f"there is no such cable: {_ends(patch, route)}")
    if isinstance(edit, RemoveCable):
        del patch.cables[route]
        return AddCable(cable)
    if isinstance(edit, SetColour):
        painted, cable.colour = cable.colour, edit.colour
        return SetColour(route, painted)
    former, cable.gain = cable.gain, edit.gain
    return SetGain(route, former)


def _swap_code(patch: Patch, edit: SwapCode) -> Edit:
    modules = [module for module in patch.modules.values() if module.type == edit.type]
    former = modules[0].source if modules else edit.source
    noted = {module.id: module.source for module in modules if module.source != former}
    for module in modules:
        module.source = edit.noted.get(module.id, edit.source)
    return SwapCode(edit.type, former, noted)


def _change_module(patch: Patch, edit: SetKnob | SetBypass | Move | Rename | SetData | ModuleEvent) -> Edit:
    module = _module(patch, edit.id)
    match edit:
        case SetKnob(id=id, knob=knob, value=value):
            former = module.knobs.pop(knob, None)
            if value is not None:
                module.knobs[knob] = value
            return SetKnob(id, knob, former)
        case SetBypass(id=id, bypass=bypass, hard=hard):
            was = SetBypass(id, module.bypass, module.hard_bypass)
            module.bypass, module.hard_bypass = bypass, bypass and hard
            return was
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
