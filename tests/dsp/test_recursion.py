"""Recursive filters beside numpy's arithmetic."""

import numpy as np
import pytest

from livepatch.dsp import iir
from tests.dsp.playing import Native, decibels, impulse, played, response

CHANCE = np.random.default_rng(4)


def test_it_is_its_difference_equation() -> None:
    forward = CHANCE.normal(size=6)
    back = np.poly([0.9, -0.4, 0.6 + 0.5j, 0.6 - 0.5j, -0.8])
    row = iir(5).placed(48000.0)
    for age in range(6):
        row.weigh(age, float(forward[age]), float(back[age]))
    row.weigh(6, 1e9, 1e9)
    samples = CHANCE.normal(size=400)
    heard = np.zeros(400)
    for at in range(400):
        past = range(min(at, 5) + 1)
        heard[at] = sum(forward[age] * samples[at - age] for age in past)
        heard[at] -= sum(back[age] * heard[at - age] for age in past if age)
    assert [row.process(float(sample)) for sample in samples] == pytest.approx(heard, abs=1e-9)


def test_a_lowpass_of_two_poles_closes_as_it_was_designed(native: Native) -> None:
    turn = 2.0 * np.pi * 3000.0 / 48000.0
    alpha, c = np.sin(turn) / (2.0 * np.sqrt(0.5)), np.cos(turn)
    scale = 1.0 + alpha
    weights = [
        f"self.row.weigh({age}, {b / scale!r}, {a / scale!r})"
        for age, b, a in ((0, (1 - c) / 2, scale), (1, 1 - c, -2 * c), (2, (1 - c) / 2, 1 - alpha))
    ]
    step = "\n".join([*weights, "self.out = self.row.process(self.x)"]).replace("np.float64", "")
    out, _ = played(native, "row = iir(2)", step, frames=4000, x=impulse(4000))
    assert decibels(response(out, 3000.0))[0] == pytest.approx(-3.01, abs=0.01)
    assert decibels(response(out, 100.0))[0] == pytest.approx(0.0, abs=0.001)
    assert decibels(response(out, 12000.0))[0] < -25.0


@pytest.mark.parametrize("order", [0, 65])
def test_an_order_that_is_none_is_refused(order: int) -> None:
    with pytest.raises(ValueError, match="an order from 1 to 64"):
        iir(order)
