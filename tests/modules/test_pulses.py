"""Buttons to play by hand."""

from collections.abc import Callable

import pytest

from tests.conftest import Playable
from tests.rendering import MODULES


@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0, 96000.0])
def test_a_push_is_a_trigger_of_a_millisecond_and_a_gate_while_it_is_held(
    native: Callable[..., Playable], sample_rate: float
) -> None:
    pulses = native(MODULES / "pulses.py", sample_rate=sample_rate)
    assert not any(block.any() for block in pulses.render(100).values())
    held = pulses.render(1000, {"push4": True})
    assert held["gate4"].tolist() == [10.0] * 1000
    on = int((held["trigger4"] == 10.0).sum())
    assert on == pytest.approx(0.001 * sample_rate, abs=1.0)
    assert held["trigger4"][:on].all()
    assert not held["trigger4"][on:].any()
    assert not held["gate3"].any()
    assert not any(block.any() for block in pulses.render(100).values())


def test_pushing_again_triggers_again(native: Callable[..., Playable]) -> None:
    pulses = native(MODULES / "pulses.py")
    for _ in range(3):
        assert pulses.render(64, {"push1": True})["trigger1"][0] == 10.0
        assert pulses.render(64)["gate1"][0] == 0.0
