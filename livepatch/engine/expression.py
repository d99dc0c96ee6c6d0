"""What each note of a plug-in has for itself while it sounds, such as its volume, as volts bring it.

Native code in the engine process; the audio callback alone uses it.
"""

from mypy_extensions import i64

from livepatch.dsp.arithmetic import round_to_int, to_float
from livepatch.dsp.blocks import peek
from livepatch.engine.ports import Inlet
from livepatch.runtime import VOICES


class Expression:
    """What each note has for itself, by an inlet: 0 V is `zero` and each volt `per_volt` more.

    It goes from `lowest` to `highest`, and notes begin with `default`. `once`: it is told only then. `patched`:
    a cable may move it; `was`: one could, a quantum ago.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what the plug-in says of it
        self,
        inlet: Inlet,
        id: i64,
        zero: float,
        per_volt: float,
        lowest: float,
        highest: float,
        default: float,
        steps: i64,
        *,
        once: bool,
    ) -> None:
        self.inlet = inlet
        self.id: i64 = id
        self.zero: float = zero
        self.per_volt: float = per_volt
        self.lowest: float = lowest
        self.highest: float = highest
        self.default: float = default
        self.steps: i64 = steps
        self.once: bool = once
        self.patched: bool = False
        self.was: bool = False

    def look(self) -> bool:
        """Whether it may move in this part of the quantum: also when its cable has just gone."""
        patched = len(self.inlet.feeds) > 0 or self.inlet.moving
        self.patched = (patched or self.was) and not self.once
        self.was = patched
        return self.patched

    def value(self, frame: i64, voice: i64) -> float:
        """Where it is for a voice."""
        inlet = self.inlet
        volts = peek(inlet.bound, frame * VOICES + voice) if inlet.wide else peek(inlet.bound, frame)
        value = self.zero + self.per_volt * volts
        if self.steps > 0:
            steps = to_float(self.steps)
            value = to_float(round_to_int(value * steps)) / steps
        return min(max(value, self.lowest), self.highest)
