"""The rack: the patch that is playing, and everything that can be taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from livepatch.errors import PatchError
from livepatch.panel import Button, Panel
from livepatch.patch import edits
from livepatch.patch.edits import Edit, apply
from livepatch.patch.patch import Patch
from livepatch.session.fit import Fit
from livepatch.session.interrupts import SteadyLock
from livepatch.session.wording import describe

MOST_STEPS = 2000


class Listener(Protocol):
    """Hears of every change, in order, from whichever thread made it and with the rack's lock held."""

    def edited(self, edit: Edit, about: str) -> None:
        """An edit was applied to the patch."""

    def replaced(self, former: Patch) -> None:
        """Another patch stands in the place of `former`."""


@dataclass(frozen=True)
class Step:
    """One thing that can be taken back: an edit, or a whole patch that another one replaced."""

    back: Edit | tuple[Patch, str]
    about: str
    turned: tuple[int | str, ...] = ()
    """What was turned: turning it again makes no new step."""


class Rack:
    """Owns the patch. Any thread may change it: each change is made, told and remembered under `lock`.

    Reading more than one thing at once also needs the lock.
    """

    def __init__(self, lock: SteadyLock, panels: Callable[[], dict[str, Panel]], fit: Fit) -> None:
        self.lock = lock
        self.patch = Patch()
        self.name = ""
        self.unsaved = False
        self.listener: Listener | None = None
        self._panels = panels
        self._fit = fit
        self._undo: list[Step] = []
        self._redo: list[Step] = []

    def perform(self, edit: Edit, *, undoable: bool = True, about: str = "") -> tuple[str, ...]:
        """Apply an edit; the lines returned say what had to be made to fit.

        `about` says what it does, where the edit alone would not.

        Raises: PatchError: if it does not fit; nothing has changed then.
        """
        with self.lock:
            fitting, remarks = self._fit(self.patch, self._panels(), edit)
            about = about or describe(self.patch, fitting)
            back = self._apply(fitting, about)
            if undoable and not self._momentary(fitting):
                self._remember(Step(back, about, _turned(fitting)))
        return remarks

    def _momentary(self, edit: Edit) -> bool:
        """Whether it presses a button or lets it go: nothing to take back."""
        match edit:
            case edits.SetKnob(id=id, knob=knob):
                panel = self._panels().get(self.patch.modules[id].type)
                return panel is not None and isinstance(panel.knob(knob), Button)
        return False

    def replace(self, patch: Patch, name: str) -> None:
        """Put another patch in place of the whole rack; can be undone."""
        with self.lock:
            former = (self.patch, self.name)
            self._swap(patch, name)
            self._remember(Step(former, f"load {name}"))
            self.unsaved = False

    def begin_with(self, type: str, source: str) -> None:
        """Note the first code that the modules of a type play; no step, and nothing to tell."""
        with self.lock:
            apply(self.patch, edits.SwapCode(type, source))

    def undo(self) -> str:
        """Take the last step back and say what it was.

        Raises: PatchError: if there is nothing to take back.
        """
        with self.lock:
            if not self._undo:
                raise PatchError("there is nothing to undo")
            step = self._undo.pop()
            self._redo.append(self._back(step, f"undo {step.about}"))
            return step.about

    def redo(self) -> str:
        """Do again what was taken back last and say what it was.

        Raises: PatchError: if nothing was taken back.
        """
        with self.lock:
            if not self._redo:
                raise PatchError("there is nothing to redo")
            step = self._redo.pop()
            self._undo.append(self._back(step, f"redo {step.about}"))
            return step.about

    def free_name(self, wish: str) -> str:
        """`wish`, or with the first number that makes it free."""
        with self.lock:
            return self._fit.free_name(self.patch, wish)

    def copy(self) -> Patch:
        """A copy of the patch that nobody else changes."""
        with self.lock:
            return copied(self.patch)

    def _back(self, step: Step, about: str) -> Step:
        if isinstance(step.back, tuple):
            former = (self.patch, self.name)
            self._swap(*step.back)
            return Step(former, step.about)
        return Step(self._apply(step.back, about), step.about)

    def _apply(self, edit: Edit, about: str) -> Edit:
        back = apply(self.patch, edit)
        self.unsaved = True
        if self.listener is not None:
            self.listener.edited(edit, about)
        return back

    def _swap(self, patch: Patch, name: str) -> None:
        former, self.patch, self.name = self.patch, patch, name
        self.unsaved = True
        if self.listener is not None:
            self.listener.replaced(former)

    def _remember(self, step: Step) -> None:
        self._redo.clear()
        if step.turned and self._undo and self._undo[-1].turned == step.turned:
            return
        self._undo.append(step)
        del self._undo[:-MOST_STEPS]


def copied(patch: Patch) -> Patch:
    """A patch with its own modules and cables, equal to this one."""
    copy = Patch()
    copy.modules = {
        id: msgspec.structs.replace(module, knobs=dict(module.knobs), data=dict(module.data))
        for id, module in patch.modules.items()
    }
    copy.cables = {route: msgspec.structs.replace(cable) for route, cable in patch.cables.items()}
    copy.transport = dict(patch.transport)
    copy.view = dict(patch.view)
    copy.about = patch.about
    copy.unknown = dict(patch.unknown)
    copy.unknown_of_modules = dict(patch.unknown_of_modules)
    copy.unknown_of_cables = dict(patch.unknown_of_cables)
    copy.next_id = patch.next_id
    copy.storage = patch.storage
    return copy


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
