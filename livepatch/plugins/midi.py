"""MIDI messages of up to three bytes, and the events that a plug-in takes and gives."""

from typing import Final

from livepatch.plugins.plugin import (
    BEND,
    CONTROL,
    NOTE_OFF,
    NOTE_ON,
    NOTE_PRESSURE,
    PRESSURE,
    PROGRAM,
    Event,
)

STATUS: Final = {
    NOTE_OFF: 0x80,
    NOTE_ON: 0x90,
    NOTE_PRESSURE: 0xA0,
    CONTROL: 0xB0,
    PROGRAM: 0xC0,
    PRESSURE: 0xD0,
    BEND: 0xE0,
}
"""The first byte of an event's message, on the first channel. MIDI has no other events."""
KINDS: Final = {status: kind for kind, status in STATUS.items()}
SYSTEM: Final = 0xF0
"""The first byte of a message from here on: it is of no channel."""
LENGTHS: Final = {0xF1: 2, 0xF2: 3, 0xF3: 2}
"""Bytes of the messages of no channel; 1 of those that are not here."""
_CENTRE: Final = 8192
"""The number of a pitch bend of nothing; it goes from 0 to 16383."""


def message(event: Event) -> tuple[int, int, int] | None:
    """The MIDI message for an event; None for what MIDI has none for."""
    kind, key = event.kind, event.key & 127
    status = STATUS.get(kind)
    if status is None:
        return None
    first = status | event.channel & 15
    if kind == BEND:
        half = _CENTRE - 1 if event.value > 0.0 else _CENTRE
        bend = _CENTRE + round(min(max(-1.0, event.value), 1.0) * half)
        return first, bend & 127, bend >> 7
    if kind == PROGRAM:
        return first, key, 0
    value = round(min(max(0.0, event.value), 1.0) * 127)
    if kind == PRESSURE:
        return first, value, 0
    # A note on with a velocity of 0 would be a note off.
    return first, key, max(value, 1) if kind == NOTE_ON else value


def event(first: int, second: int, third: int, frame: int, cents: float = 0.0) -> Event | None:
    """The event of a MIDI message; None for one of no channel. `cents`: how far the note is from its key."""
    kind = KINDS.get(first & 0xF0)
    if kind is None:
        return None
    channel, second, third = first & 15, second & 127, third & 127
    if kind == BEND:
        bend = second + 128 * third - _CENTRE
        return Event(BEND, frame, channel, 0, bend / (_CENTRE - 1 if bend > 0 else _CENTRE))
    if kind == PRESSURE:
        return Event(PRESSURE, frame, channel, 0, second / 127)
    if kind == PROGRAM:
        return Event(PROGRAM, frame, channel, second, 0.0)
    if kind == NOTE_ON and not third:
        kind = NOTE_OFF
    return Event(kind, frame, channel, second, third / 127, cents if kind == NOTE_ON else 0.0)
