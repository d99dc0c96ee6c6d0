"""All voices in one."""

import numpy as np
import pytest

from tests.rendering import Render


@pytest.mark.parametrize("voices", [1, 2, 16])
def test_it_adds_the_voices_at_its_level(render: Render, voices: int) -> None:
    volts = np.random.default_rng(3).uniform(-5.0, 5.0, (100, voices))
    out = render("sum", 100, {"audio": volts, "level": 0.25})["out"]
    assert out == pytest.approx(0.25 * volts.sum(axis=1))
