"""Asking the system for real time: a priority for the thread that makes the sound, memory that stays."""

import ctypes  # mlockall and the thread's priority class have no other way in
import os
import sys

from livepatch.engine.output import forget_small_numbers

PRIORITY = 65
CONTROL_PRIORITY = 55
LOCK_CURRENT_AND_FUTURE = 3


def lock_memory() -> None:
    """Keep the whole process in memory, as far as it is allowed to; takes a while, so before the sound begins."""
    if sys.platform == "linux":
        ctypes.CDLL(None).mlockall(LOCK_CURRENT_AND_FUTURE)


def ask_to_sound() -> bool:
    """Ask for SCHED_FIFO for the thread that makes the sound; whether it was granted.

    Also has the thread treat numbers too small to hear as 0. A thread that has a real-time priority
    already, as JACK's have, keeps it.
    """
    forget_small_numbers()
    return _ask(PRIORITY)


def ask_to_control() -> None:
    """Ask for SCHED_FIFO, below the sound's, for the control thread.

    While it holds Python's lock the sound has to wait for it, so it must not be held up by other programs.
    """
    _ask(CONTROL_PRIORITY)


def _ask(priority: int) -> bool:
    if sys.platform != "linux":
        return False
    if os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK in {os.SCHED_FIFO, os.SCHED_RR}:
        return True
    try:
        # whatever this thread starts gets no such priority with it
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
    except OSError:
        return False
    return True


def granted() -> bool:
    """Whether this process may have a real-time priority at all. Asked by a thread that gives it back at once."""
    if sys.platform != "linux":
        return False
    former, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
        os.sched_setscheduler(0, former, parameters)
    except OSError:
        return False
    return True
