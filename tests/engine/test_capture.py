"""When the sound card's input is open, and what is told of it."""

from typing import Any

import pytest

from livepatch.engine import capture as captures
from livepatch.engine.capture import Capture
from livepatch.engine.driver import DriverError
from livepatch.engine.engine import Engine
from livepatch.engine.ring import Ring
from livepatch.engine.sound_card import refusal
from livepatch.engine.sound_input import find_input
from livepatch.engine.stage import Stage
from livepatch.engine.timer import NullDriver
from livepatch.protocol.messages import Notice
from tests.engine.playing import add, cable, code, uncable
from tests.engine.test_stage import FakeCard, gauges  # a fixture

__all__ = ["gauges"]


class Clock:
    """The time, which passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


class FakeInput:
    """An input of at most four channels that can be pulled out; `refused` says why it does not open."""

    refused = ""
    plugged = True
    opened: "list[FakeInput]"

    def __init__(self, rate: float, channels: int, wanted: str, output: str) -> None:
        if FakeInput.refused or not FakeInput.plugged:
            raise DriverError(FakeInput.refused or f"there is no sound device with an input called {wanted}")
        self.device = wanted or f"{output} in"
        self.rate = rate
        self.channels = min(max(channels, 2), 4)
        self.ring = Ring(self.channels)
        self.open = True
        FakeInput.opened.append(self)

    def alive(self) -> bool:
        return FakeInput.plugged

    def close(self) -> None:
        self.open = False


def opened() -> list[bool]:
    """Whether each input that was ever opened still is."""
    return [one.open for one in FakeInput.opened]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    FakeInput.refused, FakeInput.plugged, FakeInput.opened = "", True, []
    clock = Clock()
    monkeypatch.setattr(captures, "SoundInput", FakeInput)
    monkeypatch.setattr(captures, "time", clock)
    return clock


class Listener:
    """A capture in an engine whose rack has ears, and what was told of it."""

    def __init__(self, clock: Clock, device: str = "") -> None:
        self.clock = clock
        self.engine = Engine(48000.0)
        self.engine.load(code("ears"))
        self.engine.load(code("total"))
        self.engine.perform(1, add(1, "ears"))
        self.engine.perform(2, add(2, "total"))
        self.capture = Capture(self.engine, device)
        self.card: Any = FakeCardOf("Fireface")

    def look(self, seconds: float = 0.25) -> list[str]:
        """Look again after some time; what is told."""
        self.clock.now += seconds
        return [message.text for message in self.capture.look(self.card) if isinstance(message, Notice)]


class FakeCardOf:
    """A card that plays."""

    name = "sounddevice"

    def __init__(self, device: str) -> None:
        self.device = device


def test_it_is_opened_when_a_cable_comes_from_it_and_closed_a_while_after_the_last(clock: Clock) -> None:
    listener = Listener(clock)
    assert listener.look() == []
    assert not FakeInput.opened
    listener.engine.perform(3, cable(1, "left", 2, "a"))
    assert listener.look() == ["hearing Fireface in, 2 channels"]
    assert opened() == [True]
    assert listener.engine.hearing.busy
    listener.engine.perform(4, uncable(1, "left", 2, "a"))
    assert listener.look(4.0) == []
    listener.engine.perform(5, cable(1, "left", 2, "a"))
    assert listener.look(4.0) == []
    listener.engine.perform(6, uncable(1, "left", 2, "a"))
    assert listener.look(4.0) == []
    assert opened() == [True]
    assert listener.look(2.0) == []
    assert opened() == [False]
    listener.engine.perform(7, cable(1, "left", 2, "a"))
    assert listener.look() == []  # it was said
    assert opened() == [False, True]
    listener.capture.close()
    assert opened() == [False, False]


def test_it_is_not_opened_where_nothing_is_played(clock: Clock) -> None:
    listener = Listener(clock)
    listener.card = NullDriver(lambda _: None, 48000.0, 64)
    listener.engine.perform(3, cable(1, "left", 2, "a"))
    assert listener.look() == []
    assert not FakeInput.opened


def test_why_it_does_not_open_is_said_once_and_it_is_tried_again(clock: Clock) -> None:
    FakeInput.refused = "Fireface: Device unavailable"
    listener = Listener(clock)
    listener.engine.perform(3, cable(1, "left", 2, "a"))
    assert listener.look() == ["nothing comes in: Fireface: Device unavailable"]
    FakeInput.refused = ""
    assert listener.look(1.0) == []
    assert not FakeInput.opened
    assert listener.look(3.0) == ["hearing Fireface in, 2 channels"]


def test_a_device_that_vanishes_is_told_and_comes_back(clock: Clock) -> None:
    listener = Listener(clock, "Scarlett")
    listener.engine.perform(3, cable(1, "left", 2, "a"))
    assert listener.look() == ["hearing Scarlett, 2 channels"]
    FakeInput.plugged = False
    assert listener.look() == ["Scarlett is gone: nothing comes in until it is back"]
    assert opened() == [False]
    assert listener.look(4.0) == ["nothing comes in: there is no sound device with an input called Scarlett"]
    assert listener.look(4.0) == []
    FakeInput.plugged = True
    assert listener.look(4.0) == ["hearing Scarlett again"]
    assert opened() == [False, True]


def test_more_channels_are_opened_when_cables_come_from_them(clock: Clock) -> None:
    listener = Listener(clock)
    listener.engine.perform(3, cable(1, "left", 2, "a"))
    listener.look()
    listener.engine.perform(4, cable(1, "third", 2, "b"))
    assert listener.look() == ["hearing Fireface in, 3 channels"]
    first, second = FakeInput.opened
    assert (first.open, second.open, second.channels) == (False, True, 3)


def test_a_device_with_fewer_channels_brings_those_it_has_and_it_is_said(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener(clock)
    monkeypatch.setattr(listener.engine.rack, "captured", lambda: 16)
    assert listener.look() == [
        "hearing Fireface in, 4 channels",
        "Fireface in has 4 channels; cables from others bring nothing",
    ]
    assert listener.look() == []
    assert len(FakeInput.opened) == 1


@pytest.mark.usefixtures("clock")
def test_it_follows_the_device_that_plays(gauges: Any) -> None:
    stage = Stage(gauges, "auto", 64, "", "meters", "Scarlett")
    gauges.engine.load(code("ears"))
    gauges.engine.load(code("total"))
    for serial, edit in enumerate((add(1, "ears"), add(2, "total"), cable(1, "left", 2, "a"))):
        gauges.engine.perform(serial, edit)
    stage.look()
    assert not FakeInput.opened  # it does not play yet
    stage.open()
    stage.look()
    FakeCard.plugged = False
    stage.look()
    stage.look()
    assert opened() == [False]
    FakeCard.plugged = True
    stage.look()
    stage.look()
    assert opened() == [False, True]
    stage.retune(44100.0)
    stage.look()
    assert [(one.open, one.rate) for one in FakeInput.opened[1:]] == [(False, 48000.0), (True, 44100.0)]
    stage.close()
    assert opened() == [False, False, False]


class FakePortAudio:
    """Interfaces as (name, default input, [(device, outputs, inputs)])."""

    def __init__(self, *interfaces: tuple[str, int, list[tuple[str, int, int]]]) -> None:
        self._interfaces: list[dict[str, Any]] = []
        self._devices: list[dict[str, Any]] = []
        for name, default, devices in interfaces:
            first = len(self._devices)
            for device, outputs, inputs in devices:
                self._devices.append({
                    "name": device, "max_output_channels": outputs, "max_input_channels": inputs,
                })  # fmt: skip
            indices = list(range(first, len(self._devices)))
            index = indices[default] if default >= 0 else -1
            self._interfaces.append({"name": name, "devices": indices, "default_input_device": index})

    def query_hostapis(self) -> Any:
        return tuple(self._interfaces)

    def query_devices(self) -> Any:
        return self._devices


ALSA = ("ALSA", 2, [("hw:0,0", 2, 2), ("Scarlett", 4, 4), ("default", 2, 2), ("jack", 2, 2)])
JACK = ("JACK Audio Connection Kit", 0, [("system", 2, 2), ("guitarix", 2, 2)])
CORE = ("Core Audio", 1, [("Speakers", 2, 0), ("Microphone", 0, 1)])


@pytest.mark.parametrize(
    ("interfaces", "wanted", "output", "found"),
    [
        ((ALSA, JACK), "", "system", "system"),
        ((ALSA, JACK), "guitar", "system", "guitarix"),
        ((ALSA, JACK), "", "hw:0,0", "default"),
        ((ALSA,), "sCARLETT", "default", "Scarlett"),
        ((CORE,), "", "Speakers", "Microphone"),
        ((("ALSA", -1, [("hw:0,0", 2, 0), ("USB", 2, 2)]),), "", "USB", "USB"),
        ((("ALSA", -1, [("hw:0,0", 2, 0), ("Mic", 0, 1)]),), "", "hw:0,0", "Mic"),
    ],
)
def test_the_device_is_the_one_that_is_named_or_belongs_to_the_one_that_plays(
    interfaces: Any, wanted: str, output: str, found: str
) -> None:
    sounddevice = FakePortAudio(*interfaces)
    assert sounddevice.query_devices()[find_input(sounddevice, wanted, output)]["name"] == found


@pytest.mark.parametrize(
    ("interfaces", "wanted", "message"),
    [
        ((("ALSA", -1, [("hw:0,0", 2, 0)]),), "", "there is no sound device with an input"),
        ((("ALSA", 0, [("jack", 2, 2)]),), "", "there is no sound device with an input"),
        ((ALSA,), "fireface", "there is no sound device with an input called fireface"),
        ((CORE,), "speakers", "there is no sound device with an input called speakers"),
    ],
)
def test_a_device_that_is_not_there_is_said(interfaces: Any, wanted: str, message: str) -> None:
    with pytest.raises(DriverError, match=message):
        find_input(FakePortAudio(*interfaces), wanted, "")


def test_another_rate_is_refused_with_the_remedy() -> None:
    device = {"name": "USB Mic", "default_samplerate": 44100.0}
    error = refusal(device, 48000.0, ValueError("Invalid sample rate"))
    assert str(error) == "USB Mic: Invalid sample rate (it runs at 44100 Hz: set sample_rate to that)"
