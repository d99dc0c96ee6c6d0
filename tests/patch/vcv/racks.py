"""Rack patches of our own, one of each version, and ways to read, write and play them."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from livepatch.panel import Panel
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.patch.vcv import reading, writing
from livepatch.patch.vcv.reading import Read
from tests.rendering import MODULES, panel_of_type

FIXTURES = Path(__file__).parents[2] / "fixtures" / "vcv"
VERSIONS = ("v05", "v06", "v1", "v2")
RATE = 48000
C4 = 261.6255653005986
Volts = NDArray[np.float64]
RackModule = tuple[str, str, dict[int, float], dict[str, Any]]
"""Plugin, model, params, and what else Rack writes of it."""
RackCable = tuple[int, int, int, int]
"""Which module's which outlet goes to which module's which inlet."""
VCO: RackModule = ("Fundamental", "VCO", {2: 24.0}, {})
OUT: RackModule = ("Core", "AudioInterface2", {0: 1.0}, {})


class Play(Protocol):
    """Renders a Rack patch."""

    def __call__(self, modules: list[RackModule], cables: list[RackCable], seconds: float = 1.0) -> Volts: ...


def fundamental(model: str, params: dict[int, float], **others: Any) -> RackModule:
    return ("Fundamental", model, params, others)


def steady(volts: float) -> RackModule:
    """What holds a voltage at its output."""
    return fundamental("Rescale", {0: 0.0, 1: volts, 2: 10.0, 3: -10.0})


@cache
def panels() -> dict[str, Panel]:
    return {path.stem: panel_of_type(path.stem) for path in MODULES.glob("*.py")}


def text(version: str) -> str:
    return (FIXTURES / f"{version}.vcv").read_text("utf-8")


def decoded(version: str) -> Read:
    return reading.decode(text(version), panels(), f"{version}.vcv")


def written(patch: Patch) -> dict[str, Any]:
    """What Rack would find in the file."""
    document: dict[str, Any] = json.loads(json.dumps(writing.encode(patch, panels()).document))
    return document


def module(patch: Patch, type: str) -> PlacedModule:
    return next(module for module in patch.modules.values() if module.type == type)


def cables(patch: Patch) -> set[tuple[str, str, str, str, str]]:
    return {
        (
            patch.modules[cable.source].type,
            cable.outlet,
            patch.modules[cable.target].type,
            cable.inlet,
            cable.colour,
        )
        for cable in patch.cables.values()
    }
