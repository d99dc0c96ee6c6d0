import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch.protocol import children
from livepatch.protocol.channel import ChannelClosedError
from livepatch.protocol.children import LARGEST_LOG, Child, log_tail, open_log
from livepatch.protocol.messages import Notice

ECHO = "tests.protocol.echo"


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    started = Child(ECHO, [], Notice, tmp_path / "logs" / "echo.log")
    yield started
    started.kill()


def test_a_child_answers_and_ends_when_the_channel_closes(child: Child) -> None:
    child.channel.send(Notice("note", "hello"))
    assert child.channel.receive(30) == Notice("note", "hello")
    assert child.alive()
    child.end(30)
    assert child.how_it_ended() == "ended with code 0"


def test_what_a_child_prints_is_in_its_log(child: Child) -> None:
    child.channel.send(Notice("note", "exit"))
    with pytest.raises(ChannelClosedError):
        child.channel.receive(30)
    child.end(30)
    assert log_tail(child.log) == "it was told to"
    assert child.how_it_ended() == "ended with code 1"
    assert child.crashed()


def test_a_child_that_crashes_is_told_from_one_that_is_killed(child: Child) -> None:
    child.channel.send(Notice("note", "segfault"))
    with pytest.raises(ChannelClosedError):
        child.channel.receive(30)
    child.end(30)
    assert (child.how_it_ended(), child.crashed()) == ("was ended by SIGSEGV", True)


def test_a_child_that_does_not_listen_is_killed_after_its_time(child: Child) -> None:
    child.channel.send(Notice("note", "deaf"))
    child.channel.receive(30)
    began = time.monotonic()
    child.end(0.05)
    assert time.monotonic() - began < 10
    assert (child.how_it_ended(), child.crashed()) == ("was ended by SIGKILL", False)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the processor time of another process")
def test_processor_time_of_a_child_is_told(child: Child) -> None:
    child.channel.send(Notice("note", "burn"))
    child.channel.receive(30)
    used = child.cpu_seconds()
    assert used is not None
    assert used >= 0.1
    child.kill()
    assert child.cpu_seconds() is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a deaf child with its parent")
def test_a_deaf_child_dies_with_its_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.protocol.parent", str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        child = os.pidfd_open(pid)
        parent.kill()
    try:
        signal.pidfd_send_signal(child, 0)
        ended = bool(select.select([child], [], [], 30)[0])
    except ProcessLookupError:
        ended = True
    os.close(child)
    assert ended


def test_a_log_that_has_grown_too_long_begins_anew(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * (LARGEST_LOG + 1))
    with open_log(log) as file:
        file.write(b"new\n")
    assert log_tail(log) == "new"
    assert not log_tail(tmp_path / "nothing")


def test_a_child_that_was_started_ahead_is_the_one_that_is_asked_for_and_only_once(tmp_path: Path) -> None:
    log = tmp_path / "echo.log"
    children.start_ahead(ECHO, ["--one"], Notice, log)
    children.start_ahead(ECHO, ["--two"], Notice, log)
    [(_, ahead), (_, other)] = children._AHEAD.items()
    first, second = children.child(ECHO, ["--one"], Notice, log), children.child(ECHO, ["--one"], Notice, log)
    try:
        assert first is ahead
        assert second.pid not in {first.pid, other.pid}
        children.end_ahead()
        assert not other.alive()
        assert first.alive()
        assert second.alive()
    finally:
        first.kill()
        second.kill()


def test_a_child_that_died_before_it_was_asked_for_is_started_again(tmp_path: Path) -> None:
    children.start_ahead(ECHO, [], Notice, tmp_path / "echo.log")
    [dead] = children._AHEAD.values()
    dead.kill()
    started = children.child(ECHO, [], Notice, tmp_path / "echo.log")
    try:
        assert started is not dead
        assert started.alive()
    finally:
        started.kill()
