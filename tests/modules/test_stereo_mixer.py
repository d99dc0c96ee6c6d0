"""The stereo mixer: sums, levels, pans, sends."""

import numpy as np
import pytest

from tests.rendering import Render, Volts, all_finite

FOUR: dict[str, Volts] = {"in1": 1.0, "in2": 2.0, "in3": -4.0, "in4": 8.0}
LEVELS: dict[str, Volts] = {"level1": 1.0, "level2": 0.5, "level3": 0.25, "level4": 0.0, "level": 2.0}


def test_channels_sum_at_their_levels(render: Render) -> None:
    assert render("stereo_mixer", 4, {**FOUR, **LEVELS})["mix"] == pytest.approx(2.0)


@pytest.mark.parametrize("pan", [-1.0, -0.4, 0.0, 0.7, 1.0])
@pytest.mark.parametrize("channel", [1, 2, 3, 4])
def test_panning_keeps_the_power(render: Render, channel: int, pan: float) -> None:
    given: dict[str, Volts] = {f"in{channel}": 5.0, f"level{channel}": 1.0, f"pan{channel}": pan}
    rendered = render("stereo_mixer", 4, given)
    left, right = rendered["left"][-1], rendered["right"][-1]
    assert np.hypot(left, right) == pytest.approx(5.0)
    assert right - left == pytest.approx(5.0 * np.sqrt(2.0) * np.sin(np.pi / 4.0 * pan))


def test_a_moving_pan_is_followed_in_every_frame(render: Render) -> None:
    pan = np.linspace(-1.0, 1.0, 500)
    left = render("stereo_mixer", 500, {"in3": 5.0, "level3": 1.0, "pan3": pan})["left"]
    assert left == pytest.approx(5.0 * np.cos(np.pi / 4.0 * (1.0 + pan)), abs=1e-9)


def test_sends_take_each_channel_after_its_level(render: Render) -> None:
    rendered = render(
        "stereo_mixer", 4, {**FOUR, **LEVELS, "a1": 1.0, "a2": 0.5, "b3": 1.0, "b4": 1.0, "pan1": 1.0}
    )
    assert rendered["send_a"] == pytest.approx(2.0 * (1.0 + 0.5))
    assert rendered["send_b"] == pytest.approx(2.0 * -1.0)


def test_what_comes_back_is_added_and_a_cable_in_the_left_alone_to_both(render: Render) -> None:
    heard = render("stereo_mixer", 4, {"left_in": 3.0, "right_in": -1.0, "level": 0.5})
    assert (heard["left"][-1], heard["right"][-1], heard["mix"][-1]) == (1.5, -0.5, 0.0)
    heard = render("stereo_mixer", 4, {"left_in": 3.0})
    assert (heard["left"][-1], heard["right"][-1]) == (3.0, 3.0)


def test_a_channel_sums_its_voices(render: Render) -> None:
    chord = np.tile([1.0, 2.0, 4.0], (100, 1))
    heard = render("stereo_mixer", 100, {"in2": chord, "level2": 1.0, "pan2": -1.0})
    assert heard["left"] == pytest.approx(7.0)
    assert heard["right"] == pytest.approx(0.0, abs=1e-9)


def test_the_greatest_volts_leave_it_finite(render: Render) -> None:
    assert all_finite(render("stereo_mixer", 4, {"in1": 1e300, "in2": -1e300, "pan1": -1.0, "level": 2.0}))
