"""Records a JACK client, from before its first sample, in a process with nothing else to do.

    python jack_recorder.py SERVER CLIENT SECONDS FRAMES.npy CHANNELS

It prints `listening` when it is ready, and `late N` at the end: cycles that somebody missed.
CLIENT is a regular expression; its first outputs are recorded from the moment they are connected, for SECONDS
or until a line arrives.
"""

import contextlib
import gc
import sys
import threading

import jack
import numpy as np


def say(line: str) -> None:
    """Tell the test."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def wait_for_a_line(stopped: threading.Event) -> None:
    """Set `stopped` as soon as a line arrives; the end of the input is none."""
    if sys.stdin.readline():
        stopped.set()


def record(server: str, player: str, seconds: float, path: str, channels: int) -> None:
    """Record, as the file's first lines say."""
    client = jack.Client("recorder", no_start_server=True, servername=server)
    inputs = [client.inports.register(f"in_{side}") for side in range(1, channels + 1)]
    kept = np.full(
        (int(seconds * client.samplerate), channels), 0.0, np.float32
    )  # written, so that no page comes late
    position = late = 0
    connected, full = threading.Event(), threading.Event()

    def process(frames: int) -> None:
        nonlocal position
        if not connected.is_set() or full.is_set():
            return
        stop = min(position + frames, len(kept))
        for column, inlet in enumerate(inputs):
            kept[position:stop, column] = inlet.get_array()[: stop - position]
        position = stop
        if position == len(kept):
            full.set()

    def note_late(_microseconds: float) -> None:
        nonlocal late
        late += 1

    threading.Thread(target=wait_for_a_line, args=(full,), daemon=True).start()
    client.set_process_callback(process)
    client.set_xrun_callback(note_late)
    gc.freeze()
    gc.disable()
    with client:
        say("listening")
        while not connected.wait(0.002):
            ports = client.get_ports(f"^({player}):.*", is_audio=True, is_output=True)
            with contextlib.suppress(jack.JackErrorCode):  # not active yet
                for port, inlet in zip(ports, inputs, strict=False):
                    if not client.get_all_connections(inlet):
                        client.connect(port, inlet)
            if all(map(client.get_all_connections, inputs)):
                connected.set()
        late = 0
        full.wait()
        say(f"late {late}")
    np.save(path, kept[:position])


if __name__ == "__main__":
    record(sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
