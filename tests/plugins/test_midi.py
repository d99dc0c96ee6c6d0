"""MIDI messages and events."""

import math

import pytest

from livepatch.plugins import midi
from livepatch.plugins.plugin import (
    BEND,
    CONTROL,
    NOTE_OFF,
    NOTE_ON,
    NOTE_PRESSURE,
    PRESSURE,
    PROGRAM,
    TUNING,
    Event,
)

MESSAGES = [
    (Event(NOTE_ON, 0, 2, 69, 1.0), (0x92, 69, 127)),
    (Event(NOTE_ON, 0, 0, 69, 0.001), (0x90, 69, 1)),
    (Event(NOTE_OFF, 0, 0, 69, 0.0), (0x80, 69, 0)),
    (Event(NOTE_PRESSURE, 0, 0, 60, 0.5), (0xA0, 60, 64)),
    (Event(CONTROL, 0, 15, 7, 1.0), (0xBF, 7, 127)),
    (Event(PROGRAM, 0, 0, 5, 0.0), (0xC0, 5, 0)),
    (Event(PRESSURE, 0, 0, 0, 1.0), (0xD0, 127, 0)),
    (Event(BEND, 0, 0, 0, 0.0), (0xE0, 0, 64)),
    (Event(BEND, 0, 0, 0, 1.0), (0xE0, 127, 127)),
    (Event(BEND, 0, 0, 0, -1.0), (0xE0, 0, 0)),
]


@pytest.mark.parametrize(("event", "message"), MESSAGES)
def test_an_event_is_its_midi_message(event: Event, message: tuple[int, int, int]) -> None:
    assert midi.message(event) == message


@pytest.mark.parametrize(("event", "message"), MESSAGES)
def test_a_midi_message_is_its_event_within_its_resolution(event: Event, message: tuple[int, int, int]) -> None:
    found = midi.event(*message, frame=0)
    assert found is not None
    assert found.value == pytest.approx(event.value, abs=1 / 127)
    assert found._replace(value=0.0) == event._replace(value=0.0)


def test_every_pitch_bend_comes_back_as_it_was() -> None:
    for bend in range(16384):
        event = midi.event(0xE0, bend & 127, bend >> 7, 0)
        assert event is not None
        assert midi.message(event) == (0xE0, bend & 127, bend >> 7)


def test_a_note_on_without_velocity_is_a_note_off() -> None:
    assert midi.event(0x91, 69, 0, 5) == Event(NOTE_OFF, 5, 1, 69, 0.0)


def test_what_midi_has_no_message_for_is_left_out() -> None:
    assert midi.message(Event(TUNING, 0, 0, 69, 0.5)) is None
    assert midi.event(0xF8, 0, 0, 0) is None


@pytest.mark.parametrize("kind", [NOTE_ON, CONTROL, BEND, PRESSURE])
def test_a_value_that_is_no_number_is_still_a_message(kind: int) -> None:
    for value in (math.nan, math.inf, -math.inf):
        message = midi.message(Event(kind, 0, 0, 200, value))
        assert message is not None
        assert all(0 <= byte <= 255 for byte in message)
        assert max(message[1:]) <= 127
