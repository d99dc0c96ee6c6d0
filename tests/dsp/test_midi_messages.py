"""MIDI messages, byte by byte as MIDI 1.0 has them."""

import numpy as np

from livepatch.dsp import VOICES, midi_generator
from tests.dsp.playing import Native, played

C4, E4 = 0.0, 4.0 / 12.0
OFF_C4, OFF_E4 = 0x803C40, 0x804040
PANIC = [0xB07800, 0xB07900, 0xB07B00]


def generator() -> midi_generator:
    return midi_generator().placed(48000.0)


def taken(midi: midi_generator) -> list[int]:
    """All that waits."""
    found = []
    while message := midi.take():
        found.append(message)
    return found


def test_a_note_begins_with_its_gate_and_ends_with_it_and_nothing_is_said_twice() -> None:
    midi = generator()
    for gate in (0.0, 0.9, 1.0, 10.0, 0.5, 10.0):
        midi.play(0, C4, gate, 7.874)
    assert taken(midi) == [0x903C64]
    for gate in (0.1, 0.0, 0.5):
        midi.play(0, C4, gate, 7.874)
    assert taken(midi) == [OFF_C4]


def test_another_pitch_is_another_note_once_it_is_clearly_away() -> None:
    midi = generator()
    for semitones in (0.0, 0.55, -0.59, 0.61, 0.45, 0.39, -90.0, 90.0, 120.0):
        midi.play(0, semitones / 12.0, 10.0, 10.0)
    assert taken(midi)[:5] == [0x903C7F, 0x803C40, 0x903D7F, 0x803D40, 0x903C7F]
    midi.play(0, 90.0 / 12.0, 10.0, 10.0)
    midi.play(3, -61.0 / 12.0, 0.0, 10.0)
    midi.play(3, -61.0 / 12.0, 10.0, 0.0)
    assert taken(midi) == [0x900001]


def test_a_key_that_two_voices_hold_is_struck_anew_and_ends_with_the_last() -> None:
    midi = generator()
    midi.play(0, C4, 10.0, 10.0)
    midi.play(15, C4, 10.0, 10.0)
    assert taken(midi) == [0x903C7F, OFF_C4, 0x903C7F]
    midi.play(0, C4, 0.0, 10.0)
    assert taken(midi) == []
    midi.play(15, E4, 10.0, 10.0)
    assert taken(midi) == [OFF_C4, 0x90407F]
    for voice in (-1, VOICES):
        midi.play(voice, C4, 10.0, 10.0)
        midi.press(voice, 10.0)
    assert taken(midi) == []


def test_wheels_pressure_and_controllers_speak_when_they_move_and_once_before() -> None:
    midi = generator()
    midi.press(0, 5.0)
    midi.play(0, C4, 10.0, 10.0)
    for volts in (0.0, 5.0, 5.02):
        midi.press(0, volts)
    assert taken(midi) == [0x903C7F, 0xA03C40]
    for volts in (0.0, 0.0, 5.0, 9.0, -5.0, -9.0, 0.0003):
        midi.bend(volts)
    assert taken(midi) == [0xE00040, 0xE07F7F, 0xE00000, 0xE00040]
    for volts in (0.0, 0.0, 10.0, 12.0):
        midi.control(1, volts)
        midi.control(119, volts)
        midi.control(120, volts)
        midi.control(-1, volts)
        midi.press_all(volts)
    assert taken(midi) == [0xB00100, 0xB07700, 0xD00000, 0xB0017F, 0xB0777F, 0xD07F00]


def test_clocks_tick_where_their_gate_goes_on() -> None:
    midi = generator()
    for gate in (1.0, 10.0, 10.0, 0.05, 0.9, 2.0, 2.0):
        midi.clock(gate)
        midi.start(gate)
        midi.resume(gate)
        midi.stop(gate)
    assert taken(midi) == 2 * [0xF80000, 0xFA0000, 0xFB0000, 0xFC0000]


def test_another_channel_takes_over_and_lets_no_note_hang() -> None:
    midi = generator()
    midi.play(0, C4, 10.0, 10.0)
    midi.play(1, C4, 10.0, 10.0)
    midi.control(7, 10.0)
    taken(midi)
    for channel in (0, 17, 1, 16, 16):
        midi.set_channel(channel)
        midi.play(0, C4, 10.0, 10.0)
        midi.play(1, E4, 10.0, 10.0)
        midi.control(7, 10.0)
    assert taken(midi) == [0x90407F, OFF_C4, OFF_E4, 0x9F3C7F, 0x9F407F, 0xBF077F]


def test_a_panic_is_heard_first_and_ends_what_sounds_until_the_next_gate() -> None:
    midi = generator()
    midi.play(2, E4, 10.0, 10.0)
    midi.bend(5.0)
    assert midi.take() == 0x90407F
    midi.panic()
    for gate in (10.0, 0.5, 10.0, 0.0, 10.0):
        midi.play(2, C4, gate, 10.0)
        midi.press(2, 10.0)
        midi.bend(5.0)
    assert taken(midi) == [OFF_E4, *PANIC, 0xE07F7F, 0x903C7F, 0xA03C7F]


def test_a_reset_says_all_anew() -> None:
    midi = generator()
    for _ in range(2):
        midi.play(0, C4, 10.0, 10.0)
        midi.control(1, 0.0)
        assert taken(midi) == [0x903C7F, 0xB00100]
        midi.clock(10.0)
        midi.reset()
    assert taken(midi) == []


def test_where_nobody_takes_them_notes_are_not_lost_and_wheels_are_what_they_are_in_the_end() -> None:
    midi = generator()
    for step in range(2000):
        midi.bend(-5.0 + step * 0.005)
        midi.control(1, 0.005 * step)
        for voice in range(VOICES):
            midi.play(voice, (2.0 * voice + step % 2) / 12.0, 10.0, 10.0)
            midi.press(voice, 0.005 * step)
    midi.clock(10.0)
    found = taken(midi)
    assert len(found) <= 256
    assert found[-1] == 0xF80000
    midi.bend(5.0)
    midi.control(1, 10.0)
    for voice in range(VOICES):
        midi.play(voice, 0.0, 0.0, 10.0)
    found += taken(midi)
    assert found[-VOICES - 2 : -VOICES] == [0xE07F7F, 0xB0017F]
    struck = [message >> 8 & 127 for message in found if message >> 16 == 0x90]
    ended = [message >> 8 & 127 for message in found if message >> 16 == 0x80]
    assert sorted(struck) == sorted(ended)


STEP = """
self.midi.play(0, self.y, self.x, 10.0)
self.midi.press(0, self.x)
self.midi.bend(self.y)
self.midi.control(1, self.x)
self.midi.clock(self.y)
if self.x > 11.0:
    self.midi.panic()
self.out = float(self.midi.take())
self.other = float(self.midi.take())"""


def test_it_is_the_same_compiled(native: Native) -> None:
    chance = np.random.default_rng(2)
    gates, pitches = np.repeat(chance.uniform(-12.0, 12.0, (2, 60)), 8, axis=1)
    out, other = played(native, "midi = midi_generator()", STEP, frames=480, x=gates, y=pitches)
    kinds = {int(message) >> 16 for message in (*out, *other)}
    assert kinds == {0, 0x80, 0x90, 0xA0, 0xB0, 0xE0, 0xF8}
