"""A JACK client that plays noise which is known, over and over, in a process with nothing else to do.

    python jack_feeder.py SERVER CLIENT CHANNELS

It prints `playing` when it does, and ends with its input. `noise` is what it plays.
"""

import gc
import sys

import jack
import numpy as np
from numpy.typing import NDArray

FRAMES = 1 << 17


def noise(channels: int) -> NDArray[np.float32]:
    """(FRAMES, channels), each sample another, well below the limiter."""
    random = np.random.Generator(np.random.PCG64(7))
    found: NDArray[np.float32] = random.uniform(-0.5, 0.5, (FRAMES, channels)).astype(np.float32)
    return found


def feed(server: str, name: str, channels: int) -> None:
    """Play, as the file's first lines say."""
    client = jack.Client(name, no_start_server=True, servername=server)
    outputs = [client.outports.register(f"out_{number}") for number in range(1, channels + 1)]
    played = np.ascontiguousarray(noise(channels).T)
    position = 0

    def process(frames: int) -> None:
        nonlocal position
        for row, outlet in zip(played, outputs, strict=True):
            outlet.get_array()[:] = row[position : position + frames]
        position = (position + frames) % FRAMES  # of which every period is a part

    client.set_process_callback(process)
    gc.freeze()
    gc.disable()
    with client:
        sys.stdout.write("playing\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    feed(sys.argv[1], sys.argv[2], int(sys.argv[3]))
