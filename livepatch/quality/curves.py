"""What the filters are meant to do: the gain of each outlet, as a formula, for every module that is one.

A curve takes `s`, the frequency over the cutoff times the imaginary unit, and the resonance (0 to 1).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Gains = NDArray[np.complexfloating[Any, Any]]
Curve = Callable[[Gains, float], Gains]


def _ladder(numerator: Callable[[Gains], Gains]) -> Curve:
    """Four poles in a row with feedback; the module makes up for what the feedback takes from the bass."""

    def curve(s: Gains, resonance: float) -> Gains:
        k = 4.6 * resonance
        return (1.0 + 0.4 * k) * numerator(s) / ((1.0 + s) ** 4 + k)

    return curve


def _two_pole(numerator: Callable[[Gains, float], Gains]) -> Curve:
    """Two poles, damped by 2 down to 0.02."""

    def curve(s: Gains, resonance: float) -> Gains:
        k = 2.0 - 1.98 * resonance
        return numerator(s, k) / (s * s + k * s + 1.0)

    return curve


CURVES: dict[str, dict[str, Curve]] = {
    "vcf": {
        "low": _ladder(np.ones_like),
        "low12": _ladder(lambda s: (1.0 + s) ** 2),
        "band": _ladder(lambda s: 4.0 * s * s),
        "high": _ladder(lambda s: s**4),
    },
    "svf": {
        "low": _two_pole(lambda s, _: np.ones_like(s)),
        "band": _two_pole(lambda s, k: k * s),
        "high": _two_pole(lambda s, _: s * s),
        "notch": _two_pole(lambda s, _: s * s + 1.0),
    },
}
