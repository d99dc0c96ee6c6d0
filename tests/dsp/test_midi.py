"""MIDI numbers and their voltages."""

import pytest

from livepatch.dsp import (
    bend_to_share,
    hz_to_volts,
    note_to_volts,
    share_to_bend,
    velocity_to_volts,
    volts_to_hz,
    volts_to_note,
    volts_to_velocity,
)


def test_every_note_has_a_voltage_and_comes_back() -> None:
    assert note_to_volts(60.0) == 0.0
    assert note_to_volts(72.0) == 1.0
    for note in range(128):
        assert volts_to_note(note_to_volts(float(note))) == note
    assert (volts_to_note(-20.0), volts_to_note(20.0)) == (0.0, 127.0)


def test_every_velocity_has_a_voltage_and_comes_back() -> None:
    assert velocity_to_volts(127.0) == pytest.approx(10.0, abs=1e-14)
    for velocity in range(128):
        assert volts_to_velocity(velocity_to_volts(float(velocity))) == velocity


def test_a_wheel_at_rest_says_nothing_and_goes_to_both_ends() -> None:
    assert [bend_to_share(bend) for bend in (0.0, 8192.0, 16383.0)] == [-1.0, 0.0, 1.0]
    for bend in range(16384):
        assert share_to_bend(bend_to_share(float(bend))) == bend
    assert (share_to_bend(-2.0), share_to_bend(2.0)) == (0.0, 16383.0)
    assert (share_to_bend(0.5), share_to_bend(-0.49999)) == (12288.0, 4096.0)


def test_a_pitch_has_a_frequency_and_comes_back() -> None:
    assert volts_to_hz(0.75) == pytest.approx(440.0, rel=1e-6)
    for volts in (-5.0, -0.3, 0.0, 4.123):
        assert hz_to_volts(volts_to_hz(volts)) == pytest.approx(volts, abs=1e-11)
