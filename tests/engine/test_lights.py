"""Lights as the front ends see them."""

import math
from pathlib import Path

import pytest

from livepatch.engine.gauges import Gauges
from livepatch.protocol.levels import Levels
from livepatch.protocol.meters import Meters
from tests.engine.playing import Playing, add, cable, code, knob


def test_a_trigger_shorter_than_a_look_lights_up_and_fades_in_a_tenth_of_a_second(tmp_path: Path) -> None:
    playing = Playing(code("blink"))
    playing.perform(add(1, "blink"))
    with Meters(tmp_path / "meters", create=True) as meters:
        gauges = Gauges(playing.engine, meters)
        slot = playing.engine.rack.seats[1].meters[0] + 1
        playing.sound(1600)  # the light is on in sample 70 alone
        gauges.publish()
        assert meters.levels[slot] == 1.0
        gauges.publish()
        assert meters.levels[slot] == 1.0  # nothing was played in between
        playing.sound(4800)
        gauges.publish()
        assert meters.levels[slot] == pytest.approx(math.exp(-1.0), abs=0.01)


def test_a_light_of_two_colours_shows_the_farther_side(tmp_path: Path) -> None:
    playing = Playing(code("blink"))
    playing.perform(add(1, "blink"))
    with Meters(tmp_path / "meters", create=True) as meters:
        gauges = Gauges(playing.engine, meters)
        playing.sound(1600)
        gauges.publish()
        assert meters.levels[playing.engine.rack.seats[1].meters[0] + 2] == -0.75


def test_of_several_voices_the_brightest_is_shown(tmp_path: Path) -> None:
    playing = Playing(code("blink"), code("fan"))
    playing.perform(add(1, "fan", voices=4.0), add(2, "blink"), cable(1, "out", 2, "a"))
    with Meters(tmp_path / "meters", create=True) as meters:
        gauges = Gauges(playing.engine, meters)
        for _ in range(3):  # runs of the code for more voices are made in between
            playing.sound(640)
        gauges.publish()
        assert meters.levels[playing.engine.rack.seats[2].meters[0] + 3] == pytest.approx(0.4)


def test_the_number_of_voices_and_the_peak_of_each_are_shown(tmp_path: Path) -> None:
    playing = Playing(code("fan"), code("constant"))
    playing.perform(add(1, "fan", voices=3.0), add(2, "constant"))
    with Meters(tmp_path / "meters", create=True) as meters:
        levels = Levels()
        levels.follow(tmp_path / "meters")
        gauges = Gauges(playing.engine, meters)
        playing.sound(640)
        gauges.publish()
        assert levels.voices(playing.engine.rack.seats[1].meters[0]) == pytest.approx([1.0, 2.0, 3.0])
        assert levels.voices(playing.engine.rack.seats[2].meters[0]) == ()
        playing.perform(knob(1, "voices", 1.0))
        playing.sound(640)
        gauges.publish()
        assert levels.voices(playing.engine.rack.seats[1].meters[0]) == ()
        levels.close()


@pytest.mark.parametrize("voices", [1.0, 3.0])
def test_what_a_picture_reads_is_that_of_the_first_voice(tmp_path: Path, voices: float) -> None:
    playing = Playing(code("fan"), code("swell"))
    playing.perform(add(1, "fan", voices=voices), add(2, "swell"), cable(1, "out", 2, "a"))
    with Meters(tmp_path / "meters", create=True) as meters:
        gauges = Gauges(playing.engine, meters)
        for _ in range(3):
            playing.sound(640)
        gauges.publish()
        seat = playing.engine.rack.seats[2]
        assert meters.levels[seat.numbers["level"]] == pytest.approx(2.0)
        start, frames = seat.traces["curve"]
        assert meters.traces[start : start + frames].tolist() == pytest.approx([2.0] * 4)


@pytest.mark.parametrize("voices", [1, 3, 16])
def test_a_picture_has_what_every_voice_has(tmp_path: Path, voices: int) -> None:
    playing = Playing(code("voiced"), code("fan"))
    playing.perform(add(1, "fan", voices=float(voices)), add(2, "voiced"), cable(1, "out", 2, "a"))
    with Meters(tmp_path / "meters", create=True) as meters:
        gauges = Gauges(playing.engine, meters)
        for _ in range(3):  # runs of the code for more voices are made in between
            playing.sound(640)
        gauges.publish()
        seat = playing.engine.rack.seats[2]
        numbers = [meters.levels[slot] for slot in seat.numbers.values()]
        assert numbers == pytest.approx([*range(1, voices + 1), *[0.0] * (16 - voices), voices])
        start, room = seat.traces["curve"]
        curves = list(meters.traces[start : start + room])
        assert room == 4 * 16
        assert curves[: 4 * voices] == pytest.approx([2.0 * (place // 4 + 1) for place in range(4 * voices)])
