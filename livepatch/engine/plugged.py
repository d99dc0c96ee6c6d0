"""A plug-in as it plays in the rack: its knobs and notes become events, its audio goes over a bridge and back.

Native code in the engine process. The plug-in itself is in a process of its own; what carries blocks there and
back is Python (`livepatch.engine.bridge`), and is told here only that there is one.
"""

from typing import Any, Final

from mypy_extensions import i64

from livepatch.dsp.arithmetic import round_to_int, to_float
from livepatch.dsp.blocks import peek, poke
from livepatch.engine.expression import Expression
from livepatch.engine.instance import Jack, Remote
from livepatch.engine.knobs import Knob
from livepatch.engine.ports import Inlet
from livepatch.engine.score import (
    BEND,
    BEND_VOLTS,
    EXPRESSION,
    FLAGS,
    FULL_VOLTS,
    MIDDLE_C,
    NOTE_OFF,
    NOTE_ON,
    NOTE_PRESSURE,
    PARAMETER,
    PRESSURE,
    TUNING,
    Note,
    Score,
)
from livepatch.engine.transport import Transport
from livepatch.runtime import QUANTUM, VOICES

SPACING: Final = 16
"""Frames from one event to the next of a knob that moves on smoothly."""
STEP: Final = 0.02
"""A knob that goes so far from one frame to the next does not move smoothly: that is heard at its frame."""
GATE_ON: Final = 1.0
GATE_OFF: Final = 0.1
"""Volts at which a note begins and ends."""
FINE: Final = 0.0005
"""What is bent or pressed by less than this is not worth an event."""
SAME: Final = 1e-6
LEAP: Final = 0.5
"""A pitch that moves by more semitones from one sample to the next leaps; by less, it glides."""
AWAY: Final = 0.6
"""A held note whose pitch is so many semitones from its key goes to another."""
MOST_EXPRESSED: Final = 128
"""Events of a part of a quantum after which what notes have for themselves waits for the next: notes need room."""


class Port:
    """Channels of the plug-in that a port of the module has: `count` of them from `first` on."""

    def __init__(self, first: i64, count: i64) -> None:
        self.first: i64 = first
        self.count: i64 = count


class Plugged(Remote):
    """The module. `inlets` and `jacks` are of its audio, with what `sources` and `targets` they are.

    `notes` are voct, gate, velocity, bend and pressure, or nothing; `expressions` what else each note has for
    itself, of which some move if `moving`. `ids` are the parameters of its `knobs`,
    `steps` how many values each has besides the first, 0 for one that is continuous.
    `answers` are the outlets for the notes that it sends, or nothing. `mixed`: the events of a part are not in the
    order of their frames: those of notes are, and those of knobs after them.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it is made of
        self,
        bridge: Any,
        score: Score,
        transport: Transport,
        inlets: list[Inlet],
        sources: list[Port],
        jacks: list[Jack],
        targets: list[Port],
        knobs: list[Knob],
        ids: list[int],
        steps: list[int],
        notes: list[Inlet],
        expressions: list[Expression],
        answers: list[Jack],
    ) -> None:
        self.bridge = bridge
        self.score = score
        self.transport = transport
        self.inlets = inlets
        self.sources = sources
        self.jacks = jacks
        self.targets = targets
        self.knobs = knobs
        self.ids = ids
        self.steps = steps
        self.notes = notes
        self.expressions = expressions
        self.moving: bool = False
        self.answers = answers
        self.mixed: bool = False
        self.whole = True
        if not score.known:
            score.known = True
            for index, knob in enumerate(knobs):
                poke(score.sent, index, knob.goal)

    def send(self, start: i64, stop: i64) -> None:
        """Send what the plug-in is to play."""
        if self.bridge.begins(self.transport.passed):
            score = self.score
            score.count = 0
            if self.bridge.free(self):
                self._play_notes(start, stop)
                notes = score.count
                self._turn(start, stop)
                self.mixed = 0 < notes < score.count
            self._gather(start, stop)
            if not self._rests():
                self.bridge.send(self, stop - start)

    def process(self, start: i64, stop: i64) -> None:
        """Take what the plug-in answers to what was sent."""
        self.bridge.collect(self, stop - start)
        self._hand_over(start, stop)

    def _rests(self) -> bool:
        """Whether it rests, and nothing comes that ends that."""
        score = self.score
        rest = score.rest
        rest.fed = rest.follow(self.transport) or rest.fed or score.count > 0
        if rest.on and (rest.fed or self.bridge.stirred()):
            rest.end()
        return rest.on

    def _gather(self, start: i64, stop: i64) -> None:
        """Take what comes in at the inlets."""
        sending = self.score.sending
        self.score.silent = 0
        self.score.rest.fed = False
        for index, inlet in enumerate(self.inlets):
            port = self.sources[index]
            bound, at = inlet.bound, port.first * QUANTUM - start
            if port.count > 1 and inlet.wide:
                for voice in range(port.count):
                    for frame in range(start, stop):
                        poke(sending, at + frame, peek(bound, frame * VOICES + voice))
                    self._flag(port.first + voice, stop - start)
                    at += QUANTUM
                continue
            for frame in range(start, stop):
                poke(sending, at + frame, peek(bound, frame))
            self._flag(port.first, stop - start)
            for voice in range(i64(1), port.count):
                at += QUANTUM
                for frame in range(start, stop):
                    poke(sending, at + frame, 0.0)
                self._flag(port.first + voice, stop - start)

    def _flag(self, channel: i64, frames: i64) -> None:
        """Tell whether a channel is silent."""
        sending = self.score.sending
        for at in range(channel * QUANTUM, channel * QUANTUM + frames):
            if peek(sending, at) != 0.0:
                self.score.rest.fed = True
                return
        if channel < FLAGS:
            bit: i64 = 1
            self.score.silent |= bit << channel

    def _hand_over(self, start: i64, stop: i64) -> None:
        """Write what came out to the outlets."""
        coming = self.score.coming
        for index, jack in enumerate(self.jacks):
            port, target = self.targets[index], jack.target
            at = port.first * QUANTUM - start
            if port.count == 1:
                for frame in range(start, stop):
                    poke(target.block, frame, peek(coming, at + frame))
                continue
            if target.channels != port.count:
                self.bridge.carry(self, target, port.count, start)
            for voice in range(port.count):
                for frame in range(start, stop):
                    poke(target.wide, frame * VOICES + voice, peek(coming, at + frame))
                at += QUANTUM
        if len(self.answers) > 0:
            self.bridge.play_answers(self, start, stop)

    def _turn(self, start: i64, stop: i64) -> None:
        """Events for knobs that moved."""
        score = self.score
        sent, awaited = score.sent, score.awaited
        for index, knob in enumerate(self.knobs):
            block = knob.bound
            width: i64 = VOICES if knob.wide else 1
            last = peek(sent, index)
            if not knob.busy and peek(block, start * width) == last:
                continue
            if self.steps[index] > 0:
                poke(sent, index, self._step(index, knob, start, stop))
                continue
            expected = peek(awaited, index)
            if expected >= 0.0 and (not knob.busy or len(knob.feeds) > 0):
                expected = -1.0  # it went elsewhere, or a cable moves it
                poke(awaited, index, expected)
            since = start - SPACING
            before = last
            for frame in range(start, stop):
                value = peek(block, frame * width)
                if expected >= 0.0:
                    if abs(value - expected) > SAME:
                        continue
                    expected = -1.0
                    poke(awaited, index, -1.0)
                    last = value
                    before = value
                    continue
                if value != last and (frame - since >= SPACING or abs(value - before) >= STEP):
                    score.add(PARAMETER, frame - start, 0, self.ids[index], value, 0.0, -1)
                    last = value
                    since = frame
                before = value
            poke(sent, index, last)

    def _step(self, index: i64, knob: Knob, start: i64, stop: i64) -> float:
        """Events for a knob that has steps, which goes to where it was turned at once; where it stands then."""
        score, block = self.score, knob.bound
        width: i64 = VOICES if knob.wide else 1
        steps = to_float(self.steps[index])
        last = peek(score.sent, index)
        at_once = len(knob.feeds) == 0 and knob.glide is None
        for frame in range(start, stop):
            value = knob.goal if at_once else peek(block, frame * width)
            value = to_float(round_to_int(value * steps)) / steps
            if value != last:
                if abs(value - peek(score.awaited, index)) > SAME:
                    score.add(PARAMETER, frame - start, 0, self.ids[index], value, 0.0, -1)
                poke(score.awaited, index, -1.0)
                last = value
            if at_once:
                break
        return last

    def _play_notes(self, start: i64, stop: i64) -> None:
        """Events for gates, pitches, bends and pressures."""
        if len(self.notes) == 0:
            return
        self.moving = False
        for expression in self.expressions:
            if expression.look(start, stop):
                self.moving = True
        pitch, gate = self.notes[0], self.notes[1]
        voices = max(_voices(pitch), _voices(gate))
        for frame in range(start, stop):
            for voice in range(voices):
                self._play_voice(self.score.notes[voice], voice, frame, frame - start)
        for voice in range(voices, i64(VOICES)):
            note = self.score.notes[voice]
            if note.held:
                self._end(note, 0)
        self._bend(start, stop)

    def _play_voice(self, note: Note, voice: i64, frame: i64, at: i64) -> None:
        volts = _volts(self.notes[1], frame, voice)
        if note.held:
            if volts < GATE_OFF:
                self._end(note, at)
                return
            semitones = 12.0 * _volts(self.notes[0], frame, voice) + MIDDLE_C
            glides = abs(semitones - note.pitch) < LEAP
            note.pitch = semitones
            if abs(semitones - to_float(note.key)) >= AWAY:
                former, number = note.key, note.number
                self._begin(note, semitones, voice, frame, at, glides=glides)
                self.score.add(NOTE_OFF, at, 0, former, 0.0, 0.0, number)
            elif frame % SPACING == 0 and abs(semitones - to_float(note.key) - note.tuning) > FINE:
                note.tuning = semitones - to_float(note.key)
                self.score.add(TUNING, at, 0, note.key, note.tuning, 0.0, note.number)
            if frame % SPACING == 0:
                self._press(note, voice, frame, at)
            if self.moving:
                self._express(note, voice, frame, at)
        elif volts >= GATE_ON:
            semitones = 12.0 * _volts(self.notes[0], frame, voice) + MIDDLE_C
            self._begin(note, semitones, voice, frame, at, glides=False)

    def _begin(  # noqa: PLR0913 - which note, where, and when
        self, note: Note, semitones: float, voice: i64, frame: i64, at: i64, *, glides: bool
    ) -> None:
        """Begin a note; one whose pitch glides begins at its key, and is tuned from there if that is possible."""
        score, velocity = self.score, _volts(self.notes[2], frame, voice)
        note.held = True
        note.key = round_to_int(min(max(semitones, 0.0), 127.0))
        note.number = score.next
        score.next = score.next % 1000000 + 1
        note.pitch = semitones
        note.tuning = 0.0 if glides else semitones - to_float(note.key)
        note.pressure = 0.0
        strength = min(max(velocity / FULL_VOLTS, 1.0 / 127.0), 1.0)
        score.add(NOTE_ON, at, 0, note.key, strength, 100.0 * note.tuning, note.number)
        for index, expression in enumerate(self.expressions):
            value = expression.value(frame, voice)
            poke(note.before, index, value)
            poke(note.rests, index, 0.0)
            poke(note.told, index, expression.default)
            if abs(value - expression.default) > FINE:
                self._tell(note, index, value, at)

    def _express(self, note: Note, voice: i64, frame: i64, at: i64) -> None:
        """What has moved of what a note has for itself: a step at its frame, all else every SPACING frames."""
        for index, expression in enumerate(self.expressions):
            if not expression.moves:
                continue
            value, before, rests = (
                expression.value(frame, voice),
                peek(note.before, index),
                peek(note.rests, index),
            )
            poke(note.before, index, value)
            if rests > 0.0:
                poke(note.rests, index, rests - 1.0)
            if abs(value - peek(note.told, index)) <= FINE or (rests > 0.0 and abs(value - before) < STEP):
                continue
            if self.score.count < MOST_EXPRESSED:
                self._tell(note, index, value, at)
            else:
                expression.told = False

    def _tell(self, note: Note, index: i64, value: float, at: i64) -> None:
        poke(note.told, index, value)
        poke(note.rests, index, to_float(SPACING - 1))
        extra = to_float(self.expressions[index].id)
        self.score.add(EXPRESSION, at, 0, note.key, value, extra, note.number)

    def _end(self, note: Note, at: i64) -> None:
        note.held = False
        self.score.add(NOTE_OFF, at, 0, note.key, 0.5, 0.0, note.number)

    def _press(self, note: Note, voice: i64, frame: i64, at: i64) -> None:
        """Pressure on a note of its own, where there are several."""
        inlet = self.notes[4]
        if not inlet.wide:
            return
        pressure = min(max(_volts(inlet, frame, voice) / FULL_VOLTS, 0.0), 1.0)
        if abs(pressure - note.pressure) > FINE:
            note.pressure = pressure
            self.score.add(NOTE_PRESSURE, at, 0, note.key, pressure, 0.0, note.number)

    def _bend(self, start: i64, stop: i64) -> None:
        """Bend and pressure of all notes together."""
        whole = self.score
        frame = start
        while frame < stop:
            bend = min(max(_volts(self.notes[3], frame, 0) / BEND_VOLTS, -1.0), 1.0)
            if abs(bend - whole.bend) > FINE:
                whole.bend = bend
                whole.add(BEND, frame - start, 0, 0, bend, 0.0, -1)
            if not self.notes[4].wide:
                pressure = min(max(_volts(self.notes[4], frame, 0) / FULL_VOLTS, 0.0), 1.0)
                if abs(pressure - whole.pressure) > FINE:
                    whole.pressure = pressure
                    whole.add(PRESSURE, frame - start, 0, 0, pressure, 0.0, -1)
            frame += SPACING


def _voices(inlet: Inlet) -> i64:
    return inlet.channels if inlet.wide else 1


def _volts(inlet: Inlet, frame: i64, voice: i64) -> float:
    return peek(inlet.bound, frame * VOICES + voice) if inlet.wide else peek(inlet.bound, frame)
