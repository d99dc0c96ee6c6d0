"""The functions against the C library's, over dense grids."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from livepatch.dsp import functions as dsp


def grid(low: float, high: float, count: int = 20_011) -> Iterator[float]:
    return (low + (high - low) * index / (count - 1) for index in range(count))


def test_exp2_is_within_its_error() -> None:
    assert max(abs(dsp.exp2(x) / 2.0**x - 1.0) for x in grid(-20.0, 20.0)) < 1e-12


def test_exp2_is_exact_at_whole_numbers() -> None:
    assert all(dsp.exp2(float(n)) == 2.0**n for n in range(-1022, 1024))


@pytest.mark.parametrize(("x", "power"), [(1100.0, 2.0**1023), (-1100.0, 2.0**-1022), (1e300, 2.0**1023)])
def test_exp2_holds_at_its_ends(x: float, power: float) -> None:
    assert dsp.exp2(x) == power


def test_exp2_never_falls_as_x_rises() -> None:
    values = [dsp.exp2(x) for x in grid(-0.52, 0.52)]
    assert all(after >= before for before, after in pairwise(values))


def test_log2_is_within_its_error() -> None:
    assert max(abs(dsp.log2(2.0**x) - math.log2(2.0**x)) for x in grid(-40.0, 40.0)) < 1e-13


def test_log2_is_exact_at_powers_of_two() -> None:
    assert all(dsp.log2(2.0**n) == n for n in range(-1022, 1024))


@pytest.mark.parametrize("x", [0.0, -0.0, -1.0, -1e300, 5e-324])
def test_log2_of_nothing_is_its_lowest_value(x: float) -> None:
    assert dsp.log2(x) == -1022.0


def test_exp_and_log_are_within_their_error() -> None:
    assert max(abs(dsp.exp(x) / math.exp(x) - 1.0) for x in grid(-20.0, 20.0)) < 1e-12
    assert max(abs(dsp.log(math.exp(x)) - x) for x in grid(-13.8, 13.8)) < 1e-13


@pytest.mark.parametrize(("ours", "theirs"), [(dsp.sin1, math.sin), (dsp.cos1, math.cos)])
def test_sine_and_cosine_are_within_their_error(
    ours: Callable[[float], float], theirs: Callable[[float], float]
) -> None:
    assert max(abs(ours(x) - theirs(math.tau * x)) for x in grid(-2.0, 2.0)) < 3e-15 + 1e-13


def test_sine_and_cosine_meet_their_turns() -> None:
    assert [dsp.sin1(x) for x in (0.0, 0.5, 1.0, -3.0, 1e9)] == [0.0] * 5
    assert [dsp.cos1(x) for x in (0.25, 0.75, -0.25)] == [0.0] * 3
    assert [dsp.sin1(x) for x in (0.25, -7.75, 0.75)] == pytest.approx([1.0, 1.0, -1.0], abs=1e-13)


@pytest.mark.parametrize("x", [1e15, -1e17, 1.7e308, -1.7e308])
def test_sine_stays_in_range_however_great_the_angle(x: float) -> None:
    assert abs(dsp.sin1(x)) <= 1.0 + 1e-13


def test_tan_is_within_its_error() -> None:
    limit = 0.49 * math.pi
    assert max(abs(dsp.tan(x) / math.tan(x) - 1.0) for x in grid(-limit, limit, 20_000)) < 4e-11


def test_tan_holds_beyond_its_ends() -> None:
    assert dsp.tan(0.0) == 0.0
    assert dsp.tan(9.0) == dsp.tan(dsp.TAN_LIMIT) == -dsp.tan(-9.0)
    assert 2500.0 < dsp.tan(9.0) < 2540.0


def test_tanh_is_within_its_error() -> None:
    assert max(abs(dsp.tanh(x) - math.tanh(x)) for x in grid(-25.0, 25.0)) < 1e-12


def test_tanh_rises_throughout_and_ends_at_one() -> None:
    values = [dsp.tanh(x) for x in grid(-20.0, 20.0, 50_001)]
    assert all(after >= before for before, after in pairwise(values))
    assert (dsp.tanh(-1e300), dsp.tanh(0.0), dsp.tanh(1e300)) == (-1.0, 0.0, 1.0)


def test_the_plain_ones() -> None:
    assert [dsp.floor(x) for x in (1.5, -1.5, 2.0)] == [1.0, -2.0, 2.0]
    assert [dsp.nearest(x) for x in (1.4, 1.5, -1.5)] == [1.0, 2.0, -1.0]
    assert [dsp.frac(x) for x in (1.25, -0.25, 3.0)] == [0.25, 0.75, 0.0]
    assert [dsp.sign(x) for x in (-3.0, 0.0, 1e-300)] == [-1.0, 0.0, 1.0]
    assert [dsp.clamp(x, -1.0, 2.0) for x in (-5.0, 0.5, 5.0, math.nan)] == [-1.0, 0.5, 2.0, -1.0]
    assert (dsp.minimum(1.0, 2.0), dsp.maximum(1.0, 2.0), dsp.absolute(-3.0)) == (1.0, 2.0, 3.0)
    assert (dsp.sqrt(9.0), dsp.sqrt(-1.0)) == (3.0, 0.0)
    assert dsp.crossfade(2.0, 4.0, 0.25) == 2.5


def test_divide_never_raises() -> None:
    assert (dsp.divide(3.0, 4.0), dsp.divide(3.0, 0.0), dsp.divide(0.0, -0.0)) == (0.75, 0.0, 0.0)
