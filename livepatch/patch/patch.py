"""The patch: modules, their knobs, and the cables between them."""

from pathlib import Path
from typing import Any

import msgspec

from livepatch.patch.cables import Cable, Cables, Route

__all__ = ["FORMAT_VERSION", "Cable", "Document", "Patch", "PlacedModule", "Route", "copied", "own_module"]
FORMAT_VERSION = 1


class PlacedModule(msgspec.Struct, kw_only=True):
    """A module in the rack.

    `id` never changes and is never used again; `name` is what the performer types. `knobs` holds the
    knobs, switches and buttons that were ever turned; the rest stand at their defaults. `source` is
    the hash of the code that is playing. `hard_bypass`: where it is bypassed, nothing of its own plays then.
    """

    id: int
    name: str
    type: str
    position: tuple[int, int] = (0, 0)
    knobs: dict[str, float] = {}
    data: dict[str, Any] = {}
    bypass: bool = False
    source: str = ""
    hard_bypass: bool = False

    @property
    def soft_bypass(self) -> bool:
        """Whether it is bypassed in a way of its own, if it has one."""
        return self.bypass and not self.hard_bypass

    @property
    def saved_files(self) -> frozenset[str] | None:
        """Those of its own files that are saved, as `storage` in what it remembers names them; None for all.

        A module of VCV Rack that is none of ours may mean something else by that word: all of its files are.
        """
        names = self.data.get("storage")
        if (
            "/" in self.type
            or not isinstance(names, list | tuple)
            or not all(isinstance(name, str) for name in names)
        ):
            return None
        return frozenset(names)


class Document(msgspec.Struct, kw_only=True, frozen=True):
    """A whole patch as a value; the fields are those of `Patch`."""

    name: str = ""
    about: str = ""
    modules: tuple[PlacedModule, ...] = ()
    cables: tuple[Cable, ...] = ()
    transport: dict[str, float] = {}
    view: dict[str, Any] = {}
    code: dict[str, str] = {}
    unknown: dict[str, Any] = {}
    unknown_of_modules: dict[int, dict[str, Any]] = {}
    unknown_of_cables: tuple[tuple[Route, dict[str, Any]], ...] = ()
    next_id: int = 1
    given_ids: int = 1
    storage: str = ""


class Patch:
    """The document. It changes only by `edits.apply`; whoever shares one between threads locks it.

    `name` is what it was saved as, `about` what its author says of it, in a line. `storage` is where the modules'
    own files are while the patch plays, if they have any. `code` are the performer's own module files that the
    patch was saved with: their hashes by type. `unknown`, `unknown_of_modules` and `unknown_of_cables`
    keep what a newer or foreign livepatch wrote at the top level, into modules and into cables, and go back into
    the file.
    `next_id` is in the file, and goes back with an undo; `given_ids` never does while the patch plays.
    """

    def __init__(self) -> None:
        self.name = ""
        self.modules: dict[int, PlacedModule] = {}
        self._cables = Cables()
        self.transport: dict[str, float] = {"tempo": 120.0}
        self.view: dict[str, Any] = {}
        self.code: dict[str, str] = {}
        self.unknown: dict[str, Any] = {}
        self.unknown_of_modules: dict[int, dict[str, Any]] = {}
        self.unknown_of_cables: dict[Route, dict[str, Any]] = {}
        self.next_id = 1
        self.given_ids = 1
        self.about = ""
        self.storage: Path | None = None

    @property
    def cables(self) -> dict[Route, Cable]:
        """The cables by their route, in the order in which they were patched."""
        return self._cables

    @cables.setter
    def cables(self, cables: dict[Route, Cable]) -> None:
        self._cables = Cables(cables)

    @property
    def free_id(self) -> int:
        """The id of the next module: one that none ever had, so that an old handle finds nobody else."""
        return max(self.next_id, self.given_ids)

    def document(self) -> Document:
        """The whole patch; it shares modules and cables with this one."""
        return Document(
            name=self.name,
            about=self.about,
            modules=tuple(self.modules.values()),
            cables=tuple(self.cables.values()),
            transport=self.transport,
            view=self.view,
            code=self.code,
            unknown=self.unknown,
            unknown_of_modules=self.unknown_of_modules,
            unknown_of_cables=tuple(self.unknown_of_cables.items()),
            next_id=self.next_id,
            given_ids=self.given_ids,
            storage=str(self.storage or ""),
        )

    def become(self, document: Document) -> None:
        """Be another patch, with modules and cables of its own."""
        self.name, self.about = document.name, document.about
        self.modules = {module.id: own_module(module) for module in document.modules}
        self.cables = {cable.route: msgspec.structs.replace(cable) for cable in document.cables}
        self.transport, self.view = dict(document.transport), dict(document.view)
        self.code = dict(document.code)
        self.unknown = dict(document.unknown)
        self.unknown_of_modules = dict(document.unknown_of_modules)
        self.unknown_of_cables = {Route(*route): unknown for route, unknown in document.unknown_of_cables}
        self.next_id = max(document.next_id, 1 + max(self.modules, default=0))
        self.given_ids = max(document.given_ids, self.next_id)
        self.storage = Path(document.storage) if document.storage else None

    def named(self, name: str) -> PlacedModule | None:
        """The module of this name, if there is one."""
        return next((module for module in self.modules.values() if module.name == name), None)

    def cables_of(self, id: int) -> list[Cable]:
        """Every cable into or out of a module."""
        return self._cables.of(id)


def own_module(module: PlacedModule) -> PlacedModule:
    """The module, with knobs and data of its own."""
    return msgspec.structs.replace(module, knobs=dict(module.knobs), data=dict(module.data))


def copied(patch: Patch) -> Patch:
    """A patch with its own modules and cables, equal to this one."""
    copy = Patch()
    copy.become(patch.document())
    return copy
