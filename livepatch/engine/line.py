"""A way to a plug-in's process: the memory that it shares, and whose turn it is."""

import os
import select
import socket
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.score import FIELDS
from livepatch.protocol.messages import PlugIn
from livepatch.protocol.plugin_block import ASK, CHANNEL, HEADER, INPUTS, MOST_EVENTS, SLOT, PluginBlock
from livepatch.runtime import QUANTUM

ENTER_SECONDS = 1.0
WATCH_SECONDS = 30e-6 if (os.cpu_count() or 1) > 1 else 0.0
"""To sleep and be woken takes longer than a short plug-in: so long the answer is looked for instead."""
_ASKED, _DONE, _FAILURES = SLOT["asked"], SLOT["done"], SLOT["failures"]
_STIRS, _RESTS = SLOT["stirs"], SLOT["rests"]


class Line:
    """An open way to a plug-in's process. The control thread makes and closes it, the callback uses it.

    `inputs` and `outputs` are the audio, a row for each channel; `failures` counts the blocks that could not be
    computed, as far as that is known here.
    """

    def __init__(self, place: PlugIn) -> None:
        """Come in at the door. Raises: OSError, ValueError: if the process is not there."""
        inputs, outputs, doubles = place.inputs, place.outputs, place.doubles
        self.block = PluginBlock(Path(place.block), inputs, outputs)
        self._asking, self._coming = _enter(place.door)
        kind = np.float64 if doubles else np.float32
        per_channel = CHANNEL // np.dtype(kind).itemsize
        self.header = self.block.header
        self.events: NDArray[np.float64] = np.frombuffer(
            self.block.map, np.float64, MOST_EVENTS * FIELDS, 8 * HEADER
        )
        self.answers: NDArray[np.float64] = np.frombuffer(
            self.block.map, np.float64, MOST_EVENTS * FIELDS, 8 * (HEADER + MOST_EVENTS * FIELDS)
        )
        whole = np.frombuffer(self.block.map, kind, (inputs + outputs) * per_channel, INPUTS)
        planes = whole.reshape(inputs + outputs, per_channel)[:, :QUANTUM]
        self.inputs: NDArray[Any] = planes[:inputs]
        self.outputs: NDArray[Any] = planes[inputs:]
        self.failures = self.header[_FAILURES]
        self._stirs = self.header[_STIRS]
        self.header[_RESTS] = 0.0

    def stirred(self) -> bool:
        """Whether something was done to the plug-in since this was asked last."""
        stirs = self.header[_STIRS]
        news = stirs != self._stirs
        self._stirs = stirs
        return news

    def ask(self) -> None:
        """The block is there: have it computed. Raises: OSError: if nobody is there any more."""
        self.header[_ASKED] += 1.0
        os.write(self._asking, ASK)

    def came(self) -> bool:
        """Whether what was asked for is there. Raises: OSError: if nobody is there any more."""
        try:
            if os.read(self._coming, 1):
                return True
        except BlockingIOError:
            return False
        raise EOFError

    def comes(self, until: float, *, watch: bool) -> bool:
        """As `came`, by a moment of `time.perf_counter()`; `watch`: without sleeping, if it does not take long."""
        if self.came():
            return True
        if watch and self._watch(until):
            return True
        seconds = until - time.perf_counter()
        if seconds <= 0.0:
            return False
        select.select((self._coming,), (), (), seconds)
        return self.came()

    def _watch(self, until: float) -> bool:
        now, header = time.perf_counter, self.header
        asked, until = header[_ASKED], min(until, now() + WATCH_SECONDS)
        while now() < until:
            if header[_DONE] == asked and self.came():
                return True
        return False

    def close(self) -> None:
        """Go; the memory goes with the last view of it."""
        os.close(self._asking)
        os.close(self._coming)


def _enter(door: str) -> tuple[int, int]:
    """The ends of two pipes: to ask, and where answers come. Raises: OSError, ValueError: if nobody opens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as guest:
        guest.settimeout(ENTER_SECONDS)
        guest.connect(door)
        _, ends, _, _ = socket.recv_fds(guest, 1, 2)
    asking, coming = ends
    for end in ends:
        os.set_inheritable(end, False)
        os.set_blocking(end, False)
    return asking, coming


def open_line(place: PlugIn, seconds: float) -> Line:
    """A line to a process that is about to open its door. Raises: OSError: if it does not in this time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return Line(place)
        except (OSError, ValueError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.002)
