"""Which device is played to, and what happens when it is not there."""

import ctypes  # what a stage locks is unlocked again
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livepatch.engine import stage as stages
from livepatch.engine.driver import DriverError, Fill
from livepatch.engine.engine import Engine
from livepatch.engine.gauges import Gauges
from livepatch.engine.sound_card import find_device
from livepatch.engine.stage import Stage
from livepatch.engine.timer import NullDriver
from livepatch.patch.edits import SetBypass
from livepatch.protocol.messages import Notice, Ready
from livepatch.protocol.meters import Meters
from tests.engine.playing import Playing, add, cable, code
from tests.jack_server import wait_until


@pytest.fixture(autouse=True)
def _ordinary() -> Iterator[None]:
    """A stage keeps its process in memory and at a high priority: the process of all other tests has neither."""
    if sys.platform != "linux":
        yield
        return
    former, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    yield
    os.sched_setscheduler(0, former, parameters)
    ctypes.CDLL(None).munlockall()


class FakePortAudio:
    """What PortAudio would list: interfaces as (name, default device, devices)."""

    def __init__(self, *interfaces: tuple[str, int, list[str]]) -> None:
        self._interfaces: list[dict[str, Any]] = []
        self._devices: list[dict[str, Any]] = []
        for name, default, devices in interfaces:
            first = len(self._devices)
            self._devices += [{"name": device, "max_output_channels": 2} for device in devices]
            indices = list(range(first, len(self._devices)))
            index = indices[default] if default >= 0 else -1
            self._interfaces.append({"name": name, "devices": indices, "default_output_device": index})

    def query_hostapis(self) -> Any:
        return tuple(self._interfaces)

    def query_devices(self) -> Any:
        return self._devices


ALSA = ("ALSA", 1, ["hw:0,0", "default", "jack"])
JACK = ("JACK Audio Connection Kit", 0, ["system"])
OSS = ("OSS", 0, ["/dev/dsp"])


@pytest.mark.parametrize(
    ("interfaces", "wanted", "found"),
    [
        ((ALSA, JACK), "", "system"),
        ((OSS, ALSA), "", "default"),
        ((OSS,), "", "/dev/dsp"),
        ((("ALSA", 0, ["jack", "hw:1,0"]),), "", "hw:1,0"),
        ((("ALSA", -1, ["hw:1,0"]),), "", "hw:1,0"),
        ((ALSA, JACK), "HW:0", "hw:0,0"),
        ((("Core Audio", 1, ["Headphones", "Speakers"]),), "", "Speakers"),
    ],
)
def test_the_device_is_chosen_by_interface_and_name(interfaces: tuple[Any, ...], wanted: str, found: str) -> None:
    assert find_device(FakePortAudio(*interfaces), wanted)[1] == found


@pytest.mark.parametrize(
    ("interfaces", "wanted", "message"),
    [
        ((("ALSA", -1, []),), "", "there is no sound device"),
        ((("ALSA", 0, ["jack"]),), "", "there is no sound device"),
        ((ALSA,), "scarlett", "there is no sound device called scarlett"),
        ((ALSA,), "jack", "there is no sound device called jack"),
    ],
)
def test_a_device_that_is_not_there_is_said(interfaces: tuple[Any, ...], wanted: str, message: str) -> None:
    with pytest.raises(DriverError, match=message):
        find_device(FakePortAudio(*interfaces), wanted)


class FakeCard:
    """A sound card that can be pulled out; `plugged` says whether there is one."""

    name = "sounddevice"
    realtime = True
    plugged = True
    opened: "list[FakeCard]"

    def __init__(
        self,
        fill: Fill,
        _late: Callable[[], None],
        _rate: float,
        block_frames: int,
        device: str,
        channels: int,
    ) -> None:
        if not FakeCard.plugged:
            raise DriverError(f"there is no sound device called {device}")
        self.fill = fill
        self.device = device or "Fireface"
        self.block_frames = block_frames
        self.channels = min(max(channels, 2), 6)
        self.running = False
        self.ready = 0
        FakeCard.opened.append(self)

    def get_ready(self) -> None:
        self.ready += 1

    def start(self) -> None:
        self.running = True
        self.fill(np.zeros(self.channels * self.block_frames, np.float32))

    def stop(self) -> None:
        self.running = False

    def alive(self) -> bool:
        return self.running and FakeCard.plugged


@pytest.fixture
def gauges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gauges]:
    FakeCard.plugged, FakeCard.opened = True, []
    monkeypatch.setattr(stages, "SoundCard", FakeCard)
    monkeypatch.setattr(stages, "rescan", lambda: None)
    monkeypatch.setattr(stages, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(stages, "RETURN_SECONDS", 0.0)
    with Meters(tmp_path / "meters", create=True) as meters:
        yield Gauges(Engine(48000.0), meters)


def test_a_device_that_vanishes_is_replaced_by_the_clock_and_found_again_by_its_name(gauges: Gauges) -> None:
    stage = Stage(gauges, "auto", 64, "", "meters")
    stage.open()
    assert [message.driver for message in stage.look() if isinstance(message, Ready)] == ["sounddevice"]
    FakeCard.plugged = False
    told = stage.look()
    assert "Fireface is gone; livepatch goes on without a sound card" in told[0].text  # type: ignore[attr-defined]
    assert isinstance(told[1], Ready)
    assert told[1].driver == "null"
    frame = gauges.engine.frame
    wait_until(lambda: gauges.engine.frame > frame, 60.0, "the clock")
    assert not stage.look()
    FakeCard.plugged = True
    told = stage.look()
    assert isinstance(told[0], Notice)
    assert isinstance(told[1], Ready)
    assert (told[1].driver, told[1].device) == ("sounddevice", "Fireface")
    assert FakeCard.opened[-1].running
    stage.close()
    assert not FakeCard.opened[-1].running


def test_an_engine_that_stands_by_gets_its_device_ready_once(
    gauges: Gauges, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "STAND_BY_SECONDS", 0.0)
    stage = Stage(gauges, "auto", 64, "", "meters")
    for _ in range(3):
        assert not stage.look()
    (card,) = FakeCard.opened
    assert (card.ready, card.running) == (1, False)
    stage.open()
    stage.look()
    assert (card.ready, card.running) == (1, True)
    stage.close()


def test_a_clock_that_never_ran_can_be_stopped(gauges: Gauges) -> None:
    Stage(gauges, "null", 0, "", "meters").close()
    assert gauges.engine.frame == 0


def test_without_a_device_the_clock_plays_and_it_is_said(gauges: Gauges) -> None:
    FakeCard.plugged = False
    stage = Stage(gauges, "sounddevice", 64, "Fireface", "meters")
    assert stage.ready().driver == "null"  # type: ignore[attr-defined]
    stage.open()
    told = stage.look()
    assert [type(message) for message in told] == [Notice, Ready]
    wait_until(lambda: gauges.engine.frame > 0, 60.0, "the clock")
    stage.close()


def test_null_means_null(gauges: Gauges) -> None:
    stage = Stage(gauges, "null", 0, "", "meters")
    assert stage.ready().block_frames in {128, 256}  # type: ignore[attr-defined]
    stage.open()
    assert [message.driver for message in stage.look()] == ["null"]  # type: ignore[attr-defined]
    assert not FakeCard.opened
    stage.close()


def test_the_clock_asks_for_no_more_than_the_time_that_has_passed() -> None:
    blocks: list[int] = []
    enough = threading.Event()

    def fill(out: Any) -> None:
        blocks.append(len(out) // 2)
        if len(blocks) == 20:
            enough.set()

    driver = NullDriver(fill, 48000.0, 48)
    driver.start()
    assert enough.wait(10.0)
    assert driver.alive()
    driver.stop()
    assert set(blocks) == {48}
    assert not driver.alive()


def test_a_block_that_takes_longer_than_it_lasts_is_late(tmp_path: Path) -> None:
    with Meters(tmp_path / "meters", create=True) as meters:
        gauges = Gauges(Engine(1e12), meters)  # no machine is so fast
        gauges.fill(np.zeros(128, np.float32))
        gauges.note_late()
        gauges.engine.hearing.gaps = 3
        gauges.publish()
        assert (meters.read("late_blocks"), meters.read("input_slips")) == (2, 3)
        assert meters.read("worst_load") > 1.0


def test_lights_and_traces_are_shown_even_of_modules_that_never_played(tmp_path: Path) -> None:
    playing = Playing(code("total"), code("sine"))
    playing.perform(add(1, "total"), add(2, "sine"), cable(1, "out", 1, "a"))
    playing.perform(SetBypass(2, True))
    playing.sound(1024)
    with Meters(tmp_path / "meters", create=True) as meters:
        gauges = Gauges(playing.engine, meters)
        gauges.publish()
        first, count = playing.engine.rack.seats[1].meters
        assert count == 3
        levels = meters.levels[first : first + count].tolist()
        assert levels == [0.0, 0.5, 1.0]
        start, frames = playing.engine.rack.seats[2].traces["curve"]
        shown = meters.traces[start : start + frames].tolist()
    assert shown == list(playing.engine.rack.seats[2].module.curve)  # type: ignore[attr-defined]
    assert any(shown)


def test_more_channels_are_opened_when_a_module_plays_to_them(gauges: Gauges) -> None:
    stage = Stage(gauges, "auto", 64, "", "meters")
    stage.open()
    stage.look()
    gauges.engine.load(code("quad"))
    gauges.engine.perform(1, add(1, "quad"))
    told = stage.look()
    assert [type(message) for message in told] == [Ready]
    first, second = FakeCard.opened
    assert (first.running, second.running, second.channels, gauges.engine.channels) == (False, True, 4, 4)
    assert not stage.look()
    FakeCard.plugged = False
    stage.look()
    assert gauges.engine.channels == 2
    FakeCard.plugged = True
    stage.look()
    assert FakeCard.opened[-1].channels == 4
    stage.close()


def test_a_card_with_fewer_channels_plays_those_it_has_and_it_is_said(
    gauges: Gauges, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(gauges, "auto", 64, "", "meters")
    stage.open()
    monkeypatch.setattr(gauges.engine.rack, "channels", lambda: 16)
    notices = [message.text for message in (*stage.look(), *stage.look()) if isinstance(message, Notice)]
    assert notices == ["Fireface has 6 channels; what is played to others is not heard"]
    assert gauges.engine.channels == 6
    stage.close()
