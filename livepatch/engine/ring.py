"""The memory into which a sound card's input writes, and from which the audio callback reads."""

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.realtime import PRIORITY
from livepatch.voltage import FULL_SCALE_VOLTS

HEADER = ("written", "channels", "room", "lost", "priority", "asked", "spare", "spare2")
"""As compiler/edges.c has it: 8 bytes each, before the frames."""
ROOM = 1 << 15
"""Frames that it holds, a power of two: the newest lie over the oldest."""
_WRITTEN, _LOST = HEADER.index("written"), HEADER.index("lost")


class Ring:
    """The newest ROOM frames of some channels, float32, ±1.0.

    One thread writes: PortAudio's, in C. Any other reads, at positions that count from the first frame.
    """

    def __init__(self, channels: int) -> None:
        self.channels = channels
        size = 8 * len(HEADER) + 4 * channels * ROOM
        self._memory: NDArray[np.uint8] = np.zeros(size, np.uint8)
        self._header = self._memory[: 8 * len(HEADER)].view(np.int64)
        for name, value in (("channels", channels), ("room", ROOM), ("priority", PRIORITY)):
            self._header[HEADER.index(name)] = value
        self._frames = self._memory[8 * len(HEADER) :].view(np.float32).reshape(ROOM, channels)

    @property
    def address(self) -> int:
        """Where it lies; it is to be kept as long as anything writes there."""
        return int(self._memory.ctypes.data)

    @property
    def written(self) -> int:
        """Frames written so far."""
        return int(self._header[_WRITTEN])

    @property
    def lost(self) -> int:
        """How often the device says that it lost what came in."""
        return int(self._header[_LOST])

    def write(self, frames: NDArray[np.float32]) -> None:
        """Write (frames, channels), as the C function does."""
        written = self.written
        places = np.arange(written, written + len(frames)) % ROOM
        self._frames[places] = frames
        self._header[_WRITTEN] = written + len(frames)

    def read(self, position: int, volts: NDArray[np.float64]) -> None:
        """Put the frames from a position on into `volts`: (channels, frames), as many as that has room for."""
        place, count = position % ROOM, volts.shape[1]
        part = min(count, ROOM - place)
        np.copyto(volts[:, :part], self._frames[place : place + part].T)
        if part < count:
            np.copyto(volts[:, part:], self._frames[: count - part].T)
        np.multiply(volts, FULL_SCALE_VOLTS, out=volts)  # as doubles: no bit is lost
