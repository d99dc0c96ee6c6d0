"""The events that a plug-in gets for a block, in memory that is kept from block to block."""

from collections.abc import Sequence
from typing import Any

from livepatch.plugins.plugin import NOTE_OFF, NOTE_ON, Event
from livepatch.plugins.vst2 import midi
from livepatch.plugins.vst2.abi import NULL, ffi
from livepatch.plugins.vst2.opcodes import MIDI_EVENT, SYSEX_EVENT

ROOM = 256
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
        self._room = 0
        self._held: list[Sysex] = []
        self._count = 0
        self._make(ROOM)

    def _make(self, room: int) -> None:
        pointer, events = ffi.new("Events *", [0, 0, room]), ffi.new("MidiEvent[]", room)
        size = ffi.sizeof("MidiEvent")
        for place in range(room):
            events[place].type = MIDI_EVENT
            events[place].size = size
        if self._count:
            ffi.memmove(events, self._midi, size * self._count)
        self.pointer, self._midi, self._room = pointer, events, room

    def begin(self) -> None:
        """Let go of the events before."""
        self._count = 0
        self._held.clear()

    def add_message(self, first: int, second: int, third: int, frame: int) -> Any:
        """Add a MIDI message; the event, to fill in more."""
        if self._count == self._room:
            self._make(2 * self._room)
        place = self._midi[self._count]
        self._count += 1
        place.frame = frame
        data = place.bytes
        data[0] = first
        data[1] = second
        data[2] = third
        place.detune = 0
        place.off_velocity = 0
        return place

    def add(self, events: Sequence[Event], begin: int, frames: int) -> None:
        """Add events to a part of so many frames, which begins at frame `begin` of the block."""
        for event in events:
            message = midi.message(event)
            if message is None:
                continue
            frame = min(max(event.frame - begin, 0), frames - 1)
            place = self.add_message(*message, frame)
            if event.kind == NOTE_ON and event.extra:
                place.detune = round(min(max(-midi.MOST_CENTS, event.extra), midi.MOST_CENTS))
            elif event.kind == NOTE_OFF:
                place.off_velocity = message[2]

    def add_sysex(self, sysex: Sysex) -> None:
        """Add a message for the first frame; before `finish`."""
        self._held.append(sysex)

    def finish(self) -> bool:
        """Put all that was added where the plug-in reads it; whether there is anything."""
        count, held = self._count, self._held
        while count + len(held) > self._room:
            self._make(2 * self._room)
        events = self.pointer.events
        place = 0
        for sysex in held:
            events[place] = sysex.event
            place += 1
        for index in range(count):
            events[place] = self._midi + index
            place += 1
        self.pointer.count = place
        return place > 0
