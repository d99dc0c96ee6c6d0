"""What the filters are meant to do: for every module that is one, how it is set and the gain it should then have.

A new filter is one more entry of FILTERS.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from livepatch import display
from livepatch.panel import Knob, Panel

Gains = NDArray[np.complexfloating[Any, Any]]
Scale = Callable[[float], Gains]
"""The frequencies that are looked at over a cutoff in Hz, times the imaginary unit."""
Curve = Callable[[Scale], Gains]


class Case(NamedTuple):
    """A setting of a filter: its knobs, its highest cutoff, and the gain of each outlet."""

    knobs: dict[str, float]
    cutoff_hz: float
    curves: Mapping[str, Curve]


CUTOFFS_HZ = (50.0, 250.0, 1000.0, 3000.0, 8000.0)
RESONANCES = (0.0, 0.5, 0.8)


def _vcf(panel: Panel) -> Iterator[Case]:
    """Four poles in a row with feedback, which makes up for a part of the bass that it takes."""
    for cutoff_hz, resonance in product(CUTOFFS_HZ, RESONANCES):
        k = 4.6 * resonance

        def curve(numerator: Callable[[Gains], Gains], cutoff_hz: float = cutoff_hz, k: float = k) -> Curve:
            return lambda s: (1.0 + 0.4 * k) * numerator(s(cutoff_hz)) / ((1.0 + s(cutoff_hz)) ** 4 + k)

        curves = {
            "low": curve(np.ones_like),
            "low12": curve(lambda s: (1.0 + s) ** 2),
            "band": curve(lambda s: 4.0 * s * s),
            "high": curve(lambda s: s**4),
        }
        yield Case(_set(panel, cutoff=cutoff_hz, resonance=100.0 * resonance), cutoff_hz, curves)


def _svf(panel: Panel) -> Iterator[Case]:
    """Two poles, damped by 2 down to 0.02."""
    for cutoff_hz, resonance in product(CUTOFFS_HZ, RESONANCES):
        k = 2.0 - 1.98 * resonance

        def curve(numerator: Callable[[Gains], Gains], cutoff_hz: float = cutoff_hz, k: float = k) -> Curve:
            return lambda s: numerator(s(cutoff_hz)) / _two_poles(s(cutoff_hz), k)

        curves = {
            "low": curve(np.ones_like),
            "band": curve(lambda s, k=k: k * s),  # type: ignore[misc]  # k as it is now
            "high": curve(lambda s: s * s),
            "notch": curve(lambda s: s * s + 1.0),
        }
        yield Case(_set(panel, cutoff=cutoff_hz, resonance=100.0 * resonance), cutoff_hz, curves)


def _eq(panel: Panel) -> Iterator[Case]:
    """Two shelves of twice their dB in amplitude, and two bells, in a row."""
    for low, mid, presence, high in ((12.0, 0.0, 0.0, -12.0), (0.0, 12.0, -12.0, 0.0), (-6.0, -18.0, 6.0, 9.0)):
        knobs = _set(panel, low=low, mid=mid, presence=presence, high=high)
        knobs |= _set(panel, low_pitch=120.0, mid_pitch=500.0, presence_pitch=3000.0, high_pitch=7000.0)

        def curve(s: Scale, gains: tuple[float, ...] = (low, mid, presence, high)) -> Gains:
            shelves = _low_shelf(s(120.0), gains[0]) * _low_shelf(1.0 / s(7000.0), gains[3])
            return shelves * _bell(s(500.0), gains[1]) * _bell(s(3000.0), gains[2])

        yield Case(knobs, 7000.0, {"out": curve})


def _low_shelf(s: Gains, decibels: float) -> Gains:
    """A shelf that goes half of its dB at the cutoff; of 1 / s it is a high one."""
    root = 10.0 ** (decibels / 80.0)
    k = np.sqrt(2.0)
    above = root**4 + k * root**3 * s + root**2 * s * s
    return np.asarray(above / (1.0 + k * root * s + root**2 * s * s))


def _bell(s: Gains, decibels: float) -> Gains:
    """A bell an octave wide between half of its dB."""
    gain = 10.0 ** (decibels / 40.0)
    k = np.sqrt(0.5)
    return _two_poles(s, k * gain) / _two_poles(s, k / gain)


def _two_poles(s: Gains, damping: float) -> Gains:
    return np.asarray(s * s + damping * s + 1.0)


def _set(panel: Panel, **shown: float) -> dict[str, float]:
    """The knobs that show these numbers."""
    knobs = {knob.name: knob for knob in panel.knobs if isinstance(knob, Knob)}
    return {name: display.undisplayed(knobs[name], number) for name, number in shown.items()}


FILTERS: dict[str, Callable[[Panel], Iterator[Case]]] = {"eq": _eq, "svf": _svf, "vcf": _vcf}
