"""A real JACK server without a sound card, and a recorder that hears every sample played to it."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

START_SECONDS = 60.0
ANSWER_SECONDS = 10.0
SHARED_MEMORY = Path("/dev/shm")
NAMES = ("livepatch-1", "livepatch-2", "livepatch-3")
"""Tried in turn. JACK keeps the names of eight servers for good if they are killed; one of these is taken over."""


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Return as soon as `condition` holds; fail the test, naming `what`, if it does not within `seconds`."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {seconds} s")
        pause.wait(0.005)


@dataclass(frozen=True)
class JackServer:
    """A running server on JACK's dummy driver. Processes with `environment` in theirs find no other."""

    name: str
    sample_rate: int
    period_frames: int

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make this server the only one."""
        return {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def answers(self) -> bool:
        """Whether clients can connect. A server that lets them wait for ever is killed.

        JACK's library has no time limit of its own, so it is never called in the process of the tests.
        """
        command = ["jack_wait", "--check", "--server", self.name]
        environment = os.environ | self.environment
        try:
            asked = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            for process in servers(self.name):
                with contextlib.suppress(ProcessLookupError):  # it has just ended
                    os.kill(process, signal.SIGKILL)
            return False
        return asked.stdout.startswith("running")


def servers(name: str = "") -> list[int]:
    """The processes of all servers on this machine, or of those of this name."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            command = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if Path(command[0]).name == "jackd" and (not name or name in command):
                found.append(int(process.name))
    return found


class Recorder:
    """Keeps what a client plays from its first sample on; start it before the client.

        with Recorder(server, "PortAudio", seconds=2.0, folder=tmp_path) as recorder:
            ...start what plays...
            heard = recorder.frames()

    `client` is a regular expression for the client's name; the recording begins when its outputs appear. It
    ends after `seconds`, or with `stop`.
    """

    def __init__(
        self, server: JackServer, client: str, *, seconds: float, folder: Path, channels: int = 2
    ) -> None:
        self._seconds = seconds
        self._path = folder / "recording.npy"
        script = Path(__file__).with_name("jack_recorder.py")
        command = [sys.executable, str(script), server.name, client, str(seconds), str(self._path), str(channels)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.late_cycles = -1

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "listening\n"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def stop(self) -> None:
        """Enough was heard: what was played until now is the whole recording."""
        assert self._process.stdin is not None
        self._process.stdin.write("stop\n")
        self._process.stdin.flush()

    def frames(self) -> NDArray[np.float32]:
        """The whole recording, (frames, channels), ±1.0, as soon as it is there; sets `late_cycles`."""
        said, _ = self._process.communicate(timeout=self._seconds + START_SECONDS)
        assert self._process.returncode == 0
        self.late_cycles = int(said.split()[-1])
        heard: NDArray[np.float32] = np.load(self._path)
        return heard


@contextlib.contextmanager
def feeding(server: JackServer, name: str, channels: int = 2) -> Iterator[None]:
    """A client that plays known noise for the length of the block: `jack_feeder.noise`."""
    script = Path(__file__).with_name("jack_feeder.py")
    command = [sys.executable, str(script), server.name, name, str(channels)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "playing\n"
        yield
    finally:
        process.communicate(timeout=START_SECONDS)  # its input ends


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Nobody else on this machine starts or ends a server of these tests meanwhile, or cleans up behind one."""
    folder = os.open(SHARED_MEMORY, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def stop(process: subprocess.Popen[bytes], server: JackServer) -> None:
    """End a server, and remove the semaphores of its clients that were killed."""
    with alone():
        _end(process, server)


def _end(process: subprocess.Popen[bytes], server: JackServer) -> None:
    process.terminate()
    try:
        process.wait(10.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for semaphore in SHARED_MEMORY.glob(f"jack_sem.*_{server.name}_*"):
        semaphore.unlink(missing_ok=True)


def forget_the_killed() -> None:
    """Remove the database of a server that is no more.

    A server or a client that was killed may have held a lock of it, for which the next one waits for ever.
    """
    if not servers():
        shutil.rmtree(SHARED_MEMORY / f"jack_db-{os.getuid()}", ignore_errors=True)


def start(
    log: Path, sample_rate: int, period_frames: int, channels: int = 2
) -> tuple[subprocess.Popen[bytes], JackServer]:
    """Start a server under a name that is free and wait until it answers; its output goes to `log`."""
    with alone():
        return _begin(log, sample_rate, period_frames, channels)


def _begin(
    log: Path, sample_rate: int, period_frames: int, channels: int
) -> tuple[subprocess.Popen[bytes], JackServer]:
    for name in NAMES:
        forget_the_killed()
        server = JackServer(name, sample_rate, period_frames)
        if server.answers():
            continue  # it belongs to other tests on this machine
        options = f"-R -P 70 -t 2000 -n {server.name} --silent -d dummy -C 2 -P {channels}".split()
        command = ["jackd", *options, "-r", str(sample_rate), "-p", str(period_frames)]
        with log.open("ab") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        deadline = time.monotonic() + START_SECONDS / len(NAMES)
        while process.poll() is None and time.monotonic() < deadline:
            if server.answers():
                return process, server
            time.sleep(0.02)
        _end(process, server)
    pytest.fail(f"jackd did not come up in {len(NAMES)} starts; it said:\n{log.read_text(errors='replace')}")


@contextlib.contextmanager
def serving(
    log: Path, sample_rate: int = 48000, period_frames: int = 128, channels: int = 2
) -> Iterator[JackServer]:
    """Run a server with so many speakers for the length of the block; its output goes to `log`."""
    process, server = start(log, sample_rate, period_frames, channels)
    try:
        yield server
    finally:
        stop(process, server)


@pytest.fixture
def jack_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    """A server at 48 kHz and 512 frames, so that a busy machine keeps up; what the test starts plays to it."""
    if shutil.which("jackd") is None:
        pytest.fail("these tests need jackd: ./run test installs it (Debian: jackd2)")
    with serving(tmp_path / "jackd.log", period_frames=512) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server
