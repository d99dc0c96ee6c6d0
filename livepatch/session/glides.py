"""How long a turn takes and which way it goes, from what a performer types."""

import math

from livepatch.errors import PatchError
from livepatch.panel import Button, Knob, Switch
from livepatch.patch.edits import Glide

LONGEST_SECONDS = 86400.0
MOST_BEND = 40.0
SILENCE = 1e-3
"""A level that decibels go to and come from where there are none: -60 dB below the other end."""


def glide(beats: float | None, seconds: float | None, bend: float, *, shown: bool) -> Glide:
    """The glide of so many beats or seconds.

    Raises: PatchError: if both are given, or none, or what is no time.
    """
    if (beats is None) == (seconds is None):
        raise PatchError("say how long: beats=4, or seconds=2")
    time = beats if beats is not None else seconds
    if isinstance(time, bool) or not isinstance(time, int | float) or not 0.0 <= time <= LONGEST_SECONDS:
        raise PatchError(f"it can take from 0 to {LONGEST_SECONDS:g} beats or seconds, not {time!r}")
    return Glide(0.0 if seconds is None else float(seconds), 0.0 if beats is None else float(beats), bend, shown)


def bend(control: Knob | Switch | Button, first: float, goal: float, curve: str | float) -> tuple[float, bool]:
    """The bend of a way, and whether it is that of what is shown.

    Raises: PatchError: if there is no such curve.
    """
    if not isinstance(control, Knob):
        raise PatchError(f"{control.name} is no knob; it goes from one place to another at once")
    if isinstance(curve, int | float) and not isinstance(curve, bool) and abs(curve) <= MOST_BEND:
        return float(curve), False
    if curve == "straight":
        return 0.0, False
    if curve != "shown":
        raise PatchError(f'a curve is "straight", "shown", or a number from -{MOST_BEND:g} to {MOST_BEND:g}')
    if control.base > 0.0:
        return max(-MOST_BEND, min(math.log(control.base) * (goal - first), MOST_BEND)), True
    if control.base < 0.0:
        floor = max(abs(first), abs(goal)) * SILENCE or SILENCE
        return math.log(max(goal, floor) / max(first, floor)), False
    return 0.0, False
