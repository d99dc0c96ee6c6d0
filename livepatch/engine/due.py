"""Edits that wait for their frame, and turns that may go past them. Used by the control thread only."""

from bisect import insort
from dataclasses import dataclass, field

from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Patch

EVERYTHING = ("everything",)

Touched = tuple[object, ...]
"""A module, one of its knobs, or a cable."""


@dataclass(frozen=True, order=True)
class Waiting:
    """An edit and the frame at which it is to take effect; among those of the same frame the first comes first."""

    frame: int
    serial: int
    edit: Edit = field(compare=False)


class Due:
    """The edits that wait, soonest first."""

    def __init__(self) -> None:
        self.waiting: list[Waiting] = []

    def add(self, waiting: Waiting) -> None:
        """Let an edit wait."""
        insort(self.waiting, waiting)

    def take(self, frame: int) -> list[Waiting]:
        """Those that are due before a frame; they wait no more."""
        count = 0
        while count < len(self.waiting) and self.waiting[count].frame < frame:
            count += 1
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return taken


def touched(patch: Patch, edit: Edit) -> set[Touched]:  # noqa: C901, PLR0911 - one for each kind of edit
    """What an edit changes, of the patch as it is before; what touches nothing of it may come before or after."""
    match edit:
        case edits.Batch(edits=parts):
            return {key for part in parts for key in touched(patch, part)}
        case edits.SetKnob(id=id, knob=knob):
            return {("knob", id, knob)}
        case edits.SetGain(route=route):
            return {("gain", *route)}
        case edits.AddCable(cable=cable):
            return {("gain", *cable.route)}
        case edits.RemoveCable(route=route):
            return {("gain", *route)}
        case edits.AddModule(module=module):
            return {("module", module.id)}
        case edits.SwapCode(type=type):
            return {("module", id) for id, module in patch.modules.items() if module.type == type}
        case edits.SetColour():
            return set()
        case edits.ReplacePatch():
            return {EVERYTHING}
        case edits.SetTransport():
            return {("transport",)}
        case _:
            return {("module", edit.id)}


def may_pass(edit: Edit, others: set[Touched]) -> bool:
    """Whether an edit only turns knobs and gains, of which `others` touch none: it need not wait for them."""
    match edit:
        case edits.Batch(edits=parts):
            return all(may_pass(part, others) for part in parts)
        case edits.SetKnob(id=id, knob=knob):
            return not {EVERYTHING, ("module", id), ("knob", id, knob)} & others
        case edits.SetGain(route=route):
            source, _, target, _ = route
            return not {EVERYTHING, ("module", source), ("module", target), ("gain", *route)} & others
        case _:
            return False
