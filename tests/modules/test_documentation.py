"""The module in the documentation works as it stands."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from livepatch import dsp
from tests.conftest import Playable

TEXT = (Path(__file__).parents[2] / "docs" / "modules.md").read_text("utf-8")


def test_the_example_sways(native: Callable[..., Playable]) -> None:
    found = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert found
    out = native(found[1], "tremolo").render(48000, {"audio": 5.0, "depth": 1.0})["out"]
    assert (out.min(), out.max()) == pytest.approx((0.0, 5.0), abs=1e-3)
    assert np.count_nonzero(np.diff(np.sign(out - 2.5)) > 0) == 4


def test_the_counter_counts(native: Callable[..., Playable]) -> None:
    found = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[-1]
    trigger = 10.0 * (np.arange(1000) % 100 >= 50)
    out = native(found, "counter").render(1000, {"trigger": trigger, "reset": 5.0 * (np.arange(1000) == 620)})[
        "out"
    ]
    assert (out[49], out[50], out[619], out[620], out[999]) == (0.0, 1.0, 6.0, 0.0, 4.0)


def test_everything_a_module_may_use_is_named() -> None:
    assert not [name for name in dsp.__all__ if not re.search(rf"\b{name}\b", TEXT)]
