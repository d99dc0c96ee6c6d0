"""From one sound to another."""

import numpy as np
import pytest

from tests.rendering import Render

POWER, LINEAR = 0, 1


@pytest.mark.parametrize("law", [POWER, LINEAR])
@pytest.mark.parametrize(("position", "out", "other"), [(0.0, 1.0, 3.0), (1.0, 3.0, 1.0)])
def test_the_ends_are_the_sounds_themselves(
    render: Render, law: int, position: float, out: float, other: float
) -> None:
    heard = render("crossfade", 4, {"a": 1.0, "b": 3.0, "law": law, "position": position})
    assert (heard["out"][-1], heard["other"][-1]) == (pytest.approx(out), pytest.approx(other))


def test_unlike_sounds_keep_their_power(render: Render) -> None:
    chance = np.random.default_rng(5)
    a, b = chance.normal(size=(2, 40000))
    position = np.linspace(0.0, 1.0, 5)
    powers = [
        np.mean(np.square(render("crossfade", 40000, {"a": a, "b": b, "position": place})["out"]))
        for place in position
    ]
    assert powers == pytest.approx([1.0] * 5, abs=0.03)


def test_ten_volts_go_all_the_way(render: Render) -> None:
    assert render("crossfade", 4, {"a": 1.0, "b": 3.0, "position": 0.0, "cv": 10.0})["out"][-1] == pytest.approx(
        3.0
    )


def test_depth_scales_and_turns_the_voltage(render: Render) -> None:
    given = {"a": 1.0, "b": 3.0, "position": 0.5, "law": LINEAR}
    assert render("crossfade", 4, {**given, "cv": 5.0, "cv_depth": -1.0})["out"][-1] == pytest.approx(1.0)
    assert render("crossfade", 4, {**given, "cv": 5.0, "cv_depth": 0.5})["out"][-1] == pytest.approx(2.5)
