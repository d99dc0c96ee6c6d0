"""The sockets of a playing module: outlets, and the inlets and knobs that cables run into.

Native code in the engine process. Only the audio callback changes what is here, between quanta,
except where an object is new and not yet part of the graph.
"""

from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import to_float
from livepatch.dsp.blocks import add, add_ramped, add_scaled, fill, limit, peek, poke, ramp
from livepatch.runtime import QUANTUM, Module

CABLE_FADE_FRAMES: Final = 256
"""How long a cable takes from one gain to another."""


def silence() -> vec[float]:
    """A new block of one quantum, at 0 V."""
    return vec[float]([0.0] * QUANTUM)


class Outlet:
    """An outlet in the rack: the block that all of its cables share.

    `place` is where its module stands in the graph's list, -1 while no playing code has this outlet.
    `slot` is its meter.
    """

    def __init__(self, name: str, slot: i64 = -1) -> None:
        self.name = name
        self.block: vec[float] = silence()
        self.place: i64 = -1
        self.slot: i64 = slot
        self.last: float = 0.0


class Feed:
    """A cable as it plays into one inlet; `route` tells it from the others.

    `gain` holds at the start of the quantum and grows by `rise` a frame, for `left` more frames.
    With `lag` its source is played later in the quantum: it is heard one sample late. `leaving`: it is
    unpatched and fades out.
    """

    def __init__(self, route: tuple[int, str], outlet: Outlet, gain: float) -> None:
        self.route = route
        self.outlet = outlet
        self.gain: float = gain
        self.target: float = gain
        self.rise: float = 0.0
        self.left: i64 = 0
        self.lag: bool = False
        self.leaving: bool = False

    def aim(self, gain: float) -> None:
        """Go to `gain` in a straight line from where it is now."""
        self.target = gain
        self.rise = (gain - self.gain) / CABLE_FADE_FRAMES
        self.left = CABLE_FADE_FRAMES if gain != self.gain else 0

    def add_to(self, block: vec[float], start: i64, stop: i64) -> None:
        """Add what the cable brings to the frames from `start` to `stop`, of which there is one if it lags."""
        source = self.outlet.block
        if self.lag:
            before = start - 1 if start > 0 else QUANTUM - 1
            poke(
                block,
                start,
                peek(block, start) + (self.gain + self.rise * to_float(start + 1)) * peek(source, before),
            )
        elif self.left > 0:
            add_ramped(block, source, self.gain + self.rise * to_float(start + 1), self.rise, start, stop)
        elif self.gain == 1.0:
            add(block, source, start, stop)
        else:
            add_scaled(block, source, self.gain, start, stop)

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
    gain 1 is all there is, otherwise `block`, which is mixed before the module plays while `busy`.
    """

    def __init__(self, module: Module | None, name: str, normal: float = 0.0) -> None:
        """`module` None: nothing is bound by name, what plays reads `bound`."""
        self.module = module
        self.name = name
        self.block: vec[float] = silence()
        self.bound: vec[float] = self.block
        self.feeds: list[Feed] = []
        self.normal: Feed | None = None
        self.followers: list[Inlet] = []
        self.busy: bool = False
        self.moving: bool = False
        if normal != 0.0:
            constant = Outlet(name)
            fill(constant.block, normal, 0, QUANTUM)
            self.normal = Feed(NO_ROUTE, constant, 1.0)

    def follow(self, other: "Inlet") -> None:
        """Hold what `other` holds, while no cable is patched here."""
        self.normal = Feed(NO_ROUTE, Outlet(self.name), 1.0)
        self.normal.outlet.block = other.bound
        other.followers.append(self)

    def attach(self, feed: Feed) -> None:
        """Patch a cable in; cables sum in the order of their routes, whichever came first."""
        index = 0
        while index < len(self.feeds) and self.feeds[index].route < feed.route:
            index += 1
        self.feeds.insert(index, feed)

    def settle(self) -> None:
        """Find the cheapest way to play; call it whenever a cable came, went, or stopped fading."""
        self.feeds = [feed for feed in self.feeds if not (feed.leaving and feed.left == 0)]
        patched = False
        self.moving = False
        for feed in self.feeds:
            patched = patched or not feed.leaving
            self.moving = self.moving or feed.left > 0
        if self.normal is not None:
            goal = 0.0 if patched else 1.0
            if self.normal.target != goal:
                self.normal.aim(goal)
            self.moving = self.moving or self.normal.left > 0
        self._choose()

    def _choose(self) -> None:
        sole = self._sole()
        self.busy = sole is None and (len(self.feeds) > 0 or self.normal is not None)
        if sole is not None:
            self.bind(sole.outlet.block)
        else:
            if not self.busy:
                fill(self.block, 0.0, 0, QUANTUM)
            self.bind(self.block)

    def _sole(self) -> Feed | None:
        if self.moving:
            return None
        count = 0
        sole: Feed | None = None
        if self.normal is not None and self.normal.gain != 0.0:
            count += 1
            sole = self.normal
        for feed in self.feeds:
            count += 1
            sole = feed
        if count == 1 and sole is not None and sole.gain == 1.0 and not sole.lag:
            return sole
        return None

    def bind(self, block: vec[float]) -> None:
        """Make `block` what the module reads here."""
        self.bound = block
        if self.module is not None:
            setattr(self.module, self.name, block)
        for follower in self.followers:
            if follower.normal is not None:
                follower.normal.outlet.block = block
            follower.settle()

    def mix(self, start: i64, stop: i64) -> None:
        """Sum the cables into `block`, for the frames from `start` to `stop`."""
        fill(self.block, 0.0, start, stop)
        if self.normal is not None and (self.normal.gain != 0.0 or self.normal.left > 0):
            self.normal.add_to(self.block, start, stop)
        for feed in self.feeds:
            feed.add_to(self.block, start, stop)

    def end(self) -> bool:
        """A quantum has passed in which a gain moved; whether an unpatched cable has gone for good."""
        before = len(self.feeds)
        for feed in self.feeds:
            feed.end()
        if self.normal is not None:
            self.normal.end()
        self.settle()
        return len(self.feeds) != before


class Knob(Inlet):
    """A knob: a straight line to where it was turned, over one quantum, plus its cables, inside its range."""

    def __init__(self, module: Module | None, name: str, minimum: float, maximum: float, value: float) -> None:
        super().__init__(module, name)
        self.minimum: float = minimum
        self.maximum: float = maximum
        self.value: float = value
        self.goal: float = value
        self.rise: float = 0.0

    def turn(self, goal: float) -> None:
        """Go to `goal` within the next quantum."""
        self.goal = min(max(goal, self.minimum), self.maximum)
        self.rise = (self.goal - self.value) / QUANTUM

    def _choose(self) -> None:
        self.moving = self.moving or self.rise != 0.0
        self.busy = len(self.feeds) > 0 or self.rise != 0.0
        if not self.busy:
            fill(self.block, self.value, 0, QUANTUM)
        self.bind(self.block)

    def mix(self, start: i64, stop: i64) -> None:
        """Write the knob's own value, add the cables, stay in range."""
        if self.rise != 0.0:
            ramp(self.block, self.value + self.rise * to_float(start + 1), self.rise, start, stop)
        else:
            fill(self.block, self.value, start, stop)
        if len(self.feeds) > 0:
            for feed in self.feeds:
                feed.add_to(self.block, start, stop)
            limit(self.block, self.minimum, self.maximum, start, stop)

    def end(self) -> bool:
        """A quantum has passed in which the knob or a gain moved."""
        self.value = self.goal
        self.rise = 0.0
        return super().end()
