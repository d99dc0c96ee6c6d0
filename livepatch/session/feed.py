"""What one engine is told: the patch, as far as there is compiled code for it."""

import itertools
from collections.abc import Callable
from pathlib import Path

import msgspec

from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Cable, Patch, PlacedModule
from livepatch.patch.transport import TRANSPORT
from livepatch.protocol.messages import Apply, ApplyFile, Cancel, LoadCode
from livepatch.session.outbox import Outbox
from livepatch.session.sources import Code, Sources

LARGEST_EDIT = 3500
MOST_FLYING = 256
SERIALS = itertools.count(1)
"""Of all that engines are told, whichever plays."""


class Feed:
    """Turns edits of the patch into what an engine can follow. Every use needs the rack's lock.

    Modules whose types have no code yet are left out with their cables, and come in together once all have.
    `sent` hears of every edit that the engine plays, `kept` of every one that it keeps until its time, `loaded` of
    all code.
    """

    def __init__(self, outbox: Outbox, sources: Sources, runtime: Path) -> None:
        self.sent: Callable[[int, Edit], None] = lambda _serial, _edit: None
        self.kept: Callable[[int, Edit, str], None] = lambda _serial, _edit, _about: None
        self.loaded: Callable[[Code], None] = lambda _: None
        self._outbox = outbox
        self._sources = sources
        self._runtime = runtime
        self._present: set[int] = set()
        self._loaded: set[str] = set()
        self._encoder = msgspec.msgpack.Encoder()
        self._flying: dict[int, Edit] = {}
        self._held: dict[int, list[Edit]] = {}

    def preload(self, patch: Patch) -> None:
        """Have an engine that waits make ready the code it would need."""
        for type in {module.type for module in patch.modules.values()}:
            if (code := self._sources.playing(type)) is not None:
                self._load(code.source)

    def begin(self, patch: Patch, beats: float = 0.0) -> None:
        """Tell a new engine the whole patch, and at which beat it is."""
        place = [edits.SetTransport("position", beats)] if beats else []
        self._send_all([*_transport(patch), *place, *self._missing(patch)])

    def edited(self, edit: Edit) -> int:
        """Pass on an edit; its serial, 0 if the engine has nothing to do."""
        return self._send_all(self._audible(edit))

    def improved(self, code: Code) -> None:
        """Have the engine take the same code from another folder, if it has it."""
        if code.source in self._loaded:
            self._outbox.post(LoadCode(code.type, code.source, code.folder))

    def present(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the modules that the engine has."""
        return tuple(id for id in ids if id in self._present)

    def arrived(self, patch: Patch) -> int:
        """Bring in the modules whose code has come; the serial, 0 if there are none."""
        return self._send_all(self._missing(patch))

    def replaced(self, patch: Patch) -> int:
        """Play another patch from now on; the serial of the edit."""
        gone: list[Edit] = [edits.RemoveModule(id) for id in sorted(self._present)]
        self._present.clear()
        return self._send_all([*gone, *_transport(patch), *self._missing(patch)])

    def _send_all(self, parts: list[Edit]) -> int:
        if not parts:
            return 0
        edit = _one(parts)
        serial = next(SERIALS)
        self.sent(serial, edit)
        self._flying[serial] = edit
        if len(self._flying) > MOST_FLYING:
            del self._flying[min(self._flying)]
        self._post(serial, edit)
        return serial

    def _post(self, serial: int, edit: Edit, when: str | float | None = None, after: float = 0.0) -> None:
        body = self._encoder.encode(edit)
        if len(body) <= LARGEST_EDIT:
            self._outbox.post(Apply(serial, edit, when, after))
            return
        path = self._runtime / f"edit-{serial}"
        path.touch(mode=0o600)
        path.write_bytes(body)
        self._outbox.post(ApplyFile(serial, str(path), when, after))

    def hold(self, edit: Edit, when: str | float, after: float, about: str) -> int:
        """Let the engine keep an edit for a bar or a beat; its serial."""
        present = set(self._present)
        parts = self._audible(edit)
        self._present = present
        serial = next(SERIALS)
        self._held[serial] = parts
        self.kept(serial, _one(parts), about)
        self._post(serial, _one(parts), when, after)
        return serial

    def cancel(self, serial: int) -> None:
        """Let the engine forget an edit that it keeps."""
        self._outbox.post(Cancel(serial))

    def landed(self, serial: int, edit: Edit) -> None:
        """The patch has what the engine kept: what the engine could not be told then it is told now."""
        parts = edit.edits if isinstance(edit, edits.Batch) else (edit,)
        told = self._held.pop(serial, [])
        heard: list[Edit] = []
        missed: list[Edit] = []
        for part in parts:
            if isinstance(part, edits.AddModule):
                same = [
                    one for one in told if isinstance(one, edits.AddModule) and one.module.id == part.module.id
                ]
                self._present |= {one.module.id for one in same}
                heard += same
            elif part in told:
                heard.append(part)
                if isinstance(part, edits.RemoveModule):
                    self._present.discard(part.id)
            else:
                missed += self._audible(part)
        self._send_all(missed)
        self.sent(serial, _one(heard))

    def applied(self, serial: int) -> None:
        """An edit took effect."""
        self._flying.pop(serial, None)
        self._held.pop(serial, None)

    def in_flight(self) -> list[Edit]:
        """What was sent at once and has not taken effect yet."""
        return list(self._flying.values())

    def _missing(self, patch: Patch) -> list[Edit]:
        modules = [module for module in patch.modules.values() if module.id not in self._present]
        if any(self._sources.awaited(module.type) or module.id in self._sources.restoring for module in modules):
            return []  # they begin together, as they do when rendered
        new = [self._add(module) for module in modules if self._sources.playing(module.type) is not None]
        ids = {edit.module.id for edit in new}
        cables: list[Edit] = [
            edits.AddCable(msgspec.structs.replace(cable))
            for cable in patch.cables.values()
            if ids & {cable.source, cable.target} and self._has(cable)
        ]
        return [*new, *cables]

    def _add(self, module: PlacedModule) -> edits.AddModule:
        code = self._sources.playing(module.type)
        assert code is not None
        self._load(code.source)
        self._present.add(module.id)
        return edits.AddModule(
            msgspec.structs.replace(module, source=code.source, knobs=dict(module.knobs), data={})
        )

    def _load(self, source: str) -> None:
        if source not in self._loaded:
            code = self._sources.codes[source]
            self._loaded.add(source)
            self.loaded(code)
            self._outbox.post(LoadCode(code.type, source, code.folder))

    def _has(self, cable: Cable) -> bool:
        return cable.source in self._present and cable.target in self._present

    def _audible(self, edit: Edit) -> list[Edit]:  # noqa: PLR0911 - one return for each kind of edit
        match edit:
            case edits.Batch(edits=parts):
                return [heard for part in parts for heard in self._audible(part)]
            case edits.AddModule(module=module):
                plays = self._sources.playing(module.type) is not None and module.id not in self._sources.restoring
                return [self._add(module)] if plays else []
            case edits.RemoveModule(id=id):
                was_here = id in self._present
                self._present.discard(id)
                return [edit] if was_here else []
            case edits.AddCable(cable=cable):
                return [edit] if self._has(cable) else []
            case edits.RemoveCable(route=route) | edits.SetGain(route=route):
                return [edit] if {route[0], route[2]} <= self._present else []
            case edits.SwapCode(source=source):
                self._load(source)
                return [edit]
            case edits.SetTransport():
                return [edit]
            case edits.Rename() | edits.SetData() | edits.SetColour() | edits.ReplacePatch():
                return []
            case _:
                return [edit] if edit.id in self._present else []


def _one(parts: list[Edit]) -> Edit:
    return parts[0] if len(parts) == 1 else edits.Batch(tuple(parts))


def _transport(patch: Patch) -> list[Edit]:
    """The transport as a patch wants it; where it is goes on."""
    names = {name: known.default for name, known in TRANSPORT.items() if known.kept}
    return [edits.SetTransport(name, value) for name, value in (names | patch.transport).items()]
