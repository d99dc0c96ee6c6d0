"""The audio of a VST2 plug-in: where it reads and writes, and how it computes a block."""

import struct
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from livepatch.plugins.plugin import Event
from livepatch.plugins.vst2.abi import NULL, ffi
from livepatch.plugins.vst2.effect import Effect
from livepatch.plugins.vst2.event_list import EventList, Sysex
from livepatch.plugins.vst2.master import Master
from livepatch.plugins.vst2.opcodes import Ask, Flag
from livepatch.plugins.vst2.parts import parts

SPARE: Final = 64
"""Addresses behind those of all channels, for a plug-in that has more of them all of a sudden."""
_WORD: Final = "q" if ffi.sizeof("intptr_t") == 8 else "i"


class _Pointers:
    """The pointers to the inputs or the outputs: those of the channels, and behind them some to `other`."""

    def __init__(self, addresses: Sequence[int], channels: int, other: Any) -> None:
        self.addresses = tuple(addresses)
        spare = max(channels - len(addresses), 0) + SPARE
        elsewhere = int(ffi.cast("intptr_t", other))
        self.pointer: Any = ffi.new("intptr_t[]", [*self.addresses, *[elsewhere] * spare])
        self._view = ffi.buffer(self.pointer)
        self._pack = struct.Struct(f"={len(self.addresses)}{_WORD}").pack_into

    def move(self, bytes_: int) -> None:
        """Point to so many bytes after the begin of each channel."""
        self._pack(self._view, 0, *[address + bytes_ for address in self.addresses])


class Audio:
    """Computes blocks. `process` is the audio thread's; the rest the main thread's, while nothing is processed."""

    def __init__(self, effect: Effect, master: Master) -> None:
        self._effect = effect
        self._master = master
        self._pointer = effect.pointer
        self._active = False
        self._accumulates = False
        self._frame_bytes = 4
        self._takes_notes = False
        self._was_playing = master.clock.playing
        self._parameters = effect.parameters
        self._sent: deque[bytes | Sysex] = deque()
        self._list = EventList()
        self._process: Any = NULL
        self._set_parameter: Any = self._pointer.set_parameter
        self._dispatch: Any = self._pointer.dispatch
        self.connect((), ())

    def start(self, *, doubles: bool, notes: bool) -> None:
        """Blocks may come. `notes`: the plug-in takes MIDI; to others none is sent."""
        pointer = self._pointer
        replaces = bool(self._effect.flags & Flag.REPLACING) and pointer.process != NULL
        self._accumulates = not doubles and not replaces and pointer.accumulate != NULL
        self._frame_bytes = 8 if doubles else 4
        self._takes_notes = notes
        if doubles:
            self._process = pointer.process_doubles
        else:
            self._process = pointer.accumulate if self._accumulates else pointer.process
        self._set_parameter, self._dispatch = pointer.set_parameter, pointer.dispatch
        self._parameters = self._effect.parameters
        self.connect(self._inputs.addresses, self._outputs.addresses)
        self._active = True

    def stop(self) -> None:
        """No more blocks."""
        self._active = False

    def connect(self, inputs: Sequence[int], outputs: Sequence[int]) -> None:
        """Read and write there."""
        size = 8 * self._master.block_size
        self._silence, self._nowhere = ffi.new("char[]", size), ffi.new("char[]", size)
        count_in, count_out = self._effect.channels
        self._inputs = _Pointers(inputs, count_in, self._silence)
        self._outputs = _Pointers(outputs, count_out, self._nowhere)

    def send(self, message: bytes | Sysex) -> None:
        """Have a message for the plug-in at the start of the next block; any thread."""
        self._sent.append(message)

    def process(self, frames: int, events: Sequence[Event]) -> Sequence[Event]:
        """Compute a block; what it answers."""
        if not self._active:
            return ()
        master = self._master
        master.audio_thread = threading.get_ident()
        playing = master.clock.playing
        master.changed = playing is not self._was_playing
        self._was_playing = playing
        try:
            if self._accumulates:
                self._clear(frames)
            if events or self._sent:
                self._process_parts(frames, events)
            else:
                self._process(self._pointer, self._inputs.pointer, self._outputs.pointer, frames)
        finally:
            master.audio_thread = 0
            if master.offset:
                self._move(0)
        return self._take_answers(frames) if master.answers else ()

    def _process_parts(self, frames: int, events: Sequence[Event]) -> None:
        pointer = self._pointer
        for begin, end, changes, others in parts(frames, events):
            for change in changes:
                if 0 <= change.key < self._parameters:
                    self._set_parameter(pointer, change.key, min(max(0.0, change.value), 1.0))
            if begin == end:
                break
            self._list.begin()
            if begin:
                self._move(begin)
            else:
                self._take_sent()
            self._list.add(others, begin, end - begin)
            if self._list.finish() and self._takes_notes:
                self._dispatch(pointer, Ask.EVENTS, 0, 0, self._list.pointer, 0.0)
            self._process(pointer, self._inputs.pointer, self._outputs.pointer, end - begin)

    def _move(self, frame: int) -> None:
        """Go on at a frame of the block: all channels, and the time."""
        offset = frame * self._frame_bytes
        self._inputs.move(offset)
        self._outputs.move(offset)
        self._master.offset = frame

    def _take_sent(self) -> None:
        while self._sent:
            message = self._sent.popleft()
            if isinstance(message, Sysex):
                self._list.add_sysex(message)
            else:
                first, second, third = message.ljust(3, b"\0")
                self._list.add_message(first, second, third, 0)

    def _clear(self, frames: int) -> None:
        for address in self._outputs.addresses:
            ffi.memmove(ffi.cast("char *", address), self._silence, 4 * frames)

    def _take_answers(self, frames: int) -> Sequence[Event]:
        answers = self._master.answers
        taken = [answers.popleft() for _ in range(len(answers))]
        last = frames - 1
        return sorted(
            (event if event.frame <= last else event._replace(frame=last) for event in taken),
            key=lambda event: event.frame,
        )
