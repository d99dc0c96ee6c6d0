"""A module's picture before the module plays: what it is drawn from, and what is wrong with it."""

import ast
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from livepatch import locations
from livepatch.display import Control, at_rest, limits
from livepatch.errors import Problem
from livepatch.panel import BUFFERS, Panel
from livepatch.picture_mistakes import unknown_names
from livepatch.session.painter import Painter, PainterError
from livepatch.session.sources import Code

SAMPLE_RATE = 48000.0
POSITIONS: dict[str, Callable[[Control], float]] = {
    "draw()": at_rest,
    "draw(), with every knob at its lowest": lambda control: limits(control)[0],
    "draw(), with every knob at its highest": lambda control: limits(control)[1],
}


def problems_of(code: Code) -> list[Problem]:
    """What is wrong with a module's draw(): names that are not there, or else the first picture that fails."""
    if code.panel.picture is None:
        return []
    return unknown_names(ast.parse(code.text), code.path) or _failure(code)


def _failure(code: Code) -> list[Problem]:
    with tempfile.TemporaryDirectory() as folder:
        painter = Painter(Path(folder), log=locations.state() / "painter.log")
        try:
            for where, position in POSITIONS.items():
                try:
                    painter.draw(code, SAMPLE_RATE, _values(code.panel, position))
                except PainterError as error:
                    return [Problem(code.path, error.line, 0, f"{where}: {error}")]
        finally:
            painter.end()
    return []


def _values(panel: Panel, position: Callable[[Control], float]) -> dict[str, Any]:
    """All that the picture of a module reads that has not begun to play."""
    values: dict[str, Any] = {}
    for name in panel.picture.reads if panel.picture is not None else ():
        control, text = panel.knob(name), panel.text(name)
        if text is not None:
            values[name] = text.default
        elif control is not None:
            values[name] = typed(panel, name, position(control))
        else:
            values[name] = at_first(panel, name)
    return values


def typed(panel: Panel, name: str, value: float) -> float | int | bool:
    """A number as the module's own attribute has it."""
    if any(name == button.name for button in panel.buttons):
        return value >= 0.5
    kinds = {switch.name: "int" for switch in panel.switches} | {state.name: state.kind for state in panel.states}
    kind = kinds.get(name, "float")
    return round(value) if kind == "int" else bool(value) if kind == "bool" else value


def at_first(panel: Panel, name: str) -> Any:
    """What something is before the module plays."""
    for state in panel.states:
        if state.name == name:
            return [0.0] * state.frames if state.kind in BUFFERS else typed(panel, name, state.default)
    return 0.0
