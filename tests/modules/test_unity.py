"""Sums and averages of voltages."""

from collections.abc import Callable

import pytest

from tests.conftest import Playable
from tests.rendering import MODULES

TWO_OF_EACH = {"a1": 1.0, "a6": 2.0, "b2": -4.0, "b3": 10.0}
Native = Callable[..., Playable]


@pytest.mark.parametrize(
    ("switches", "a", "b"),
    [
        ({}, 3.0, 6.0),
        ({"average_a": 1}, 1.5, 6.0),
        ({"average_b": 1}, 3.0, 3.0),
        ({"merge": 1}, 9.0, 9.0),
        ({"merge": 1, "average_a": 1}, 2.25, 9.0),
    ],
)
def test_a_mix_is_the_sum_or_the_average_of_what_is_connected(
    native: Native, switches: dict[str, int], a: float, b: float
) -> None:
    heard = native(MODULES / "unity.py").render(2, {**TWO_OF_EACH, **switches})
    assert [heard[name][-1] for name in ("mix_a", "inverted_a", "mix_b", "inverted_b")] == [a, -a, b, -b]


def test_the_average_of_nothing_is_nothing(native: Native) -> None:
    heard = native(MODULES / "unity.py").render(2, {"average_a": 1, "average_b": 1})
    assert not any(block.any() for block in heard.values())
