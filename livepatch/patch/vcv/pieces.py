"""Pieces of Rack patches: a preset of a module (`.vcvm`), and a selection of modules and cables (`.vcvs`)."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from livepatch.errors import PatchError
from livepatch.panel import Panel
from livepatch.patch.edits import AddCable, AddModule, Batch, Edit, SetData, SetKnob
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.patch.vcv import container, document
from livepatch.patch.vcv.models import Models
from livepatch.patch.vcv.reading import KEPT, TAKEN, Read, decode, standing


class Pasted(NamedTuple):
    """What puts a selection into the rack; `kept` is what Rack wrote of each module, by our id."""

    edit: Batch
    kept: dict[int, dict[str, Any]]


def preset(path: Path, module: PlacedModule, panels: Mapping[str, Panel]) -> Batch:
    """What sets a module to a preset of Rack's for it.

    Raises: PatchError: if the file is none, or is for another module.
    """
    entry = document.parse(container.plain_text(path), path.name)
    document.check({"modules": [entry]}, path.name)
    match = Models(panels).find(entry["plugin"], entry["model"])
    name = f"{entry['plugin']}/{entry['model']}"
    if (match.panel.type if match is not None else name) != module.type:
        raise PatchError(f"{path.name} is for {name}, and {module.name} is {module.type}")
    knobs: dict[str, float]
    data: dict[str, Any]
    if match is None:
        values = {f"param{id}": value for id, value in document.params_of(entry).items()}
        knobs, data = {knob: values[knob] for knob in module.knobs if knob in values}, {}
    else:
        knobs, data = standing(match, entry, all=False)
    steps: list[Edit] = [SetKnob(module.id, knob, value) for knob, value in knobs.items()]
    if data:
        steps.append(SetData(module.id, module.data | data))
    return Batch(tuple(steps))


def selection(path: Path, panels: Mapping[str, Panel], taken: Collection[str]) -> Read:
    """A selection of Rack's; `taken` are names that no module of it may have.

    Raises: PatchError: if the file is none.
    """
    read = decode(container.plain_text(path), panels, path.name, TAKEN | frozenset(taken))
    if not read.patch.modules:
        raise PatchError(f"{path.name} has no modules in it")
    return read


def pasted(read: Read, patch: Patch) -> Pasted:
    """What puts a selection into a patch, in rows of its own below what is there."""
    below = max((module.position[1] for module in patch.modules.values()), default=-1) + 1
    return _moved(read, patch.free_id - 1, below)


def _moved(read: Read, ids: int, rows: int) -> Pasted:
    """The edits of a selection, its ids and rows counted on from others."""
    steps: list[Edit] = []
    for module in read.patch.modules.values():
        column, row = module.position
        place = (column, row + rows)
        steps.append(AddModule(msgspec.structs.replace(module, id=module.id + ids, position=place)))
    for cable in read.patch.cables.values():
        ends = {"source": cable.source + ids, "target": cable.target + ids}
        steps.append(AddCable(msgspec.structs.replace(cable, **ends)))
    kept: dict[int, dict[str, Any]] = {}
    for id, unknown in read.patch.unknown_of_modules.items():
        kept[id + ids] = {KEPT: {key: value for key, value in unknown[KEPT].items() if key != "id"}}
    return Pasted(Batch(tuple(steps)), kept)
