"""Edits that wait for their beat, and turns that may go past them. Used by the control thread only."""

from bisect import insort
from dataclasses import dataclass, field

from livepatch.engine.transport import Transport
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Patch

EVERYTHING = ("everything",)

Touched = tuple[object, ...]
"""A module, one of its knobs, or a cable."""


@dataclass(frozen=True, order=True)
class Waiting:
    """An edit and the position at which it is to take effect; of those at the same one the first comes first.

    `when`: "bar", "beat", a number of beats, or 0.0: at no other position, whatever comes.
    """

    position: int
    serial: int
    edit: Edit = field(compare=False)
    when: str | float = field(compare=False)


class Due:
    """The edits that wait, soonest first."""

    def __init__(self, transport: Transport) -> None:
        self.waiting: list[Waiting] = []
        self._transport = transport
        self._jumps = int(transport.jumps)
        self._taken = 0

    def add(self, serial: int, edit: Edit, when: str | float, after: float, ahead: int) -> Waiting:
        """Let an edit wait for the next bar, beat or multiple of beats after a beat, `ahead` frames from now on.

        Nor does it go before what was taken.
        """
        transport = self._transport
        earliest = max(int(transport.after(ahead)), self._taken)
        if when == 0.0:
            position = int(transport.units(after))
        else:
            position = self._next(when, max(int(transport.units(after)), int(transport.position)))
            if position < earliest:
                position = self._next(when, earliest - 1)
        waiting = Waiting(position, serial, edit, when)
        insort(self.waiting, waiting)
        return waiting

    def cancel(self, serial: int) -> bool:
        """Let an edit wait no more; whether it did."""
        before = len(self.waiting)
        self.waiting = [waiting for waiting in self.waiting if waiting.serial != serial]
        return len(self.waiting) < before

    def take(self, frames: int) -> list[Waiting]:
        """Those that are due in less than so many frames; they wait no more."""
        transport = self._transport
        if self._jumps != transport.jumps:
            self._find_again()
        count = 0
        while count < len(self.waiting) and transport.frames_to(self.waiting[count].position) < frames:
            self._taken = self.waiting[count].position
            count += 1
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return taken

    def _find_again(self) -> None:
        """What comes next after another place, or another length of bars."""
        self._jumps, self._taken = int(self._transport.jumps), 0
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            if one.when == 0.0:
                insort(self.waiting, one)
            else:
                self.add(one.serial, one.edit, one.when, 0.0, 0)

    def _next(self, when: str | float, position: int) -> int:
        transport = self._transport
        if when == "bar":
            return int(transport.next_bar(position))
        if isinstance(when, str):
            return int(transport.next_beat(position))
        return int(transport.next_multiple(when, position))


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
