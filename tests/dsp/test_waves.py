"""The plain waveforms."""

import pytest

from livepatch.dsp import triangle1


def test_a_triangle_is_in_step_with_a_sine() -> None:
    assert [triangle1(eighth / 8.0) for eighth in range(9)] == pytest.approx(
        [0, 0.5, 1, 0.5, 0, -0.5, -1, -0.5, 0]
    )
