"""Small patches to play by hand, with the engine as plain Python or native.

Natively where `LIVEPATCH_TEST_NATIVE` names a cache of compiled code: `test_native` runs every test so.
"""

import os
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from livepatch.protocol.builds import core_folder, load_core

CACHE = Path(os.environ.get("LIVEPATCH_TEST_NATIVE", ""))
NATIVE = "LIVEPATCH_TEST_NATIVE" in os.environ
if NATIVE and "livepatch.engine.graph" not in sys.modules:
    core = core_folder(CACHE)
    assert core is not None
    load_core(core)

import numpy as np  # noqa: E402 - the native parts come first
from numpy.typing import NDArray  # noqa: E402

from livepatch.compiler.build import Builder, Stages  # noqa: E402
from livepatch.compiler.cache import Cache  # noqa: E402
from livepatch.compiler.library import Library  # noqa: E402
from livepatch.compiler.parts import Parts  # noqa: E402
from livepatch.compiler.primitives import NATIVE as NATIVE_FUNCTIONS  # noqa: E402
from livepatch.compiler.rewrite import rewrite  # noqa: E402
from livepatch.declarations import read_panel  # noqa: E402
from livepatch.engine.code import Code, load_code  # noqa: E402
from livepatch.engine.engine import Engine  # noqa: E402
from livepatch.patch.edits import AddCable, AddModule, Batch, Edit, RemoveCable, SetGain, SetKnob  # noqa: E402
from livepatch.patch.patch import Cable, PlacedModule, Route  # noqa: E402
from livepatch.protocol.messages import Message  # noqa: E402

MODULES = Path(__file__).parent / "modules"
QUANTUM = 64


def text_of(type: str, *changes: tuple[str, str]) -> str:
    """The source of a test's module, with pieces of it replaced."""
    text = (MODULES / f"{type}.py").read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


@cache
def code(type: str, *changes: tuple[str, str]) -> Code:
    """Code that plays `text_of(type, *changes)`; its source is the same for the same changes."""
    text = text_of(type, *changes)
    source = type + "".join(after or f"without {before.strip()}" for before, after in changes)
    if NATIVE:
        return load_code(build(CACHE, type, *changes), source)
    return _plain(type, text, source)


def _plain(type: str, text: str, source: str) -> Code:
    path = str(MODULES / f"{type}.py")
    panel = read_panel(text, path)
    rewritten = rewrite(text, path, panel, Library(NATIVE_FUNCTIONS))
    module = ModuleType(f"plain_{source}")
    exec(compile(rewritten.text, f"{type}.py", "exec"), vars(module))
    made = getattr(module, panel.class_name)
    return Code(type, source, panel, made, rewritten.positions.lines, counts=rewritten.counts)


def build(folder: Path, type: str, *changes: tuple[str, str]) -> Path:
    """Compile a test's module; `folder` is the cache that it stays in."""
    text = text_of(type, *changes)
    builder = _builder(folder)
    kept = Cache(folder, builder.parts.key)
    source = kept.source(type, text)
    if kept.find(source) is None:
        fresh = kept.begin()
        builder.build(str(MODULES / f"{type}.py"), text, source, fresh, Stages())
        kept.publish(fresh, source)
    return kept.folder(source)


@cache
def _builder(folder: Path) -> Builder:
    parts = Parts(folder)
    parts.make(lambda _: None)
    return Builder(parts)


def add(id: int, type: str, source: str = "", **knobs: float) -> Edit:
    """Put a module of a test's type into the rack, named by its id."""
    return AddModule(PlacedModule(id=id, name=f"m{id}", type=type, source=source or type, knobs=knobs))


def cable(source: int, outlet: str, target: int, inlet: str, gain: float = 1.0) -> Edit:
    """Patch a cable."""
    return AddCable(Cable(source=source, outlet=outlet, target=target, inlet=inlet, gain=gain))


def uncable(*route: Any) -> Edit:
    """Unpatch a cable."""
    return RemoveCable(Route(*route))


def gain(route: tuple[int, str, int, str], value: float) -> Edit:
    """Change a cable's gain."""
    return SetGain(Route(*route), value)


def knob(id: int, name: str, value: float | None) -> Edit:
    """Turn a knob."""
    return SetKnob(id, name, value)


class Playing:
    """An engine, and what comes out of its modules; `tapping`: of all their outlets, with a cable or without."""

    def __init__(
        self,
        *codes: Code,
        swap_fade_seconds: float = 0.01,
        tapping: bool = True,
        sample_rate: float = 48000.0,
    ) -> None:
        self.tapping = tapping
        self.engine = Engine(sample_rate, swap_fade_seconds=swap_fade_seconds)
        self.messages: list[Message] = []
        self._serial = 0
        for one in codes:
            self.engine.load(one)

    def perform(self, *edits: Edit) -> None:
        """Apply edits at the next quantum, all at once."""
        self._serial += 1
        self.engine.perform(self._serial, edits[0] if len(edits) == 1 else Batch(edits))
        for seat in self.engine.rack.seats.values():
            for outlet in seat.outlets.values():
                outlet.tapped = self.tapping
        self.engine.graph.stale = True

    def outlets(self, frames: int, *outlets: tuple[int, str]) -> list[NDArray[np.float64]]:
        """Play whole quanta and return the volts of some outlets, a row each."""
        assert frames % QUANTUM == 0
        out = np.zeros(2 * QUANTUM, np.float32)
        rows: list[list[NDArray[np.float64]]] = [[] for _ in outlets]
        for id, name in outlets:
            self.engine.rack.seats[id].outlet(name).tapped = True
        self.engine.graph.stale = True
        for _ in range(frames // QUANTUM):
            self.engine.fill(out)
            for row, (id, name) in zip(rows, outlets, strict=True):
                block = self.engine.rack.seats[id].outlet(name).block
                row.append(np.frombuffer(memoryview(block), np.float64).copy())
            self.messages += self.engine.messages()
        return [np.concatenate(row) for row in rows]

    def volts(self, id: int, outlet: str, frames: int) -> NDArray[np.float64]:
        """Play whole quanta and return the volts of one outlet."""
        return self.outlets(frames, (id, outlet))[0]

    def sound(self, frames: int) -> NDArray[np.float32]:
        """Play and return what leaves for the sound card: (frames, 2), ±1.0."""
        out = np.zeros(2 * frames, np.float32)
        self.engine.fill(out)
        self.messages += self.engine.messages()
        return out.reshape(frames, 2)
