"""What a module's new code keeps of the old: every state of the same name that fits."""

import math
from dataclasses import dataclass, replace
from typing import Any

from librt.vecs import vec

from livepatch.engine.instance import keep_latest
from livepatch.engine.states import Held
from livepatch.panel import Panel
from livepatch.runtime import Module

_KINDS: dict[str, type[Any]] = {"bool": bool, "int": int, "float": float}
"""Each fits into the ones after it."""


@dataclass(frozen=True)
class Carry:
    """The states of a panel; calling it copies them from an old module to a new one, in the audio callback.

    The old module may be of any other code of the type: what it lacks, and what is not finite, stays at
    its first value. `kept` is copied from in place of the module that was sounding, if there is one.
    """

    states: tuple[tuple[str, str], ...]
    """Name and kind of each."""
    kept: Module | None = None
    held: Held | None = None
    """States that come from elsewhere."""

    def after(self, other: "Carry") -> "Carry":
        """The same, when `other` should have come before it and never did."""
        return replace(self, held=other.held) if self.held is None else self

    def only(self, names: frozenset[str]) -> "Carry":
        """The same, of these states alone."""
        return replace(self, states=tuple(state for state in self.states if state[0] in names))

    def __call__(self, old: Module, new: Module) -> None:
        """Copy from `old`, or from `kept`, to `new`."""
        moved: list[tuple[int, int]] = []
        for name, kind in self.states:
            source = self.kept or old
            if self.held is not None and name in self.held.names:
                source = self.held.module
            value: Any = getattr(source, name, None)
            if kind == "buffer":
                if isinstance(value, vec):
                    moved.append(_keep(value, getattr(new, name)))
            elif _fits(value, kind):
                setattr(new, name, _moved(int(value), moved) if kind == "int" else _KINDS[kind](value))


def carry(panel: Panel, module: Module, kept: Module | None = None, held: Held | None = None) -> Carry:
    """What `module`, of new code with this panel, takes over; buffers come first."""
    states = [
        (state.name, "buffer" if state.kind in {"buffer", "trace"} else state.kind) for state in panel.states
    ]
    states += [(light.name, "float") for light in panel.lights]
    kept_volts = [f"held_{port.name}" for port in panel.whole().outlets]
    states += [(name, "float") for name in kept_volts if hasattr(module, name)]
    return Carry(tuple(sorted(states, key=lambda state: state[1] != "buffer")), kept, held)


def _fits(value: Any, kind: str) -> bool:
    order = list(_KINDS)
    given = type(value).__name__
    return given in order and order.index(given) <= order.index(kind) and math.isfinite(value)


def _keep(old: Any, new: Any) -> tuple[int, int]:
    keep_latest(old, new)
    return len(old), len(new)


def _moved(number: int, moved: list[tuple[int, int]]) -> int:
    """A whole number that may be an index into a buffer that became shorter goes where its sample went."""
    for size, room in moved:
        if room <= number < size:
            return number - (size - room)
    return number
