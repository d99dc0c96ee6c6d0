"""The engine as a process, over a real socket, with native code."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from livepatch.patch.edits import Batch, SwapCode
from livepatch.protocol.builds import core_folder
from livepatch.protocol.channel import ChannelClosedError
from livepatch.protocol.children import Child
from livepatch.protocol.messages import (
    Applied,
    Apply,
    ApplyFile,
    Fault,
    FromEngine,
    LoadCode,
    Loaded,
    Notice,
    Panic,
    Placed,
    Quit,
    Ready,
    SafeOutput,
    SampleRate,
    Start,
)
from livepatch.protocol.meters import Meters
from tests.engine.playing import add, build, cable, knob
from tests.jack_server import wait_until

SECONDS = 60.0


class Process:
    """An engine process under the null driver, and what it said."""

    def __init__(self, cache: Path, folder: Path, *arguments: str) -> None:
        self.cache = cache
        self.folder = folder
        options = ["--runtime", str(folder), "--core", str(core_folder(cache)), *arguments]
        self.child = Child("livepatch.engine", options, FromEngine, folder / "engine.log")
        self.send = self.child.channel.send
        self.ready = self.hear(Ready)

    def hear(self, kind: type[Any]) -> Any:
        """The next message of a kind."""
        deadline = time.monotonic() + SECONDS
        while True:
            message = self.child.channel.receive(deadline - time.monotonic())
            if isinstance(message, kind):
                return message
            assert not isinstance(message, Fault), message

    def load(self, type: str, source: str = "", *changes: tuple[str, str]) -> None:
        """Compile and load a test's module."""
        self.send(LoadCode(type, source or type, str(build(self.cache, type, *changes))))
        loaded = self.hear(Loaded)
        assert loaded == Loaded(type, source or type)

    def start(self) -> Meters:
        """Have it play, and look at its meters."""
        self.send(Start())
        ready = self.hear(Ready)
        assert (ready.driver, ready.sample_rate) == ("null", 48000.0)
        return Meters(self.folder / ready.meters)


@pytest.fixture
def process(compiled_cache: Path, tmp_path: Path) -> Iterator[Process]:
    made = Process(compiled_cache, tmp_path, "--driver", "null")
    yield made
    made.child.kill()


def test_it_plays_what_it_is_told_and_says_when(process: Process) -> None:
    process.load("sine")
    process.load("speaker")
    with process.start() as meters:
        process.send(Apply(7, Batch((add(1, "sine"), add(2, "speaker"), cable(1, "out", 2, "left")))))
        placed = process.hear(Placed)
        first = process.hear(Applied)
        assert (first.serial, first.frame % 64, placed.id) == (7, 0, 1)
        assert abs(first.at - time.perf_counter()) < SECONDS
        assert placed.traces.keys() == {"curve"}
        wait_until(lambda: meters.levels[placed.meter_slot] > 4.9, SECONDS, "5 V in the meters")
        wait_until(lambda: meters.read("left") > 0.49, SECONDS, "half of full scale at the sound card")
        start, frames = placed.traces["curve"]
        wait_until(lambda: any(meters.traces[start : start + frames]), SECONDS, "a curve")
        beat = meters.read("heartbeat")
        wait_until(lambda: meters.read("heartbeat") > beat, SECONDS, "a heartbeat")
        process.send(Apply(8, knob(1, "hertz", 200.0)))
        second = process.hear(Applied)
        assert second.serial == 8
        assert second.frame > first.frame
        assert meters.read("pid") == process.child.pid
        process.send(Panic())
        process.send(SafeOutput(False))
        process.send(Quit())
        with pytest.raises(ChannelClosedError):
            process.hear(Ready)
    wait_until(lambda: not process.child.alive(), SECONDS, "the end")
    assert process.child.how_it_ended() == "ended with code 0"
    assert not list(process.folder.glob("meters-*"))


def test_a_large_edit_comes_in_a_file_that_it_deletes(process: Process) -> None:
    process.load("total")
    process.start().close()
    path = process.folder / "edit"
    path.write_bytes(msgspec.msgpack.encode(Batch(tuple(add(id, "total") for id in range(1, 200)))))
    process.send(ApplyFile(1, str(path)))
    assert process.hear(Placed).id == 1
    assert process.hear(Applied).serial == 1
    assert not path.exists()


def test_what_it_cannot_do_is_a_fault_and_it_plays_on(process: Process) -> None:
    process.load("sine")
    process.start().close()
    process.send(Apply(1, knob(5, "hertz", 1.0)))
    refused = process.child.channel.receive(SECONDS)
    assert isinstance(refused, Fault)
    assert (refused.id, refused.text) == (0, "there is no module with id 5 in the rack")
    process.send(ApplyFile(2, str(process.folder / "nothing")))
    assert "holds no edit" in process.child.channel.receive(SECONDS).text
    process.send(LoadCode("sine", "x", str(process.folder)))
    assert "sine does not load" in process.child.channel.receive(SECONDS).text
    process.send(Apply(3, SwapCode("sine", "x")))
    assert {type(process.child.channel.receive(SECONDS)) for _ in range(2)} == {Applied, Fault}
    process.send(Loaded("sine", "x"))  # the wrong way round
    assert "unknown" in process.child.channel.receive(SECONDS).text
    process.send(Apply(4, add(1, "sine")))
    assert process.hear(Applied).serial == 4


def test_before_it_is_started_it_gets_everything_ready_without_a_sound(process: Process) -> None:
    process.load("sine")
    process.send(Apply(1, add(1, "sine")))
    assert process.hear(Placed).id == 1
    with Meters(process.folder / process.ready.meters) as meters:
        assert meters.read("heartbeat") == 0
        process.send(Start())
        assert process.hear(Applied).frame == 0
        wait_until(lambda: meters.read("heartbeat") > 0, SECONDS, "a heartbeat")


def test_a_module_that_never_returns_is_named_in_the_meters(process: Process) -> None:
    process.load("sine")
    process.load("stuck")
    with process.start() as meters:
        process.send(Apply(1, Batch((add(1, "sine"), add(2, "stuck"), cable(2, "out", 2, "stop", 0.1)))))
        process.hear(Applied)
        process.send(Apply(2, knob(2, "stop", 1.0)))
        wait_until(lambda: meters.read("running") == 2, SECONDS, "the module that hangs")
        beat = meters.read("heartbeat")
        os.sched_yield()
        assert (meters.read("heartbeat"), meters.read("running")) == (beat, 2)


def test_it_ends_when_the_session_is_gone(process: Process) -> None:
    process.start().close()
    process.child.channel.close()
    wait_until(lambda: not process.child.alive(), SECONDS, "the end")
    assert process.child.how_it_ended() == "ended with code 0"


def test_without_a_sound_card_it_plays_on_and_says_so(compiled_cache: Path, tmp_path: Path) -> None:
    process = Process(compiled_cache, tmp_path, "--device", "no device is called this")
    try:
        assert process.ready.driver == "null"
        notice = process.hear(Notice)
        assert "there is no sound device" in notice.text or "PortAudio is missing" in notice.text
        assert "without a sound card" in notice.text
        process.start().close()
    finally:
        process.child.kill()


def test_it_plays_on_at_another_sample_rate(process: Process) -> None:
    process.load("sine")
    with process.start() as meters:
        process.send(Apply(1, add(1, "sine")))
        process.hear(Applied)
        process.send(SampleRate(24000.0))
        assert process.hear(Ready).sample_rate == 24000.0
        frame = meters.read("frame")
        wait_until(lambda: meters.read("frame") > frame + 4800, SECONDS, "it plays on")
