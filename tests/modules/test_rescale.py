"""Voltages moved, turned up and held between limits."""

import numpy as np
import pytest

from tests.rendering import Render, Volts


@pytest.mark.parametrize(
    ("volts", "out", "above", "below"), [(1.0, 3.0, 0.0, 0.0), (4.0, 5.0, 10.0, 0.0), (-4.0, -2.0, 0.0, 10.0)]
)
def test_it_is_scaled_moved_and_held(render: Render, volts: float, out: float, above: float, below: float) -> None:
    given = {"audio": volts, "gain": 2.0, "offset": 1.0, "lowest": -2.0, "highest": 5.0}
    heard = render("rescale", 4, given)
    assert [heard[name][-1] for name in ("out", "above", "below")] == pytest.approx([out, above, below])


def test_limits_the_wrong_way_round_are_limits_too(render: Render) -> None:
    assert render("rescale", 4, {"audio": 9.0, "lowest": 5.0, "highest": -2.0})["out"][-1] == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("at_lowest", "at_highest", "out"),
    [
        (0, 1, [-1, -1, -1, 0, 2, 4, 2, 0, -1, -1]),
        (1, 0, [4, 2, 0, 0, 2, 4, 4, 4, 4, 4]),
        (1, 1, [4, 2, 0, 0, 2, 4, 2, 0, 0, 2]),
    ],
)
def test_what_is_beyond_a_limit_is_held_or_folded_back(
    render: Render, at_lowest: int, at_highest: int, out: list[float]
) -> None:
    given: dict[str, Volts] = {"audio": np.arange(-6.0, 14.0, 2.0), "lowest": -1.0, "highest": 4.0}
    heard = render("rescale", 10, {**given, "at_lowest": at_lowest, "at_highest": at_highest})["out"]
    assert heard == pytest.approx(out)
