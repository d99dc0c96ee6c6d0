"""What leaves for a real JACK server is what is rendered offline, bit for bit."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from livepatch.patch.edits import Batch, Edit, SwapCode
from livepatch.protocol.builds import core_folder
from livepatch.protocol.messages import Applied, Apply, Ready, Start
from livepatch.protocol.meters import Meters
from tests.engine.playing import add, build, cable, gain, knob
from tests.engine.test_process import Process
from tests.jack_server import JackServer, Recorder, jack_server, serving, wait_until

__all__ = ["jack_server"]  # a fixture

pytestmark = pytest.mark.xdist_group("jack")

ATTEMPTS = 8
HALF = ("5.0 *", "2.5 *")
PATCH = Batch((
    add(1, "sine", hertz=700.0),
    add(2, "total"),
    add(3, "speaker"),
    cable(1, "out", 2, "a", 0.5),
    cable(2, "out", 2, "b", 0.5),
    cable(2, "out", 3, "left"),
))  # fmt: skip
CHANGES: list[Edit] = [
    knob(1, "hertz", 300.0),
    gain((2, "out", 2, "b"), -0.6),
    SwapCode("sine", "sine2.5 *"),
    cable(1, "out", 3, "right"),
]


CODES = {"sine": (), "total": (), "speaker": (), "sine2.5 *": (HALF,)}


def play(process: Process, folder: Path, recorder: Recorder) -> tuple[NDArray[np.float32], list[tuple[int, Edit]]]:
    """Play the changes a tenth of a second apart; what was heard, and the frame of each."""
    for source, changes in CODES.items():
        process.load(source.partition("2")[0], source, *changes)
    process.send(Start())
    ready = process.hear(Ready)
    assert (ready.driver, ready.realtime) == ("sounddevice", True)
    score: list[tuple[int, Edit]] = []
    with Meters(folder / ready.meters) as meters:
        wait_until(lambda: meters.read("frame") > 9600, 60.0, "the recorder to be connected")
        for serial, edit in enumerate((PATCH, *CHANGES)):
            process.send(Apply(serial, edit))
            score.append((process.hear(Applied).frame, edit))
            wait_until(lambda: meters.read("frame") > score[-1][0] + 4800, 60.0, "a tenth of a second")
        wait_until(lambda: meters.read("frame") > score[-1][0] + 48000, 60.0, "another second")
    recorder.stop()
    return recorder.frames(), score


def render(cache: Path, folder: Path, score: list[tuple[int, Edit]], frames: int) -> NDArray[np.float32]:
    """The same, rendered offline from the first edit on."""
    codes = [(source, str(build(cache, source.partition("2")[0], *changes))) for source, changes in CODES.items()]
    edits = [(frame - score[0][0], edit) for frame, edit in score]
    (folder / "score").write_bytes(msgspec.msgpack.encode((codes, edits)))
    script = Path(__file__).with_name("render_score.py")
    arguments = [core_folder(cache), folder / "score", frames, folder / "rendered.npy"]
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, script, *map(str, arguments)], check=True, env={**os.environ, "PYTHONPATH": str(root)}
    )
    rendered: NDArray[np.float32] = np.load(folder / "rendered.npy")
    return rendered


def perform(cache: Path, folder: Path, server: JackServer) -> tuple[NDArray[np.float32], list[tuple[int, Edit]]]:
    """A performance in which the machine kept up."""
    for attempt in range(ATTEMPTS):
        own = folder / str(attempt)
        own.mkdir()
        with Recorder(server, "PortAudio", seconds=30.0, folder=own) as recorder:
            process = Process(cache, own, "--driver", "sounddevice")
            try:
                performance = play(process, own, recorder)
            except pytest.fail.Exception:
                if attempt == ATTEMPTS - 1:
                    raise
                continue  # JACK drops a client that it has waited for too long
            finally:
                process.child.kill()
        if recorder.late_cycles == 0:
            return performance
    pytest.fail(f"this machine missed a cycle in each of {ATTEMPTS} performances")


def test_what_is_heard_on_jack_is_what_is_rendered(
    jack_server: JackServer, compiled_cache: Path, tmp_path: Path
) -> None:
    live, score = perform(compiled_cache, tmp_path, jack_server)
    rendered = render(compiled_cache, tmp_path, score, len(live))
    first_live, first_rendered = (int(np.flatnonzero(sound[:, 0])[0]) for sound in (live, rendered))
    length = len(live) - first_live
    assert length > 48000
    assert_array_equal(live[first_live:], rendered[first_rendered : first_rendered + length])


def test_every_channel_leaves_at_a_port_of_its_own_under_one_limiter(
    compiled_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path / "jackd.log", period_frames=512, channels=4) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        with Recorder(server, "PortAudio", seconds=1.0, folder=tmp_path, channels=4) as recorder:
            process = Process(compiled_cache, tmp_path, "--driver", "sounddevice")
            try:
                process.load("sine")
                process.load("quad")
                process.send(Start())
                assert process.hear(Ready).driver == "sounddevice"
                patch = (add(1, "sine", hertz=750.0), add(2, "quad", volts=0.0), cable(1, "out", 2, "third", 4.0))
                process.send(Apply(1, Batch(patch)))
                process.hear(Ready)  # the card is opened again, with more channels
                heard = recorder.frames()[-24000:]
            finally:
                process.child.kill()
    loudest = np.abs(heard).max(axis=0)
    assert loudest[2] == pytest.approx(0.891, abs=0.01)  # 20 V is twice full scale
    assert not loudest[[0, 1, 3]].any()
    spectrum = np.abs(np.fft.rfft(heard[:, 2]))
    assert int(spectrum.argmax()) == 375
