"""What a module carries from sample to sample besides numbers: buffers, and blocks with a state of their own.

A block is declared like state, `edge = schmitt()` in a module's class body, and called in `step()`, as in
`if self.edge.rises(self.clock):`. Each module, and each of its voices, has its own.
"""

import copy
from collections.abc import Iterator
from typing import Any, Self
from zlib import crc32

from librt.vecs import vec

BETWEEN = "__"
"""Between the names of a block and of a state in it, where that state stands among a module's own."""


class Buffer:
    """Stands in a declaration for a buffer until the sample rate is known."""

    def __init__(self, seconds: float, frames: int) -> None:
        self.seconds = seconds
        self.frames = frames

    def allocate(self, sample_rate: float) -> vec[float]:
        """The buffer, silent."""
        frames = self.frames or max(1, round(self.seconds * sample_rate))
        return vec[float]([0.0] * frames)


def buffer(seconds: float = 0.0, *, frames: int = 0) -> vec[float]:
    """Declare a buffer of `seconds` at the rack's sample rate, or of `frames` samples; it starts silent."""
    stand_in: Any = Buffer(seconds, frames)
    return stand_in  # type: ignore[no-any-return]  # an instance has a vec in its place


class Block:
    """The base of every block.

    What its class body sets is state. What `__init__` sets besides is constant, or a buffer, or an inner block.
    Its other methods are arithmetic, which the compiler writes into the module that calls them: a `return`
    stands in no loop. `sample_rate` in Hz is the module's, `sample_seconds` how long a sample lasts; `seed` is the
    block's own.
    """

    sample_rate: float = 48000.0
    sample_seconds: float = 1.0 / 48000.0
    seed: int = 1

    def placed(self, sample_rate: float, seed: int = 1, name: str = "") -> Self:
        """The block as one module has it under `name`, its buffers allocated."""
        result = copy.copy(self)
        result.sample_rate = sample_rate
        result.sample_seconds = 1.0 / sample_rate
        result.seed = seed + salt(name)
        for part, value in self.parts():
            if isinstance(value, Buffer):
                setattr(result, part, value.allocate(sample_rate))
            elif isinstance(value, Block):
                setattr(result, part, value.placed(sample_rate, seed, name + BETWEEN + part))
        return result

    def parts(self) -> Iterator[tuple[str, Any]]:
        """Its states, buffers and inner blocks by name: numbers are first values."""
        declared = [name for cls in reversed(type(self).__mro__[:-2]) for name in vars(cls)]
        for name in dict.fromkeys([*declared, *vars(self)]):
            value = getattr(self, name)
            if isinstance(value, Buffer | Block) or (name in declared and isinstance(value, bool | int | float)):
                yield name, value

    def states(self, name: str) -> Iterator[tuple[str, Any]]:
        """The states and buffers of the block called `name` and of those inside it, by the names they get."""
        for part, value in self.parts():
            if isinstance(value, Block):
                yield from value.states(name + BETWEEN + part)
            else:
                yield name + BETWEEN + part, value


def salt(name: str) -> int:
    """What makes the seed of the block called `name` its own."""
    return crc32(name.encode()) if name else 0
