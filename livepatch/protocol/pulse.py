"""How far a process has come that renders, in memory that stays readable when it hangs or crashes."""

import ctypes  # native code wants an address
import json
import mmap
import signal
from typing import NamedTuple

HUNG_SECONDS = 5.0
"""So much processor time without a block means that none will come: native code cannot be interrupted."""
OPENING_SECONDS = 60.0
MOST_FRAMES = 1024
"""In one block, so that each is far below HUNG_SECONDS, however slow a patch."""
_RUNNING, _PART, _FRAME, _LENGTH = range(4)
_HEAD_BYTES = 4 * 8
_BYTES = 1 << 20
NOWHERE = -1


class Loss(NamedTuple):
    """An engine came no further than to `frame`, while the module `running` was processed; `how` in words.

    `told`: the performer knows.
    """

    frame: int
    running: int
    how: str
    told: bool = False


class Pulse:
    """Shared by the process that renders, which writes, and the one that started it, which reads.

    `begin`, `beat` and `rest` are called by the main thread of the process that renders. Where they do not follow
    each other in time, the system ends that process with SIGPROF.
    """

    def __init__(self) -> None:
        """Before the process that renders is forked."""
        self._map = mmap.mmap(-1, _BYTES)
        self._numbers = memoryview(self._map)[:_HEAD_BYTES].cast("q")
        self._numbers[_PART] = NOWHERE

    @property
    def address(self) -> int:
        """Where the id of the module that is being processed is to be."""
        return ctypes.addressof(ctypes.c_char.from_buffer(self._map, 8 * _RUNNING))

    @property
    def running(self) -> int:
        """The id of the module that was being processed, 0 if none was."""
        return self._numbers[_RUNNING]

    @property
    def part(self) -> int:
        """Which engine's part was being rendered, from 0; NOWHERE before the first."""
        return self._numbers[_PART]

    @property
    def frame(self) -> int:
        """How many frames of the part there are."""
        return self._numbers[_FRAME]

    @property
    def modules(self) -> dict[int, tuple[str, str, str]]:
        """The modules' names, types and files by id, as far as they were said."""
        said = self._map[_HEAD_BYTES : _HEAD_BYTES + self._numbers[_LENGTH]]
        return {int(id): (name, type, file) for id, (name, type, file) in json.loads(said or b"{}").items()}

    def say(self, modules: dict[int, tuple[str, str, str]]) -> None:
        """Which modules there are: their names, types and files by id."""
        said = json.dumps(modules).encode()
        if len(said) <= _BYTES - _HEAD_BYTES:
            self._map[_HEAD_BYTES : _HEAD_BYTES + len(said)] = said
            self._numbers[_LENGTH] = len(said)

    def begin(self, part: int = 0) -> None:
        """An engine is about to be there; its first block may take long."""
        self._numbers[_RUNNING] = self._numbers[_FRAME] = 0
        self._numbers[_PART] = part
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, OPENING_SECONDS)

    def beat(self, frame: int) -> None:
        """There are so many frames of the part."""
        self._numbers[_FRAME] = frame
        signal.setitimer(signal.ITIMER_PROF, HUNG_SECONDS)

    def rest(self) -> None:
        """Nothing is rendered for now."""
        signal.setitimer(signal.ITIMER_PROF, 0.0)
