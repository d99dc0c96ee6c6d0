"""What modules remember, in a file that one process writes and another reads: numbers, and buffers of any size.

8 bytes: the length of a msgpack header, little-endian. The header: by module id and name of the state, a
number, or the place of a buffer, [first frame, frames]. Then the buffers, float64.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from livepatch.errors import LivepatchError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LENGTH_BYTES = 8
FRAME_BYTES = 8
Frames: TypeAlias = "memoryview[float]"
"""A buffer: float64."""
Value: TypeAlias = "float | int | bool | Frames"
State = dict[str, Value]


class StatesError(LivepatchError):
    """A file holds no states."""


def write_states(path: Path, states: Mapping[int, Mapping[str, Value]]) -> None:
    """Write the states of modules, readable by this user alone.

    Raises: OSError: if it cannot be written.
    """
    header: dict[int, dict[str, Any]] = {}
    buffers: list[Frames] = []
    first = 0
    for id, state in states.items():
        header[id] = {}
        for name, value in state.items():
            if isinstance(value, memoryview):
                header[id][name] = [first, len(value)]
                first += len(value)
                buffers.append(value)
            else:
                header[id][name] = value
    body = msgspec.msgpack.encode(header)
    path.touch(mode=0o600)
    with path.open("wb") as file:
        file.write(len(body).to_bytes(LENGTH_BYTES, "little"))
        file.write(body)
        for buffer in buffers:
            file.write(buffer)


def read_states(path: Path, *, remove: bool = False) -> dict[int, State]:
    """The states in a file, by module id; `remove` deletes it.

    Raises: StatesError: if it holds none.
    """
    try:
        content = path.read_bytes()
        if remove:
            path.unlink()
        length = int.from_bytes(content[:LENGTH_BYTES], "little")
        start = LENGTH_BYTES + length
        header = msgspec.msgpack.decode(content[LENGTH_BYTES:start], type=dict[int, dict[str, Any]])
    except (OSError, msgspec.DecodeError) as error:
        raise StatesError(f"{path} holds no states: {error}") from error
    frames = frames_of(memoryview(content)[start : start + (len(content) - start) // FRAME_BYTES * FRAME_BYTES])
    return {id: {name: _value(value, frames) for name, value in state.items()} for id, state in header.items()}


def frames_of(buffer: "ReadableBuffer") -> Frames:
    """The frames in a block of memory that holds float64."""
    return memoryview(buffer).cast("B").cast("d")


def _value(value: Any, frames: Frames) -> Value:
    match value:
        case [int(first), int(count)]:
            return frames[first : first + count]
        case bool() | int() | float():
            known: float = value
            return known
    raise StatesError(f"{value!r} is no state")
