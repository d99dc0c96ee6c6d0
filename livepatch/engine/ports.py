"""The sockets of a playing module that cables run into.

Native code in the engine process. Only the audio callback changes what is here, between quanta,
except where an object is new and not yet part of the graph.
"""

from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import to_float
from livepatch.dsp.blocks import (
    add,
    add_part,
    add_ramped,
    add_scaled,
    add_sum,
    add_voices,
    copy_scaled,
    fill,
    peek,
    poke,
    scale_part,
    spread,
)
from livepatch.engine.delay_line import Late
from livepatch.engine.outlets import Outlet, silence, wide_silence
from livepatch.runtime import QUANTUM, VOICES, Module

CABLE_FADE_FRAMES: Final = 256
"""How long a cable takes from one gain to another."""
ONE: Final = 0
"""What a module reads has one voice; of more, it hears the first."""
EITHER: Final = 1
"""It has as many voices as its cables."""
WIDE: Final = 2
"""It has all voices, in each of them a cable of one."""


class Feed:
    """A cable as it plays into one inlet; `route` tells it from the others.

    `gain` holds at the start of the quantum and grows by `rise` a frame, for `left` more frames from there. A
    change inside the quantum, at a frame `at`, moves that start back so that the line goes through the same place.
    With `lag` its source is played later in the quantum: it is heard one sample late. `leaving`: it is
    unpatched and fades out. It comes from `source` and reads `outlet`: that, or what is `late` of it. While it
    `awaits` what that has not given yet it is silent, and then fades to `full`. `age`: how often the modules were
    put in order since it came.
    """

    def __init__(self, route: tuple[int, str], outlet: Outlet, gain: float) -> None:
        self.route = route
        self.source = outlet
        self.outlet = outlet
        self.late: Late | None = None
        self.gain: float = gain
        self.target: float = gain
        self.rise: float = 0.0
        self.left: i64 = 0
        self.lag: bool = False
        self.leaving: bool = False
        self.awaits: bool = False
        self.full: float = 0.0
        self.age: i64 = 0

    def delay(self) -> i64:
        """How many frames late it brings what its source gives."""
        return 0 if self.late is None else self.late.delay

    def wait(self) -> None:
        """Be silent for now, and fade in later."""
        if not self.awaits:
            self.full = self.target
            self.awaits = True
            self.gain = self.target = self.rise = 0.0
            self.left = 0

    def aim(self, gain: float, at: i64 = 0, frames: i64 = CABLE_FADE_FRAMES) -> None:
        """Go to `gain` in a straight line from where it is at frame `at` of the quantum, in so many frames."""
        if self.awaits:
            self.full = gain
            return
        now = self.target if self.left <= at else self.gain + self.rise * to_float(at)
        self.target = gain
        self.rise = (gain - now) / to_float(frames)
        self.gain = now - self.rise * to_float(at)
        self.left = frames + at if gain != now else 0

    def add_to(self, block: vec[float], into: i64, start: i64, stop: i64, *, total: bool) -> None:
        """Add what the cable brings to the frames from `start` to `stop`, of which there is one if it lags.

        `block` has `into` voices to the frame, 1 or all. `total`: one that hears the sum of the cable's voices.
        """
        if 0 < self.left < stop:
            middle = max(self.left, start)
            if start < middle:
                self._add(block, into, start, middle, total=total)
            self.left = 0
            self.gain = self.target
            self.rise = 0.0
            start = middle
        self._add(block, into, start, stop, total=total)

    def _add(self, block: vec[float], into: i64, start: i64, stop: i64, *, total: bool) -> None:
        outlet = self.outlet
        gain = self.gain + self.rise * to_float(start + 1)
        if self.lag:
            self._add_late(block, into, start, gain, total=total)
        elif outlet.channels > 1 and total:
            add_sum(block, outlet.wide, outlet.channels, gain, self.rise, start, stop)
        elif outlet.is_wide():
            add_voices(block, into, outlet.wide, VOICES, gain, self.rise, start, stop)
        elif into > 1:
            add_voices(block, into, outlet.block, 1, gain, self.rise, start, stop)
        elif self.left > 0:
            add_ramped(block, outlet.block, gain, self.rise, start, stop)
        elif self.gain == 1.0:
            add(block, outlet.block, start, stop)
        else:
            add_scaled(block, outlet.block, self.gain, start, stop)

    def _add_late(self, block: vec[float], into: i64, start: i64, gain: float, *, total: bool) -> None:
        """Add what was there a frame before."""
        outlet = self.outlet
        before: i64 = QUANTUM - 1
        if start > 0:
            before = start - 1
        if into > 1 and outlet.channels > 1:
            add_part(block, start * into, outlet.wide, before * VOICES, gain, into)
        elif total:
            for voice in range(outlet.channels):
                poke(block, start, peek(block, start) + gain * outlet.at(before, voice))
        else:
            for voice in range(into):
                place = start * into + voice
                poke(block, place, peek(block, place) + gain * outlet.at(before, voice))

    def end(self) -> None:
        """A quantum has passed."""
        if self.left > 0:
            self.left -= QUANTUM
            self.gain += self.rise * QUANTUM
            if self.left <= 0:
                self.left = 0
                self.gain = self.target
                self.rise = 0.0


NO_ROUTE: Final = (0, "")


class Inlet:
    """An inlet of a playing module: the sum of its cables, or its normal while there are none.

    The module reads the block that it is bound to: the source's own block where one settled cable at
    gain 1 is all there is, otherwise `block` or `room`, which is mixed before the module plays while `busy`.
    `channels` is how many voices come in, `layout` what the module can read, `wide` whether `bound` has all
    voices. `total`: of many voices it hears the sum. `others` are more runs of the same code, for as many voices.
    """

    def __init__(self, module: Module | None, name: str, normal: float = 0.0) -> None:
        """`module` None: nothing is bound by name, what plays reads `bound`."""
        self.module = module
        self.name = name
        self.others: list[Module] = []
        self.block: vec[float] = silence()
        self.room: vec[float] = vec[float]()
        self.bound: vec[float] = self.block
        self.wide: bool = False
        self.layout: i64 = ONE
        self.channels: i64 = 1
        self.total: bool = False
        self.feeds: list[Feed] = []
        self.normal: Feed | None = None
        self.followers: list[Inlet] = []
        self.alone: Feed | None = None
        self.busy: bool = False
        self.moving: bool = False
        if normal != 0.0:
            constant = Outlet(name)
            fill(constant.block, normal, 0, QUANTUM)
            self.normal = Feed(NO_ROUTE, constant, 1.0)

    def follow(self, other: "Inlet") -> None:
        """Hold what `other` holds, while no cable is patched here."""
        self.normal = Feed(NO_ROUTE, Outlet(self.name), 1.0)
        self.normal.outlet.mirror(other.bound, other.channels, wide=other.wide)
        other.followers.append(self)

    def listen(self, block: vec[float]) -> None:
        """Hold what a block holds that something else writes."""
        self.normal = Feed(NO_ROUTE, Outlet(self.name), 1.0)
        self.normal.outlet.block = block

    def count(self) -> i64:
        """How many voices its cables bring, or else its normal."""
        most: i64 = 1
        for feed in self.feeds:
            most = max(most, feed.outlet.channels)
        if len(self.feeds) == 0 and self.normal is not None:
            most = self.normal.outlet.channels
        return most

    def read(self, layout: i64) -> None:
        """Count the voices anew, of which the module reads so many: ONE, EITHER or WIDE."""
        channels = self.count()
        if channels != self.channels or layout != self.layout:
            self.channels = channels
            self.layout = layout
            self.settle()

    def attach(self, feed: Feed) -> None:
        """Patch a cable in; cables sum in the order of their routes, whichever came first."""
        index = 0
        while index < len(self.feeds) and self.feeds[index].route < feed.route:
            index += 1
        self.feeds.insert(index, feed)

    def settle(self, at: i64 = 0) -> None:
        """Find the cheapest way to play; call it whenever a cable came, went, or stopped fading, at frame `at`."""
        self.feeds = [feed for feed in self.feeds if not (feed.leaving and feed.left == 0)]
        patched = False
        self.moving = False
        for feed in self.feeds:
            patched = patched or not (feed.leaving or feed.awaits)
            self.moving = self.moving or feed.left > 0
        if self.normal is not None:
            goal = 0.0 if patched else 1.0
            if self.normal.target != goal:
                self.normal.aim(goal, at)
            self.moving = self.moving or self.normal.left > 0
        self._choose()

    def _choose(self) -> None:
        self.channels = self.count()
        self.alone = self._alone()
        sole = self._sole()
        self.busy = sole is None and (len(self.feeds) > 0 or self.normal is not None)
        if sole is not None:
            wide = sole.outlet.is_wide()
            self.bind(sole.outlet.wide if wide else sole.outlet.block, wide=wide)
        else:
            self._own()
            if not self.busy:
                fill(self.bound, 0.0, 0, len(self.bound))

    def _own(self) -> None:
        """Have the module read a block of this inlet's own."""
        wide = self.layout == WIDE or (self.layout == EITHER and self.channels > 1)
        if wide and len(self.room) == 0:
            self.room = wide_silence()
        self.bind(self.room if wide else self.block, wide=wide)

    def _sole(self) -> Feed | None:
        sole = self.alone
        if sole is not None and sole.gain == 1.0 and not sole.lag and self._fits(sole.outlet):
            return sole
        return None

    def _alone(self) -> Feed | None:
        """The one settled cable that plays here, if that is all."""
        if self.moving:
            return None
        count = 0
        found: Feed | None = None
        if self.normal is not None and self.normal.gain != 0.0:
            count += 1
            found = self.normal
        for feed in self.feeds:
            count += 1
            found = feed
        return found if count == 1 else None

    def _fits(self, outlet: Outlet) -> bool:
        """Whether the module can read an outlet's block as it is."""
        return self.layout == EITHER or (self.layout == WIDE) == outlet.is_wide()

    def bind(self, block: vec[float], *, wide: bool) -> None:
        """Make `block` what the module reads here."""
        self.bound = block
        self.wide = wide
        if self.module is not None:
            setattr(self.module, self.name, block)
            if self.module.lanes:
                setattr(self.module, "wide_" + self.name, wide)
            for other in self.others:
                setattr(other, self.name, block)
        for follower in self.followers:
            if follower.normal is not None:
                follower.normal.outlet.mirror(block, self.channels, wide=wide)
            follower.settle()

    def mix(self, start: i64, stop: i64) -> None:
        """Sum the cables into the block that is read, for the frames from `start` to `stop`."""
        into: i64 = 1
        if self.wide:
            into = VOICES
        alone = self.alone
        if alone is not None and alone.outlet.is_wide() == self.wide:
            source = alone.outlet.wide if self.wide else alone.outlet.block
            if alone.lag:
                before: i64 = QUANTUM - 1
                if start > 0:
                    before = start - 1
                scale_part(self.bound, start * into, source, before * into, alone.gain, into)
            else:
                copy_scaled(self.bound, source, alone.gain, start * into, stop * into)
            return
        if alone is not None and self.wide and not alone.lag:
            spread(self.bound, alone.outlet.block, alone.gain, start, stop)
            return
        fill(self.bound, 0.0, start * into, stop * into)
        if self.normal is not None and (self.normal.gain != 0.0 or self.normal.left > 0):
            self.normal.add_to(self.bound, into, start, stop, total=self.total)
        for feed in self.feeds:
            feed.add_to(self.bound, into, start, stop, total=self.total)

    def end(self) -> bool:
        """A quantum has passed in which a gain moved; whether an unpatched cable has gone for good."""
        before = len(self.feeds)
        for feed in self.feeds:
            feed.end()
        if self.normal is not None:
            self.normal.end()
        self.settle()
        return len(self.feeds) != before
