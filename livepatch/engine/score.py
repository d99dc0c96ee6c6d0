"""What a plug-in is to play: the events and volts of a part of a quantum, and what its notes were told so far.

Native code in the engine process; the audio callback alone uses it.
"""

from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import to_float
from livepatch.dsp.blocks import fill, is_sound, peek, poke
from livepatch.engine.rest import Rest
from livepatch.runtime import QUANTUM, VOICES

MOST_EVENTS: Final = 1024
FIELDS: Final = 7
NOTE_ON: Final = 1.0
NOTE_OFF: Final = 2.0
NOTE_PRESSURE: Final = 3.0
PRESSURE: Final = 4.0
BEND: Final = 5.0
PARAMETER: Final = 8.0
TUNING: Final = 9.0
EXPRESSION: Final = 10.0
"""The kinds of events, as in `livepatch.plugins.plugin`."""
BEND_VOLTS: Final = 5.0
"""Volts of a bend as far as it goes, up or down."""
FULL_VOLTS: Final = 10.0
"""Volts of a whole velocity or pressure."""
MIDDLE_C: Final = 60
"""The key of 0 V."""
SILENT_VOLTS: Final = 1e-5
"""-120 dB; what stands still there is an offset that keeps filters from small numbers, and nothing that sounds."""
NOTHING_VOLTS: Final = 1e-20
"""-420 dB, where rings that never quite end go on in rounding errors: as much as a double leaves out at 0.1 mV."""
FLAGS: Final = 52
"""So many channels can be told to be silent: a float has no more bits that are exact."""


class Note:
    """What one voice plays: `key` and `number` of the note while it is `held`, where it was tuned and pressed.

    `pitch` is where its voltage was a sample ago, in semitones. Of each expression `told` is where it was told to
    be, `before` where it was a sample ago, and `rests` for how many frames it rests before it is told again.
    """

    def __init__(self, expressions: i64) -> None:
        self.told: vec[float] = vec[float]([0.0] * expressions)
        self.before: vec[float] = vec[float]([0.0] * expressions)
        self.rests: vec[float] = vec[float]([0.0] * expressions)
        self.held: bool = False
        self.key: i64 = 0
        self.number: i64 = 0
        self.tuning: float = 0.0
        self.pressure: float = 0.0
        self.pitch: float = 0.0


class Score:
    """The events of a part of a quantum, `count` rows of FIELDS numbers, and what was sent so far.

    It belongs to the module, and goes on when another instance of it sounds. `sent` is where each parameter stood
    last; `awaited`: the plug-in stands there already, and nothing is sent until the knob does too (-1: nothing).
    `sending` and `coming` are the volts that go to the plug-in and come from it, a quantum for each channel, and
    `last` is where each channel that came ended. `silent` has a bit for each channel in which nothing goes there.
    """

    def __init__(self, parameters: i64, inputs: i64, outputs: i64, expressions: i64 = 0) -> None:
        self.outputs = outputs
        self.sending: vec[float] = vec[float]([0.0] * (QUANTUM * max(inputs, i64(1))))
        self.coming: vec[float] = vec[float]([0.0] * (QUANTUM * max(outputs, i64(1))))
        self.last: vec[float] = vec[float]([0.0] * max(outputs, i64(1)))
        self.rows: vec[float] = vec[float]([0.0] * (MOST_EVENTS * FIELDS))
        self.count: i64 = 0
        self.silent: i64 = 0
        self.rest = Rest()
        self.sent: vec[float] = vec[float]([0.0] * parameters)
        self.awaited: vec[float] = vec[float]([-1.0] * parameters)
        self.known: bool = False
        self.notes: list[Note] = [Note(expressions) for _ in range(VOICES)]
        self.next: i64 = 1
        self.bend: float = 0.0
        self.pressure: float = 0.0

    def add(  # noqa: PLR0913, PLR0917 - an event has so many numbers
        self, kind: float, frame: i64, channel: i64, key: i64, value: float, extra: float, note: i64
    ) -> None:
        """Note an event; what has no room is lost."""
        if self.count >= MOST_EVENTS:
            return
        at = self.count * FIELDS
        rows = self.rows
        poke(rows, at, kind)
        poke(rows, at + 1, to_float(frame))
        poke(rows, at + 2, to_float(channel))
        poke(rows, at + 3, to_float(key))
        poke(rows, at + 4, value)
        poke(rows, at + 5, extra)
        poke(rows, at + 6, to_float(note))
        self.count += 1

    def renew(self) -> None:
        """Another process plays: what is held begins anew."""
        for note in self.notes:
            note.held = False
        self.bend = 0.0
        self.pressure = 0.0
        self.rest.end()
        self.rest.lies = False

    def sound(self, frames: i64) -> bool:
        """Whether so many frames of what came are numbers."""
        for channel in range(self.outputs):
            if not is_sound(self.coming, channel * QUANTUM, channel * QUANTUM + frames):
                return False
        return True

    def clear_nothing(self, frames: i64) -> None:
        """Have 0 in so many frames of what came where there is as good as nothing."""
        for channel in range(self.outputs):
            for at in range(channel * QUANTUM, channel * QUANTUM + frames):
                if abs(peek(self.coming, at)) < NOTHING_VOLTS:
                    poke(self.coming, at, 0.0)

    def silent_now(self, frames: i64) -> bool:
        """Whether so many frames of what came are 0."""
        for channel in range(self.outputs):
            for at in range(channel * QUANTUM, channel * QUANTUM + frames):
                if peek(self.coming, at) != 0.0:
                    return False
        return True

    def stands(self, frames: i64) -> bool:
        """Whether so many frames of what came stay where the block before ended, at 0 or as good as that."""
        for channel in range(self.outputs):
            last = peek(self.last, channel)
            if abs(last) > SILENT_VOLTS:
                return False
            for at in range(channel * QUANTUM, channel * QUANTUM + frames):
                if peek(self.coming, at) != last:
                    return False
        return True

    def hold(self) -> None:
        """Have every frame of what comes be where the last one ended."""
        for channel in range(self.outputs):
            fill(self.coming, peek(self.last, channel), channel * QUANTUM, (channel + 1) * QUANTUM)

    def keep_last(self, frames: i64) -> None:
        """Note where so many frames of what came end."""
        for channel in range(self.outputs):
            poke(self.last, channel, peek(self.coming, channel * QUANTUM + frames - 1))

    def expect(self, index: i64, value: float) -> None:
        """The plug-in stands at `value` by itself, and the knob is about to go there."""
        poke(self.awaited, index, value)
