"""The rack: the patch that is playing, and everything that can be taken back."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count, takewhile
from typing import Literal, Protocol

import msgspec

from livepatch.errors import PatchError
from livepatch.journal.records import Performed
from livepatch.panel import Button, Panel
from livepatch.patch import edits
from livepatch.patch.edits import Edit, apply
from livepatch.patch.patch import Document, Patch, copied
from livepatch.session.fit import Fit
from livepatch.session.interrupts import SteadyLock
from livepatch.session.wording import describe

MOST_STEPS = 2000
TURN_SECONDS = 1.0
"""Who goes on turning a knob within this time is still at the same turn."""

Kind = Literal["done", "undone", "redone", "aside", "noted"]
"""How an edit came about: by the performer, by undo() or redo(), by what undo() leaves alone (a button, a remedy),
or as a note of what plays already."""


class Listener(Protocol):
    """Hears of every change, in order, from whichever thread made it and with the rack's lock held."""

    def edited(self, edit: Edit, about: str, kind: Kind) -> None:
        """An edit was applied to the patch."""


@dataclass(frozen=True)
class Step:
    """One thing that can be taken back: the edit that does it, and what was done, in words."""

    back: Edit
    about: str
    turned: tuple[int | str, ...] = ()
    """What was turned: turning it again soon makes no new step."""
    at: float = 0.0
    """When it was turned last, in seconds of the rack's clock."""
    lineage: int = 0
    """The rack's, when it is taken back."""


@dataclass
class Recording:
    """What one thread does to a copy of the patch, for it to happen later.

    `children` are what is to be done at a time that counts from when this happens, `afterwards` at once after it.
    """

    patch: Patch
    edits: list[Edit] = field(default_factory=list)
    abouts: list[str] = field(default_factory=list)
    undoable: bool = False
    children: list[tuple[str | float, Callable[[], object]]] = field(default_factory=list)
    afterwards: list[Callable[[], object]] = field(default_factory=list)

    def edit(self) -> Edit:
        """All that was done, as one."""
        return self.edits[0] if len(self.edits) == 1 else edits.Batch(tuple(self.edits))


class Rack:
    """Owns the patch. Any thread may change it: each change is made, told and remembered under `lock`.

    Reading more than one thing at once also needs the lock. `clock` counts seconds. `lineage` is another number
    when another patch is loaded, in which an id may be anybody's, and the former again when that is undone.
    """

    def __init__(self, lock: SteadyLock, panels: Callable[[], dict[str, Panel]], fit: Fit) -> None:
        self.lock = lock
        self.reserved: Callable[[], frozenset[str]] = frozenset
        self._patch = Patch()
        self._own = threading.local()
        self.unsaved = False
        self.listener: Listener | None = None
        self.clock: Callable[[], float] = time.monotonic
        self.lineage = 0
        self._lineages = count(1)
        self._panels = panels
        self._fit = fit
        self._undo: list[Step] = []
        self._redo: list[Step] = []

    @property
    def patch(self) -> Patch:
        """The patch; while a thread records what is to happen later, it sees its own copy of it."""
        recording = self.recording
        if recording is None:
            return self._patch
        recording.patch.given_ids = max(recording.patch.given_ids, self._patch.given_ids)
        return recording.patch

    @property
    def recording(self) -> Recording | None:
        """What this thread records."""
        return getattr(self._own, "recording", None)

    def begin_recording(self) -> Recording:
        """From here on nothing happens of what this thread does.

        Raises: PatchError: if it records already.
        """
        if self.recording is not None:
            raise PatchError("a with at(...) cannot stand inside another; call at(..., function) there")
        with self.lock:
            recording = Recording(copied(self._patch))
        self._own.recording = recording
        return recording

    def end_recording(self) -> None:
        """What this thread does happens again."""
        self._own.recording = None

    @property
    def name(self) -> str:
        """What the patch was saved as or loaded from; "" if it never was."""
        return self.patch.name

    @name.setter
    def name(self, name: str) -> None:
        self.patch.name = name

    def perform(self, edit: Edit, *, undoable: bool = True, about: str = "") -> tuple[str, ...]:
        """Apply an edit; the lines returned say what had to be made to fit.

        `about` says what it does, where the edit alone would not.

        Raises: PatchError: if it does not fit; nothing has changed then.
        """
        with self.lock:
            fitting, remarks = self._fit(self.patch, self._panels(), edit)
            self._refuse_reserved(fitting)
            self._do(fitting, about, undoable=undoable and not self._momentary(fitting))
        return remarks

    def _momentary(self, edit: Edit) -> bool:
        """Whether it presses a button or lets it go: nothing to take back."""
        match edit:
            case edits.SetKnob(id=id, knob=knob) if id in self.patch.modules:
                panel = self._panels().get(self.patch.modules[id].type)
                return panel is not None and isinstance(panel.knob(knob), Button)
        return False

    def _do(self, edit: Edit, about: str, *, undoable: bool, turned: tuple[int | str, ...] | None = None) -> None:
        about = about or describe(self.patch, edit)
        recording = self.recording
        if recording is not None:
            self._record(recording, edit, about, undoable=undoable)
            return
        lineage = self.lineage
        back = self._apply(edit, about, "done" if undoable else "aside")
        if isinstance(edit, edits.ReplacePatch):
            self.lineage = next(self._lineages)
        if undoable:
            turned = _turned(edit) if turned is None else turned
            self._remember(Step(back, about, turned, self.clock(), lineage))

    def _record(self, recording: Recording, edit: Edit, about: str, *, undoable: bool) -> None:
        if isinstance(edit, edits.ReplacePatch):
            raise PatchError("another patch cannot wait for the beat; what changes modules, cables and knobs can")
        apply(recording.patch, edit)
        self._patch.given_ids = max(self._patch.given_ids, recording.patch.given_ids)
        recording.edits += edit.edits if isinstance(edit, edits.Batch) else [edit]
        recording.abouts.append(about)
        recording.undoable = recording.undoable or undoable

    def land(
        self, edit: Edit, about: str, newer: list[Edit], *, undoable: bool, follows: bool = False
    ) -> list[str]:
        """Note in the patch what took effect just now; lines about what of it did not fit any more.

        `newer` took effect after it, or is about to, though the patch has it already. `follows`: it follows from
        what waited before, and is one step with that if it turns the same.
        """
        over = {_turned(part) for one in newer for part in _parts(one)} - {()}
        fitting: list[Edit] = []
        remarks: list[str] = []
        with self.lock:
            back: list[Edit] = []
            for part in _parts(edit):
                if _turned(part) in over:
                    continue
                try:
                    back.append(apply(self._patch, part))
                    fitting.append(part)
                except PatchError as error:
                    remarks.append(f"{error}; left out")
            for part in reversed(back):
                apply(self._patch, part)
            if fitting:
                whole = fitting[0] if len(fitting) == 1 else edits.Batch(tuple(fitting))
                turned = [_turned(part) for part in fitting]
                same = ("follows", *(key for keys in sorted(turned, key=str) for key in keys))
                self._do(whole, about, undoable=undoable, turned=same if follows and all(turned) else ())
        return remarks

    def refuse_while_recording(self, what: str) -> None:
        """Raises: PatchError: if this thread records; `what` is what cannot be done then."""
        if self.recording is not None:
            raise PatchError(f"{what} cannot wait for the beat; only what changes modules, cables and knobs can")

    def replace(self, patch: Patch, name: str) -> None:
        """Put another patch in place of the whole rack; can be undone."""
        with self.lock:
            whole = msgspec.structs.replace(patch.document(), name=name)
            self._do(edits.ReplacePatch(whole), "", undoable=True)
            self.unsaved = False

    def note(self, edit: Edit) -> None:
        """Note in the patch what plays already: no step, and nothing that can be heard.

        Raises: PatchError: if it does not fit.
        """
        with self.lock:
            unsaved = self.unsaved
            self._apply(edit, "", "noted")
            self.unsaved = unsaved

    def relive(self, document: Document, performed: Iterable[Performed]) -> None:
        """Be the rack of a performance again, with what it could undo; nobody is told."""
        with self.lock:
            listener, clock = self.listener, self.clock
            self.listener = None
            self.patch.become(document)
            for record in performed:
                self.clock = partial(float, record.at)
                try:
                    self._live_again(record)
                except Exception:  # noqa: BLE001, S112 - it has to start, whatever a disk made of a journal
                    continue  # or it did not fit then either
            self.listener, self.clock = listener, clock
            self._undo = [replace(step, turned=()) for step in self._undo]

    def _live_again(self, record: Performed) -> None:
        match record.kind:
            case "undone":
                step = self._undo.pop()
                self._redo.append(self._take_back(replace(step, back=record.edit), "", "undone"))
            case "redone":
                step = self._redo.pop()
                self._undo.append(self._take_back(replace(step, back=record.edit), "", "redone"))
            case "done":
                self._do(record.edit, "", undoable=True)
            case _:
                self._apply(record.edit, "", "aside")

    def undo(self) -> str:
        """Take the last step back and say what it was.

        Raises: PatchError: if there is nothing to take back.
        """
        self.refuse_while_recording("undo()")
        with self.lock:
            if not self._undo:
                raise PatchError("there is nothing to undo")
            step = self._undo.pop()
            self._fit.check_code(step.back)
            self._redo.append(self._take_back(step, f"undo {step.about}", "undone"))
            return step.about

    def redo(self) -> str:
        """Do again what was taken back last and say what it was.

        Raises: PatchError: if nothing was taken back.
        """
        self.refuse_while_recording("redo()")
        with self.lock:
            if not self._redo:
                raise PatchError("there is nothing to redo")
            step = self._redo.pop()
            self._fit.check_code(step.back)
            self._undo.append(self._take_back(step, f"redo {step.about}", "redone"))
            return step.about

    def free_name(self, wish: str) -> str:
        """`wish`, or with the first number that makes it free."""
        with self.lock:
            return self._fit.free_name(self.patch, wish, self.reserved())

    def _refuse_reserved(self, edit: Edit) -> None:
        for part in _parts(edit):
            name = part.module.name if isinstance(part, edits.AddModule) else getattr(part, "name", "")
            if isinstance(part, edits.AddModule | edits.Rename) and name in self.reserved():
                raise PatchError(f"{name} is the name of a module that waits for its beat; name it otherwise")

    def copy(self) -> Patch:
        """A copy of the patch that nobody else changes."""
        with self.lock:
            return copied(self.patch)

    def _apply(self, edit: Edit, about: str, kind: Kind) -> Edit:
        back = apply(self.patch, edit)
        self.unsaved = True
        if self.listener is not None:
            self.listener.edited(edit, about, kind)
        return back

    def _take_back(self, step: Step, about: str, kind: Kind) -> Step:
        taken = Step(self._apply(step.back, about, kind), step.about, lineage=self.lineage)
        self.lineage = step.lineage
        return taken

    def _remember(self, step: Step) -> None:
        self._redo.clear()
        follows = step.turned[:1] == ("follows",)
        if follows and self._undo and self._undo[-1].turned == step.turned:
            self._undo[-1] = replace(self._undo[-1], about=step.about)
            return
        turning = takewhile(lambda last: last.turned and step.at - last.at <= TURN_SECONDS, reversed(self._undo))
        for place, last in enumerate(turning if step.turned and not follows else (), 1):
            if last.turned == step.turned:
                self._undo[-place] = replace(last, at=step.at)
                return
        self._undo.append(step)
        del self._undo[:-MOST_STEPS]


def _parts(edit: Edit) -> tuple[Edit, ...]:
    return edit.edits if isinstance(edit, edits.Batch) else (edit,)


def _turned(edit: Edit) -> tuple[int | str, ...]:
    match edit:
        case edits.SetKnob(id=id, knob=knob):
            return ("knob", id, knob)
        case edits.SetGain(route=route):
            return ("gain", *route)
        case edits.Move(id=id):
            return ("move", id)
        case edits.SetTransport(name=name):
            return ("transport", name)
        case _:
            return ()
