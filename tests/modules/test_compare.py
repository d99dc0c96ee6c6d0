"""A voltage against another."""

import pytest

from tests.rendering import Render


@pytest.mark.parametrize(
    ("a", "volts", "gates"),
    [
        (1.0, (3.0, 1.0, 1.0, 0.0), (0, 10, 0, 10)),
        (4.0, (4.0, 3.0, 3.0, 1.0), (10, 0, 10, 0)),
        (-4.0, (3.0, -4.0, -3.0, -1.0), (0, 10, 10, 0)),
    ],
)
def test_the_other_is_knob_and_cable_together(
    render: Render, a: float, volts: tuple[float, ...], gates: tuple[int, ...]
) -> None:
    heard = render("compare", 4, {"a": a, "b": 1.0, "level": 2.0})
    assert [heard[name][-1] for name in ("higher", "lower", "clip", "excess")] == pytest.approx(volts)
    assert tuple(heard[name][-1] for name in ("over", "under", "clipped", "within")) == gates
