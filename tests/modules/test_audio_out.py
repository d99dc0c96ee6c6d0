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


def test_a_cable_of_voices_is_heard_whole(render: Render) -> None:
    left, right = np.tile([1.0, 2.0, 4.0], (100, 1)), np.tile([1.0, -3.0], (100, 1))
    rendered = render("audio_out", 100, {"left": left, "right": right})
    assert (rendered["main_left"][-1], rendered["main_right"][-1]) == (7.0, -2.0)
    assert (render("audio_out", 100, {"left": left})["main_right"] == 7.0).all()


def test_nothing_is_captured_yet(render: Render) -> None:
    rendered = render("audio_out", 100, {"left": 5.0})
    assert not rendered["in_left"].any()
    assert not rendered["in_right"].any()
