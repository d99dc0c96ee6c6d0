"""Levels stay inside their rails."""

import pytest

from livepatch.dsp import cubed, db_to_gain, exponential_bipolar, gain_to_db, soft_limit, squared


def test_below_the_knee_nothing_happens() -> None:
    assert [soft_limit(volts, 8.0, 12.0) for volts in (-8.0, 0.0, 7.9)] == [-8.0, 0.0, 7.9]


def test_above_the_knee_it_bends_without_a_step_or_an_end() -> None:
    assert soft_limit(8.001, 8.0, 12.0) == pytest.approx(8.001, abs=1e-5)
    assert 8.0 < soft_limit(9.0, 8.0, 12.0) < soft_limit(20.0, 8.0, 12.0) < 12.0
    assert soft_limit(-1e300, 8.0, 12.0) == pytest.approx(-12.0)


def test_decibels_and_gains_are_those_of_the_formula() -> None:
    for db in (-90.0, -6.0, 0.0, 3.0, 40.0):
        assert db_to_gain(db) == pytest.approx(10.0 ** (db / 20.0), rel=1e-11)
        assert gain_to_db(10.0 ** (db / 20.0)) == pytest.approx(db, abs=1e-11)
    assert gain_to_db(0.0) < -6000.0


def test_bends_go_from_minus_one_to_one_and_are_fine_around_zero() -> None:
    for bend in (squared, cubed, lambda x: exponential_bipolar(20.0, x)):
        assert [bend(x) for x in (-1.0, 0.0, 1.0)] == pytest.approx([-1.0, 0.0, 1.0], abs=1e-10)
        assert 0.0 < bend(0.2) < 0.1
    for x in (-0.7, 0.1, 0.9):
        expected = (20.0**x - 20.0**-x) / (20.0 - 1.0 / 20.0)
        assert exponential_bipolar(20.0, x) == pytest.approx(expected, abs=1e-10)
