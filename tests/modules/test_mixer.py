"""The mixer: sums, levels, pans."""

import numpy as np
import pytest

from tests.rendering import Render, all_finite


def test_channels_sum_at_their_levels(render: Render) -> None:
    given = {"in1": 1.0, "in2": 2.0, "in3": -4.0, "in4": 8.0}
    given |= {"level1": 1.0, "level2": 0.5, "level3": 0.25, "level4": 0.0, "level": 2.0}
    assert render("mixer", 4, given)["mix"] == pytest.approx(2.0)


@pytest.mark.parametrize("pan", [-1.0, -0.4, 0.0, 0.7, 1.0])
@pytest.mark.parametrize("channel", [1, 2, 3, 4])
def test_panning_keeps_the_power(render: Render, channel: int, pan: float) -> None:
    rendered = render("mixer", 4, {f"in{channel}": 5.0, f"level{channel}": 1.0, f"pan{channel}": pan})
    left, right = rendered["left"][-1], rendered["right"][-1]
    assert np.hypot(left, right) == pytest.approx(5.0)
    assert right - left == pytest.approx(5.0 * np.sqrt(2.0) * np.sin(np.pi / 4.0 * pan))


def test_the_greatest_volts_leave_it_finite(render: Render) -> None:
    assert all_finite(render("mixer", 4, {"in1": 1e300, "in2": -1e300, "pan1": -1.0, "level": 2.0}))
