"""A performance as its journal tells it: which there are, what was played, and what the rack was at the end."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from livepatch.errors import LivepatchError, PatchError
from livepatch.journal.records import (
    AnyRecord,
    Began,
    CodeKept,
    Ended,
    EngineBegan,
    Performed,
    Stamp,
    Told,
    decode,
)
from livepatch.journal.writer import FILE_NAME
from livepatch.patch import edits
from livepatch.patch.edits import Edit, apply
from livepatch.patch.patch import Patch

KEPT = 20
"""So many journals of a workspace are kept, the newest."""
CHANGES = frozenset({"done", "undone", "redone"})
SOURCES, STATES, PLUGINS = "sources", "states", "plugins"
"""Folders beside a journal: the text of code by its hash, what modules were given by its serial, and what plug-ins
remember by the names that the patch has for it."""


class JournalError(LivepatchError):
    """A file is no journal, or nothing of it is left."""


@dataclass(frozen=True)
class Performance:
    """What a journal holds: its checkpoint, every whole record after it, how many bytes are left."""

    folder: Path
    began: Began
    records: tuple[AnyRecord, ...]
    torn: int

    @property
    def ended(self) -> bool:
        """Whether its session ended as it should."""
        return any(isinstance(record, Ended) for record in self.records)

    @property
    def until(self) -> float:
        """When the last thing was noted (Unix time)."""
        timed = [record.at for record in self.records if isinstance(record, Performed | Told | Ended)]
        return self.began.at + max(timed, default=0.0)

    def last_checkpoint(self) -> tuple[Began, tuple[AnyRecord, ...]]:
        """The newest checkpoint, and what came after it: there is only one, but where the disk had no room."""
        places = [place for place, record in enumerate(self.records) if isinstance(record, Began)]
        if not places:
            return self.began, self.records
        found = self.records[places[-1]]
        assert isinstance(found, Began)
        return found, self.records[places[-1] + 1 :]

    def edits(self) -> Iterator[Performed]:
        """Every edit since the newest checkpoint."""
        return (record for record in self.last_checkpoint()[1] if isinstance(record, Performed))

    def patch(self) -> Patch:
        """The patch as it was at the end."""
        patch = Patch()
        patch.become(self.last_checkpoint()[0].document)
        for performed in self.edits():
            try:
                apply(patch, performed.edit)
            except PatchError:
                continue  # it did not fit then either
        return patch

    @property
    def untouched(self) -> bool:
        """Whether nothing was done in it at all."""
        return not any(isinstance(record, Performed | Began) for record in self.records)

    def played(self) -> bool:
        """Whether the performer changed anything since the newest checkpoint; what a start leaves out is not."""
        left_out = self.last_checkpoint()[0].changed
        return any(record.kind in CHANGES and not _leaves_out(record.edit, left_out) for record in self.edits())

    def changed(self) -> tuple[int, ...]:
        """The ids of the modules that were added or changed last, of those that are still there."""
        began = self.last_checkpoint()[0]
        patch = Patch()
        patch.become(began.document)
        changed = began.changed
        for performed in self.edits():
            try:
                apply(patch, performed.edit)
            except PatchError:
                continue
            if performed.kind in CHANGES:
                changed = touched(patch, performed.edit) or changed
        return tuple(id for id in changed if id in patch.modules)

    def waiting(self) -> tuple[str, ...]:
        """What waited for its beat at the end and has not happened, in words."""
        waiting: dict[int, str] = {}
        for record in self.records:
            match record:
                case Told(serial=serial, word="waits", about=about) if about:
                    waiting[serial] = about
                case Told(word="panic") | EngineBegan() | Began():
                    waiting.clear()
                case Told(serial=serial, word="cancelled") | Stamp(serial=serial) | Performed(serial=serial):
                    waiting.pop(serial, None)
        return tuple(waiting.values())

    def codes(self) -> dict[str, CodeKept]:
        """Every code that was played, by its hash."""
        return {record.source: record for record in self.records if isinstance(record, CodeKept)}

    def text(self, source: str) -> str:
        """The text of some code.

        Raises: JournalError: if it was not kept.
        """
        try:
            return (self.folder / SOURCES / f"{source}.py").read_text(encoding="utf-8")
        except OSError as error:
            raise JournalError(f"{self.folder} has no code {source}: {error.strerror}") from error


def _leaves_out(edit: Edit, ids: tuple[int, ...]) -> bool:
    match edit:
        case edits.ReplacePatch(patch=whole):
            return not whole.modules
        case edits.Batch(edits=parts):
            return all(isinstance(part, edits.RemoveModule) and part.id in ids for part in parts)
    return False


def touched(patch: Patch, edit: Edit) -> tuple[int, ...]:
    """The modules that sound otherwise after an edit, which the patch has."""
    match edit:
        case edits.Batch(edits=parts):
            return tuple(dict.fromkeys(id for part in parts for id in touched(patch, part)))
        case edits.AddModule(module=module):
            return (module.id,)
        case edits.SetKnob(id=id) | edits.SetBypass(id=id) | edits.SetData(id=id) | edits.ModuleEvent(id=id):
            return (id,)
        case edits.AddCable(cable=cable):
            return (cable.target,)
        case edits.SwapCode(type=type):
            return tuple(module.id for module in patch.modules.values() if module.type == type)
    return ()


def read(folder: Path) -> Performance:
    """The performance in a journal's folder (or the journal itself), however its end was cut.

    Raises: JournalError: if it holds no checkpoint.
    """
    path = folder if folder.is_file() else folder / FILE_NAME
    try:
        content = path.read_bytes()
    except OSError as error:
        raise JournalError(f"{path} cannot be read: {error.strerror}") from error
    records: list[AnyRecord] = []
    end = 0
    for record, end in decode(content):  # noqa: B007 - the last one counts
        records.append(record)
    if not records or not isinstance(records[0], Began):
        raise JournalError(f"{path} is no journal, or nothing of it is left")
    return Performance(path.parent, records[0], tuple(records[1:]), len(content) - end)


def listing(root: Path) -> list[Path]:
    """The folders of a workspace's journals, the oldest first."""
    found = [folder for folder in root.glob("*-*") if folder.name.split("-")[0].isdigit()] if root.is_dir() else []
    return sorted(found, key=lambda folder: int(folder.name.split("-")[0]))


def next_folder(root: Path, when: str) -> Path:
    """The folder of a new journal; `when` is in its name for people to read."""
    known = listing(root)
    number = int(known[-1].name.split("-")[0]) + 1 if known else 1
    return root / f"{number:04}-{when}"


def thin(root: Path, kept: int = KEPT) -> None:
    """Delete all but the newest journals."""
    for folder in listing(root)[:-kept]:
        shutil.rmtree(folder, ignore_errors=True)
