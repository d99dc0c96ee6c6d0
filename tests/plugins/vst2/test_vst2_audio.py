"""What a VST2 plug-in computes from audio, notes and parameters."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

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
    PluginError,
)
from livepatch.plugins.vst2.loading import load
from livepatch.plugins.vst2.opcodes import Ask, Level
from livepatch.plugins.vst2.vst2_plugin import Vst2Plugin
from tests.plugins.building import build
from tests.plugins.playing import Playing, hertz, note, turn
from tests.plugins.vst2.synth import ACT, ECHO, GAIN, LATENCY, LEVEL, WAVE, Seen, seen, times

CONSTANT = turn(WAVE, 1.0)


@pytest.fixture
def synth(vst2_synth: Path) -> Iterator[Vst2Plugin]:
    plugin = load(vst2_synth)
    assert isinstance(plugin, Vst2Plugin)
    yield plugin
    plugin.close()


def first(channel: NDArray[np.float64]) -> int:
    return int(np.flatnonzero(channel)[0])


@pytest.mark.parametrize("block", [64, 17, 480])
@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_note_69_is_440_hz(synth: Vst2Plugin, block: int, sample_rate: float) -> None:
    out = Playing(synth, sample_rate, block).render(round(sample_rate), [note()])
    assert hertz(out[0], sample_rate) == pytest.approx(440.0, abs=0.01)
    assert np.max(np.abs(out)) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("frame", [0, 1, 40, 63, 64, 100])
def test_a_note_sounds_from_its_frame_to_that_of_its_off(synth: Vst2Plugin, frame: int) -> None:
    out = Playing(synth).render(256, [CONSTANT, note(frame), Event(NOTE_OFF, frame + 70, 0, 69, 0.0)])
    expected = np.zeros(256)
    expected[frame : frame + 70] = 0.5
    np.testing.assert_array_equal(out, [expected, expected])


def test_sixteen_notes_of_a_block_begin_at_sixteen_frames(synth: Vst2Plugin) -> None:
    notes = [note(4 * number, 40 + number, 1.0) for number in range(16)]
    out = Playing(synth).render(64, [CONSTANT, *notes])
    np.testing.assert_allclose(out[0], 0.5 * (np.arange(64) // 4 + 1), rtol=1e-6)


def test_more_events_than_there_was_room_for_all_arrive(synth: Vst2Plugin) -> None:
    playing = Playing(synth)
    controls = [Event(CONTROL, number % 64, 0, 7, number / 299) for number in range(300)]
    playing.render(64, [turn(ECHO, 1.0), *sorted(controls, key=lambda event: event.frame)])
    assert len(playing.answers) == 300


@pytest.mark.parametrize(
    ("event", "cents"), [(Event(BEND, 0, 0, 0, 0.5), 100.0), (Event(BEND, 0, 0, 0, -1.0), -200.0)]
)
def test_bend_is_a_pitch_bend(synth: Vst2Plugin, event: Event, cents: float) -> None:
    out = Playing(synth).render(48000, [event, note()])
    assert 1200.0 * np.log2(hertz(out[0]) / 440.0) == pytest.approx(cents, abs=0.05)


def test_how_far_a_note_is_from_its_key_is_its_detune(synth: Vst2Plugin) -> None:
    out = Playing(synth).render(48000, [note(cents=-25.0)])
    assert 1200.0 * np.log2(hertz(out[0]) / 440.0) == pytest.approx(-25.0, abs=0.05)


def test_each_kind_of_event_arrives_as_its_midi_message(synth: Vst2Plugin) -> None:
    events = [
        Event(PRESSURE, 0, 0, 0, 1.0),
        Event(NOTE_PRESSURE, 0, 0, 69, 0.5),
        Event(CONTROL, 0, 0, 74, 0.25),
        Event(PROGRAM, 0, 0, 12, 0.0),
        Event(TUNING, 0, 0, 69, 1.0),
        Event(NOTE_OFF, 0, 0, 69, 0.5),
    ]
    Playing(synth).render(64, events)
    assert seen(synth, Seen.PRESSURE) == 127
    assert seen(synth, Seen.KEY_PRESSURE) == 69 * 128 + 64
    assert seen(synth, Seen.CONTROL) == 74 * 128 + 32
    assert seen(synth, Seen.PROGRAM_CHANGE) == 12
    assert seen(synth, Seen.OFF_VELOCITY) == 64


def test_input_goes_through_times_the_gain(synth: Vst2Plugin) -> None:
    given = np.random.default_rng(1).uniform(-1, 1, (2, 1000))
    out = Playing(synth, block=64).render(1000, [turn(GAIN, 0.25)], given)
    np.testing.assert_allclose(out, 0.25 * given, atol=1e-7)


@pytest.mark.parametrize("doubles", [False, True])
@pytest.mark.parametrize("frame", [0, 1, 7, 37, 63, 64, 101])
def test_a_change_of_gain_is_heard_at_exactly_its_frame(synth: Vst2Plugin, frame: int, *, doubles: bool) -> None:
    out = Playing(synth, doubles=doubles).render(192, [turn(GAIN, 0.5, frame)], np.ones((2, 192)))
    expected = np.where(np.arange(192) < frame, 1.0, 0.5)
    np.testing.assert_array_equal(out, [expected, expected])


def test_notes_keep_their_frames_in_a_block_that_is_split(synth: Vst2Plugin) -> None:
    events = [CONSTANT, turn(LEVEL, 1.0, 20), note(30), turn(LEVEL, 0.25, 40), Event(NOTE_OFF, 50, 0, 69, 0.0)]
    out = Playing(synth).render(64, events)
    frames = np.arange(64)
    expected = np.where(frames < 40, 1.0, 0.25) * ((frames >= 30) & (frames < 50))
    np.testing.assert_array_equal(out[1], expected)


def test_a_parameter_that_is_turned_at_every_frame_makes_parts_of_eight(synth: Vst2Plugin) -> None:
    playing = Playing(synth)
    out = playing.render(64, [turn(GAIN, frame / 64, frame) for frame in range(64)], np.ones((2, 64)))
    np.testing.assert_array_equal(out[0], np.arange(64) // 8 * 8 / 64)
    assert synth.value(GAIN) == 63 / 64


def test_64_bit_floats_are_computed_as_such(synth: Vst2Plugin) -> None:
    given = np.full((2, 64), 1.0 + 2.0**-40)
    assert Playing(synth, doubles=True).render(64, (), given)[0, 0] == 1.0 + 2.0**-40
    assert seen(synth, Seen.DOUBLES) == 1.0
    Playing(synth).render(64)
    assert seen(synth, Seen.DOUBLES) == 0.0


def test_a_plug_in_that_only_adds_to_its_outputs_finds_them_empty(tmp_path: Path) -> None:
    plugin = load(build("vst2_synth.c", tmp_path, "-DREPLACING=0"))
    assert not plugin.facts.doubles
    with pytest.raises(PluginError, match="64-bit"):
        plugin.prepare(48000.0, 64, doubles=True)
    playing = Playing(plugin)
    for _ in range(3):
        playing.outputs[:] = 0.75
        out = playing.render(64, [turn(GAIN, 0.5, 10)], np.full((2, 64), 0.5))
    assert set(out.ravel()) == {0.25}
    plugin.close()


def test_nothing_is_sent_to_a_plug_in_that_takes_no_notes(tmp_path: Path) -> None:
    plugin = load(build("vst2_synth.c", tmp_path, "-DNOTES=0"))
    assert (plugin.facts.notes_in, plugin.facts.notes_out, plugin.facts.instrument) == (False, False, False)
    plugin.midi(b"\xf8")
    plugin.sysex(b"\xf0\x7d\xf7")
    out = Playing(plugin).render(128, [note(), turn(GAIN, 0.5, 64)], np.ones((2, 128)))
    np.testing.assert_array_equal(out[0], np.repeat([1.0, 0.5], 64))
    plugin.close()


def test_a_block_with_a_part_sees_its_time(synth: Vst2Plugin) -> None:
    clock = synth.clock
    clock.frame, clock.tempo, clock.beats, clock.bar_beats = 480000, 90.0, 15.9999, 12.0
    clock.numerator, clock.denominator = 4, 4
    playing = Playing(synth)
    playing.render(64, [turn(GAIN, 0.5, 48)])
    whole, part = times(synth, 0), times(synth, 1)
    assert (whole.frames, part.frames) == (48, 16)
    assert (whole.frame, part.frame) == (480000.0, 480048.0)
    assert whole.sample_rate == 48000.0
    assert (whole.beats, whole.bar) == (15.9999, 12.0)
    assert part.beats == pytest.approx(15.9999 + 48 * 90.0 / 60.0 / 48000.0)
    assert part.bar == 16.0
    assert (part.tempo, part.numerator, part.denominator) == (90.0, 4.0, 4.0)
    assert round((16.0 - 15.9999) * 60.0 / 90.0 * 48000.0) == whole.to_clock
    assert int(whole.flags) & (1 << 1 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 13) == 0x2E02


def test_the_transport_is_said_to_have_changed_in_the_block_where_it_stops(synth: Vst2Plugin) -> None:
    playing = Playing(synth)
    playing.render(64)
    synth.clock.playing = False
    playing.render(128)
    assert [int(times(synth, number).flags) & 3 for number in range(3)] == [2, 1, 0]
    assert times(synth, 2).beats == times(synth, 1).beats


def test_midi_comes_back_at_the_frames_where_it_was_sent(synth: Vst2Plugin) -> None:
    playing = Playing(synth)
    sent = [note(5), Event(CONTROL, 45, 3, 7, 1.0), Event(NOTE_OFF, 100, 0, 69, 0.0)]
    playing.render(128, [turn(ECHO, 1.0), turn(GAIN, 0.5, 40), *sent])
    assert playing.answers == sent


def test_system_exclusive_messages_go_in_and_out(synth: Vst2Plugin) -> None:
    playing = Playing(synth)
    message = bytes([0xF0, *range(100), 0xF7])
    synth.sysex(message)
    playing.render(64, [turn(ECHO, 1.0), note(3)])
    assert seen(synth, Seen.SYSEX) == 102
    assert [told.text for told in synth.told if told.what == "sysex"] == [message.hex()]
    assert playing.answers == [note(3)]


def test_other_messages_arrive_at_the_start_of_a_block_and_once(synth: Vst2Plugin) -> None:
    playing = Playing(synth)
    synth.midi(b"\xf8")
    synth.midi(bytes([0x90, 60, 127]))
    out = playing.render(64, [CONSTANT])
    assert seen(synth, Seen.REAL_TIME_BYTE) == 0xF8
    assert out[0, 0] == 0.5
    playing.render(64, [turn(ECHO, 1.0)])
    assert playing.answers == []
    with pytest.raises(PluginError, match="one to three bytes"):
        synth.midi(bytes(4))


def test_messages_that_are_of_no_channel_are_told(synth: Vst2Plugin) -> None:
    Playing(synth).render(64, [turn(ACT, 3 / 5)])
    assert [(told.what, told.text) for told in synth.told] == [("sysex", "f07d010203f7"), ("midi", "f8")]


def test_a_plug_in_hears_that_it_is_on_the_audio_thread(synth: Vst2Plugin) -> None:
    playing = Playing(synth)
    playing.render(64)
    assert seen(synth, Seen.LEVEL) == Level.AUDIO
    assert synth.effect.ask(Ask.VENDOR_SPECIFIC, 201, 23) == Level.MAIN
    synth.prepare(48000.0, 64, offline=True)
    playing.render(64)
    assert seen(synth, Seen.LEVEL) == Level.OFFLINE


def test_nothing_is_computed_before_it_is_prepared_or_after_it_is_closed(synth: Vst2Plugin) -> None:
    assert synth.process(64, [note()]) == ()
    playing = Playing(synth)
    synth.close()
    playing.outputs[:] = 1.0
    assert set(playing.render(64, [note()]).ravel()) == {1.0}


def test_a_plug_in_with_more_outlets_all_of_a_sudden_writes_where_it_may(synth: Vst2Plugin) -> None:
    playing = Playing(synth)
    playing.render(64, [turn(ACT, 4 / 5)])
    playing.render(256, [CONSTANT, note()])
    synth.idle()
    assert [told.what for told in synth.told] == ["buses"]
    assert [bus.channels for bus in synth.facts.outputs] == [2, 2]
    with pytest.raises(PluginError, match="2 channels in and 4 out"):
        synth.connect([0, 0], [0, 0])
    assert Playing(synth).render(64, [note()]).shape == (4, 64)


def test_latency_is_told_when_a_parameter_changes_it(synth: Vst2Plugin) -> None:
    given = np.zeros((2, 1000))
    given[:, 0] = 1.0
    playing = Playing(synth)
    out = playing.render(1000, [turn(LATENCY, 0.48)], given)
    assert first(out[0]) == 480
    synth.idle()
    assert [(told.what, told.value) for told in synth.told] == [("latency", 480.0)]
    assert synth.facts.latency == 480


def test_a_parameter_that_is_not_there_is_left_alone(synth: Vst2Plugin) -> None:
    Playing(synth).render(64, [turn(99, 0.5), turn(-1, 0.5, 20)])
    for ask in (synth.value, synth.text):
        with pytest.raises(PluginError, match="no parameter 99; it has 8"):
            ask(99)


@pytest.mark.parametrize("frames", [1, 7, 64])
def test_blocks_may_be_shorter_than_was_prepared_for(synth: Vst2Plugin, frames: int) -> None:
    playing = Playing(synth)
    playing.outputs[:] = 9.0
    synth.process(frames, [turn(GAIN, 0.0)])
    assert np.all(playing.outputs[:, :frames] == 0.0)
    assert np.all(playing.outputs[:, frames:] == 9.0)


def test_memory_is_not_made_anew_for_each_block(synth: Vst2Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    playing = Playing(synth)
    events = [turn(ECHO, 1.0), note(), turn(GAIN, 0.5, 20), note(30)]
    playing.render(64, events)

    monkeypatch.setattr("livepatch.plugins.vst2.event_list.ffi", None)
    monkeypatch.setattr("livepatch.plugins.vst2.audio.ffi", None)
    playing.render(640, events)
    assert [event.kind for event in playing.answers] == [NOTE_ON, NOTE_ON]
