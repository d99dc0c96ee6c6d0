"""Runs work in a process of its own, which may hang or crash, and which Ctrl-C always ends."""

import contextlib
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from types import FrameType
from typing import NamedTuple, NoReturn

from livepatch.command_parser import DONE, FAILED, INTERRUPTED
from livepatch.errors import LivepatchError

TIDY_SECONDS = 1.0
"""After Ctrl-C, for the work to end what it has started."""
LOOK_SECONDS = 0.01
OWN_SIGNALS = frozenset(
    (signal.SIGPROF, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT)
)
"""Those with which the system ends a process for what it does, not because somebody wants it."""
Work = Callable[[], None]


class End(NamedTuple):
    """How work ended: the exit `code`, and the signal that killed it, 0 if none did."""

    code: int
    signal: int = 0

    @property
    def own(self) -> bool:
        """Whether it was killed for what it did: it hung or crashed."""
        return self.signal in OWN_SIGNALS

    @property
    def how(self) -> str:
        """What is said of whom it happened to; empty if it ended by itself, or by Ctrl-C."""
        if not self.signal:
            return ""
        return "hung" if self.signal == signal.SIGPROF else f"was ended by {signal.Signals(self.signal).name}"


def run(work: Work) -> End:
    """Do work, and tell how it ended. Call it while there is but one thread.

    An error of the performer's is a line on stderr and the code 1, as in the command line itself. Whatever the
    work leaves in the folder for temporary files is removed.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    with tempfile.TemporaryDirectory(prefix="livepatch-", ignore_cleanup_errors=True) as scratch:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _live(work, scratch, parent)
        try:
            return _end(os.waitpid(pid, 0)[1])
        except KeyboardInterrupt:
            _stop(pid)
            return End(INTERRUPTED)


def _stop(pid: int) -> None:
    """Interrupt it, and kill it where that takes long, or Ctrl-C comes again."""
    with contextlib.suppress(ProcessLookupError, ChildProcessError):  # it ended just then
        if not _tidied(pid):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _tidied(pid: int) -> bool:
    with contextlib.suppress(KeyboardInterrupt):
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + TIDY_SECONDS
        while time.monotonic() < deadline:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return True
            time.sleep(LOOK_SECONDS)
    return False


def _end(status: int) -> End:
    return End(FAILED, os.WTERMSIG(status)) if os.WIFSIGNALED(status) else End(os.WEXITSTATUS(status))


def _live(work: Work, scratch: str, parent: int) -> NoReturn:
    code = FAILED
    try:
        signal.signal(signal.SIGINT, _interrupt)
        _follow(parent)
        tempfile.tempdir = scratch
        work()
        code = DONE
    except LivepatchError as error:
        sys.stderr.write(f"{error}\n")
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = FAILED
    except BaseException:  # noqa: BLE001 - it must not go back to where it was forked
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """The first Ctrl-C; another one, from the terminal or the parent, must not keep it from tidying up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _follow(parent: int) -> None:
    from livepatch.protocol.children import follow_parent  # noqa: PLC0415 - the parent has no use for it

    follow_parent()
    if os.getppid() != parent:
        os._exit(FAILED)
