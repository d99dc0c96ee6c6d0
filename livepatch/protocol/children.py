"""Starting the processes that belong to a session, each at the other end of a channel."""

import contextlib
import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from livepatch.interpreter import PYTHON
from livepatch.protocol.channel import Channel

LOG_TAIL_LINES = 12
PROCESS_CPU_CLOCK = 2  # the kernel's way of naming the clock of any process: see clock_getcpuclockid(3)
CRASHES = frozenset((signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT))
LARGEST_LOG = 1 << 20
KEPT_OF_LOG = 1 << 16


class Child:
    """A process started by this one, and the channel to it.

    It gets its end of the channel as `--socket-fd`, a process group of its own, and a log for what it prints.
    It ends when the channel closes; `follow_parent` ends it even if it can no longer listen. The thread that
    starts a child must outlive it. Any thread may use it afterwards; one thread receives from the channel.
    """

    def __init__(self, module: str, arguments: list[str], incoming: Any, log: Path, *, tied: bool = False) -> None:
        """Start `python -m module --socket-fd N arguments...`; `tied`: with `--tie-fd N`, for `tie_group`.

        Raises: OSError: if the system refuses.
        """
        self.module = module
        self.log = log
        ours, theirs = socket.socketpair()
        self._tie, end = socket.socketpair()
        passed = [theirs.fileno(), end.fileno()] if tied else [theirs.fileno()]
        fds = ["--socket-fd", str(passed[0]), *(["--tie-fd", str(passed[1])] if tied else [])]
        try:
            with theirs, end, open_log(log) as output:
                self._process = subprocess.Popen(
                    [*PYTHON, "-m", module, *fds, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    pass_fds=passed,
                    start_new_session=True,
                )
        except BaseException:
            ours.close()
            self._tie.close()
            raise
        self.channel = Channel(ours, incoming)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def cpu_seconds(self) -> float | None:
        """The processor time it has used so far; None where the system does not tell (or it is gone)."""
        if sys.platform != "linux":
            return None
        try:
            return time.clock_gettime((~self.pid << 3) | PROCESS_CPU_CLOCK)
        except OSError:
            return None

    def kill(self) -> None:
        """End it at once, with everything it started."""
        self.end(0.0)

    def end(self, seconds: float) -> None:
        """Close the channel and give it `seconds` to end by itself; then kill it with everything it started."""
        self.channel.close()
        try:
            if seconds > 0.0:
                self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._kill_group()
            self._tie.close()
        self._process.wait()

    def how_it_ended(self) -> str:
        """In words: that it was killed by which signal, or with which code it ended."""
        code = self._process.poll()
        if code is None:
            return "is still running"
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with code {code}"

    def crashed(self) -> bool:
        """Whether it ended by itself, or by a mistake of its own, and not because somebody killed it."""
        code = self._process.poll()
        return code is not None and (code >= 0 or -code in CRASHES)

    def _kill_group(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


_AHEAD: dict[tuple[str, ...], Child] = {}
"""Children that nobody has asked for yet, by what they were started with."""


def start_ahead(module: str, arguments: list[str], incoming: Any, log: Path) -> None:
    """Start a child that `child` will be asked for, if the system allows."""
    with contextlib.suppress(OSError):  # `child` tells
        _AHEAD[module, *arguments] = Child(module, arguments, incoming, log)


def child(module: str, arguments: list[str], incoming: Any, log: Path) -> Child:
    """A child, as `Child`; the one that was started ahead with the same arguments, if there is one.

    Raises: OSError: if the system refuses.
    """
    waiting = _AHEAD.pop((module, *arguments), None)
    return waiting if waiting is not None and waiting.alive() else Child(module, arguments, incoming, log)


def end_ahead() -> None:
    """End the children that nobody asked for."""
    while _AHEAD:
        _AHEAD.popitem()[1].kill()


def follow_parent() -> None:
    """Ask the system to kill this process when the one that started it dies, were it hung for ever. Linux only."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - prctl has no other way in

    parent = os.getppid()
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def tie_group(end: int) -> None:
    """Have the system kill all processes of this one's group when the other end of a socket is closed. Linux only.

    So what a process of a plug-in has started ends with the session, were that killed: `follow_parent` ends only
    the process itself.
    """
    if sys.platform != "linux":
        return
    os.set_inheritable(end, False)
    fcntl.fcntl(end, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(end, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([end], [], [], 0.0)[0]:
        os.killpg(0, signal.SIGKILL)  # it was closed before


def open_log(log: Path) -> Any:
    """The log opened for appending; of one that has grown past a megabyte only the end is left.

    Raises: OSError: if it cannot be written.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    bound_log(log)
    return log.open("ab")


def bound_log(log: Path) -> None:
    """Leave only the end of a log that has grown past a megabyte; whoever writes it goes on after that.

    Raises: OSError: if it cannot be written.
    """
    try:
        if log.stat().st_size <= LARGEST_LOG:
            return
    except FileNotFoundError:
        return
    with log.open("a+b") as file:
        file.seek(-KEPT_OF_LOG, os.SEEK_END)
        end = file.read(KEPT_OF_LOG)
        file.truncate(0)
        file.write(end.partition(b"\n")[2])


def log_tail(log: Path) -> str:
    """The last lines of a log, for a message; empty if there is none."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-LOG_TAIL_LINES:])
