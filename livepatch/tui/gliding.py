"""Knobs on a longer way, as a screen shows them: by the clock, not heard from the engine."""

import math
import time
from dataclasses import dataclass

from livepatch.patch.edits import Glide


@dataclass(frozen=True)
class Gliding:
    """A knob that goes from `first` to `goal`, since `began` (time.monotonic), in so many seconds."""

    first: float
    goal: float
    began: float
    seconds: float
    glide: Glide

    @classmethod
    def now(cls, first: float, goal: float, glide: Glide, tempo: float) -> "Gliding":
        """One that begins now."""
        seconds = glide.beats * 60.0 / tempo if glide.beats else glide.seconds
        return cls(first, goal, time.monotonic(), max(seconds, 1e-3), glide)

    def over(self) -> bool:
        """Whether it has arrived."""
        return time.monotonic() - self.began >= self.seconds

    def value(self) -> float:
        """Where it is."""
        share = min((time.monotonic() - self.began) / self.seconds, 1.0)
        bend = self.glide.bend
        if abs(bend) > 1e-9:
            whole = math.expm1(bend)
            share = math.log1p(share * whole) / bend if self.glide.shown else math.expm1(bend * share) / whole
        return self.first + (self.goal - self.first) * share
