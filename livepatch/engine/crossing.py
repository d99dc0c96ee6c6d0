"""New code in place of old while a module plays: what is carried over, and outlets that fade to the other code.

Native code in the engine process; everything here belongs to the audio callback once it is in the graph.
"""

from collections.abc import Callable

from mypy_extensions import i64

from livepatch.dsp.blocks import add_voices, blend, copy
from livepatch.engine.instance import Instance
from livepatch.engine.outlets import Outlet
from livepatch.runtime import VOICES, Module


class Crossing:
    """An outlet during a swap: what the old and the new code write."""

    def __init__(self, outlet: Outlet, old: Outlet, new: Outlet) -> None:
        self.outlet = outlet
        self.old = old
        self.new = new

    def mix(self, share: float, rise: float, start: i64, stop: i64) -> bool:
        """Write both, the new one's share as in `blend`; whether the number of voices is another."""
        outlet = self.outlet
        channels = max(self.old.channels, self.new.channels)
        news = outlet.carry(channels, start)
        if channels == 1:
            copy(outlet.block, self.old.block, start, stop)
            blend(outlet.block, self.new.block, share, rise, start, stop)
            return news
        outlet.silence(start, stop)
        self._add(self.old, 1.0 - share, -rise, start, stop)
        self._add(self.new, share, rise, start, stop)
        return news

    def _add(self, source: Outlet, gain: float, rise: float, start: i64, stop: i64) -> None:
        wide = source.channels > 1
        block = source.wide if wide else source.block
        add_voices(self.outlet.wide, VOICES, block, VOICES if wide else 1, gain, rise, start, stop)


class Swap:
    """An instance that is to sound in place of another. `carry` copies state from the old module to the new.

    Then the new one takes `events`. `afresh`: it starts over, and so will what takes its place before it sounds.
    """

    def __init__(
        self,
        instance: Instance,
        carry: Callable[[Module, Module], object] | None,
        events: list[str],
        *,
        afresh: bool = False,
    ) -> None:
        self.instance = instance
        self.carry = carry
        self.events = events
        self.afresh: bool = afresh

    def follow(self, other: "Swap") -> None:
        """Take the place of another, which never sounded."""
        if self.afresh:
            return
        self.events = other.events + self.events
        if other.afresh:
            self.carry = None
            self.afresh = True
        elif self.carry is not None and other.carry is not None:
            self.carry = getattr(self.carry, "after")(other.carry)  # noqa: B009 - it is not native


def carry_voices(carry: Callable[[Module, Module], object], old: Instance, new: Instance) -> None:
    """Copy the state of every voice from one instance to another, whichever way each computes them."""
    new.voices = min(old.voices, max(new.voices_ready(), 1))
    new.wanted = old.voices
    for voice in range(new.voices):
        source = old.module
        if old.module.lanes and old.voices > 1:
            source.load_voice(voice)
        elif voice > 0:
            if voice > len(old.others):
                continue
            source = old.others[voice - 1]
        target = new.module
        if voice > 0 and not new.module.lanes:
            target = new.others[voice - 1]
        carry(source, target)
        if new.module.lanes and new.voices > 1:
            target.keep_voice(voice)
