"""The mixer: sums, levels, voices."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import Playable
from tests.rendering import MODULES, Render, Volts, all_finite

SIX: dict[str, Volts] = {f"in{number}": float(number) for number in range(1, 7)}


def test_channels_sum_at_their_levels(render: Render) -> None:
    levels: dict[str, Volts] = {"level1": 0.5, "level2": 0.25, "level4": 0.0, "level6": 0.5, "level": 2.0}
    assert render("mixer", 4, {**SIX, **levels})["mix"] == pytest.approx(2.0 * (0.5 + 0.5 + 3.0 + 5.0 + 3.0))


@pytest.mark.parametrize(("mode", "polarity", "mix"), [(0, 0, 12.0), (1, 0, 4.0), (0, 1, -12.0), (1, 1, -4.0)])
def test_it_sums_or_averages_what_has_cables_and_may_turn_it_over(
    native: Callable[..., Playable], mode: int, polarity: int, mix: float
) -> None:
    mixer = native(MODULES / "mixer.py")
    given = {"in1": 3.0, "in4": 4.0, "in6": 5.0, "mode": mode, "polarity": polarity}
    assert mixer.render(4, given)["mix"] == pytest.approx(mix)


def test_voices_are_added_each_to_each_and_one_voice_to_all(render: Render) -> None:
    three, two = np.tile([1.0, 2.0, 3.0], (100, 1)), np.tile([10.0, 20.0], (100, 1))
    mix = render("mixer", 100, {"in2": three, "in5": two, "in6": 0.5})["mix"]
    assert mix.shape == (100, 3)
    assert mix[-1] == pytest.approx([11.5, 22.5, 3.5])


def test_the_greatest_volts_leave_it_finite(render: Render) -> None:
    assert all_finite(render("mixer", 4, {"in1": 1e300, "in2": -1e300, "level": 2.0}))
