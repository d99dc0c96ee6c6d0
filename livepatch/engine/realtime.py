"""Asking the system for real time, from inside the thread that makes the sound."""

import ctypes  # mlockall and the thread's priority class have no other way in
import os
import sys

from livepatch.engine.output import forget_small_numbers

PRIORITY = 65
LOCK_CURRENT_AND_FUTURE = 3


def ask() -> bool:
    """Ask for SCHED_FIFO and for memory that is never swapped out; whether the priority was granted.

    Also has the thread treat numbers too small to hear as 0. A thread that has a real-time priority
    already, as JACK's have, keeps it.
    """
    forget_small_numbers()
    if sys.platform != "linux":
        return False
    ctypes.CDLL(None).mlockall(LOCK_CURRENT_AND_FUTURE)
    if os.sched_getscheduler(0) in {os.SCHED_FIFO, os.SCHED_RR}:
        return True
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
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
