"""The events of a block, in and out, as VST3 has them."""

from typing import Any, ClassVar, Final

from livepatch.plugins.vst3.abi import DATA as DATA_EVENT
from livepatch.plugins.vst3.abi import OK, REFUSED, SYSEX, ffi
from livepatch.plugins.vst3.host_object import HostObject

MOST_EVENTS: Final = 1024
"""Events in one block; what is too many is left out."""
MOST_DATA: Final = 1 << 16
"""Bytes of one exclusive message."""
_SIZE: Final = ffi.sizeof("VstEvent")


class EventList(HostObject):
    """Events, kept from block to block. Audio thread."""

    interfaces: ClassVar[tuple[str, ...]] = ("IEventList",)

    def __init__(self) -> None:
        super().__init__()
        self.events = ffi.new("VstEvent[]", MOST_EVENTS)
        self.count = 0
        self.exclusives: list[tuple[int, bytes]] = []
        """(frame, message) of the plug-in's exclusive messages, whose own bytes do not outlast the block."""
        self._bytes: list[Any] = []

    def clear(self) -> None:
        """Begin a block."""
        self.count = 0
        if self._bytes:
            self._bytes.clear()
        if self.exclusives:
            self.exclusives.clear()

    def get_event_count(self, _this: Any) -> int:
        """How many there are."""
        return self.count

    def get_event(self, _this: Any, index: int, event: Any) -> int:
        """Give one."""
        if not 0 <= index < self.count:
            return REFUSED
        ffi.memmove(event, self.events + index, _SIZE)
        return OK

    def add_event(self, _this: Any, event: Any) -> int:
        """Take one of the plug-in's."""
        if event.type == DATA_EVENT:
            if (
                event.data.type != SYSEX
                or not 0 < event.data.size <= MOST_DATA
                or len(self.exclusives) >= MOST_EVENTS
            ):
                return REFUSED
            self.exclusives.append((event.frame, bytes(ffi.buffer(event.data.bytes, event.data.size))))
            return OK
        if self.count >= MOST_EVENTS:
            return REFUSED
        ffi.memmove(self.events + self.count, event, _SIZE)
        self.count += 1
        return OK

    def place(self, kind: int, frame: int) -> Any:
        """The next event, to be filled in; None if there are too many."""
        if self.count >= MOST_EVENTS:
            return None
        event = self.events[self.count]
        self.count += 1
        event.bus, event.frame, event.beats, event.flags, event.type = 0, frame, 0.0, 1, kind
        return event

    def exclusive(self, message: bytes) -> None:
        """Put in an exclusive message, at the start of the block."""
        event = self.place(DATA_EVENT, 0)
        if event is not None:
            kept = ffi.from_buffer("uint8_t[]", message)
            self._bytes.append(kept)
            event.data.size, event.data.type, event.data.bytes = len(message), SYSEX, kept
