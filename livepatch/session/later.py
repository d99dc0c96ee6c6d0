"""What waits for a bar or a beat: the performer's Python runs at once, and the engine keeps what comes of it."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.transport import setting
from livepatch.protocol.messages import Applied, Cancelled, Message, Notice, Pending, Waits
from livepatch.session.console import tell_background
from livepatch.session.rack import Rack, Recording

LONGEST_BEATS = 10_000.0
A_MOMENT = 1e-6
"""Beats: what follows from something on a beat comes after it."""

When = str | float
Work = Callable[[], object]


class Holder(Protocol):
    """What keeps edits until their time."""

    def hold(self, edit: Edit, when: When, after: float, about: str) -> int:
        """Let the engine keep an edit that is `about` something; its serial, 0 while no engine plays."""

    def cancel(self, serial: int) -> None:
        """Let it forget one."""

    def landed(self, serial: int, edit: Edit) -> int:
        """One took effect, and the patch has it now; its serial."""

    def in_flight(self) -> list[Edit]:
        """What the engine was told and has not played yet: it comes after all that took effect."""


@dataclass(eq=False)
class Held:
    """What at() gives: `with at("bar"):` holds what is done inside; cancel(it) lets it go."""

    later: "Later"
    when: When
    after: float = 0.0
    edit: Edit = field(default_factory=lambda: edits.Batch(()))
    about: str = ""
    undoable: bool = True
    children: list[tuple[When, Work]] = field(default_factory=list)
    afterwards: list[Work] = field(default_factory=list)
    serial: int = 0
    waits: Waits | None = None
    state: str = "nothing"
    _recording: Recording | None = None

    def __enter__(self) -> Self:
        self._recording = None if self.when == "now" else self.later.rack.begin_recording()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._recording is not None:
            self.later.rack.end_recording()
            if kind is None:
                self.later.keep(self, self._recording)

    def place(self) -> str:
        """Where it takes effect, as far as that is known."""
        named = self.when if isinstance(self.when, str) else f"{self.when:g} beats"
        if self.waits is None:
            return f"next {named}"
        return self.later.bar_text(self.waits.bars)

    def __repr__(self) -> str:
        if self.state == "nothing":
            return f'at({self.when!r}) holds nothing yet: at("bar", lambda: ...) or with at("bar"): ...'
        return f"{self.place()}: {self.about or 'nothing changes'}" + f" ({self.state})" * (self.state != "waits")


class Later:
    """Holds what waits. A thread of its own runs what follows from what took effect."""

    def __init__(self, rack: Rack, tell: Callable[[Message], None]) -> None:
        self.rack = rack
        self.holder: Holder | None = None
        self._tell = tell
        self._waiting: dict[int, Held] = {}
        self._unsent: list[Held] = []
        self._landing = 0
        self._work: queue.SimpleQueue[tuple[When, Work, float] | Work] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._follow, name="later", daemon=True)
        rack.reserved = self._names

    def at(self, when: When, work: Work | None = None, after: float = 0.0) -> Held:
        """Hold what `work` does until the next bar or beat or multiple of beats.

        Raises: PatchError: if there is no such time, or what the work does cannot wait.
        """
        held = Held(self, _checked(when), after)
        if work is None:
            return held
        recording = self.rack.recording
        if recording is not None and held.when != "now":
            recording.children.append((held.when, work))
            held.state, held.about = "waits", "what follows"
            return held
        with held:
            work()
        return held

    def hold(self, edit: Edit, about: str, when: When) -> Held:
        """Hold an edit."""
        held = Held(self, when, edit=edit, about=about)
        with self.rack.lock:
            self._send(held)
        return held

    def keep(self, held: Held, recording: Recording) -> None:
        """What was recorded waits from now on."""
        held.edit = recording.edit()
        held.about = ", ".join(recording.abouts)
        held.undoable = recording.undoable
        held.children, held.afterwards = recording.children, recording.afterwards
        if recording.edits or held.children:
            with self.rack.lock:
                self._send(held)

    def _send(self, held: Held) -> None:
        held.state, held.waits = "waits", None
        holder = self.holder
        held.serial = holder.hold(held.edit, held.when, held.after, held.about) if holder is not None else 0
        if held.serial:
            self._waiting[held.serial] = held
        else:
            self._unsent.append(held)
        self._show()

    def pending(self) -> list[Held]:
        """All that waits, soonest first."""
        with self.rack.lock:
            known = sorted(self._waiting.values(), key=lambda held: held.waits.beat if held.waits else 1e12)
            return [*known, *self._unsent]

    def cancel(self, which: Held | None) -> int:
        """Let go of one that waits, or of all; how many there were."""
        with self.rack.lock:
            going = [held for held in self.pending() if which in (None, held)]
            for held in going:
                held.state = "cancelled"
                if held in self._unsent:
                    self._unsent.remove(held)
                elif self.holder is not None:
                    self.holder.cancel(held.serial)
                    held.children, held.afterwards = [], []  # even if it is too late
            self._show()
        return len(going)

    def forget(self) -> None:
        """Let go of all, even of what is too late to cancel: the modules it is of are gone. The rack is locked."""
        self.cancel(None)
        self._waiting.clear()

    def began(self) -> None:
        """Another engine plays: it is told what waits. The rack is locked."""
        again = [held for held in (*self._waiting.values(), *self._unsent) if held.state == "waits"]
        self._waiting, self._unsent = {}, []
        for held in again:
            held.after = 0.0
            self._send(held)

    def take(self, message: Waits | Cancelled) -> None:
        """The engine says when something is to come, or that it is not. The rack is locked."""
        if isinstance(message, Cancelled):
            held = self._waiting.pop(message.serial, None)
            if held is not None:
                held.state = "cancelled"
        elif message.serial in self._waiting:
            self._waiting[message.serial].waits = message
        self._show()

    def applied(self, applied: Applied) -> bool:
        """Something took effect; whether it is of what waited, and the patch has it now. The rack is locked."""
        held = self._waiting.pop(applied.serial, None)
        if held is None:
            return False
        held.state = "done"
        self._landing = applied.serial
        try:
            self._land(held)
        finally:
            self._landing = 0
        for when, work in held.children:
            self._follow_up((when, work, (held.waits.beat if held.waits else 0.0) + A_MOMENT))
        for work in held.afterwards:
            self._follow_up(work)
        self._show()
        return True

    def landing(self, edit: Edit) -> int:
        """The serial of what is landing as this edit, 0 if nothing is."""
        if not self._landing or self.holder is None:
            return 0
        return self.holder.landed(self._landing, edit)

    def _land(self, held: Held) -> None:
        newer = self.holder.in_flight() if self.holder is not None else []
        about = f"{held.about} ({held.place()})"
        remarks = self.rack.land(held.edit, about, newer, undoable=held.undoable, follows=held.after > 0.0)
        for remark in remarks:
            self._tell(Notice("warning", f"{held.place()}: {remark}"))

    def bar_text(self, bars: float) -> str:
        """Bar and beat, counted from 1."""
        whole = int(bars + 1e-9)
        beat = (bars - whole) * setting(self.rack.patch.transport, "beats_per_bar") + 1.0
        return f"bar {whole + 1}" if beat < 1.001 else f"bar {whole + 1}.{round(beat, 2):g}"

    def lines(self) -> tuple[str, ...]:
        """All that waits, soonest first, each in a line."""
        return tuple(repr(held) for held in self.pending())

    def _show(self) -> None:
        self._tell(Pending(self.lines()))

    def _names(self) -> frozenset[str]:
        """The names of modules that are to come."""
        return frozenset(
            part.module.name if isinstance(part, edits.AddModule) else part.name
            for held in (*self._waiting.values(), *self._unsent)
            for part in (held.edit.edits if isinstance(held.edit, edits.Batch) else (held.edit,))
            if isinstance(part, edits.AddModule | edits.Rename)
        )

    def _follow_up(self, work: tuple[When, Work, float] | Work) -> None:
        self._work.put(work)
        if not self._thread.is_alive():
            self._thread = threading.Thread(target=self._follow, name="later", daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        while True:
            work = self._work.get()
            try:
                if isinstance(work, tuple):
                    self.at(work[0], work[1], work[2])
                else:
                    work()
            except Exception as error:  # noqa: BLE001 - the performer's code may raise anything
                print(tell_background(type(error), error))  # noqa: T201 - the performer reads it


def _checked(when: object) -> When:
    if when in {"now", "beat", "bar"} and isinstance(when, str):
        return when
    if isinstance(when, int | float) and not isinstance(when, bool) and 0.0 < when <= LONGEST_BEATS:
        return float(when)
    raise PatchError(f'at() takes "now", "beat", "bar" or a number of beats, not {when!r}')
