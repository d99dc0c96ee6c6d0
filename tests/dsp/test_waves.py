"""The plain waveforms."""

import math

import pytest

from livepatch.dsp import quarter_sine, sine1, triangle1


def test_a_quarter_of_a_sine_is_one() -> None:
    for step in range(101):
        assert quarter_sine(step / 100.0) == pytest.approx(math.sin(math.pi / 200.0 * step), rel=3e-11)


def test_a_triangle_is_in_step_with_a_sine() -> None:
    assert [triangle1(eighth / 8.0) for eighth in range(9)] == pytest.approx(
        [0, 0.5, 1, 0.5, 0, -0.5, -1, -0.5, 0]
    )


def test_a_sine_of_a_phase_is_one() -> None:
    for step in range(101):
        assert sine1(step / 100.0) == pytest.approx(math.sin(math.pi / 50.0 * step), rel=5e-9, abs=1e-15)
