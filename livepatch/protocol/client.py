"""How a front end finds the session of its workspace, starting it if there is none."""

import fcntl
import os
import subprocess
import threading
import time
from pathlib import Path

import msgspec

from livepatch import __version__, locations
from livepatch.errors import LivepatchError
from livepatch.interpreter import PYTHON
from livepatch.protocol import children
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import Bye, Evaluate, Hello, Stop, ToFrontEnd, Welcome

ANSWER_SECONDS = 15.0
POLL_SECONDS = 0.005


def attach(
    workspace: Path,
    front: str,
    *,
    patch: str | None = None,
    driver: str | None = None,
    recover: str | None = None,
) -> tuple[Channel, Welcome]:
    """Connect to the session of the workspace and be welcomed; start the session first if there is none.

    `front` is tui, repl, eval or run. `patch` is loaded; a session that was there before answers that with an
    `Evaluated` of id 0, and does nothing if it plays the patch already. For a new session alone count `driver` and
    `recover`: what becomes of the rack of one that was killed, whole, without or empty.

    Raises: LivepatchError: if the session does not come up; the end of its log is in the message.
    """
    starting: subprocess.Popen[bytes] | None = None
    started = False
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        if (channel := _connect(workspace)) is not None:
            if (welcome := _greet(channel, front)) is not None:
                if starting is not None and starting.pid != _holder(workspace):
                    starting.terminate()  # another one was faster, and must not be followed by ours when it ends
                if patch not in {None, welcome.patch_name} and not started:
                    channel.send(Evaluate(0, f"load({patch!r})"))
                return channel, welcome
        elif starting is None:
            starting = _start(workspace, patch, driver, recover)
            started = True
        elif starting.poll() == 0:
            starting = None  # another session holds the workspace: it comes up, or is about to end
        elif starting.returncode is not None:
            raise LivepatchError(_did_not_start(workspace, f"it ended with code {starting.returncode}"))
        time.sleep(POLL_SECONDS)
    raise LivepatchError(_did_not_start(workspace, f"it did not answer within {ANSWER_SECONDS:.0f} seconds"))


def running(workspace: Path) -> bool:
    """Whether a session runs in the workspace."""
    channel = _connect(workspace)
    if channel is None:
        return False
    channel.close()
    return True


def stop(workspace: Path, seconds: float = 10.0) -> bool:
    """End the session of the workspace and its sound, and wait until it is gone; False if there was none.

    Raises: LivepatchError: if it does not end in time.
    """
    channel = _connect(workspace)
    if channel is None:
        return False
    try:
        if _greet(channel, "stop") is not None:
            channel.send(Stop())
            _until_bye(channel, seconds)
    except ChannelClosedError:
        pass
    finally:
        channel.close()
    deadline = time.monotonic() + seconds
    while _locked(workspace):
        if time.monotonic() > deadline:
            raise LivepatchError(f"the session does not end; its log is {session_log(workspace)}")
        time.sleep(POLL_SECONDS)
    return True


def session_log(workspace: Path) -> Path:
    """What the workspace's session and its children print."""
    return locations.state() / f"session-{locations.runtime(workspace).name}.log"


def _connect(workspace: Path) -> Channel | None:
    try:
        return Channel.connect(locations.runtime(workspace) / "session.sock", ToFrontEnd)
    except OSError:
        return None


def _greet(channel: Channel, front: str) -> Welcome | None:
    try:
        channel.send(Hello(front, os.getpid(), __version__))
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            answer = channel.receive(max(0.0, deadline - time.monotonic()))
            if isinstance(answer, Welcome):
                return answer
    except (ChannelClosedError, TimeoutError):
        channel.close()
        return None
    except msgspec.ValidationError as error:
        channel.close()
        raise LivepatchError(
            "the session running here is another version of livepatch; end it with `livepatch stop`"
        ) from error


def _until_bye(channel: Channel, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0.0:
        try:
            if isinstance(channel.receive(left), Bye):
                return
        except TimeoutError:
            return


def _start(workspace: Path, patch: str | None, driver: str | None, recover: str | None) -> subprocess.Popen[bytes]:
    command = [*PYTHON, "-m", "livepatch.session", "--workspace", str(workspace)]
    command += ["--patch", patch] if patch is not None else []
    command += ["--driver", driver] if driver is not None else []
    command += ["--recover", recover] if recover is not None else []
    try:
        with children.open_log(session_log(workspace)) as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
    except OSError as error:
        raise LivepatchError(f"the session cannot be started: {error}") from error
    threading.Thread(target=process.wait, name="reap the session", daemon=True).start()
    return process


def _did_not_start(workspace: Path, why: str) -> str:
    log = session_log(workspace)
    tail = children.log_tail(log)
    return f"the session did not start: {why}; its log is {log}" + (f" and ends:\n{tail}" if tail else "")


def _holder(workspace: Path) -> int:
    """The process that is the session; 0 if nobody knows."""
    try:
        return int((locations.runtime(workspace) / "session.lock").read_bytes() or b"0")
    except (OSError, ValueError):
        return 0


def _locked(workspace: Path) -> bool:
    try:
        with (locations.runtime(workspace) / "session.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
