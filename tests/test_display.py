"""What a knob shows, and what may be typed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livepatch.display import at_rest, position, quantity, read_number, read_value, turned, value_text
from livepatch.panel import Button, Knob, Switch
from livepatch.voltage import C4_HZ

PITCH = Knob(name="freq", minimum=-5.0, maximum=5.0, default=0.0, unit="Hz", base=2.0, multiplier=C4_HZ)
LEVEL = Knob(name="level", minimum=0.0, maximum=1.0, default=1.0, unit="dB", base=-10.0, multiplier=20.0)
MIX = Knob(name="mix", minimum=0.0, maximum=1.0, default=0.5, unit="%", multiplier=100.0)
TIME = Knob(name="time", minimum=-3.0, maximum=1.0, default=0.0, unit="s", base=10.0)
WAVE = Switch(name="wave", choices=("sine", "saw", "square"), default=1)
HIT = Button(name="hit")


@pytest.mark.parametrize(
    ("control", "value", "text"),
    [
        (PITCH, 0.0, "261.63 Hz"),
        (PITCH, 5.0, "8372.0 Hz"),
        (LEVEL, 0.5, "-6.0 dB"),
        (LEVEL, 0.0, "-inf dB"),
        (LEVEL, 1.0, "0.0 dB"),
        (MIX, 0.25, "25.0 %"),
        (TIME, -2.0, "10.0 ms"),
        (TIME, -3.0, "1.00 ms"),
        (TIME, 0.0, "1.00 s"),
        (WAVE, 2.0, "square"),
        (HIT, 1.0, "on"),
        (HIT, 0.0, "off"),
    ],
)
def test_a_control_shows_its_value_in_the_unit_of_its_panel(
    control: Knob | Switch | Button, value: float, text: str
) -> None:
    assert value_text(control, value) == text


def test_long_frequencies_are_shown_in_kilohertz() -> None:
    assert quantity(12_345.0, "Hz") == "12.35 kHz"


def test_a_rounded_zero_has_no_minus() -> None:
    assert quantity(-0.001, "oct") == "0.00 oct"


@pytest.mark.parametrize(
    ("control", "text", "value"),
    [
        (PITCH, "523.25", 1.0),
        (PITCH, "523.25 Hz", 1.0),
        (PITCH, "0.52325k", 1.0),
        (PITCH, "100000", 5.0),
        (LEVEL, "-6.0206", 0.5),
        (LEVEL, "-inf dB", 0.0),
        (TIME, "10ms", -2.0),
        (MIX, "25", 0.25),
        (MIX, "50 %", 0.5),
        (MIX, "1/2 %", 0.005),
        (TIME, "1/2", -0.30103),
        (TIME, "20 ms", -1.69897),
        (TIME, "500 us", -3.0),
        (PITCH, "440 Hz", 0.75),
        (LEVEL, "-6 dB", 0.50119),
        (WAVE, "sq", 2.0),
        (WAVE, "0", 0.0),
        (HIT, "on", 1.0),
    ],
)
def test_what_is_typed_is_read_in_the_unit_that_is_shown(
    control: Knob | Switch | Button, text: str, value: float
) -> None:
    assert read_value(control, text) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(
    ("control", "text"),
    [(PITCH, "loud"), (PITCH, "3 dB"), (PITCH, "-4"), (WAVE, "noise"), (HIT, "maybe"), (TIME, "1/0")],
)
def test_what_says_no_value_is_refused_with_a_reason(control: Knob | Switch, text: str) -> None:
    with pytest.raises(
        ValueError,
        match=control.name if text != "loud" else "freq takes a number, not 'loud'; for example 261.63 Hz",
    ):
        read_value(control, text)


@given(st.floats(0.01, 1.0))
def test_typing_what_is_shown_changes_nothing_one_could_see(value: float) -> None:
    shown = value_text(LEVEL, value)
    assert value_text(LEVEL, read_value(LEVEL, shown)) == shown


@given(st.floats(-4.0, 4.0), st.sampled_from([0.02, 0.002, 0.1]))
def test_a_knob_turned_back_stands_where_it_stood(value: float, amount: float) -> None:
    start = turned(PITCH, value, 0.0)
    assert turned(PITCH, turned(PITCH, start, amount), -amount) == pytest.approx(start, abs=1e-9)


def test_a_switch_goes_on_by_one_choice_and_stops_at_the_last() -> None:
    assert turned(WAVE, 1.0, 0.002) == 2.0
    assert turned(WAVE, 2.0, 0.5) == 2.0
    assert turned(WAVE, 0.0, -0.5) == 0.0


def test_positions_run_from_zero_to_one() -> None:
    assert position(PITCH, -5.0) == 0.0
    assert position(PITCH, 99.0) == 1.0
    assert position(WAVE, 1.0) == 0.5
    assert position(Switch(name="only", choices=("one",)), 0.0) == 0.0


def test_controls_that_were_never_touched_stand_at_their_defaults() -> None:
    assert [at_rest(control) for control in (PITCH, LEVEL, WAVE, HIT)] == [0.0, 1.0, 1.0, 0.0]


def test_a_number_beyond_the_range_is_read_as_it_is_and_taken_to_the_end() -> None:
    assert read_number(PITCH, "100 kHz") == pytest.approx(8.578, abs=1e-3)
    assert read_value(PITCH, "100 kHz") == 5.0


def test_a_choice_that_looks_like_a_number_goes_by_its_name() -> None:
    assert [read_value(Switch(name="poles", choices=("4", "2", "1")), text) for text in ("2", "4", "0")] == [
        1,
        0,
        0,
    ]


def test_infinity_is_said_plainly() -> None:
    assert quantity(math.inf, "") == "inf"


STEP = Knob(name="step1", minimum=-5.0, maximum=5.0, default=0.0, unit="V")


@pytest.mark.parametrize(
    ("control", "text", "value"),
    [
        (PITCH, "c4", 0.0),
        (PITCH, "A4", 0.75),
        (PITCH, " f#3 ", -0.5),
        (STEP, "bb2", -2.0 + 10.0 / 12.0),
        (STEP, "c-1", -5.0),
        (STEP, "c♯5", 1.0 + 1.0 / 12.0),
    ],
)
def test_what_is_a_pitch_is_set_to_a_note(control: Knob, text: str, value: float) -> None:
    assert read_value(control, text) == pytest.approx(value, abs=1e-9)


def test_what_is_no_pitch_takes_no_note() -> None:
    with pytest.raises(ValueError, match="mix takes a number, not 'c4'"):
        read_value(MIX, "c4")


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("ms", "0.2 s", 200.0),
        ("ms", "20 ms", 20.0),
        ("ms", "500 us", 0.5),
        ("s", "20 ms", 0.02),
        ("kHz", "440 Hz", 0.44),
        ("Hz", "2 kHz", 2000.0),
        ("°", "90 deg", 90.0),
        ("octaves", "600 ct", 0.5),
    ],
)
def test_a_value_is_typed_in_its_unit_or_one_of_the_same_base(unit: str, text: str, value: float) -> None:
    knob = Knob(name="length", minimum=0.0, maximum=1e4, default=0.0, unit=unit)
    assert read_number(knob, text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("unit", "text"), [("ms", "2 Hz"), ("s", "2 kHz"), ("%", "2 s"), ("", "2 s"), ("V", "1 ms")]
)
def test_a_value_in_another_unit_is_refused(unit: str, text: str) -> None:
    knob = Knob(name="length", minimum=0.0, maximum=1e4, default=0.0, unit=unit)
    with pytest.raises(ValueError, match="length is in"):
        read_number(knob, text)


def test_a_pitch_is_typed_in_cents_semitones_and_octaves() -> None:
    fine = Knob(name="fine", minimum=-1.0, maximum=1.0, default=0.0, unit="st", multiplier=1.0, base=0.0)
    assert read_number(fine, "20 cents") == pytest.approx(0.2)
    tune = Knob(name="tune", minimum=-4.0, maximum=4.0, default=0.0, unit="oct")
    assert read_number(tune, "7 st") == pytest.approx(7 / 12)
    assert read_number(tune, "1 cent") == pytest.approx(1 / 1200)
    with pytest.raises(ValueError, match="mix is in %, not cents"):
        read_number(MIX, "20 cents")
