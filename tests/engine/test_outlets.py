"""What an outlet finds in its blocks: the loudest sample, and what is no number, wherever they lie."""

import math

import pytest
from librt.vecs import vec

from livepatch.engine.outlets import Outlet
from livepatch.runtime import QUANTUM, VOICES

CHANNELS = pytest.mark.parametrize("channels", [1, VOICES])
BROKEN = pytest.mark.parametrize("broken", [math.inf, -math.inf, math.nan])


def outlet_of(channels: int) -> Outlet:
    outlet = Outlet("out")
    outlet.carry(channels)
    return outlet


def block_of(outlet: Outlet) -> vec[float]:
    return outlet.wide if outlet.channels > 1 else outlet.block


@CHANNELS
@pytest.mark.parametrize("volts", [7.0, -7.0, 1e-300])
def test_the_level_is_that_of_the_loudest_sample(channels: int, volts: float) -> None:
    outlet = outlet_of(channels)
    block = block_of(outlet)
    for place in range(QUANTUM * channels):
        block[place] = volts
        assert not outlet.guard(0, QUANTUM)
        assert outlet.measure() == abs(volts)
        block[place] = 0.0


@CHANNELS
@BROKEN
def test_a_place_without_a_number_becomes_0_volts_and_is_told(channels: int, broken: float) -> None:
    outlet = outlet_of(channels)
    block = block_of(outlet)
    for place in range(QUANTUM * channels):
        for other in (place - 1, place + 1):
            if 0 <= other < QUANTUM * channels:
                block[other] = 3.0
        block[place] = broken
        assert outlet.guard(0, QUANTUM)
        assert outlet.measure() == 3.0
        assert block[place] == 0.0
        assert not outlet.guard(0, QUANTUM)
        for other in (place - 1, place + 1):
            if 0 <= other < QUANTUM * channels:
                block[other] = 0.0


@CHANNELS
@BROKEN
def test_one_frame_is_looked_at_for_itself(channels: int, broken: float) -> None:
    outlet = outlet_of(channels)
    block = block_of(outlet)
    for voice in range(channels):
        block[5 * channels + voice] = broken
        assert not outlet.guard(4, 5)
        assert not outlet.guard(6, 7)
        assert outlet.guard(5, 6)
        assert block[5 * channels + voice] == 0.0
