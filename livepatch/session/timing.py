"""The commands about time: tempo, bars, swing, and whether it goes on."""
# ruff: noqa: D402 - a command's first line shows how it is typed

from collections.abc import Callable
from types import EllipsisType
from typing import Any, Protocol

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.transport import setting
from livepatch.session.later import Held, Later
from livepatch.session.listing import Listing
from livepatch.session.rack import Rack

TIMING_COMMANDS = ("tempo", "bars", "swing", "play", "pause", "rewind", "at", "pending", "cancel")
SWUNG = {8: 1.0, 16: 0.5, 32: 0.25}
"""Beats in a pair of notes that swing."""


class Performer(Protocol):
    """What these commands act on."""

    rack: Rack

    def perform(self, edit: edits.Edit) -> None:
        """Apply an edit and print what had to be made to fit. Raises: PatchError: if it does not fit."""


class Timing:
    """Acts for the performer on the transport. Each public method listed in `names` is a command."""

    def __init__(self, performer: Performer, later: Later) -> None:
        self._performer = performer
        self._later = later
        self._rack = performer.rack

    def names(self) -> dict[str, Callable[..., Any]]:
        """The commands by what is typed."""
        return {name: getattr(self, name) for name in TIMING_COMMANDS}

    def tempo(self, beats_per_minute: float | None = None) -> float | None:
        """Set the tempo in beats a minute: tempo(128); tempo() tells it."""
        return self._value("tempo", beats_per_minute)

    def bars(self, beats: float | None = None) -> float | None:
        """Set how many beats are in a bar, from the bar on that plays: bars(3), bars(3.5); bars() tells it."""
        return self._value("beats_per_bar", beats)

    def swing(self, share: float | None = None, notes: int | None = None) -> float | None:
        """Swing sixteenths: swing(0.6) starts every second one at 60 % of an eighth; swing(0.6, 8) eighths."""
        if notes is not None and notes not in SWUNG:
            raise PatchError(f"what swings are notes of 8, 16 or 32, not {notes!r}")
        if share is None and notes is None:
            return self._value("swing", None)
        steps: list[edits.Edit] = []
        if share is not None:
            steps.append(edits.SetTransport("swing", _number(share)))
        if notes is not None:
            steps.append(edits.SetTransport("swing_beats", SWUNG[notes]))
        self._performer.perform(steps[0] if len(steps) == 1 else edits.Batch(tuple(steps)))
        return None

    def play(self) -> None:
        """Let the transport run, from where it is."""
        self._value("running", 1.0)

    def pause(self) -> None:
        """Let the transport stand; play() goes on from there. What has a time of its own sounds on."""
        self._value("running", 0.0)

    def rewind(self, bar: float = 1) -> None:
        """Go to the beginning, or to another bar: rewind(), rewind(17). No step that undo() takes back."""
        beats = (_number(bar) - 1.0) * setting(self._rack.patch.transport, "beats_per_bar")
        if beats < 0.0:
            raise PatchError("bars are counted from 1")
        self._rack.perform(edits.SetTransport("position", beats), undoable=False)

    def at(self, when: str | float, work: Callable[[], object] | EllipsisType | None = ...) -> Held:
        """Do it on the next beat: at("beat", lambda: ...), at(4, lambda: ...); with at("bar"): ..."""
        if work is not ... and not callable(work):
            raise PatchError('what stands there was done at once; to hold it, type at("bar", lambda: ...)')
        return self._later.at(when, None if work is ... else work)

    def pending(self) -> Listing:
        """What waits for its bar or beat, soonest first."""
        return Listing((held.place(), held.about) for held in self._later.pending())

    def cancel(self, held: Held | None = None) -> None:
        """Let go of what waits: cancel() of all, cancel(x) of what x = at(...) gave."""
        count = self._later.cancel(held)
        print(f"{count} cancelled" if count else "nothing waits")  # noqa: T201 - the performer reads it

    def _value(self, name: str, value: float | None) -> float | None:
        if value is None:
            return setting(self._rack.patch.transport, name)
        self._performer.perform(edits.SetTransport(name, _number(value)))
        return None


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]  # whatever was typed
    except (TypeError, ValueError) as error:
        raise PatchError(f"a number is wanted here, not {value!r}") from error
