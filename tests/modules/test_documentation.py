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


def test_everything_a_module_may_use_is_named() -> None:
    assert not [name for name in dsp.__all__ if not re.search(rf"\b{name}\b", TEXT)]
