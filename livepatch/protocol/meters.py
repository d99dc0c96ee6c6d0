"""What the engine shows while it plays: a small file in memory that front ends map and read.

It lies in the session's private runtime folder. One process writes (the engine), any number read;
values are 8 bytes each and are read whole, but not all at the same instant.
"""

import ctypes  # the engine writes from native code, which wants an address
import mmap
from pathlib import Path
from typing import Self

HEADER = (
    ("magic", "q"),
    ("heartbeat", "q"),  # quanta rendered since the engine began
    ("frame", "q"),  # frames rendered since the engine began
    ("late_blocks", "q"),  # blocks that the device did not get in time
    ("running", "q"),  # id of the module that is being processed, 0 between modules
    ("pid", "q"),
    ("load", "d"),  # share of the time available that rendering takes, smoothed
    ("worst_load", "d"),  # the largest single block's, since the last second
    ("gain_reduction_db", "d"),  # what the safe output takes away, 0 or above
    ("left", "d"),  # peak at the sound card, ±1.0
    ("right", "d"),
    ("beats", "d"),  # of the transport, since its beginning
    ("bars", "d"),
    ("input_slips", "q"),  # how often what comes in had a gap, or was left out
    ("faded", "q"),  # the frame at which the fade at the end began, once the engine plays no more; 0 before
)
MAGIC = 0x6C706D31
HEADER_SLOTS = 32
METER_SLOTS = 4096
TRACE_SLOTS = 65536
VOICES = 16
OWN, ABREAST, IN_TURN = 0, 1, 2
SIZE = 8 * (HEADER_SLOTS + METER_SLOTS * (3 + VOICES) + TRACE_SLOTS)
_SLOT = {name: (index, kind) for index, (name, kind) in enumerate(HEADER)}


class Meters:
    """The mapped file. `levels` are peak volts by meter slot, `traces` the samples of every trace.

    `channels` are how many voices an outlet carries, by meter slot, and `voices` the peak volts of each: those of
    slot s begin at VOICES * s, and count where there are more than one. `forms` say how a module plays them: OWN
    as it likes, ABREAST side by side, IN_TURN one after the other.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Map the file at `path`; `create` makes it first (mode 0600).

        Raises: OSError: if it is not there, or too short to be one.
        """
        self.path = path
        if create:
            path.touch(mode=0o600)
        with path.open("r+b" if create else "rb") as file:
            if create:
                file.truncate(SIZE)
            access = mmap.ACCESS_WRITE if create else mmap.ACCESS_READ
            self._map = mmap.mmap(file.fileno(), SIZE, access=access)
        view = memoryview(self._map)
        self.integers = view[: 8 * HEADER_SLOTS].cast("q")
        self.doubles = view[: 8 * HEADER_SLOTS].cast("d")
        self.levels = view[8 * HEADER_SLOTS : 8 * (HEADER_SLOTS + METER_SLOTS)].cast("d")
        place = HEADER_SLOTS + METER_SLOTS
        self.traces = view[8 * place : 8 * (place + TRACE_SLOTS)].cast("d")
        place += TRACE_SLOTS
        self.channels = view[8 * place : 8 * (place + METER_SLOTS)].cast("d")
        place += METER_SLOTS
        self.forms = view[8 * place : 8 * (place + METER_SLOTS)].cast("d")
        self.voices = view[8 * (place + METER_SLOTS) :].cast("d")
        if create:
            self.integers[_SLOT["magic"][0]] = MAGIC

    def read(self, name: str) -> float:
        """A header value by its name in HEADER."""
        index, kind = _SLOT[name]
        return self.integers[index] if kind == "q" else self.doubles[index]

    def write(self, name: str, value: float) -> None:
        """Set a header value; the engine only."""
        index, kind = _SLOT[name]
        if kind == "q":
            self.integers[index] = int(value)
        else:
            self.doubles[index] = value

    def address(self, name: str) -> int:
        """Where a header value lies in memory, for native code of the engine; until `close`."""
        return ctypes.addressof(ctypes.c_char.from_buffer(self._map, 8 * _SLOT[name][0]))

    def close(self) -> None:
        """Unmap; nothing taken from it may be used after."""
        views = (self.integers, self.doubles, self.levels, self.traces, self.channels, self.forms, self.voices)
        for view in views:
            view.release()
        self._map.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
