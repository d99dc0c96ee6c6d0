"""How a knob of Rack turns what it stands at into what it does, where that is no straight line."""

import math
from collections.abc import Callable
from typing import NamedTuple

from livepatch.panel import Button, Knob, RackParam, Switch

SILENT_DB = -120.0
_GAIN = 100.0
"""Decibels of a fifth power in a decade."""


class Law(NamedTuple):
    """What a knob's value becomes, and the way back."""

    forth: Callable[[float], float]
    back: Callable[[float], float]


def _square(value: float) -> float:
    return math.copysign(value * value, value)


def _root(value: float) -> float:
    return math.copysign(math.sqrt(abs(value)), value)


def _gain_db(value: float) -> float:
    return max(_GAIN * math.log10(1.0 + value), SILENT_DB) if value > -1.0 else SILENT_DB


def _of_gain_db(decibels: float) -> float:
    return math.pow(10.0, min(decibels, 400.0) / _GAIN) - 1.0


LAWS: dict[str, Law] = {
    "": Law(float, float),
    "square": Law(_square, _root),
    "fifth power": Law(_gain_db, _of_gain_db),
}
"""`square` keeps the sign; `fifth power` is the gain (1 + value) ** 5 in decibels."""


def ours(param: RackParam, value: float, control: Knob | Switch | Button) -> float:
    """What a knob, switch or button of ours stands at where Rack's stands at `value`: always in its range."""
    try:
        turned = LAWS[param.law].forth(value) * param.multiplier + param.offset
    except OverflowError:
        turned = math.copysign(math.inf, value * param.multiplier)
    match control:
        case Knob(minimum=minimum, maximum=maximum):
            return min(max(turned, minimum), maximum)
        case Switch(choices=choices):
            return float(round(min(max(turned, 0.0), len(choices) - 1.0)))
        case Button():
            return 1.0 if turned >= 0.5 else 0.0


def racks(param: RackParam, value: float) -> float:
    """What Rack's param stands at where ours stands at `value`; its multiplier is not 0."""
    return LAWS[param.law].back((value - param.offset) / param.multiplier)
