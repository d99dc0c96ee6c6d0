"""What the session says to the processes that run modules' own Python, and they to it: twins and painter."""

from typing import Any

import msgspec

from livepatch.canvas import AnyShape
from livepatch.errors import Problem
from livepatch.protocol.messages import Message, Quit

# Session to twins


class CallTwin(Message, frozen=True):
    """Call a control-side method of a module on its twin. Answered by `TwinCalled`.

    `text` is the author's, at `path`; `source` its hash. The twin gets the state of the module `id` in the file
    `states`; "": it begins as the module does, and from_json() gets its `memory`, if there is one. `keep`: tell
    afterwards what to_json() gives, if that is there.
    `changes` is where the states go that were changed. `settings`
    are those of the module's pack.
    """

    serial: int
    id: int
    path: str
    text: str
    source: str
    method: str
    keep: bool
    argument: Any
    sample_rate: float
    seed: int
    knobs: dict[str, float]
    states: str
    changes: str
    storage: str
    settings: dict[str, Any]
    memory: dict[str, Any] | None = None


# Twins to session


class TwinCalled(Message, frozen=True):
    """What a control-side method gave, and what it changed: knobs, states (in a file), settings.

    `problem`: why nothing was done.
    """

    serial: int
    result: Any = None
    knobs: dict[str, float] = msgspec.field(default_factory=dict)
    changes: str = ""
    settings: dict[str, Any] | None = None
    printed: str = ""
    data: dict[str, Any] | None = None
    problem: Problem | None = None


# Session to painter

EACH = "#"
"""After the name of a value that draw() reads: those of all voices."""


class Draw(Message, frozen=True, kw_only=True):
    """Draw a module's own picture. Answered by `Painted`.

    `text` is the author's, at `path`, and `source` its hash; "": as it was the last time. `values` is what draw()
    reads. `forget` are sources that play no more.
    """

    serial: int
    type: str
    class_name: str
    path: str
    text: str
    source: str
    sample_rate: float
    values: dict[str, Any]
    forget: tuple[str, ...] = ()


# Painter to session


class Painted(Message, frozen=True):
    """A picture, or the `problem` at the author's `line`. `endless`: it had to be ended."""

    serial: int
    shapes: tuple[AnyShape, ...] = ()
    problem: str = ""
    line: int = 0
    endless: bool = False


ToTwins = CallTwin | Quit
FromTwins = TwinCalled
ToPainter = Draw | Quit
FromPainter = Painted
