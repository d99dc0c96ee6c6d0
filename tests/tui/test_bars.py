"""Bars, meters and curves as characters."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livepatch.tui.bars import curve, knob_bar, meter_bar, meter_step, voice_bars


def drawn(position: float, zero: float, cells: int) -> str:
    return "".join(characters for characters, _ in knob_bar(position, zero, cells))


@pytest.mark.parametrize(
    ("position", "zero", "bar"),
    [(0.0, 0.0, "╸───"), (0.5, 0.0, "━━──"), (1.0, 0.0, "━━━━"), (0.25, 0.5, "─━──"), (1.0, 0.5, "──━━")],
)
def test_a_knob_bar_goes_from_zero_to_where_the_knob_stands(position: float, zero: float, bar: str) -> None:
    assert drawn(position, zero, 4) == bar


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(1, 40))
def test_a_knob_bar_is_as_wide_as_asked_and_never_dark(position: float, zero: float, cells: int) -> None:
    runs = knob_bar(position, zero, cells)
    assert sum(len(characters) for characters, _ in runs) == cells
    assert any(lit for _, lit in runs)


def test_a_meter_is_full_at_10_volts_and_dark_48_db_below() -> None:
    assert meter_step(10.0, 6) == 12
    assert meter_step(99.0, 6) == 12
    assert meter_step(10.0 * 10 ** (-24 / 20), 6) == 6
    assert meter_step(0.03, 6) == 0
    assert [meter_step(volts, 6) for volts in (0.0, -1.0, math.nan)] == [0, 0, 0]
    assert meter_bar(3, 4) == "⣶⡆  "
    assert meter_bar(99, 4) == "⣶⣶⣶⣶"


def test_a_curve_fills_its_height_from_minus_one_to_one() -> None:
    assert curve([1.0] * 8, 4, 1) == ["⠉⠉⠉⠉"]
    assert curve([-1.0] * 8, 4, 1) == ["⣀⣀⣀⣀"]
    assert curve([1.0, -1.0], 1, 2) == ["⢹", "⢸"]


def test_a_curve_of_nothing_is_blank_and_of_nonsense_is_flat() -> None:
    assert curve([], 3, 2) == ["   ", "   "]
    assert curve([math.nan] * 6, 3, 1) == curve([0.0] * 6, 3, 1)


def test_a_curve_keeps_peaks_between_its_dots() -> None:
    samples = [0.0] * 1000
    samples[501] = 1.0
    assert "".join(curve(samples, 10, 3)[0]).count("⠀") == 9


def test_each_voice_has_a_bar_and_even_a_silent_one_is_there() -> None:
    assert voice_bars([4, 0]) == "⣇"
    assert [len(voice_bars([0] * count)) for count in (2, 3, 16)] == [1, 2, 8]
    assert voice_bars([0, 0, 0]) == "⣀⡀"
    assert voice_bars([4, 4]) == "⣿"
