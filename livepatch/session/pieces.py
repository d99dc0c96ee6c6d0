"""The commands for pieces of Rack patches: presets and selections."""
# ruff: noqa: D402 - a command's first line shows how it is typed

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.patch import PlacedModule
from livepatch.patch.vcv import pieces
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.session.handles import ModuleHandle
from livepatch.session.listing import Listing
from livepatch.session.rack import Rack
from livepatch.session.sources import Sources

PIECES_COMMANDS = ("preset", "paste")


class Performer(Protocol):
    """What these commands act on."""

    rack: Rack

    def perform(self, edit: edits.Edit) -> None:
        """Apply an edit and print what had to be made to fit. Raises: PatchError: if it does not fit."""

    def placed(self, module: ModuleHandle | str) -> PlacedModule:
        """A module of the rack. Raises: PatchError: if it is not there."""

    def act(self, id: int, method: str, text: str | None) -> None:
        """Do what an action of a module's menu does. Raises: PatchError: if it fails."""

    def presets(self, id: int) -> Listing:
        """The preset files of a plug-in."""


class Pieces:
    """Acts for the performer on presets and selections; `taken` gives the names that no module may have."""

    def __init__(self, performer: Performer, sources: Sources, taken: Callable[[], frozenset[str]]) -> None:
        self._performer = performer
        self._rack = performer.rack
        self._sources = sources
        self._taken = taken

    def names(self) -> dict[str, Callable[..., Any]]:
        """The commands by what is typed."""
        return {name: getattr(self, name) for name in PIECES_COMMANDS}

    def preset(self, module: ModuleHandle | str, file: str | Path = "") -> Listing | None:
        """Set a module as a preset says: preset(vco, "bass.vcvm") of VCV Rack, preset(zam, "hall") of a plug-in.

        That is one of a plug-in's presets by name, or a file by its path; preset(zam) lists them.
        """
        if not isinstance(file, str | Path):
            raise PatchError(f"preset() takes the name of a file, not {file!r}")
        with self._rack.lock:
            placed, panels = self._performer.placed(module), dict(self._sources.panels)
        if is_plugin(placed.type):
            if not str(file):
                return self._performer.presets(placed.id)
            self._performer.act(placed.id, "load_preset", str(file))
            return None
        if not str(file):
            raise PatchError(f'preset() takes the name of a file: preset({placed.name}, "bass.vcvm")')
        self._performer.perform(pieces.preset(Path(file).expanduser(), placed, panels))
        return None

    def paste(self, file: str) -> None:
        """Add the modules and cables of a selection of VCV Rack: paste("voice.vcvs")."""
        with self._rack.lock:
            panels = dict(self._sources.panels)
            taken = self._taken() | {module.name for module in self._rack.patch.modules.values()}
        read = pieces.selection(Path(file).expanduser(), panels, taken)
        with self._rack.lock:
            patch = self._rack.patch
            pasted = pieces.pasted(read, patch)
            for step in pasted.edit.edits:
                if isinstance(step, edits.AddModule):
                    code = self._sources.playing(step.module.type)
                    step.module.source = code.source if code is not None else ""
            self._performer.perform(pasted.edit)
            patch.unknown_of_modules |= pasted.kept
        print(read.coverage)  # noqa: T201 - the performer reads it
