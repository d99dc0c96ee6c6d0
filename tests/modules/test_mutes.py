"""Signals let through and silenced."""

import numpy as np
import pytest

from tests.rendering import Render


@pytest.mark.parametrize("row", [1, 2, 10])
def test_a_muted_row_is_silent_and_the_others_are_as_they_were(render: Render, row: int) -> None:
    given = {f"in{number}": float(number) for number in range(1, 11)}
    heard = render("mutes", 2, {**given, f"mute{row}": 1})
    expected = [0.0 if number == row else float(number) for number in range(1, 11)]
    assert [block[-1] for block in heard.values()] == expected


def test_an_inlet_without_a_cable_takes_the_one_above_even_where_that_is_muted(render: Render) -> None:
    heard = render("mutes", 2, {"in3": 4.0, "mute3": 1})
    assert [block[-1] for block in heard.values()] == [0.0, 0.0, 0.0] + [4.0] * 7


def test_each_row_carries_the_voices_that_come_in_there(render: Render) -> None:
    heard = render("mutes", 64, {"in2": np.tile([1.0, 2.0, 4.0], (64, 1)), "mute3": 1, "in9": 5.0})
    assert heard["out2"][-1].tolist() == heard["out8"][-1].tolist() == [1.0, 2.0, 4.0]
    assert heard["out3"][-1].tolist() == [0.0, 0.0, 0.0]
    assert (heard["out1"][-1], heard["out9"][-1]) == (0.0, 5.0)
