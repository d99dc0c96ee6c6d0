"""Reading behind a position that goes round."""

import numpy as np
import pytest
from librt.vecs import vec

from livepatch.dsp import tap


def written(values: list[float], length: int) -> tuple[vec[float], int]:
    """A line with the last of `values` written to it, and where the very last stands."""
    line = vec[float]([0.0] * length)
    for frame, value in enumerate(values):
        line[frame % length] = value
    return line, (len(values) - 1) % length


def test_whole_distances_are_what_was_written() -> None:
    line, position = written([float(frame) for frame in range(50)], 16)
    assert [tap(line, position, float(back)) for back in range(1, 13)] == [
        float(49 - back) for back in range(1, 13)
    ]


def test_between_frames_a_parabola_is_met_exactly() -> None:
    line, position = written([float(frame * frame) for frame in range(50)], 16)
    for back in (1.25, 3.5, 7.9, 12.1):
        assert tap(line, position, back) == pytest.approx((49.0 - back) ** 2)


def test_a_tone_is_read_to_a_thousandth() -> None:
    line, position = written([float(value) for value in np.sin(2.0 * np.pi * np.arange(200) / 24.0)], 64)
    for back in np.linspace(1.0, 60.0, 97):
        assert tap(line, position, back) == pytest.approx(np.sin(2.0 * np.pi * (199.0 - back) / 24.0), abs=2e-3)


@pytest.mark.parametrize("distance", [-1e300, 0.0, 1e300, float("nan"), float("inf")])
def test_any_distance_is_held_inside_the_line(distance: float) -> None:
    line, position = written([1.0] * 20, 8)
    assert tap(line, position, distance) == pytest.approx(1.0)


def test_a_line_too_short_to_be_read_is_silent() -> None:
    assert tap(vec[float]([1.0, 1.0]), 0, 1.0) == 0.0
    assert tap(vec[float]([1.0] * 8), 8, 1.0) == 0.0
