"""The notes that a plug-in holds, so that they can be ended, or begin anew where it has lost them."""

from collections.abc import Iterable

from livepatch.plugins.plugin import (
    BEND,
    EXPRESSION,
    NOTE_OFF,
    NOTE_ON,
    NOTE_PRESSURE,
    PRESSURE,
    TUNING,
    Event,
)

OWN = frozenset({NOTE_PRESSURE, TUNING, EXPRESSION})
"""What is told of one note while it sounds."""
Note = tuple[int, int, int]


class Held:
    """Follows the events that a plug-in is told. Audio thread."""

    def __init__(self) -> None:
        self._notes: dict[Note, Event] = {}
        self._own: dict[Note, dict[tuple[int, float], Event]] = {}
        self._bent: dict[tuple[int, int], Event] = {}

    def follow(self, event: Event) -> None:
        """Note what sounds, is bent or pressed."""
        note = _note(event)
        if event.kind == NOTE_ON:
            self._notes[note] = event
        elif event.kind == NOTE_OFF:
            self._notes.pop(note, None)
            self._own.pop(note, None)
        elif event.kind in OWN and note in self._notes:
            self._own.setdefault(note, {})[event.kind, event.extra] = event
        elif event.kind in {BEND, PRESSURE}:
            self._bent[event.kind, event.channel] = event

    def end(self) -> list[Event]:
        """What ends all of it; nothing is held from then on."""
        ending = [_off(event) for event in self._notes.values()]
        ending += [event._replace(value=0.0) for event in self._bent.values()]
        for held in (self._notes, self._own, self._bent):
            held.clear()
        return ending

    def again(self, told: Iterable[Event]) -> list[Event]:
        """What has each note begin anew, as it is now, but for those that begin with what is `told` after it."""
        fresh = {_note(event) for event in told if event.kind == NOTE_ON}
        found = list(self._bent.values())
        for note, event in self._notes.items():
            if note not in fresh:
                # where it was not lost after all, it would sound twice
                found += [_off(event), event, *self._own.get(note, {}).values()]
        return found


def _note(event: Event) -> Note:
    return event.channel, event.key, event.note


def _off(event: Event) -> Event:
    return event._replace(kind=NOTE_OFF, value=0.5)
