"""What can be drawn, and what is too much."""

import math

import pytest

from livepatch.canvas import MOST_POINTS, MOST_SHAPES, Box, Canvas, Dots, Line, Text


def test_shapes_are_kept_in_the_order_they_are_drawn() -> None:
    canvas = Canvas()
    canvas.box(0.0, 0.0, 0.5, 1.0, "green")
    canvas.line(0.0, 0.0, 1.0, 1.0)
    canvas.dot(0.5, 0.25, "#102030")
    canvas.text(0.5, 1.0, 440, "dim", align="centre")
    assert canvas.shapes == [
        Box(0.0, 0.0, 0.5, 1.0, "#7ee787"),
        Line((0.0, 0.0, 1.0, 1.0)),
        Dots((0.5, 0.25), "#102030"),
        Text(0.5, 1.0, "440", "dim", "centre"),
    ]


def test_a_curve_spans_the_width_from_low_to_high() -> None:
    canvas = Canvas()
    canvas.curve([0.0, 5.0, 10.0], low=0.0, high=10.0)
    assert canvas.shapes == [Line((0.0, 0.0, 0.5, 0.5, 1.0, 1.0))]


def test_a_point_that_is_no_number_is_left_out_and_one_far_away_is_held() -> None:
    canvas = Canvas()
    canvas.path([(0.0, math.nan), (0.5, math.inf), (1.0, 1e300)])
    canvas.box(0.0, 0.0, math.nan, 1.0)
    assert canvas.shapes == [Line((1.0, 10.0))]


def test_differences_that_nobody_sees_make_no_other_picture() -> None:
    first, second = Canvas(), Canvas()
    first.line(0.1, 0.2, 0.3, 0.4)
    second.line(0.1 + 1e-6, 0.2, 0.3, 0.4 - 1e-6)
    assert first.shapes == second.shapes


def test_an_unknown_colour_and_too_much_are_refused() -> None:
    canvas = Canvas()
    with pytest.raises(ValueError, match="there is no colour 'grene'"):
        canvas.dot(0.0, 0.0, "grene")
    with pytest.raises(ValueError, match="left, centre or right"):
        canvas.text(0.0, 0.0, "a", align="middle")
    with pytest.raises(ValueError, match=f"{MOST_POINTS} points at most"):
        canvas.curve([0.0] * (MOST_POINTS + 1))
    fresh = Canvas()
    for _ in range(MOST_SHAPES):
        fresh.dot(0.0, 0.0)
    with pytest.raises(ValueError, match=f"{MOST_SHAPES} shapes at most"):
        fresh.dot(0.0, 0.0)
