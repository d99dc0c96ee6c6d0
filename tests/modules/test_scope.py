"""The scope: it draws from the trigger on, to scale, and lets everything through."""

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.canvas import Canvas, Line, Text
from livepatch.voices import Row
from tests.rendering import PlainModule, Render

POINTS = 128


def drawn(scope: PlainModule) -> list[Line]:
    canvas = Canvas()
    scope.module.draw(canvas)
    return [shape for shape in canvas.shapes if isinstance(shape, Line)]


def played(seconds: float = 0.1, hertz: float = 100.0, **values: float) -> PlainModule:
    """A scope that has seen a sine of ±5 V with both signals."""
    scope = PlainModule("scope")
    scope.set(**values)
    for volts in 5.0 * np.sin(2.0 * np.pi * hertz * np.arange(round(seconds * 48000)) / 48000.0 + 1.0):
        scope.set(first=float(volts), second=-0.5 * float(volts))
        if "trigger" not in values:
            scope.set(trigger=float(volts))
        scope.module.step()
    return scope


def middle(scope: PlainModule, signal: str) -> NDArray[np.float64]:
    """Between the lowest and the highest of each point."""
    found: NDArray[np.float64] = 0.5 * (
        np.array(scope.state(f"{signal}_low")) + np.array(scope.state(f"{signal}_high"))
    )
    return found


def test_what_goes_in_comes_out(render: Render) -> None:
    signal = np.random.default_rng(10).normal(size=1000)
    rendered = render("scope", 1000, {"first": signal, "second": -signal})
    assert (rendered["first_out"] == signal).all()
    assert (rendered["second_out"] == -signal).all()


def test_the_picture_begins_where_the_signal_rises_through_the_level() -> None:
    scope = played(first_scale=0.0, second_scale=1.0, threshold=2.5)
    across = np.arange(POINTS) / POINTS
    sine = np.sin(2.0 * np.pi * across + np.arcsin(0.5))
    assert middle(scope, "first") == pytest.approx(0.5 * sine, abs=0.03)
    assert middle(scope, "second") == pytest.approx(-0.5 * sine, abs=0.03)


def test_another_signal_triggers_at_its_own_inlet() -> None:
    scope = PlainModule("scope")
    scope.set(threshold=1.0)
    for frame in range(4800):
        scope.set(first=float(frame % 480) / 100.0, trigger=10.0 * (frame % 480 == 240))
        scope.module.step()
    assert middle(scope, "first")[0] == pytest.approx(2.4 / 5.0, abs=0.02)


def test_offset_and_scale_are_volts_of_the_screen() -> None:
    scope = PlainModule("scope")
    scope.set(first=1.0, second=-2.0, first_offset=3.0, second_offset=1.0, first_scale=1.0, second_scale=3.0)
    for _ in range(30000):
        scope.module.step()
    assert list(scope.state("first_high")) == pytest.approx([4.0 / 5.0] * POINTS)
    assert list(scope.state("second_low")) == pytest.approx([-1.0 / 1.25] * POINTS)


@pytest.mark.parametrize(("seconds", "periods"), [(0.005, 5.0), (0.05, 50.0)])
def test_time_is_what_fits_across(seconds: float, periods: float) -> None:
    scope = played(0.2, 1000.0, time=float(np.log10(seconds)))
    lowest = np.array(scope.state("first_low"))
    highest = np.array(scope.state("first_high"))
    if periods < 10.0:
        assert np.count_nonzero(np.diff(np.sign(0.5 * (lowest + highest))) > 0) == pytest.approx(periods, abs=1.1)
    else:  # two or three points to a period: what lies between is not lost
        assert highest.max() == pytest.approx(1.0, abs=0.01)
        assert lowest.min() == pytest.approx(-1.0, abs=0.01)


def test_without_a_trigger_it_draws_what_there_is_after_half_a_second() -> None:
    for frames, seen in ((23000, False), (26000, True)):
        scope = PlainModule("scope")
        scope.set(first=2.5, trigger=2.5)
        for _ in range(frames):
            scope.module.step()
        assert any(scope.state("first_high")) == seen


def test_with_the_trigger_off_one_picture_follows_the_other() -> None:
    scope = played(0.02, 30.0, triggered=0, threshold=9.0, time=-2.31)
    assert any(scope.state("first_high"))


def test_hold_keeps_the_picture() -> None:
    scope = played(hold=1)
    assert not any(scope.state("first_high"))


def test_the_height_of_the_signal_is_counted_in_volts_whatever_the_scale() -> None:
    scope = played(first_scale=5.0, first_offset=2.0)
    assert scope.state("first_volts") == pytest.approx(10.0, abs=0.01)
    canvas = Canvas()
    scope.module.draw(canvas)
    words = [shape.text for shape in canvas.shapes if isinstance(shape, Text)]
    assert "10.00 Vpp" in words
    assert "±0.312 V" in words
    assert "10 ms" in words


def test_xy_draws_the_second_signal_over_the_first() -> None:
    scope = PlainModule("scope")
    scope.set(mode=1)
    for turn in 2.0 * np.pi * 300.0 * np.arange(9600) / 48000.0:
        scope.set(first=5.0 * float(np.cos(turn)), second=2.5 * float(np.sin(turn)))
        scope.module.step()
    path = np.array(drawn(scope)[-1].points).reshape(-1, 2) - 0.5
    assert np.hypot(path[:, 0], 2.0 * path[:, 1]) == pytest.approx(0.5, abs=1e-3)


def test_the_curve_goes_through_every_point_and_the_second_only_if_there_is_one() -> None:
    scope = played(second_scale=0.0)
    colours = [line.colour for line in drawn(scope)]
    assert colours[0] == "dim"
    assert len(colours) == 4
    assert len(drawn(scope)[-1].points) == 4 * POINTS
    scope = PlainModule("scope")
    assert len(drawn(scope)) == 3


def test_several_voices_are_drawn_one_over_the_other() -> None:
    scope = played()
    for name in ("first_low", "first_high"):
        voiced = Row(scope.state(name))
        voiced.voices = [list(voiced), [0.5 * volts for volts in voiced], [0.0] * POINTS]
        setattr(scope.module, name, voiced)
    curves = [line for line in drawn(scope) if len(line.points) == 4 * POINTS]
    assert len(curves) == 4
    heights = [np.ptp(np.array(line.points)[1::2]) for line in curves[1:]]
    assert heights == pytest.approx([0.0, 0.5 * heights[2], heights[2]])
