"""The memory that a plug-in's process shares with the engine: what goes in and comes out with every block.

A small file in the session's private runtime folder, mapped by both. Who has the turn is told by one byte in a
pipe: the engine writes what goes in and says so, the plug-in's process answers when what comes out is there.
Whoever comes to the door, a socket, is given the ends of two pipes: where to ask, and where answers come.
All is float64, but for the audio of a plug-in that computes 32-bit floats.
"""

import mmap
from pathlib import Path
from typing import Final, Self

QUANTUM: Final = 64
"""Frames in a block, at most."""
MOST_EVENTS: Final = 1024
EVENT_FIELDS: Final = 7
"""Of each event: kind, frame, channel, key, value, extra, note, as in `livepatch.plugins.plugin.Event`."""
FIELDS: Final = (
    "magic",
    "asked",  # blocks that the engine has asked for
    "done",  # blocks that are computed
    "frames",  # of this block
    "events",  # that go in
    "answers",  # events that come out
    "silent_inputs",  # a bit for each channel
    "silent_outputs",
    "latency",  # frames
    "failures",  # blocks that the plug-in could not compute
    "work",  # seconds that it took for the last block
    "worst",  # seconds for the slowest block so far
    "late",  # blocks that the engine did not get in time
    "frame",  # the transport at the block's first frame, from here on: frames since the engine began
    "tempo",
    "beats",
    "bar_beats",
    "numerator",
    "denominator",
    "playing",
    "pulse",  # how often the process's main thread, which answers the session, has come round
    "stirs",  # how often something was done to the plug-in besides playing blocks: a state, a program, MIDI
    "rest_after",  # frames of silence after which it may rest, less than 0: it never does
    "rest_after_said",  # the same, where it says itself that all its outputs are silent
    "rests",  # 1 while the engine sends no blocks, since nothing would come of them
)
MAGIC: Final = 0x6C707031
ASK: Final = b"x"
LEAVE: Final = b"q"
"""What is written into the pipe: play a block, or do so no more for whoever asked."""
HEADER: Final = 32
INPUTS: Final = 8 * (HEADER + 2 * MOST_EVENTS * EVENT_FIELDS)
"""Where the audio begins, in bytes: the channels of the inputs, then those of the outputs."""
CHANNEL: Final = 8 * QUANTUM
"""Bytes that a channel has."""
SLOT: Final = {name: index for index, name in enumerate(FIELDS)}


def size(inputs: int, outputs: int) -> int:
    """Bytes in all, for so many channels."""
    return INPUTS + CHANNEL * (inputs + outputs)


class PluginBlock:
    """The mapped file. `header` holds the FIELDS, `events` what goes in, `answers` what comes out."""

    def __init__(self, path: Path, inputs: int, outputs: int, *, create: bool = False) -> None:
        """Map the file at `path`; `create` makes it first (mode 0600).

        Raises: OSError: if it is not there. ValueError: if it is too short.
        """
        self.path = path
        self.inputs = inputs
        self.outputs = outputs
        length = size(inputs, outputs)
        if create:
            path.touch(mode=0o600)
        with path.open("r+b") as file:
            if create:
                file.truncate(length)
            self.map = mmap.mmap(file.fileno(), length)
        view = memoryview(self.map)
        self.header = view[: 8 * HEADER].cast("d")
        middle = 8 * (HEADER + MOST_EVENTS * EVENT_FIELDS)
        self.events = view[8 * HEADER : middle].cast("d")
        self.answers = view[middle:INPUTS].cast("d")
        if create:
            self.header[0] = MAGIC

    def input(self, channel: int) -> int:
        """Where a channel of the inputs begins, in bytes."""
        return INPUTS + CHANNEL * channel

    def output(self, channel: int) -> int:
        """Where a channel of the outputs begins, in bytes."""
        return INPUTS + CHANNEL * (self.inputs + channel)

    def read(self, name: str) -> float:
        """A value of the header."""
        return self.header[SLOT[name]]

    def write(self, name: str, value: float) -> None:
        """Set a value of the header."""
        self.header[SLOT[name]] = value

    def close(self) -> None:
        """Unmap; nothing taken from it may be used after."""
        for view in (self.header, self.events, self.answers):
            view.release()
        self.map.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
