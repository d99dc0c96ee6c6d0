"""Differential equations beside their solutions."""

import numpy as np
import pytest

from livepatch.dsp import ode, ode2, ode3
from tests.dsp.playing import Native, played

DECAY = """
def slope(self, x: float) -> float:
    return -3.0 * x
"""
SWING = """
def slope(self, x: float, y: float) -> tuple[float, float]:
    return 30.0 * y, -30.0 * x
"""


def decayed(method: str, steps: int) -> float:
    """The error after a second of x' = -3 x."""
    equation = ode()
    equation.x = 1.0
    for _ in range(steps):
        getattr(equation, method)(lambda x: -3.0 * x, 1.0 / steps)
    return abs(equation.x - float(np.exp(-3.0)))


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk2", 2), ("rk4", 4)])
def test_half_the_step_has_the_error_of_its_order(method: str, order: int) -> None:
    assert np.log2(decayed(method, 50) / decayed(method, 100)) == pytest.approx(order, abs=0.1)


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk2", 2), ("rk4", 4)])
def test_two_and_three_quantities_go_on_as_one_does(method: str, order: int) -> None:
    errors = []
    for steps in (100, 200):
        two, three = ode2(), ode3()
        two.x = three.x = three.z = 1.0
        for _ in range(steps):
            getattr(two, method)(lambda x, y: (y, -x), 1.0 / steps)
            getattr(three, method)(lambda x, y, z: (y, -x, -3.0 * z), 1.0 / steps)
        assert (two.x, two.y) == (three.x, three.y)
        errors.append((abs(two.x - np.cos(1.0)) + abs(two.y + np.sin(1.0)), abs(three.z - np.exp(-3.0))))
    for first, second in zip(*errors, strict=True):
        assert np.log2(first / second) == pytest.approx(order, abs=0.15)


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
def test_a_modules_own_method_is_the_slope(native: Native, method: str) -> None:
    step = f"""
if self.level.x == 0.0:
    self.level.x = 1.0
self.out = self.level.{method}(self.slope, 1.0 / self.sample_rate)"""
    out, _ = played(native, "level = ode()", step, methods=DECAY, frames=4800)
    assert out[-1] == pytest.approx(np.exp(-0.3), abs=1e-4 if method == "euler" else 1e-9)


def test_a_swing_keeps_its_height(native: Native) -> None:
    step = """
if self.swing.x == 0.0 and self.swing.y == 0.0:
    self.swing.x = 1.0
self.swing.rk4(self.slope, 1.0 / self.sample_rate)
self.out = self.swing.x
self.other = self.swing.y"""
    x, y = played(native, "swing = ode2()", step, methods=SWING, frames=4800)
    time = np.arange(1, 4801) / 48000.0
    assert x == pytest.approx(np.cos(30.0 * time), abs=1e-9)
    assert np.hypot(x, y) == pytest.approx(1.0, abs=1e-12)


def test_a_lorenz_attractor_stays_on_its_wings(native: Native) -> None:
    methods = """
def slope(self, x: float, y: float, z: float) -> tuple[float, float, float]:
    return 10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z
"""
    step = """
if self.wings.x == 0.0:
    self.wings.x = 1.0
self.wings.rk4(self.slope, 0.005)
self.out = self.wings.x
self.other = self.wings.z"""
    x, z = played(native, "wings = ode3()", step, methods=methods, frames=2000, tolerance=10.0)
    assert 15.0 < np.abs(x).max() < 25.0
    assert 40.0 < z.max() < 55.0
