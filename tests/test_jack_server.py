"""The test bed itself: what a client plays to the dummy server is recorded sample for sample."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.jack_server import JackServer, Recorder, start, stop

pytestmark = pytest.mark.xdist_group("jack")

RAMP_PLAYER = """
import jack, numpy, sys
player = jack.Client("player", no_start_server=True)
outputs = [player.outports.register(f"out_{side}") for side in (1, 2)]
played = 0

@player.set_process_callback
def play(frames):
    global played
    ramp = (numpy.arange(played, played + frames) % 4096 + 1).astype(numpy.float32)
    outputs[0].get_array()[:] = ramp
    outputs[1].get_array()[:] = -ramp
    played += frames

with player:
    sys.stdin.read()
"""


def test_a_ramp_played_to_the_server_is_recorded_without_a_gap(jack_server: JackServer, tmp_path: Path) -> None:
    with Recorder(jack_server, "player", seconds=1.0, folder=tmp_path) as recorder:
        player = subprocess.Popen([sys.executable, "-c", RAMP_PLAYER], stdin=subprocess.PIPE)
        try:
            heard = recorder.frames()
        finally:
            player.communicate(timeout=10.0)
    both = np.flatnonzero(heard.all(axis=1))[0]
    assert both < jack_server.sample_rate / 2
    assert set(np.diff(heard[both:, 0])) == {1.0, -4095.0}
    assert np.array_equal(heard[both:, 0], -heard[both:, 1])


def test_clients_of_the_test_find_this_server_only(jack_server: JackServer) -> None:
    assert not JackServer("no-such-server", 48000, 512).answers()
    assert jack_server.answers()
    told = [
        subprocess.run([tool], capture_output=True, text=True, check=True, timeout=20.0).stdout.split()[-1]
        for tool in ("jack_samplerate", "jack_bufsize")
    ]
    assert told == [f"{jack_server.sample_rate}", f"{jack_server.period_frames}"]


def test_one_worker_has_all_tests_with_servers(request: pytest.FixtureRequest) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("there are no workers to choose from: this needs -n 2 --dist loadgroup")
    assert request.node.nodeid.endswith("@jack")


def test_a_server_that_hangs_is_killed_and_another_takes_its_place(tmp_path: Path) -> None:
    process, _ = start(tmp_path / "jackd.log", 48000, 512)
    process.send_signal(signal.SIGSTOP)
    again, other = start(tmp_path / "jackd.log", 48000, 512)
    assert process.wait(10.0) == -signal.SIGKILL
    assert other.answers()
    stop(again, other)
