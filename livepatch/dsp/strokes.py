"""Strokes: what is struck and dies away, and begins anew without a click."""

from typing import Final

from livepatch.block import Block
from livepatch.dsp.functions import clamp, divide, exp2
from livepatch.dsp.levels import SILENCE

FALL_OCTAVES: Final = 9.965784284662087
"""How far a level falls in 60 dB: log2(1000)."""
QUIET: Final = 1e-7
"""Where a level that falls is silence: -140 dB."""
WIDEST_JOINT: Final = 2.0


class falling(Block):
    """A level that jumps up where it is struck, and falls by 60 dB in as many seconds as is said."""

    level = 0.0

    def process(self, struck: bool, height: float, seconds: float) -> float:  # noqa: FBT001  # it is, or is not
        """The level, `height` at a stroke."""
        fallen = self.level * exp2(-divide(FALL_OCTAVES * self.sample_seconds, seconds))
        level = height if struck else fallen
        self.level = level if level > QUIET else 0.0
        return self.level


class joint(Block):
    """Joins a sound that begins anew to where it was; the step dies away by 60 dB in so many seconds."""

    last = 0.0
    rest = 0.0

    def process(self, sound: float, anew: bool, seconds: float) -> float:  # noqa: FBT001  # it does, or does not
        """The sound, joined."""
        fading = self.rest * exp2(-divide(FALL_OCTAVES * self.sample_seconds, seconds)) + SILENCE
        self.rest = clamp(self.last - sound, -WIDEST_JOINT, WIDEST_JOINT) if anew else fading
        self.last = sound + self.rest
        return self.last
