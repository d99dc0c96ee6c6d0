"""Levels stay inside their rails."""

import pytest

from livepatch.dsp import soft_limit


def test_below_the_knee_nothing_happens() -> None:
    assert [soft_limit(volts, 8.0, 12.0) for volts in (-8.0, 0.0, 7.9)] == [-8.0, 0.0, 7.9]


def test_above_the_knee_it_bends_without_a_step_or_an_end() -> None:
    assert soft_limit(8.001, 8.0, 12.0) == pytest.approx(8.001, abs=1e-5)
    assert 8.0 < soft_limit(9.0, 8.0, 12.0) < soft_limit(20.0, 8.0, 12.0) < 12.0
    assert soft_limit(-1e300, 8.0, 12.0) == pytest.approx(-12.0)
