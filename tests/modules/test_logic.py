"""Gates made of gates."""

import numpy as np
import pytest

from tests.rendering import Render

A, B = np.array([0.0, 0.0, 5.0, 5.0]), np.array([0.0, 5.0, 0.0, 5.0])


@pytest.mark.parametrize(
    ("outlet", "on"),
    [
        ("either", [0, 1, 1, 1]),
        ("neither", [1, 0, 0, 0]),
        ("both", [0, 0, 0, 1]),
        ("not_both", [1, 1, 1, 0]),
        ("one", [0, 1, 1, 0]),
        ("same", [1, 0, 0, 1]),
        ("not_a", [1, 1, 0, 0]),
        ("not_b", [1, 0, 1, 0]),
    ],
)
def test_a_table_of_truths(render: Render, outlet: str, on: list[int]) -> None:
    assert render("logic", 4, {"a": A, "b": B})[outlet].tolist() == [10.0 * gate for gate in on]


def test_a_gate_stays_on_until_it_is_well_below(render: Render) -> None:
    a = np.array([0.9, 1.0, 0.5, 0.1, 0.5])
    assert render("logic", 5, {"a": a})["either"].tolist() == [0.0, 10.0, 10.0, 0.0, 0.0]


def test_holding_the_button_is_as_good_as_a_gate_at_b(render: Render) -> None:
    heard = render("logic", 4, {"a": A, "push_b": True})
    assert heard["both"].tolist() == [0.0, 0.0, 10.0, 10.0]
    assert heard["not_b"].tolist() == [0.0] * 4
