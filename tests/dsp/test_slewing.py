"""Slew, in straight lines and as a capacitor."""

import numpy as np
import pytest

from tests.dsp.playing import Native, played


def test_a_slew_rises_and_falls_by_so_many_volts_a_second(native: Native) -> None:
    step = "self.out = self.slew.process(self.x, 1000.0, 500.0)"
    volts = np.where(np.arange(2000) < 600, 10.0, 0.0)
    out, _ = played(native, "slew = slew()", step, frames=2000, x=volts)
    assert out[239] == pytest.approx(240 * 1000.0 / 48000.0, abs=1e-12)
    assert out[599] == 10.0
    assert out[600 + 479] == pytest.approx(10.0 - 480 * 500.0 / 48000.0, abs=1e-11)
    assert out[1999] == 0.0


def test_an_exponential_slew_leaves_a_third_after_each_time_constant(native: Native) -> None:
    step = "self.out = self.slew.process(self.x, 0.001, 0.002)"
    volts = np.where(np.arange(2000) < 1000, 5.0, 0.0)
    out, _ = played(native, "slew = exponential_slew()", step, frames=2000, x=volts)
    assert out[47] == pytest.approx(5.0 * (1.0 - np.exp(-1.0)), rel=1e-10)
    assert out[1000 + 95] == pytest.approx(5.0 * np.exp(-1.0), rel=1e-8)


def test_an_exponential_slew_of_no_time_follows_at_once(native: Native) -> None:
    noise = np.random.default_rng(2).uniform(-5.0, 5.0, 100)
    out, _ = played(
        native, "slew = exponential_slew()", "self.out = self.slew.process(self.x, 0.0, 0.0)", frames=100, x=noise
    )
    assert list(out) == list(noise)
