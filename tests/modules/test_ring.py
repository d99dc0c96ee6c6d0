"""Sums and differences of frequencies."""

import numpy as np
import pytest

from tests.rendering import Render, level_db

TIME = np.arange(9600) / 48000.0
FULL_DB = 20.0 * np.log10(2.5)


def test_only_the_sum_and_the_difference_are_left(render: Render) -> None:
    given = {"audio": 5.0 * np.sin(2000.0 * np.pi * TIME), "carrier": 5.0 * np.sin(600.0 * np.pi * TIME)}
    out = render("ring", 9600, given)["out"]
    assert [level_db(out, hertz) for hertz in (700.0, 1300.0)] == pytest.approx([FULL_DB] * 2, abs=0.01)
    assert max(level_db(out, hertz) for hertz in (300.0, 1000.0)) < -100.0


def test_at_no_amount_it_is_the_sound(render: Render) -> None:
    audio = 5.0 * np.sin(2000.0 * np.pi * TIME)
    assert render("ring", 9600, {"audio": audio, "carrier": 3.0, "amount": 0.0})["out"] == pytest.approx(audio)
