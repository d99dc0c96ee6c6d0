"""What another program plays into a real JACK server is heard in the rack, bit for bit."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.patch.edits import Batch, Edit
from livepatch.protocol.messages import Applied, Apply, Notice, Ready, SafeOutput, Start
from livepatch.protocol.meters import Meters
from tests.engine.playing import add, cable, uncable
from tests.engine.test_process import Process
from tests.jack_server import JackServer, Recorder, feeding, jack_server, serving, wait_until

__all__ = ["jack_server"]  # a fixture

pytestmark = pytest.mark.xdist_group("jack")

ATTEMPTS = 8
SECONDS = 60.0
FEEDER = "feeder"


class Engine(Process):
    """An engine that hears the feeder and plays what it is told, without its safe output."""

    def __init__(self, cache: Path, folder: Path, *types: str, block: int = 128) -> None:
        options = ("--driver", "sounddevice", "--block", str(block), "--input-device", FEEDER)
        super().__init__(cache, folder, *options)
        for type in types:
            self.load(type)
        self.send(SafeOutput(False))
        self.send(Start())
        assert self.hear(Ready).driver == "sounddevice"

    def perform(self, serial: int, *edits: Edit) -> Applied:
        """Apply edits, all at once."""
        self.send(Apply(serial, Batch(edits)))
        applied = self.hear(Applied)
        while applied.serial != serial:
            applied = self.hear(Applied)
        return applied  # type: ignore[no-any-return]  # what `hear` is asked for


def heard_late(played: NDArray[np.float32], heard: NDArray[np.float32]) -> int:
    """By how many frames what was heard is late, measured where nothing fades any more."""
    begin = int(np.flatnonzero(heard)[0]) + 4800
    for late in range(begin):
        if np.array_equal(played[begin - late : begin - late + 256], heard[begin : begin + 256]):
            return late
    pytest.fail("what was played is not heard")


@pytest.mark.parametrize(("period", "block", "channels"), [(512, 128, 2), (256, 256, 3), (512, 100, 2)])
def test_every_sample_is_heard_once_and_always_as_late(
    compiled_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, period: int, block: int, channels: int
) -> None:
    with serving(tmp_path / "jackd.log", period_frames=period) as server, feeding(server, FEEDER, channels):
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        for attempt in range(ATTEMPTS):
            folder = tmp_path / str(attempt)
            folder.mkdir()
            clients = f"{FEEDER}|PortAudio"
            with Recorder(server, clients, seconds=3.0, folder=folder, channels=channels + 2) as recorder:
                engine = Engine(compiled_cache, folder, "ears", "speaker", block=block)
                try:
                    last = "third" if channels > 2 else "right"
                    cables = (cable(1, "left", 2, "left"), cable(1, last, 2, "right"))
                    engine.perform(1, add(1, "ears"), add(2, "speaker"), *cables)
                    assert engine.hear(Notice).text == f"hearing {FEEDER}, {channels} channels"
                    recording = recorder.frames()
                finally:
                    engine.child.kill()
            if recorder.late_cycles == 0:
                break
        else:
            pytest.fail(f"this machine missed a cycle in each of {ATTEMPTS} performances")
    played, heard = recording[:, [0, channels - 1]], recording[:, channels:]
    late = heard_late(played[:, 0], heard[:, 0])
    assert late <= period + 128 + 2 * (
        block if period % block else 0
    )  # the margin, and what the output looks ahead
    begin = int(np.flatnonzero(heard[:, 0])[0]) + 320  # it has faded in
    assert len(heard) - begin > 48000
    assert np.array_equal(heard[begin:], played[begin - late : len(played) - late])


def test_what_plays_goes_on_without_a_click_while_the_input_opens_and_closes(
    jack_server: JackServer, compiled_cache: Path, tmp_path: Path
) -> None:
    with feeding(jack_server, FEEDER):
        for attempt in range(ATTEMPTS):
            folder = tmp_path / str(attempt)
            folder.mkdir()
            with Recorder(jack_server, "PortAudio", seconds=60.0, folder=folder) as recorder:
                engine = Engine(compiled_cache, folder, "sine", "ears", "speaker", "total")
                try:
                    late_blocks = open_and_close(engine, folder)
                    recorder.stop()
                    heard = recorder.frames()
                finally:
                    engine.child.kill()
            if recorder.late_cycles == 0:
                break
        else:
            pytest.fail(f"this machine missed a cycle in each of {ATTEMPTS} performances")
    assert late_blocks == 0
    sine = heard[np.flatnonzero(heard[:, 0])[0] + 4800 :, 0].astype(np.float64)
    turn = 2.0 * np.cos(2.0 * np.pi * 480.0 / 48000.0)
    assert len(sine) > 48000 * 5
    assert np.abs(sine[2:] - turn * sine[1:-1] + sine[:-2]).max() < 1e-6


def open_and_close(engine: Engine, folder: Path) -> float:
    """Play a sine while a cable from the input comes, and goes for good; blocks that were late."""
    ready = engine.ready.meters
    engine.perform(1, add(1, "sine", hertz=480.0), add(2, "speaker"), cable(1, "out", 2, "left"))
    engine.perform(2, add(3, "ears"), add(4, "total"))
    with Meters(folder / ready) as meters:

        def pass_by(frames: int) -> None:
            until = meters.read("frame") + frames
            wait_until(lambda: meters.read("frame") > until, SECONDS, "time passing")

        pass_by(9600)
        late = meters.read("late_blocks")
        placed = engine.perform(3, cable(3, "left", 4, "a"))
        assert placed.serial == 3
        assert engine.hear(Notice).text == f"hearing {FEEDER}, 2 channels"
        pass_by(24000)
        engine.perform(4, uncable(3, "left", 4, "a"))
        pass_by(6 * 48000)
        return meters.read("late_blocks") - late
