"""The null driver: paces blocks by the clock where there is no sound card, and drops them."""

import threading
import time

import numpy as np

from livepatch.engine import realtime
from livepatch.engine.driver import Fill

LONGEST_CATCH_UP_SECONDS = 0.5


class NullDriver:
    """Asks for a block at absolute deadlines, so that it keeps the pace of the clock in the long run."""

    name = "null"
    device = ""
    channels = 2

    def __init__(self, fill: Fill, sample_rate: float, block_frames: int) -> None:
        self.block_frames = block_frames
        self.realtime = False
        self._fill = fill
        self._period = block_frames / sample_rate
        self._block = np.zeros(2 * block_frames, np.float32)
        self._stopping = threading.Event()
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._run, name="null driver", daemon=True)

    def get_ready(self) -> None:
        """A clock needs nothing."""

    def start(self) -> None:
        """Begin to ask for blocks."""
        self._thread.start()
        self._first.wait(1.0)

    def stop(self) -> None:
        """Ask for no more; returns when the last block is done."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def alive(self) -> bool:
        """Whether blocks are still asked for."""
        return self._thread.is_alive()

    def _run(self) -> None:
        self.realtime = realtime.ask_to_sound()
        self._first.set()
        deadline = time.monotonic()
        while not self._stopping.is_set():
            self._fill(self._block)
            deadline += self._period
            wait = deadline - time.monotonic()
            if wait > 0.0:
                time.sleep(wait)
            elif wait < -LONGEST_CATCH_UP_SECONDS:
                deadline -= wait  # the machine slept: go on from now
