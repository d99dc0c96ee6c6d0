"""Work in a process of its own comes to an end, whatever it does."""

import faulthandler
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from livepatch import watched
from livepatch.command_parser import DONE, FAILED, INTERRUPTED
from livepatch.errors import LivepatchError
from livepatch.protocol.pulse import NOWHERE, Pulse
from livepatch.watched import End

pytestmark = pytest.mark.timeout(120)
HANG = "collections.deque(itertools.repeat(0), maxlen=0)"
"""Native code that never comes back, and never looks whether Ctrl-C came."""
SCRIPT = f"""
import collections, itertools, sys
from livepatch import watched

def work():
    print("on", flush=True)
    {HANG}

sys.exit(watched.run(work).code)
"""


@pytest.fixture
def hanging() -> Iterator[subprocess.Popen[str]]:
    """A process whose work hangs."""
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True) as process:
        assert line(process.stdout) == "on\n"
        yield process
        process.kill()


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def endless(pulse: Pulse) -> None:
    """Render a block, and then none."""
    pulse.begin(2)
    pulse.beat(640)
    while True:
        pass


def test_work_ends_as_the_command_line_does(capfd: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise LivepatchError("no")

    def interrupt() -> None:
        signal.raise_signal(signal.SIGINT)

    def crash() -> None:
        faulthandler.disable()
        signal.raise_signal(signal.SIGSEGV)

    assert watched.run(lambda: None) == End(DONE)
    assert watched.run(interrupt) == End(INTERRUPTED)
    assert capfd.readouterr().err == ""
    assert watched.run(refuse) == End(FAILED)
    assert capfd.readouterr().err == "no\n"
    assert watched.run(lambda: print(1 / 0)) == End(FAILED)  # noqa: T201 - it is never printed
    assert "ZeroDivisionError" in capfd.readouterr().err
    end = watched.run(crash)
    assert (end.code, end.own, end.how) == (FAILED, True, "was ended by SIGSEGV")


def test_work_without_a_block_for_seconds_of_processor_time_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livepatch.protocol.pulse.HUNG_SECONDS", 0.2)
    pulse = Pulse()
    assert pulse.part == NOWHERE
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    end = watched.run(lambda: endless(pulse))
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime < before + 2.0
    assert (end.code, end.own, end.how) == (FAILED, True, "hung")
    assert (pulse.part, pulse.frame) == (2, 640)


def test_work_that_takes_long_between_what_is_rendered_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livepatch.protocol.pulse.HUNG_SECONDS", 0.2)
    pulse = Pulse()

    def work() -> None:
        pulse.begin()
        pulse.beat(64)
        pulse.rest()
        began = time.process_time()
        while time.process_time() < began + 0.6:
            pass

    assert watched.run(work) == End(DONE)


def test_what_work_leaves_in_the_folder_for_temporary_files_is_removed() -> None:
    pulse = Pulse()

    def leave() -> None:
        pulse.say({1: (tempfile.mkdtemp(), "", "")})
        signal.raise_signal(signal.SIGKILL)

    end = watched.run(leave)
    assert (end.own, end.how) == (False, "was ended by SIGKILL")
    folder = Path(pulse.modules[1][0])
    assert folder.parent.parent == Path(tempfile.gettempdir())
    assert not folder.parent.exists()


def test_ctrl_c_ends_work_that_hangs(hanging: subprocess.Popen[str]) -> None:
    hanging.send_signal(signal.SIGINT)
    assert hanging.wait(30) == INTERRUPTED
    assert line(hanging.stdout) == ""  # nobody is left who could write there


def test_work_that_hangs_ends_with_whoever_started_it(hanging: subprocess.Popen[str]) -> None:
    hanging.kill()
    assert hanging.wait(30) == -signal.SIGKILL
    assert line(hanging.stdout) == ""
