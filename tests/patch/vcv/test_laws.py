"""Patches of Fundamental against the laws of Rack's modules, computed sample by sample."""

import math

import numpy as np
import pytest

from livepatch.engine.output import DC_BLOCK_HZ
from tests.patch.vcv.racks import RATE, Play, RackModule, Volts, fundamental

pytestmark = pytest.mark.timeout(300)
QUIET: RackModule = ("Core", "AudioInterface2", {0: 0.5}, {})
"""A quarter of what comes in: 10 V stay below the limiter."""
LATE = 64
"""Frames that the limiter looks ahead."""
STARTED = 480
"""Frames after which the cables have faded in."""
SHAPES = ("sine", "triangle", "saw", "square")


def heard(volts: Volts) -> Volts:
    """What came in at the speakers, without their DC block, delay and level."""
    pole = 1.0 - math.tau * DC_BLOCK_HZ / RATE
    before = np.concatenate([np.zeros((1, volts.shape[1])), np.cumsum(volts, axis=0)[:-1]])
    return 4.0 * (volts + (1.0 - pole) * before)[LATE:]


def lfo_law(shape: str, phase: Volts, *, offset: bool, invert: bool) -> Volts:
    """Rack's LFO: at phase 0 a sine, triangle and saw are at 0 V on their way up, with OFFSET at their lowest."""
    place = phase - {"sine": 0.25, "triangle": 0.25, "saw": 0.5}.get(shape, 0.0) * offset
    match shape:
        case "sine":
            wave = np.sin(math.tau * place)
        case "triangle":
            wave = 1.0 - 4.0 * np.abs((place + 0.25) % 1.0 - 0.5)
        case "saw":
            wave = 2.0 * ((place + 0.5) % 1.0) - 1.0
        case _:
            wave = np.where(place % 1.0 < 0.5, 1.0, -1.0)
    return np.asarray(5.0 * ((-wave if invert else wave) + offset))


@pytest.mark.parametrize(("offset", "invert"), [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("outlets", [(0, 1), (2, 3)])
def test_every_wave_of_an_lfo_is_where_racks_is_in_its_cycle(
    play_both: Play, outlets: tuple[int, int], *, offset: bool, invert: bool
) -> None:
    lfo = fundamental("LFO", {0: float(offset), 1: float(invert), 2: 3.0, 5: 0.5})
    volts = heard(play_both([lfo, QUIET], [(0, outlets[0], 1, 0), (0, outlets[1], 1, 1)], 0.5))
    phase = 8.0 * np.arange(len(volts)) / RATE
    for side, outlet in enumerate(outlets):
        expected = lfo_law(SHAPES[outlet], phase, offset=offset, invert=invert)
        smooth = np.abs(np.diff(expected, prepend=expected[0], append=expected[-1])) < 1.0
        smooth = smooth[1:] & smooth[:-1] & (np.arange(len(expected)) > STARTED)
        assert smooth.mean() > 0.97
        assert volts[smooth, side] == pytest.approx(expected[smooth], abs=0.001), SHAPES[outlet]
