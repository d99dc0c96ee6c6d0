"""The knobs of a playing module: lines to where they were turned, and the cables onto them.

Native code in the engine process. Only the audio callback changes what is here, between quanta or at a frame
inside one, except where an object is new and not yet part of the graph.
"""

import math
from typing import Final

from mypy_extensions import i64

from livepatch.dsp.arithmetic import ceil_to_int, to_float
from livepatch.dsp.blocks import fill, limit, poke, ramp, spread
from livepatch.engine.ports import Inlet
from livepatch.runtime import QUANTUM, VOICES, Module

STRAIGHT: Final = 1e-9
"""A bend that is smaller is none."""


class Glide:
    """A long way of a knob from `first` on, `frames` long; `done` frames of it lie before the quantum.

    `bend`: how much faster it is at its end than at its beginning, as a natural logarithm. `shown`: the other way
    round, so that what is shown exponentially goes straight. `beats`: it keeps to the tempo.
    """

    def __init__(  # noqa: PLR0913 - all of it says how the way goes
        self, first: float, goal: float, frames: float, bend: float, *, shown: bool, beats: bool
    ) -> None:
        self.first: float = first
        self.goal: float = goal
        self.frames: float = frames
        self.done: float = 0.0
        self.bend: float = bend
        self.shown: bool = shown
        self.beats: bool = beats

    def at(self, frame: float) -> float:
        """Where it is at a frame of the quantum, or between two."""
        share = min(max((self.done + frame) / self.frames, 0.0), 1.0)
        if abs(self.bend) > STRAIGHT:
            whole = math.exp(self.bend) - 1.0
            if self.shown:
                share = math.log(1.0 + share * whole) / self.bend
            else:
                share = (math.exp(self.bend * share) - 1.0) / whole
        return self.first + (self.goal - self.first) * share

    def left(self) -> i64:
        """Frames from the beginning of the quantum to its end."""
        return ceil_to_int(self.frames - self.done - 1e-6)

    def stretch(self, ratio: float, at: i64) -> None:
        """Take so many times as long from frame `at` of the quantum on."""
        passed = (self.done + to_float(at)) * ratio
        self.frames *= ratio
        self.done = passed - to_float(at)


class Knob(Inlet):
    """A knob: a straight line to where it was turned, plus its cables, inside its range.

    `value` holds at the start of the quantum and grows by `rise` a frame, for `left` more frames from there.
    Turned inside the quantum, at a frame `at`, that start lies back so that the line goes through the same place.
    `glide`: it is on a longer way.
    """

    def __init__(self, module: Module | None, name: str, minimum: float, maximum: float, value: float) -> None:
        super().__init__(module, name)
        self.minimum: float = minimum
        self.maximum: float = maximum
        self.value: float = value
        self.goal: float = value
        self.rise: float = 0.0
        self.left: i64 = 0
        self.glide: Glide | None = None

    def now(self, at: i64) -> float:
        """Where it stands before frame `at` of the quantum."""
        glide = self.glide
        if self.left <= at:
            return self.goal
        return self.value + self.rise * to_float(at) if glide is None else glide.at(to_float(at))

    def turn(self, goal: float, at: i64 = 0) -> None:
        """Go to `goal` within a quantum from frame `at` of this one."""
        now = self.now(at)
        self.glide = None
        self.goal = min(max(goal, self.minimum), self.maximum)
        self.rise = (self.goal - now) / QUANTUM
        self.value = now - self.rise * to_float(at)
        self.left = QUANTUM + at if self.goal != now else 0

    def go(self, glide: Glide, at: i64 = 0) -> None:
        """Go a longer way from where it is at frame `at`; no more than a quantum is a turn."""
        if glide.frames <= QUANTUM:
            self.turn(glide.goal, at)
            return
        glide.first = self.now(at)
        glide.goal = self.goal = min(max(glide.goal, self.minimum), self.maximum)
        glide.done = -to_float(at)
        self.value = glide.first
        self.rise = 0.0
        self.glide = glide
        self.left = glide.left()

    def stretch(self, ratio: float, at: i64) -> None:
        """Follow another tempo from frame `at` on, if it keeps to it."""
        glide = self.glide
        if glide is not None and glide.beats and self.left > at:
            glide.stretch(ratio, at)
            self.left = glide.left()

    def take_over(self, other: "Knob") -> None:
        """Be on the same way as the knob of other code."""
        glide = other.glide
        if glide is not None and other.left > 0 and other.goal == self.goal:
            self.glide = Glide(
                glide.first, glide.goal, glide.frames, glide.bend, shown=glide.shown, beats=glide.beats
            )
            self.glide.done = glide.done
            self.left = other.left
            self.settle()

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
        glide = self.glide
        if glide is not None:
            for index in range(start, middle):
                poke(self.block, index, glide.at(to_float(index + 1)))
        elif start < middle:
            ramp(self.block, self.value + self.rise * to_float(start + 1), self.rise, start, middle)
        if middle < stop:
            fill(self.block, self.goal, middle, stop)
        into: i64 = 1
        if self.wide:
            into = VOICES
        if self.wide:
            spread(self.room, self.block, 1.0, start, stop)
        if len(self.feeds) > 0:
            for feed in self.feeds:
                feed.add_to(self.bound, into, start, stop, total=False)
            limit(self.bound, self.minimum, self.maximum, start * into, stop * into)

    def end(self) -> bool:
        """A quantum has passed in which the knob or a gain moved."""
        if self.left > QUANTUM:
            self.left -= QUANTUM
            self.value += self.rise * QUANTUM
            if self.glide is not None:
                self.glide.done += QUANTUM
        else:
            self.left = 0
            self.glide = None
            self.value = self.goal
            self.rise = 0.0
        return super().end()
