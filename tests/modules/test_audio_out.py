"""What the speakers get."""

import numpy as np
import pytest

from tests.rendering import Render, panel_of_type


def test_each_side_plays_at_the_level_of_the_knob(render: Render) -> None:
    rendered = render("audio_out", 4, {"left": 4.0, "right": -2.0, "level": 0.5})
    assert rendered["main_left"] == pytest.approx(2.0)
    assert rendered["main_right"] == pytest.approx(-1.0)


def test_one_cable_plays_on_both_sides(render: Render) -> None:
    signal = np.linspace(-5.0, 5.0, 64)
    assert (render("audio_out", 64, {"left": signal})["main_right"] == signal).all()


def test_its_outlets_are_the_speakers() -> None:
    assert panel_of_type("audio_out").speakers == ("main_left", "main_right")
