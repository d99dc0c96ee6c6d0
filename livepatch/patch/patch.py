"""The patch: modules, their knobs, and the cables between them."""

from pathlib import Path
from typing import Any, NamedTuple

import msgspec

FORMAT_VERSION = 1


class Route(NamedTuple):
    """Where a cable runs: from a module's outlet to a module's inlet or knob. At most one cable each."""

    source: int
    outlet: str
    target: int
    inlet: str


class PlacedModule(msgspec.Struct, kw_only=True):
    """A module in the rack.

    `id` never changes and is never used again; `name` is what the performer types. `knobs` holds the
    knobs, switches and buttons that were ever turned; the rest stand at their defaults. `source` is
    the hash of the code that is playing.
    """

    id: int
    name: str
    type: str
    position: tuple[int, int] = (0, 0)
    knobs: dict[str, float] = {}
    data: dict[str, Any] = {}
    bypass: bool = False
    source: str = ""


class Cable(msgspec.Struct, kw_only=True):
    """A cable; `gain` multiplies what runs through it."""

    source: int
    outlet: str
    target: int
    inlet: str
    gain: float = 1.0
    colour: str = ""

    @property
    def route(self) -> Route:
        """Where it runs, which is also what tells it from every other cable."""
        return Route(self.source, self.outlet, self.target, self.inlet)


class Patch:
    """The document. It changes only by `edits.apply`; whoever shares one between threads locks it.

    `about` is what its author says of it, in a line. `storage` is where the modules' own files are while the patch
    plays, if they have any. `unknown`, `unknown_of_modules` and `unknown_of_cables` keep what a newer or foreign
    livepatch wrote at the top level, into modules and into cables, and go back into the file.
    """

    def __init__(self) -> None:
        self.modules: dict[int, PlacedModule] = {}
        self.cables: dict[Route, Cable] = {}
        self.transport: dict[str, float] = {"tempo": 120.0}
        self.view: dict[str, Any] = {}
        self.unknown: dict[str, Any] = {}
        self.unknown_of_modules: dict[int, dict[str, Any]] = {}
        self.unknown_of_cables: dict[Route, dict[str, Any]] = {}
        self.next_id = 1
        self.about = ""
        self.storage: Path | None = None

    def named(self, name: str) -> PlacedModule | None:
        """The module of this name, if there is one."""
        return next((module for module in self.modules.values() if module.name == name), None)

    def cables_of(self, id: int) -> list[Cable]:
        """Every cable into or out of a module."""
        return [cable for cable in self.cables.values() if id in (cable.source, cable.target)]
