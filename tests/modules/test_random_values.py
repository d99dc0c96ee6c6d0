"""Random values: seven at a time, each as likely, held until the next trigger."""

import math

import numpy as np
import pytest

from tests.rendering import PlainModule, Render

OUTLETS = [f"out{number}" for number in range(1, 8)]
FRAMES = 96000
TRIGGERS = np.where(np.arange(FRAMES) % 40 < 20, 10.0, 0.0)


def test_each_trigger_brings_seven_new_voltages_that_are_held(render: Render) -> None:
    for volts in render("random_values", FRAMES, {"trigger": TRIGGERS}).values():
        changes = np.flatnonzero(np.diff(volts)) + 1
        assert (changes % 40 == 0).all()
        assert len(changes) == FRAMES // 40 - 1


def test_every_voltage_of_the_range_is_as_likely_and_no_two_outlets_agree(render: Render) -> None:
    rendered = render("random_values", FRAMES, {"trigger": TRIGGERS, "low": -2.0, "high": 3.0})
    drawn = np.array([rendered[name][::40] for name in OUTLETS])
    assert drawn.min() >= -2.0
    assert drawn.max() <= 3.0
    assert drawn.mean(axis=1) == pytest.approx(0.5, abs=0.1)
    assert drawn.std(axis=1) == pytest.approx(5.0 / np.sqrt(12.0), rel=0.05)
    assert np.abs(np.corrcoef(drawn) - np.eye(7)).max() < 0.08


def test_the_button_is_a_trigger_too() -> None:
    module = PlainModule("random_values")
    module.module.step()
    assert module.state("out1") == 0.0
    module.set(push=True)
    module.module.step()
    assert module.state("out1") > 0.0


def test_what_it_holds_is_kept_with_the_patch() -> None:
    module = PlainModule("random_values")
    module.set(push=True, low=-3.0, high=4.0)
    module.module.step()
    kept = module.module.to_json()
    again = PlainModule("random_values")
    again.set(low=-3.0, high=4.0)
    again.module.from_json(kept)
    again.module.step()
    volts = [module.state(outlet) for outlet in OUTLETS]
    assert len(set(volts)) == 7
    assert [again.state(outlet) for outlet in OUTLETS] == pytest.approx(volts)


@pytest.mark.parametrize("values", [None, 3, [1.0], [None, "a", [], [[]], math.nan, math.inf, {}]])
def test_a_patch_may_say_anything_of_what_it_held(values: object) -> None:
    module = PlainModule("random_values")
    module.module.from_json({"values": values})
    module.module.step()
    assert {module.state(outlet) for outlet in OUTLETS} == {0.0}
