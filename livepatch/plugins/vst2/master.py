"""What a VST2 plug-in calls its host for, and what it gets as an answer."""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from livepatch import __version__
from livepatch.plugins import midi
from livepatch.plugins.plugin import Clock, Event, Told
from livepatch.plugins.vst2.abi import NULL, ffi
from livepatch.plugins.vst2.opcodes import (
    AUTOMATION_OFF,
    ENGLISH,
    HOST_CAN,
    LONGEST_NAME,
    MIDI_EVENT,
    SYSEX_EVENT,
    VST_VERSION,
    Call,
    Level,
)
from livepatch.plugins.vst2.time_info import TimeInfo

MOST_TOLD: Final = 4096
"""What the main thread has not taken by then: the oldest is lost."""
MOST_ANSWERS: Final = 4096
"""Events that a plug-in gives in a block; the rest is lost."""
MOST_COMPLAINTS: Final = 20
LONGEST_SYSEX: Final = 1 << 20
NAME: Final = b"livepatch"
LONGEST_WORD: Final = 256
FINEST: Final = 0x7FFFFFFF
"""The quantization of parameters: as fine as can be."""


class Master:
    """The host of one plug-in. The plug-in calls it on whichever thread it likes; nothing here waits or raises."""

    def __init__(self, folder: str) -> None:
        self.clock = Clock()
        self.told: deque[Told] = deque(maxlen=MOST_TOLD)
        self.sample_rate = 48000.0
        self.block_size = 64
        self.offline = False
        self.channels = (0, 0)
        self.parameters = 0
        self.current_id = 0
        self.audio_thread = 0
        """The thread that is in `process`, else 0."""
        self.offset = 0
        """The frame of the block where its part that is computed begins; the audio thread writes it."""
        self.changed = False
        """Whether the transport began or stopped with this block."""
        self.answers: deque[Event] = deque(maxlen=MOST_ANSWERS)
        self.wants_midi = False
        self.needs_idle = False
        self.io_changed = False
        self.display_changed = False
        self.restoring = False
        """Whether the main thread is just giving the plug-in other values: no knob of its own turned."""
        self._folder = ffi.new("char[]", os.fsencode(folder))
        self._times = TimeInfo(), TimeInfo()
        self._complaints = 0
        self._answer: Final = self._table()
        self.callback: Any = ffi.callback("Master", self._call, error=0, onerror=self._complain)
        major, minor, patch = (int(number) for number in __version__.split(".")[:3])
        self._version = 1000 * major + 100 * minor + 10 * patch

    def _table(self) -> dict[int, Callable[[int, int, Any, float], int]]:
        """The answers; 0, which is no, to all other calls: windows, files, icons, neighbours, offline passes."""
        return {
            Call.AUTOMATE: self._automate,
            Call.VERSION: lambda _i, _v, _p, _o: VST_VERSION,
            Call.CURRENT_ID: lambda _i, _v, _p, _o: self.current_id,
            Call.PIN_CONNECTED: lambda index, value, _p, _o: int(index >= self.channels[1 if value else 0]),
            Call.WANT_MIDI: self._want_midi,
            Call.TIME: self._time,
            Call.EVENTS: self._events,
            Call.TEMPO_AT: lambda _i, _v, _p, _o: round(10000 * self.clock.tempo),
            Call.PARAMETER_COUNT: lambda _i, _v, _p, _o: self.parameters,
            Call.PARAMETER_QUANTIZATION: lambda _i, _v, _p, _o: FINEST,
            Call.IO_CHANGED: self._note_io,
            Call.NEED_IDLE: self._need_idle,
            Call.SAMPLE_RATE: lambda _i, _v, _p, _o: round(self.sample_rate),
            Call.BLOCK_SIZE: lambda _i, _v, _p, _o: self.block_size,
            Call.REPLACES: lambda _i, _v, _p, _o: 1,
            Call.PROCESS_LEVEL: self._level,
            Call.AUTOMATION_STATE: lambda _i, _v, _p, _o: AUTOMATION_OFF,
            Call.VENDOR: self._name,
            Call.PRODUCT: self._name,
            Call.VENDOR_VERSION: lambda _i, _v, _p, _o: self._version,
            Call.CAN_DO: self._can_do,
            Call.LANGUAGE: lambda _i, _v, _p, _o: ENGLISH,
            Call.DIRECTORY: lambda _i, _v, _p, _o: int(ffi.cast("intptr_t", self._folder)),
            Call.UPDATE_DISPLAY: self._note_display,
            Call.BEGIN_EDIT: self._begin_edit,
            Call.END_EDIT: self._end_edit,
        }

    def _call(self, _effect: Any, call: int, index: int, value: int, pointer: Any, opt: float) -> int:
        answer = self._answer.get(call)
        return answer(index, value, pointer, opt) if answer else 0

    def _complain(self, _kind: type[BaseException], problem: BaseException, _trace: Any) -> None:
        """A call that could not be answered is a line in the log; the plug-in gets 0."""
        self._complaints += 1
        if self._complaints <= MOST_COMPLAINTS:
            sys.stderr.write(f"a call of the plug-in was not understood: {problem!r}\n")

    def _in_audio(self) -> bool:
        return threading.get_ident() == self.audio_thread

    def _automate(self, index: int, _value: int, _pointer: Any, opt: float) -> int:
        if not self.restoring or self._in_audio():
            self.told.append(Told("turned", index, min(max(0.0, opt), 1.0)))
        return 0

    def _begin_edit(self, index: int, _value: int, _pointer: Any, _opt: float) -> int:
        self.told.append(Told("touched", index))
        return 1

    def _end_edit(self, index: int, _value: int, _pointer: Any, _opt: float) -> int:
        self.told.append(Told("released", index))
        return 1

    def _want_midi(self, _index: int, _value: int, _pointer: Any, _opt: float) -> int:
        self.wants_midi = True
        return 1

    def _need_idle(self, _index: int, _value: int, _pointer: Any, _opt: float) -> int:
        self.needs_idle = True
        return 1

    def _note_io(self, _index: int, _value: int, _pointer: Any, _opt: float) -> int:
        self.io_changed = True
        return 1

    def _note_display(self, _index: int, _value: int, _pointer: Any, _opt: float) -> int:
        self.display_changed = True
        return 1

    def _time(self, _index: int, _value: int, _pointer: Any, _opt: float) -> int:
        if self._in_audio():
            return self._times[0].fill(self.clock, self.sample_rate, self.offset, changed=self.changed)
        return self._times[1].fill(self.clock, self.sample_rate, 0, changed=False)

    def _level(self, _index: int, _value: int, _pointer: Any, _opt: float) -> int:
        if not self._in_audio():
            return Level.MAIN
        return Level.OFFLINE if self.offline else Level.AUDIO

    @staticmethod
    def _name(_index: int, _value: int, pointer: Any, _opt: float) -> int:
        if pointer == NULL:
            return 0
        ffi.memmove(pointer, NAME + b"\0", min(len(NAME) + 1, LONGEST_NAME))
        return 1

    @staticmethod
    def _can_do(_index: int, _value: int, pointer: Any, _opt: float) -> int:
        if pointer == NULL:
            return 0
        return HOST_CAN.get(ffi.string(ffi.cast("char *", pointer), LONGEST_WORD), 0)

    def _events(self, _index: int, _value: int, pointer: Any, _opt: float) -> int:
        """Notes and the like go back with the block, other messages to the main thread."""
        if pointer == NULL:
            return 0
        begin = self.offset if self._in_audio() else 0
        events = ffi.cast("Events *", pointer)
        for place in range(min(events.count, MOST_ANSWERS)):
            found = ffi.cast("AnyEvent *", events.events[place])
            if found == NULL:
                continue
            if found.type == MIDI_EVENT:
                self._take_midi(ffi.cast("MidiEvent *", found), begin)
            elif found.type == SYSEX_EVENT:
                self._take_sysex(ffi.cast("SysexEvent *", found))
        return 1

    def _take_midi(self, found: Any, begin: int) -> None:
        data = found.bytes
        frame = begin + min(max(found.frame, 0), self.block_size - 1)
        event = midi.event(data[0], data[1], data[2], frame, found.detune)
        if event is not None:
            self.answers.append(event)
        elif data[0] >= midi.SYSTEM:
            length = midi.LENGTHS.get(data[0], 1)
            self.told.append(Told("midi", text=bytes(ffi.buffer(data, length)).hex()))

    def _take_sysex(self, found: Any) -> None:
        if found.bytes != NULL and 0 < found.length <= LONGEST_SYSEX:
            self.told.append(Told("sysex", text=bytes(ffi.buffer(found.bytes, found.length)).hex()))
