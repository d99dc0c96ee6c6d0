"""What a driver is: something that asks for blocks of sound at the right time."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Fill = Callable[[NDArray[np.float32]], None]


class Driver(Protocol):
    """Calls `fill` for every block, in a thread of its own, and `late` when the device missed one."""

    name: str
    device: str
    block_frames: int
    channels: int
    realtime: bool

    def get_ready(self) -> None:
        """Do what can be done before `start`, without keeping the device from others."""

    def start(self) -> None:
        """Begin to ask for blocks. Raises: DriverError: if the device cannot be opened."""

    def stop(self) -> None:
        """Ask for no more; returns when the last block is done."""

    def alive(self) -> bool:
        """Whether blocks are still asked for."""


class DriverError(Exception):
    """A device cannot be opened."""


class NoPortAudioError(DriverError):
    """There is no PortAudio, so there never is a sound card."""
