"""An outlet of a playing module, and the blocks of volts that its cables share.

Native code in the engine process. Only the audio callback changes what is here, between quanta,
except where an object is new and not yet part of the graph.
"""

from typing import TYPE_CHECKING, Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import is_finite, to_float
from livepatch.dsp.blocks import (
    blank,
    clear_voices,
    copy,
    copy_part,
    fill,
    guard,
    is_sound,
    peak,
    peek,
    poke,
    put_voice,
    ramp,
    take_voice,
)
from livepatch.runtime import QUANTUM, VOICES

if TYPE_CHECKING:
    from livepatch.engine.delay_line import DelayLine

UNKNOWN: Final = -1.0
"""The level of a quantum that was not looked at as a whole."""


def silence() -> vec[float]:
    """A new block of one quantum and one voice, at 0 V."""
    return blank(QUANTUM, 0.0)


def wide_silence() -> vec[float]:
    """A new block of one quantum and all voices, at 0 V."""
    return blank(QUANTUM * VOICES, 0.0)


class Outlet:
    """Where a module writes, and cables read: `block` while it has one voice, `wide` while it has more.

    `spread`: its one voice is in every place of `wide`, where an inlet with a block of all voices is followed.
    `place` is where its module stands in the graph's list, -1 while no playing code has this outlet.
    `heard`: something listens to it besides its meter, `tapped`: and that is no cable. `captured`: it holds what
    comes in at the sound card. `slot` is its meter, `level` the largest voltage of the quantum. `last` holds where
    each voice ended the quantum before. `line` keeps what was, where a cable brings that later.
    """

    def __init__(self, name: str, slot: i64 = -1) -> None:
        self.name = name
        self.block: vec[float] = silence()
        self.wide: vec[float] = vec[float]()
        self.channels: i64 = 1
        self.spread: bool = False
        self.place: i64 = -1
        self.slot: i64 = slot
        self.level: float = UNKNOWN
        self.tapped: bool = False
        self.captured: bool = False
        self.heard: bool = True
        self.was_heard: bool = True
        self.last: vec[float] = blank(VOICES, 0.0)
        self.line: DelayLine | None = None

    def carry(self, channels: i64, at: i64 = 0) -> bool:
        """Have so many voices from frame `at` on; whether that is news. What sounded last stays where it was."""
        if channels == self.channels:
            return False
        end = at - 1 if at > 0 else QUANTUM - 1
        if channels > 1:
            self.room()
            if self.channels == 1:
                fill(self.wide, 0.0, 0, QUANTUM * VOICES)
                put_voice(self.wide, self.block, 0, end, end + 1)
        else:
            take_voice(self.block, self.wide, 0, end, end + 1)
        self.channels = channels
        return True

    def room(self) -> None:
        """Have a wide block, which most outlets never need."""
        if len(self.wide) == 0:
            self.wide = wide_silence()

    def mirror(self, block: vec[float], channels: i64, *, wide: bool) -> None:
        """Hold what another block holds, which has so many voices."""
        if wide:
            self.wide = block
        else:
            self.block = block
        self.channels = channels if wide else 1
        self.spread = wide and channels == 1

    def is_wide(self) -> bool:
        """Whether cables read `wide`."""
        return self.channels > 1 or self.spread

    def take_over(self, other: "Outlet") -> None:
        """Hold what another outlet holds, in blocks of its own."""
        self.channels = other.channels
        if other.channels > 1:
            self.room()
            copy(self.wide, other.wide, 0, QUANTUM * VOICES)
        else:
            copy(self.block, other.block, 0, QUANTUM)

    def at(self, frame: i64, voice: i64) -> float:
        """What a voice is at a frame; one voice alone is all of them."""
        return peek(self.wide, frame * VOICES + voice) if self.channels > 1 else peek(self.block, frame)

    def silence(self, start: i64 = 0, stop: i64 = QUANTUM) -> None:
        """0 V on every voice, from frame `start` to `stop`."""
        if self.channels > 1:
            fill(self.wide, 0.0, start * VOICES, stop * VOICES)
        else:
            fill(self.block, 0.0, start, stop)

    def guard(self, start: i64, stop: i64) -> bool:
        """0 V where there is no finite number, and on voices that are none; whether there was such a place.

        Of a whole quantum, `level` becomes the largest voltage.
        """
        wide = self.channels > 1
        if wide and self.channels < VOICES:
            clear_voices(self.wide, self.channels, start, stop)
        block = self.wide if wide else self.block
        first = start * VOICES if wide else start
        after = stop * VOICES if wide else stop
        if stop - start < QUANTUM:
            spoiled = not is_sound(block, first, after)
        else:
            self.level = peak(block, first, after)
            spoiled = not is_finite(self.level)
        if spoiled:
            guard(block, first, after)
            self.level = UNKNOWN
        return spoiled

    def listen(self) -> None:
        """Be heard; if that is news, nobody has looked at what is left from before."""
        if not self.heard and not self.was_heard:
            self.guard(0, QUANTUM)
            self.level = UNKNOWN
        self.heard = True

    def measure(self) -> float:
        """The largest voltage of the quantum that has been computed."""
        level = self.level
        self.level = UNKNOWN
        if level != UNKNOWN:
            return level
        start: i64 = 0
        stop: i64 = QUANTUM
        if self.channels > 1:
            stop = QUANTUM * VOICES
        return peak(self.wide if self.channels > 1 else self.block, start, stop)

    def note_level(self, levels: vec[float], fall: float, slow_fall: float) -> None:
        """The quantum is over: move its meter, and remember where every voice ended.

        The meter falls by `fall`, by `slow_fall` where nobody hears the outlet.
        """
        slot = self.slot
        if slot >= 0:
            falling = fall if self.heard else slow_fall
            poke(levels, slot, max(self.measure(), peek(levels, slot) * falling))
        if self.channels > 1:
            since: i64 = (QUANTUM - 1) * VOICES
            count: i64 = VOICES
            copy_part(self.last, self.wide, since, count)
        else:
            poke(self.last, 0, peek(self.block, QUANTUM - 1))

    def run_out(self, start: i64, last: vec[float]) -> None:
        """Go from where each voice was before frame `start` (for frame 0: `last`) to 0 V at the quantum's end."""
        frames = to_float(QUANTUM - start)
        if self.channels == 1:
            first = peek(self.block, start - 1) if start > 0 else peek(last, 0)
            ramp(self.block, first - first / frames, -first / frames, start, QUANTUM)
            return
        for voice in range(i64(VOICES)):
            first = peek(self.wide, (start - 1) * VOICES + voice) if start > 0 else peek(last, voice)
            for index in range(start, QUANTUM):
                share = to_float(QUANTUM - 1 - index) / frames
                poke(self.wide, index * VOICES + voice, first * share)
