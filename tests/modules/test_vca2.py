"""Two amplifiers side by side."""

import pytest

from tests.rendering import Render


def test_each_amplifier_has_its_own_level(render: Render) -> None:
    heard = render("vca2", 4, {"in1": 4.0, "in2": -2.0, "level1": 0.5, "level2": 0.25})
    assert (heard["out1"][-1], heard["out2"][-1]) == (pytest.approx(2.0), pytest.approx(-0.5))


@pytest.mark.parametrize(
    ("volts", "linear", "exponential"), [(-1.0, 0.0, 0.0), (5.0, 0.5, 0.1239), (12.0, 1.0, 1.0)]
)
def test_the_inlets_follow_their_curves_and_multiply(
    render: Render, volts: float, linear: float, exponential: float
) -> None:
    heard = render("vca2", 4, {"in1": 1.0, "linear1": volts, "in2": 1.0, "exponential2": volts})
    assert (heard["out1"][-1], heard["out2"][-1]) == (
        pytest.approx(linear),
        pytest.approx(exponential, rel=1e-4, abs=1e-12),
    )
    both = render("vca2", 4, {"in1": 1.0, "linear1": volts, "exponential1": volts})["out1"][-1]
    assert both == pytest.approx(linear * exponential, rel=1e-4, abs=1e-12)
