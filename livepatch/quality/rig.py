"""The rig: one module in an engine of its own, with recordings into its inlets and tapes on its outlets."""
# ruff: noqa: PLC0415 - the native library must be in place before what it replaces is imported

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from librt.vecs import vec
from numpy.typing import NDArray

from livepatch import rendering
from livepatch.panel import Panel
from livepatch.patch.patch import Cable, Patch, PlacedModule
from livepatch.quality.quality_source import LENGTH
from livepatch.session.sources import SourceFile, Sources

SAMPLE_RATE = 48000.0
LEAD = 1024
"""Frames before what is measured: cables fade in, filters settle."""
LONGEST = LENGTH - LEAD
BLOCK = 4096
Signal = NDArray[np.float64]
_SUBJECT = 1


class Rig:
    """Renders modules one at a time, compiled, through the engine that plays them on stage."""

    def __init__(self, sources: Sources, types: list[str]) -> None:
        """Have the modules compiled. Raises: LivepatchError: if one is wrong."""
        here = Path(__file__).parent
        tapes = [_tape(here / f"{name}.py") for name in ("quality_source", "quality_sink")]
        folders = rendering.prepare([*(sources.files[type] for type in types), *tapes], sources.folders)
        from livepatch.engine.code import load_code

        self.panels: dict[str, Panel] = {type: sources.panels[type] for type in types}
        self._codes = {type: load_code(folder) for type, folder in folders.items()}

    def render(
        self,
        type: str,
        frames: int,
        knobs: Mapping[str, float] | None = None,
        inlets: Mapping[str, float | Signal] | None = None,
        outlets: tuple[str, ...] = (),
    ) -> dict[str, Signal]:
        """Volts of each of `outlets` (all of them by default), with `inlets` on its inlets: volts, or `frames`.

        A steady voltage stands there from the start; a recording comes after LEAD frames, which are not
        part of what is returned.
        """
        from livepatch.engine.engine import Engine
        from livepatch.engine.offline import whole

        inlets = inlets or {}
        outlets = outlets or tuple(outlet.name for outlet in self.panels[type].outlets)
        patch = Patch()
        patch.modules[_SUBJECT] = PlacedModule(id=_SUBJECT, name="subject", type=type, knobs=dict(knobs or {}))
        into = {inlet: _place(patch, "quality_source") for inlet in inlets}
        out_of = {outlet: _place(patch, "quality_sink") for outlet in outlets}
        for inlet, id in into.items():
            _plug(patch, Cable(source=id, outlet="out", target=_SUBJECT, inlet=inlet))
        for outlet, id in out_of.items():
            _plug(patch, Cable(source=_SUBJECT, outlet=outlet, target=id, inlet="audio"))
        engine = Engine(SAMPLE_RATE)
        for name in {module.type for module in patch.modules.values()}:
            engine.load(self._codes[name])
        engine.perform(0, whole(patch, self._codes))
        for inlet, id in into.items():
            given = np.asarray(inlets[inlet], np.float64)
            tape = np.zeros(LENGTH)
            tape[: LEAD + frames] = given if given.ndim == 0 else np.concatenate([np.zeros(LEAD), given])
            _module(engine, id).tape = vec[float](tape.tolist())
        nothing = np.zeros(2 * BLOCK, np.float32)
        for _ in range(0, LEAD + frames, BLOCK):
            engine.fill(nothing)
        tapes = {outlet: memoryview(_module(engine, id).tape) for outlet, id in out_of.items()}
        return {name: np.frombuffer(tape)[LEAD : LEAD + frames].copy() for name, tape in tapes.items()}


def _tape(path: Path) -> SourceFile:
    return SourceFile(path.stem, path, path.read_text(encoding="utf-8"), 0.0)


def _place(patch: Patch, type: str) -> int:
    id = len(patch.modules) + 1
    patch.modules[id] = PlacedModule(id=id, name=f"{type}{id}", type=type)
    return id


def _plug(patch: Patch, cable: Cable) -> None:
    patch.cables[cable.route] = cable


def _module(engine: Any, id: int) -> Any:
    """The code that plays a module of the engine."""
    return engine.rack.seats[id].node.current.module
