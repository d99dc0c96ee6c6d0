"""A button with a trigger, a gate and hold."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import Playable
from tests.rendering import MODULES, Render

Native = Callable[..., Playable]


@pytest.fixture
def push(native: Native) -> Playable:
    return native(MODULES / "push.py")


def test_the_gate_is_on_while_it_is_pushed_and_the_trigger_for_a_millisecond(push: Playable) -> None:
    assert not push.render(64)["gate"].any()
    held = push.render(480, {"push": True})
    assert held["gate"].all()
    assert np.flatnonzero(held["trigger"]).tolist() == list(range(48))
    assert not push.render(64)["gate"].any()


def test_on_hold_the_gate_is_on_until_it_is_pushed(push: Playable) -> None:
    assert push.render(64, {"hold": 1})["gate"].all()
    assert not push.render(64, {"hold": 1, "push": True})["gate"].any()
    again = push.render(64, {"hold": 1})
    assert again["gate"].all()
    assert again["trigger"][0] == 10.0


def test_a_rise_at_hold_holds_and_the_next_lets_go(render: Render) -> None:
    flips = np.where(np.arange(4000) % 1000 < 10, 10.0, 0.0)
    gate = render("push", 4000, {"hold_flip": flips})["gate"]
    assert gate[::1000].tolist() == [10.0, 0.0, 10.0, 0.0]
    assert gate[999::1000].tolist() == [10.0, 0.0, 10.0, 0.0]


def test_a_gate_at_the_inlet_is_as_good_as_the_button(render: Render) -> None:
    gate_in = np.array([0.0, 0.9, 1.0, 0.2, 0.1, 0.9])
    assert render("push", 6, {"gate_in": gate_in})["gate"].tolist() == [0.0, 0.0, 10.0, 10.0, 0.0, 0.0]
