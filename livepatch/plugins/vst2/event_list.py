"""The events that a plug-in gets for a block, in memory that is kept from block to block."""

import struct
from collections.abc import Sequence
from typing import Any, Final

from livepatch.plugins import midi
from livepatch.plugins.plugin import NOTE_OFF, NOTE_ON, Event
from livepatch.plugins.vst2.abi import NULL, ffi
from livepatch.plugins.vst2.opcodes import MIDI_EVENT, SYSEX_EVENT

MOST_CENTS: Final = 63
"""How far the detune field of a note goes, up and down."""
_EVENT: Final = struct.Struct("=iii12x3BxbB2x")
"""A MIDI event: kind, bytes, frame; the message; detune and velocity of a note off."""
ROOM: Final = 256
"""Events that fit at first; twice as many whenever there are more."""


class Sysex:
    """A system exclusive message, from F0 to F7. The main thread makes it, so that the audio thread need not."""

    def __init__(self, message: bytes) -> None:
        self._bytes = ffi.new("char[]", message)
        self.event: Any = ffi.new("SysexEvent *")
        self.event.type = SYSEX_EVENT
        self.event.size = ffi.sizeof("SysexEvent")
        self.event.length = len(message)
        self.event.bytes = self._bytes


class EventList:
    """Events on their way to a plug-in; it may hold on to them until it has computed the block. Audio thread."""

    def __init__(self) -> None:
        self.pointer: Any = NULL
        self._midi: Any = NULL
        self._bytes: Any = b""
        self._room = 0
        self._count = 0
        self._held: list[Sysex] = []
        self._plain = True
        self._make(ROOM)

    def _make(self, room: int) -> None:
        pointer, events = ffi.new("Events *", [0, 0, room]), ffi.new("MidiEvent[]", room)
        if self._count:
            ffi.memmove(events, self._midi, _EVENT.size * self._count)
        self.pointer, self._midi, self._room = pointer, events, room
        self._bytes = ffi.buffer(events)
        self._point(0)

    def _point(self, first: int) -> None:
        """Point at the MIDI messages from a place of the list on."""
        events, midi_events = self.pointer.events, self._midi
        for place in range(first, self._room):
            events[place] = midi_events + (place - first)

    def begin(self) -> None:
        """Let go of the events before."""
        self._count = 0
        if self._held:
            self._held.clear()

    def add_message(self, first: int, second: int, third: int, frame: int, cents: int = 0, off: int = 0) -> None:  # noqa: PLR0913, PLR0917 - a message
        """Add a MIDI message; `cents` of a note on, `off` the velocity of a note off."""
        count = self._count
        if count == self._room:
            self._make(2 * self._room)
        size = _EVENT.size
        _EVENT.pack_into(self._bytes, count * size, MIDI_EVENT, size, frame, first, second, third, cents, off)
        self._count = count + 1

    def add(self, events: Sequence[Event], begin: int, frames: int) -> None:
        """Add events to a part of so many frames, which begins at frame `begin` of the block."""
        for event in events:
            message = midi.message(event)
            if message is None:
                continue
            frame = min(max(event.frame - begin, 0), frames - 1)
            kind = event.kind
            if kind == NOTE_ON and event.extra:
                cents = round(min(max(-MOST_CENTS, event.extra), MOST_CENTS))
                self.add_message(*message, frame, cents)
            else:
                self.add_message(*message, frame, 0, message[2] if kind == NOTE_OFF else 0)

    def add_sysex(self, sysex: Sysex) -> None:
        """Add a message for the first frame."""
        self._held.append(sysex)

    def finish(self) -> bool:
        """Put all that was added where the plug-in reads it; whether there is anything."""
        held = self._held
        count = self._count + len(held)
        if held:
            while count > self._room:
                self._make(2 * self._room)
            for place, sysex in enumerate(held):
                self.pointer.events[place] = sysex.event
        if held or not self._plain:
            self._point(len(held))
            self._plain = not held
        self.pointer.count = count
        return count > 0
