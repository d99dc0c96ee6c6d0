"""Signals as the voices of one cable."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import Playable
from tests.rendering import MODULES


@pytest.fixture
def merge(native: Callable[..., Playable]) -> Playable:
    return native(MODULES / "merge.py")


def test_each_inlet_is_a_voice_up_to_the_last_with_a_cable(merge: Playable) -> None:
    out = merge.render(100, {"in1": 1.0, "in3": np.arange(100.0), "in5": 5.0})["out"]
    assert out.shape == (100, 5)
    assert out[7].tolist() == [1.0, 0.0, 7.0, 0.0, 5.0]


@pytest.mark.parametrize("voices", [1, 2, 16])
def test_the_knob_says_how_many_voices_there_are(merge: Playable, voices: int) -> None:
    out = merge.render(64, {"in1": 1.0, "in2": 2.0, "in4": 4.0, "voices": float(voices)})["out"]
    expected = [1.0, 2.0, 0.0, 4.0] + [0.0] * 12
    assert out.reshape(64, -1)[-1].tolist() == expected[:voices]
