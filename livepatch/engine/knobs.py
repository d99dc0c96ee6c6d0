"""The knobs of a playing module: lines to where they were turned, and the cables onto them.

Native code in the engine process. Only the audio callback changes what is here, between quanta or at a frame
inside one, except where an object is new and not yet part of the graph.
"""

from mypy_extensions import i64

from livepatch.dsp.arithmetic import to_float
from livepatch.dsp.blocks import fill, limit, ramp, spread
from livepatch.engine.ports import Inlet
from livepatch.runtime import QUANTUM, VOICES, Module


class Knob(Inlet):
    """A knob: a straight line to where it was turned, plus its cables, inside its range.

    `value` holds at the start of the quantum and grows by `rise` a frame, for `left` more frames from there.
    Turned inside the quantum, at a frame `at`, that start lies back so that the line goes through the same place.
    """

    def __init__(self, module: Module | None, name: str, minimum: float, maximum: float, value: float) -> None:
        super().__init__(module, name)
        self.minimum: float = minimum
        self.maximum: float = maximum
        self.value: float = value
        self.goal: float = value
        self.rise: float = 0.0
        self.left: i64 = 0

    def turn(self, goal: float, at: i64 = 0) -> None:
        """Go to `goal` within a quantum from frame `at` of this one."""
        now = self.goal if self.left <= at else self.value + self.rise * to_float(at)
        self.goal = min(max(goal, self.minimum), self.maximum)
        self.rise = (self.goal - now) / QUANTUM
        self.value = now - self.rise * to_float(at)
        self.left = QUANTUM + at if self.goal != now else 0

    def _choose(self) -> None:
        self.channels = self.count()
        self.moving = self.moving or self.left > 0
        self.busy = len(self.feeds) > 0 or self.left > 0
        self._own()
        if not self.busy:
            fill(self.bound, self.value, 0, len(self.bound))

    def mix(self, start: i64, stop: i64) -> None:
        """Write the knob's own value, add the cables, stay in range."""
        middle = min(max(self.left, start), stop)
        if start < middle:
            ramp(self.block, self.value + self.rise * to_float(start + 1), self.rise, start, middle)
        if middle < stop:
            fill(self.block, self.goal, middle, stop)
        into = VOICES if self.wide else 1
        if self.wide:
            spread(self.room, self.block, start, stop)
        if len(self.feeds) > 0:
            for feed in self.feeds:
                feed.add_to(self.bound, into, start, stop, total=False)
            limit(self.bound, self.minimum, self.maximum, start * into, stop * into)

    def end(self) -> bool:
        """A quantum has passed in which the knob or a gain moved."""
        if self.left > QUANTUM:
            self.left -= QUANTUM
            self.value += self.rise * QUANTUM
        else:
            self.left = 0
            self.value = self.goal
            self.rise = 0.0
        return super().end()
