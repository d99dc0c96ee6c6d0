"""The transport as VST2 plug-ins ask for it."""

import math
import time
from typing import Any, Final

from livepatch.plugins.plugin import Clock
from livepatch.plugins.vst2.abi import ffi
from livepatch.plugins.vst2.opcodes import TimeFlag

CLOCKS_IN_A_BEAT: Final = 24
_VALID: Final = int(
    TimeFlag.NANOSECONDS | TimeFlag.BEATS | TimeFlag.TEMPO | TimeFlag.BAR | TimeFlag.METER | TimeFlag.CLOCK
)
_PLAYING: Final = int(TimeFlag.PLAYING)
_CHANGED: Final = int(TimeFlag.CHANGED)


class TimeInfo:
    """What one thread of a plug-in reads about the transport: filled in when it asks, so no other pays for it."""

    def __init__(self) -> None:
        self.pointer: Any = ffi.new("TimeInfo *")
        self.address = int(ffi.cast("intptr_t", self.pointer))

    def fill(self, clock: Clock, sample_rate: float, offset: int, *, changed: bool) -> int:
        """Write down the time `offset` frames after the clock's; the address. `changed`: it began or stopped."""
        to = self.pointer
        tempo = clock.tempo
        beats = clock.beats
        if clock.playing:
            beats += offset * tempo / (60.0 * sample_rate)
        to.frame = clock.frame + offset
        to.sample_rate = sample_rate
        to.nanoseconds = time.monotonic_ns()
        to.beats = beats
        to.tempo = tempo
        to.bar = self._bar(clock, beats)
        to.numerator = clock.numerator
        to.denominator = clock.denominator
        clocks = beats * CLOCKS_IN_A_BEAT
        to.frames_to_clock = (
            round((math.ceil(clocks) - clocks) / CLOCKS_IN_A_BEAT * 60.0 / tempo * sample_rate)
            if tempo > 0.0
            else 0
        )
        to.flags = _VALID | (_PLAYING if clock.playing else 0) | (_CHANGED if changed else 0)
        return self.address

    @staticmethod
    def _bar(clock: Clock, beats: float) -> float:
        """Where the bar began: a part of a block may lie in the bar after that in which the block began."""
        length = 4.0 * clock.numerator / clock.denominator
        begin = clock.bar_beats
        return begin + length * ((beats - begin) // length) if beats >= begin + length else begin
