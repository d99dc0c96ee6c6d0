"""Events of livepatch's as VST3 has them, and back. Audio thread."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from livepatch.plugins import midi
from livepatch.plugins.plugin import (
    BEND,
    CONTROL,
    EXPRESSION,
    NOTE_OFF,
    NOTE_ON,
    NOTE_PRESSURE,
    PARAMETER,
    PRESSURE,
    PROGRAM,
    TUNING,
    Event,
)
from livepatch.plugins.vst3 import abi
from livepatch.plugins.vst3.event_list import EventList
from livepatch.plugins.vst3.expressions import Expressions
from livepatch.plugins.vst3.midi_map import MidiMap
from livepatch.plugins.vst3.parameter_changes import ParameterChanges
from livepatch.plugins.vst3.parameters import Parameters, bounded

OWN_NOTES: Final = 1 << 24
"""Notes that come without a number get one from here on, if anything of one can be told while it sounds."""
MOST_NOTES: Final = 1024
"""Notes of the plug-in's own whose keys are remembered."""


class Incoming:
    """Writes events into the lists of a block.

    `standing` is where each parameter stands for the processor: a change within a block is a step from there, and
    a plug-in that draws lines from point to point has to be told. `swept` is what the controller has yet to hear.
    """

    def __init__(self, events: EventList, changes: ParameterChanges) -> None:
        self._events = events
        self._changes = changes
        self.map = MidiMap(None)
        self.expressions = Expressions(None)
        self.parameters = Parameters(None, "")
        self.takes_events = False
        self.standing: dict[int, float] = {}
        self.swept: dict[int, float] = {}
        self._last = 0
        self._writers: dict[int, Callable[[Event, int], None]] = {
            NOTE_ON: self._note_on,
            NOTE_OFF: self._note_off,
            NOTE_PRESSURE: self._note_pressure,
            PRESSURE: self._pressure,
            BEND: self._bend,
            CONTROL: self._control,
            PROGRAM: self._program,
            PARAMETER: self._parameter,
            TUNING: self._tuning,
            EXPRESSION: self._expression,
        }

    def write(self, events: Sequence[Event], frames: int) -> None:
        """Add these events; those that the plug-in has no ear for are left out."""
        last = max(0, frames - 1)
        for event in events:
            writer = self._writers.get(event.kind)
            if writer is not None:
                writer(event, min(last, max(0, event.frame)))

    def turn(self, id: int, value: float) -> None:
        """A parameter's value from the start of the block on."""
        self._move(id, 0, value, step=False)

    def _move(self, id: int, frame: int, value: float, *, step: bool) -> None:
        queue = self._changes.queue(id)
        if queue is None:
            return
        points = queue.points
        at, before = points[-1] if points else (-1, self.standing.get(id))
        if at >= frame:
            points[-1] = at, value
        else:
            if step and before is not None and at < frame - 1:
                points.append((frame - 1, before))
            points.append((frame, value))
        self.standing[id] = value

    def _parameter(self, event: Event, frame: int) -> None:
        value = bounded(event.value)
        known = self.parameters.by_id.get(event.key)
        self._move(event.key, frame, value, step=known is not None and not known.steps)
        self.swept[event.key] = value

    def _mapped(self, event: Event, frame: int, number: int, value: float) -> None:
        id = self.map.parameter(event.channel, number)
        if id is not None:
            value = bounded(value)
            self._move(id, frame, value, step=False)
            self.swept[id] = value

    def _pressure(self, event: Event, frame: int) -> None:
        self._mapped(event, frame, abi.MIDI_PRESSURE, event.value)

    def _bend(self, event: Event, frame: int) -> None:
        self._mapped(event, frame, abi.MIDI_BEND, (event.value + 1.0) / 2.0)

    def _control(self, event: Event, frame: int) -> None:
        self._mapped(event, frame, event.key & 127, event.value)

    def _program(self, event: Event, frame: int) -> None:
        chosen = self.parameters.program_parameter
        if chosen is not None:
            value = self.parameters.program_value(event.key)
            self._move(chosen.id, frame, value, step=False)
            self.swept[chosen.id] = value

    def _place(self, kind: int, frame: int) -> Any:
        return self._events.place(kind, frame) if self.takes_events else None

    def _note(self, event: Event) -> int:
        if event.note >= 0 or not self.expressions.offered:
            return event.note
        return OWN_NOTES | (event.channel & 15) << 7 | event.key & 127

    def _note_on(self, event: Event, frame: int) -> None:
        placed = self._place(abi.NOTE_ON, frame)
        if placed is not None:
            on = placed.on
            on.channel, on.key, on.note, on.length = event.channel & 15, event.key & 127, self._note(event), 0
            on.velocity, on.cents = event.value, event.extra

    def _note_off(self, event: Event, frame: int) -> None:
        placed = self._place(abi.NOTE_OFF, frame)
        if placed is not None:
            off = placed.off
            off.channel, off.key, off.note = event.channel & 15, event.key & 127, self._note(event)
            off.velocity, off.cents = event.value, event.extra

    def _note_pressure(self, event: Event, frame: int) -> None:
        placed = self._place(abi.POLY_PRESSURE, frame)
        if placed is not None:
            pressure = placed.pressure
            pressure.channel, pressure.key, pressure.note = event.channel & 15, event.key & 127, self._note(event)
            pressure.pressure = event.value

    def _tuning(self, event: Event, frame: int) -> None:
        if self.expressions.tunes:
            self._express(event, frame, abi.TUNING, self.expressions.tuning(event.value))

    def _expression(self, event: Event, frame: int) -> None:
        id = int(event.extra)
        if id in self.expressions.ids:
            self._express(event, frame, id, bounded(event.value))

    def _express(self, event: Event, frame: int, id: int, value: float) -> None:
        placed = self._place(abi.EXPRESSION, frame)
        if placed is not None:
            expression = placed.expression
            expression.type, expression.note, expression.value = id, self._note(event), value


class Outgoing:
    """Reads what the plug-in answered with."""

    def __init__(self, events: EventList) -> None:
        self._events = events
        self._notes: dict[int, tuple[int, int]] = {}
        self._readers: dict[int, Callable[[Any, int], Event | None]] = {
            abi.NOTE_ON: self._note_on,
            abi.NOTE_OFF: self._note_off,
            abi.POLY_PRESSURE: self._pressure,
            abi.EXPRESSION: self._expression,
            abi.MIDI_OUT: self._midi,
        }

    def read(self, frames: int) -> list[Event]:
        """The events of the block, in the order of their frames."""
        last = max(0, frames - 1)
        found: list[Event] = []
        for index in range(self._events.count):
            event = self._events.events[index]
            reader = self._readers.get(event.type)
            read = None if reader is None else reader(event, min(last, max(0, event.frame)))
            if read is not None:
                found.append(read)
        found.sort(key=_frame)
        return found

    def _note_on(self, event: Any, frame: int) -> Event:
        on = event.on
        channel, key = on.channel & 15, on.key & 127
        if on.note >= 0 and (len(self._notes) < MOST_NOTES or on.note in self._notes):
            self._notes[on.note] = channel, key
        return Event(NOTE_ON, frame, channel, key, bounded(on.velocity), _cents(on.cents), on.note)

    def _note_off(self, event: Any, frame: int) -> Event:
        off = event.off
        self._notes.pop(off.note, None)
        return Event(NOTE_OFF, frame, off.channel & 15, off.key & 127, bounded(off.velocity), 0.0, off.note)

    def _pressure(self, event: Any, frame: int) -> Event:
        said = event.pressure
        return Event(
            NOTE_PRESSURE, frame, said.channel & 15, said.key & 127, bounded(said.pressure), 0.0, said.note
        )

    def _expression(self, event: Any, frame: int) -> Event | None:
        said = event.expression
        if said.type != abi.TUNING or said.note not in self._notes:
            return None
        channel, key = self._notes[said.note]
        semitones = (bounded(said.value) - 0.5) * abi.TUNING_SEMITONES
        return Event(TUNING, frame, channel, key, semitones, 0.0, said.note)

    def _midi(self, event: Any, frame: int) -> Event | None:
        said = event.midi
        number, channel, first, second = said.number, said.channel & 15, said.value & 127, said.second & 127
        if number < abi.MIDI_PRESSURE:
            return Event(CONTROL, frame, channel, number, first / 127)
        if number == abi.MIDI_PRESSURE:
            return Event(PRESSURE, frame, channel, 0, first / 127)
        if number == abi.MIDI_BEND:
            return midi.event(0xE0 | channel, first, second, frame)
        if number == abi.MIDI_PROGRAM:
            return Event(PROGRAM, frame, channel, first, 0.0)
        if number == abi.MIDI_POLY_PRESSURE:
            return Event(NOTE_PRESSURE, frame, channel, first, second / 127)
        return None


def _cents(value: float) -> float:
    return value if -1e6 < value < 1e6 else 0.0


def _frame(event: Event) -> int:
    return event.frame
