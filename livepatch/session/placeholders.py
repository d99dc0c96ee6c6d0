"""From a placeholder to a module file of the performer's own, and its coming alive."""

from collections.abc import Collection
from pathlib import Path

import msgspec

from livepatch.errors import LivepatchError, PatchError
from livepatch.patch import edits
from livepatch.patch.blueprint import blueprint, type_name
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.patch.placeholder import is_plugin, plugin_text, stand_in
from livepatch.session.rack import Rack
from livepatch.session.sources import SourceFile, Sources


def write_module(rack: Rack, sources: Sources, placed: PlacedModule, brought: Collection[str] = ()) -> Path:
    """Write the module file of a placeholder, and have all of its kind in the rack wait for that; the file.

    Needs the rack's lock. `brought` are types whose code came with the patch.

    Raises: LivepatchError: if it is no placeholder, or the disk refuses.
    """
    if is_plugin(placed) and placed.type in sources.panels:
        raise PatchError(f"{placed.name} is a plug-in, which has no file to write")
    if is_plugin(placed):
        raise PatchError(f"{placed.name} is the plug-in {plugin_text(placed)}: it plays once that is installed")
    if placed.type in sources.panels or placed.type in sources.files:
        raise PatchError(f"{placed.name} has a file: edit({placed.name}) opens it")
    if placed.type in brought:
        raise PatchError(f'its code came with the patch: trust("{placed.type}") lets it play')
    modules = [module for module in rack.patch.modules.values() if module.type == placed.type]
    type = type_name(placed.type, {*sources.panels, *sources.files})
    path = sources.folders[0] / f"{type}.py"
    text = blueprint(stand_in(rack.patch, modules), type)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise LivepatchError(f"{path} cannot be written: {error.strerror}") from error
    sources.read_panel(SourceFile(type, path, text, 0.0))
    if type != placed.type:
        steps = tuple(step for module in modules for step in _as(rack.patch, module, type))
        rack.perform(edits.Batch(steps), about=f"{placed.type} becomes {type}")
    return path


def _as(patch: Patch, module: PlacedModule, type: str) -> list[Edit]:
    """What makes a module one of another type, with all that it has and its cables."""
    cables = [edits.AddCable(cable) for cable in patch.cables_of(module.id)]
    return [
        edits.RemoveModule(module.id),
        edits.AddModule(msgspec.structs.replace(module, type=type, source="")),
        *cables,
    ]
