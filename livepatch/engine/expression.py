"""What each note of a plug-in has for itself while it sounds, such as its volume, as volts bring it.

Native code in the engine process; the audio callback alone uses it.
"""

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import round_to_int, to_float
from livepatch.dsp.blocks import peek, poke
from livepatch.engine.ports import Inlet
from livepatch.runtime import VOICES


class Expression:
    """What each note has for itself, by an inlet: 0 V is `zero` and each volt `per_volt` more.

    It goes from `lowest` to `highest`, and notes begin with `default`. `once`: it is told only then. `moves`: it
    does in this part of a quantum, or where it went in the one before may not be `told` yet. `last` is where the
    volts of each voice were, one or all as `wide` says, if they are `known`; `patched`: a cable was there.
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
        self.moves: bool = False
        self.told: bool = True
        self.patched: bool = False
        self.known: bool = False
        self.wide: bool = False
        self.last: vec[float] = vec[float]([0.0] * VOICES)

    def look(self, start: i64, stop: i64) -> bool:
        """Whether it moves in this part of the quantum: also when its cable has just gone."""
        patched = len(self.inlet.feeds) > 0 or self.inlet.moving
        watched = (patched or self.patched) and not self.once
        self.patched = patched
        moved = watched and self._moved(start, stop)
        self.moves = moved or (watched and not self.told)
        self.told = not moved
        self.known = watched
        return self.moves

    def _moved(self, start: i64, stop: i64) -> bool:
        """Whether a voice is elsewhere than where it was; notes where they are."""
        inlet, last = self.inlet, self.last
        bound = inlet.bound
        width: i64 = VOICES if inlet.wide else 1
        moved = not self.known or inlet.wide != self.wide
        self.wide = inlet.wide
        for frame in range(start, stop):
            if moved:
                break
            for voice in range(width):
                if peek(bound, frame * width + voice) != peek(last, voice):
                    moved = True
                    break
        for voice in range(width):
            poke(last, voice, peek(bound, (stop - 1) * width + voice))
        return moved

    def value(self, frame: i64, voice: i64) -> float:
        """Where it is for a voice."""
        inlet = self.inlet
        volts = peek(inlet.bound, frame * VOICES + voice) if inlet.wide else peek(inlet.bound, frame)
        value = self.zero + self.per_volt * volts
        if self.steps > 0:
            steps = to_float(self.steps)
            value = to_float(round_to_int(value * steps)) / steps
        return min(max(value, self.lowest), self.highest)
