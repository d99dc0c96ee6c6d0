"""Eight samples and holds in a chain."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import Playable
from tests.rendering import MODULES, PlainModule

FRAMES = 1000
TRIGGER = np.where(np.arange(FRAMES) % 100 < 10, 10.0, 0.0)


@pytest.fixture
def shasr(native: Callable[..., Playable]) -> Playable:
    return native(MODULES / "shasr.py")


def test_one_trigger_hands_every_voltage_on(shasr: Playable) -> None:
    heard = shasr.render(FRAMES, {"in1": np.arange(1000.0), "trigger1": TRIGGER})
    taken = [100.0 * number for number in range(10)]
    for number in range(1, 9):
        expected = [0.0] * (number - 1) + taken[: 11 - number]
        assert heard[f"out{number}"][50::100].tolist() == expected


def test_an_inlet_and_a_trigger_with_cables_break_the_chain(shasr: Playable) -> None:
    later = np.roll(TRIGGER, 50)
    given = {"in1": np.arange(1000.0), "trigger1": TRIGGER, "in4": 3.0, "trigger3": later}
    heard = shasr.render(FRAMES, given)
    assert [heard["out3"][frame] for frame in (249, 250, 349, 350)] == [0.0, 100.0, 100.0, 200.0]
    assert [heard["out4"][frame] for frame in (49, 50, 999)] == [0.0, 3.0, 3.0]


def test_at_random_it_takes_voltages_from_all_over_0_to_10(shasr: Playable) -> None:
    fast = np.where(np.arange(20000) % 2 == 0, 10.0, 0.0)
    heard = shasr.render(20000, {"random": 1, "trigger1": fast})["out1"]
    assert (heard.min(), heard.mean(), heard.max()) == pytest.approx((0.0, 5.0, 10.0), abs=0.1)
    assert len(np.unique(heard)) > 9990


def test_the_buttons_push_and_clear(shasr: Playable) -> None:
    shasr.render(64, {"in1": 4.0, "push": True})
    heard = shasr.render(64, {"in1": 5.0})
    assert (heard["out1"][-1], heard["out2"][-1]) == (4.0, 0.0)
    heard = shasr.render(64, {"in1": 5.0, "push": True})
    assert (heard["out1"][-1], heard["out2"][-1]) == (5.0, 4.0)
    assert not any(block.any() for block in shasr.render(64, {"clear": True}).values())


def test_chance_stays_between_the_lowest_and_the_highest(shasr: Playable) -> None:
    fast = np.where(np.arange(20000) % 2 == 0, 10.0, 0.0)
    heard = shasr.render(20000, {"random": 1, "trigger1": fast, "low": -2.0, "high": 1.0})["out1"]
    assert (heard.min(), heard.mean(), heard.max()) == pytest.approx((-2.0, -0.5, 1.0), abs=0.05)


@pytest.mark.parametrize(
    ("values", "held"),
    [
        ([1.0, -2, 3.5, 0.0, 10.0, 6.0, 7.0, 8.0], [1.0, -2.0, 3.5, 0.0, 10.0, 6.0, 7.0, 8.0]),
        ([None, "a", [], math.nan, math.inf, {}, 7.0, 8.0], [0.0] * 6 + [7.0, 8.0]),
        ([1.0], [0.0] * 8),
        (None, [0.0] * 8),
    ],
)
def test_it_holds_what_a_patch_says_that_it_held(values: object, held: list[float]) -> None:
    module = PlainModule("shasr")
    module.module.from_json({"values": values})
    module.module.step()
    assert [module.state(f"out{number}") for number in range(1, 9)] == held
    assert module.module.to_json() == {"values": held}
