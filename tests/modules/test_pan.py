"""Left and right."""

import numpy as np
import pytest

from tests.rendering import Render

POWER, LINEAR = 0, 1


@pytest.mark.parametrize("pan", [-1.0, -0.6, 0.0, 0.3, 1.0])
def test_the_power_is_the_same_everywhere(render: Render, pan: float) -> None:
    heard = render("pan", 4, {"audio": 5.0, "pan": pan})
    assert heard["left"][-1] ** 2 + heard["right"][-1] ** 2 == pytest.approx(25.0)
    assert heard["right"][-1] / 5.0 == pytest.approx(np.sin(0.25 * np.pi * (1.0 + pan)), abs=1e-10)


def test_linear_keeps_the_sum(render: Render) -> None:
    heard = render("pan", 4, {"audio": 4.0, "pan": 0.5, "law": LINEAR})
    assert (heard["left"][-1], heard["right"][-1]) == (pytest.approx(1.0), pytest.approx(3.0))


@pytest.mark.parametrize(("cv", "left", "right"), [(-5.0, 1.0, 0.0), (5.0, 0.0, 1.0), (1e6, 0.0, 1.0)])
def test_five_volts_are_a_side(render: Render, cv: float, left: float, right: float) -> None:
    heard = render("pan", 4, {"audio": 1.0, "cv": cv, "law": POWER})
    assert heard["left"][-1] == pytest.approx(left, abs=1e-10)
    assert heard["right"][-1] == pytest.approx(right, abs=1e-10)
