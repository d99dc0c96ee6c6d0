"""Front ends without a screen: `livepatch eval` and `livepatch run`."""

import contextlib
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from livepatch.command_parser import DONE, FAILED
from livepatch.errors import LivepatchError
from livepatch.protocol import client
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import (
    Bye,
    EngineState,
    Evaluate,
    Evaluated,
    Interrupt,
    Message,
    ModuleFault,
    Notice,
    Printed,
    Progress,
    Stop,
)

STOP_SECONDS = 5.0
LOOK_SECONDS = 0.5
"""Ctrl-C that comes just as waiting begins is seen after so long."""


def evaluate(workspace: Path, code: str, recover: str | None = None) -> int:
    """Run a piece of Python in the session and print what it prints and its value; 1 if it raised.

    `recover` is what becomes of the rack of a session that was killed.

    Raises: LivepatchError: if there is no session and none can be started, or it ends meanwhile.
    """
    channel, _ = client.attach(workspace, "eval", recover=recover)
    with contextlib.closing(channel), _ctrl_c_interrupts(channel):
        channel.send(Evaluate(1, code))
        while True:
            message = _next(channel)
            match message:
                case Printed(id=1, text=text):
                    _write(text)
                case Evaluated(id=1, value=value, error=error):
                    _write(f"{value}\n" if value else "")
                    if error:
                        sys.stderr.write(f"{error}\n")
                    return FAILED if error else DONE
                case _:
                    show_progress(message)


def run(
    workspace: Path,
    patch: str | None,
    *,
    seconds: float | None = None,
    driver: str | None = None,
    recover: str | None = None,
) -> int:
    """Play a patch until the time is over or Ctrl-C or SIGTERM comes, telling on stderr what happens.

    A session that was there before is asked to load the patch, and plays on afterwards.

    Raises: LivepatchError: if there is no session and none can be started, or the patch cannot be loaded.
    """
    was_there = client.running(workspace)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # who ends this ends the sound, as with Ctrl-C
    channel, welcome = client.attach(workspace, "run", patch=patch, driver=driver, recover=recover)
    with contextlib.closing(channel):
        if errors := [notice.text for notice in welcome.notices if notice.level == "error"]:
            if not was_there:
                _stop(channel)
            raise LivepatchError(errors[-1])
        sys.stderr.writelines(f"{notice.text}\n" for notice in welcome.notices if notice.level == "warning")
        plays = welcome.patch_name or patch or "the rack"
        ends = "livepatch stop" if was_there else "Ctrl-C"
        until = f"{ends} ends it" if seconds is None else f"for {seconds:g} s"
        try:
            if was_there and patch not in {None, welcome.patch_name}:
                plays = patch or plays
                _await_load(channel)
            sys.stderr.write(f"{plays} plays; {until}\n")
            ended = _listen(channel, seconds, playing=_plays(welcome.engine) or not welcome.modules)
        except KeyboardInterrupt:
            ended = False
        if not ended and not was_there:
            _stop(channel)
    return DONE


def show_progress(message: Message) -> None:
    """Tell on stderr of long work and of what goes wrong."""
    match message:
        case Progress(done=done, total=total, name=name):
            end = "\r" if sys.stderr.isatty() and done < total else "\n"
            sys.stderr.write(f"building {done}/{total} {name:<20}{end}")
        case Notice(level=level, text=text) if level != "note":
            sys.stderr.write(f"{text}\n")
        case Evaluated(error=error) if error:
            sys.stderr.write(f"{error}\n")
        case ModuleFault(problems=problems, told=False):
            sys.stderr.writelines(f"{problem}\n" for problem in problems)
        case _:
            pass


def _await_load(channel: Channel) -> None:
    """Wait for the answer to the load that `attach` asked for.

    Raises: LivepatchError: if the patch cannot be loaded, or the session is gone.
    """
    try:
        while True:
            message = _receive(channel)
            if isinstance(message, Evaluated) and message.id == 0:
                if message.error:
                    raise LivepatchError(message.error)
                return
            if isinstance(message, Printed) and message.id == 0:
                sys.stderr.write(message.text)
            show_progress(message)
    except ChannelClosedError as error:
        raise LivepatchError("the session is gone") from error


def _listen(channel: Channel, seconds: float | None, *, playing: bool) -> bool:
    """Tell what happens until modules have played for `seconds`; whether the session ended.

    Raises: LivepatchError: if the patch cannot be loaded.
    """
    deadline = None
    while True:
        if deadline is None and playing and seconds is not None:
            deadline = time.monotonic() + seconds
        try:
            message = _receive(channel, deadline)
        except TimeoutError:
            return False
        except ChannelClosedError:
            sys.stderr.write("the session is gone\n")
            return True
        if isinstance(message, Bye):
            sys.stderr.write(f"{message.reason}\n")
            return True
        if isinstance(message, Evaluated) and message.id == 0 and message.error:
            raise LivepatchError(message.error)  # a load of a session that came up meanwhile
        playing = playing or (isinstance(message, EngineState) and _plays(message))
        show_progress(message)


def _plays(state: EngineState) -> bool:
    """Whether any module is in the sound."""
    return bool(state.meter_slots)


def _next(channel: Channel) -> Message:
    try:
        message = _receive(channel)
    except ChannelClosedError as error:
        raise LivepatchError("the session is gone; the next command starts another") from error
    if isinstance(message, Bye):
        raise LivepatchError(f"the session has ended: {message.reason}")
    return message


def _receive(channel: Channel, deadline: float | None = None) -> Message:
    """The next message. Raises: TimeoutError: if none has come by `deadline`. ChannelClosedError."""
    while True:
        left = LOOK_SECONDS if deadline is None else min(LOOK_SECONDS, deadline - time.monotonic())
        if left <= 0.0:
            raise TimeoutError
        try:
            message: Message = channel.receive(left)
        except TimeoutError:
            continue
        return message


def _stop(channel: Channel) -> None:
    with contextlib.suppress(ChannelClosedError):  # it may be faster than we are
        channel.send(Stop())
        deadline = time.monotonic() + STOP_SECONDS
        while select.select([channel], [], [], max(0.0, deadline - time.monotonic()))[0]:
            channel.receive(STOP_SECONDS)


@contextlib.contextmanager
def _ctrl_c_interrupts(channel: Channel) -> Iterator[None]:
    """The first Ctrl-C stops the piece of Python, the second this command."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        channel.send(Interrupt())

    former = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
