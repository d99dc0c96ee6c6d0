"""More channels: what the stereo mixer at its left does with them."""

import numpy as np
import pytest

from tests.rendering import PlainModule, Render, Volts

LEVELS: dict[str, Volts] = {f"level{channel}": 1.0 for channel in range(1, 9)}
INLETS: dict[str, Volts] = {f"in{channel}": float(channel) for channel in range(1, 9)}
ALL: dict[str, Volts] = {"more": 1.0, **LEVELS, **INLETS}


def test_eight_channels_sum_with_the_expander_there_and_four_without(render: Render) -> None:
    assert render("stereo_mixer", 100, ALL)["mix"] == pytest.approx(36.0)
    assert render("stereo_mixer", 100, {**ALL, "more": 0.0})["mix"] == pytest.approx(10.0)


@pytest.mark.parametrize("channel", [1, 4, 5, 8])
def test_every_channel_leaves_alone_after_its_level(render: Render, channel: int) -> None:
    heard = render("stereo_mixer", 100, {**ALL, f"level{channel}": 0.5, "level": 2.0})
    assert heard[f"direct{channel}"] == pytest.approx(float(channel))


@pytest.mark.parametrize("pan", [-1.0, -0.3, 0.5, 1.0])
@pytest.mark.parametrize("channel", [5, 6, 7, 8])
def test_panning_keeps_the_power(render: Render, channel: int, pan: float) -> None:
    given: dict[str, Volts] = {"more": 1.0, f"in{channel}": 5.0, f"level{channel}": 1.0, f"pan{channel}": pan}
    heard = render("stereo_mixer", 4, given)
    assert np.hypot(heard["left"][-1], heard["right"][-1]) == pytest.approx(5.0)
    assert heard["right"][-1] - heard["left"][-1] == pytest.approx(5.0 * np.sqrt(2.0) * np.sin(np.pi / 4.0 * pan))


def test_sends_take_each_channel_after_its_level(render: Render) -> None:
    heard = render("stereo_mixer", 4, {**ALL, "a5": 1.0, "a8": 0.5, "b6": 1.0, "b7": 0.25, "level8": 0.5})
    assert heard["send_a"] == pytest.approx(5.0 + 2.0)
    assert heard["send_b"] == pytest.approx(6.0 + 1.75)


def test_the_light_says_whether_there_is_a_mixer() -> None:
    more = PlainModule("more_channels")
    more.module.step()
    assert more.state("found") == 0.0
    more.set(mixer=1.0)
    more.module.step()
    assert more.state("found") == 1.0
