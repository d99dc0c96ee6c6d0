"""Where the transport is, as a plug-in is told at each block."""

import time

from livepatch.plugins.plugin import Clock
from livepatch.plugins.vst3 import abi
from livepatch.plugins.vst3.abi import ffi
from livepatch.plugins.vst3.interface import Interface


class Transport:
    """Writes a clock into the `context` of a block, as far as the plug-in says that it wants to know."""

    def __init__(self, component: Interface, clock: Clock) -> None:
        self._clock = clock
        self.context = ffi.new("ProcessContext*")
        self._done = 0
        self._next = clock.frame
        self._told = sum(abi.TOLD_OF_TIME.values())
        self._wants_clock = False
        asked = component.ask("IProcessContextRequirements")
        if asked is not None:
            needs = asked.call("getProcessContextRequirements")
            self._told = sum(flag for need, flag in abi.TOLD_OF_TIME.items() if needs & need)
            self._wants_clock = bool(needs & abi.NEED_SYSTEM_TIME)
            asked.release()

    def tell(self, frames: int) -> None:
        """Write it for a block of so many frames. Audio thread."""
        context, clock = self.context, self._clock
        context.frame = clock.frame
        self._done += max(clock.frame - self._next, 0)  # it was not played meanwhile
        context.continuous_frame = self._done
        self._done += frames
        self._next = clock.frame + frames
        state = self._told
        if state:
            context.tempo = clock.tempo
            context.beats = clock.beats
            context.bar_beats = clock.bar_beats
            context.numerator = clock.numerator
            context.denominator = clock.denominator
        if clock.playing:
            state |= abi.PLAYING
        if self._wants_clock:
            context.system_time = time.monotonic_ns()
            state |= abi.SYSTEM_TIME
        context.state = state
