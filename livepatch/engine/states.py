"""What modules remember, taken from them and given to them while they play."""

import ctypes  # a vec is filled at its address: through Python it would take a millisecond for every 20,000 frames
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from librt.vecs import vec

from livepatch.dsp.blocks import copy
from livepatch.engine.code import Code
from livepatch.panel import Panel
from livepatch.protocol.states import State, Value, frames_of, write_states
from livepatch.runtime import Module

if TYPE_CHECKING:
    from livepatch.engine.node import Node

MOST_LOOKS = 64
"""So many quanta at most a snapshot waits for what modules are about to be given."""
AT_ONCE = 1 << 14
"""Buffers up to so many frames are copied between two quanta; longer ones are read while they play on."""


class Snapshot:
    """The states of modules at one moment. The control thread makes and writes it, the callback takes it."""

    def __init__(self, serial: int) -> None:
        self.serial = serial
        self._sitters: list[tuple[int, Node, Module, Panel, dict[str, vec[float]]]] = []
        self._states: dict[int, State] = {}
        self._looks = 0

    def add(self, id: int, node: "Node", module: Module, panel: Panel) -> None:
        """Take the states of a module too; `module` is its newest run."""
        copies: dict[str, vec[float]] = {}
        for state in panel.states:
            block = getattr(module, state.name, None)
            if isinstance(block, vec) and len(block) <= AT_ONCE:
                copies[state.name] = vec[float]([0.0] * len(block))
        self._sitters.append((id, node, module, panel, copies))

    def settled(self) -> bool:
        """Whether no module is about to get other states at the end of a fade. Audio callback."""
        self._looks += 1
        return self._looks > MOST_LOOKS or all(node.waiting is None for _, node, *_ in self._sitters)

    def take(self) -> None:
        """Copy. Audio callback."""
        for id, node, newest, panel, copies in self._sitters:
            module = node.current.module if node.current.named else newest
            if module.lanes and node.current.voices > 1:
                module.load_voice(0)
            taken: State = {}
            for state in panel.states:
                value = getattr(module, state.name, None)
                kept = copies.get(state.name)
                if isinstance(value, vec):
                    if kept is not None and len(kept) == len(value):
                        copy(kept, value, 0, len(kept))
                        value = kept
                    taken[state.name] = frames_of(value)
                elif value is not None:
                    taken[state.name] = value
            self._states[id] = taken

    def write(self, path: Path) -> str:
        """Write what was taken; where, "" if that failed."""
        try:
            write_states(path, self._states)
        except OSError:
            return ""
        return str(path)


def hold(code: Code, sample_rate: float, state: State) -> "Held":
    """A run of `code` that does not play and holds `state`, for another to take it over."""
    module = code.module_class()
    module.sample_rate = sample_rate
    module.prepare()
    names = set()
    for declared in code.panel.states:
        value = state.get(declared.name)
        if value is not None and _put(module, declared.name, value):
            names.add(declared.name)
    return Held(module, frozenset(names))


class Held:
    """Some states of a module: those of `names`, held by `module`."""

    def __init__(self, module: Module, names: frozenset[str]) -> None:
        self.module = module
        self.names = names


def _put(module: Module, name: str, value: Value) -> bool:
    """Set a state; whether it fits."""
    own = getattr(module, name, None)
    if isinstance(own, vec):
        if not isinstance(value, memoryview):
            return False
        writable(own)[: len(value)] = np.asarray(value)[: len(own)]
        return True
    if isinstance(value, memoryview) or own is None or not math.isfinite(value):
        return False
    if isinstance(own, bool):
        setattr(module, name, bool(value))
    elif isinstance(own, int):
        setattr(module, name, int(value))
    else:
        setattr(module, name, float(value))
    return True


def writable(block: vec[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A block as numpy sees it, to be written; only as long as the block is there."""
    address = np.frombuffer(memoryview(block), np.float64).ctypes.data
    return np.ctypeslib.as_array((ctypes.c_double * len(block)).from_address(address))
