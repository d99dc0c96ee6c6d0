"""The parts of a panel by name, and what is said of one that is not there."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from livepatch.likeness import hint
from livepatch.panel import Panel

MOST_PARTS = 40
"""Of a module with more knobs and ports they are not all named in a line."""


def parts(panel: Panel) -> list[str]:
    """The names of everything on a panel that can be turned, written, patched or read."""
    controls = [control.name for control in panel.controls()] + [text.name for text in panel.texts]
    controls += ["menu"] if panel.menu else []
    return (
        controls
        + [inlet.name for inlet in panel.inlets]
        + [outlet.name for outlet in panel.outlets]
        + [light.name for light in panel.lights]
    )


def no_part(module: str, panel: Panel, name: str, commands: Mapping[str, Callable[..., Any]]) -> str:
    """A line about a part that a module has not."""
    for command in (name, name.removesuffix("s")):
        if command in commands and _takes_a_module(commands[command]):
            return f"{module} has no {name}; it is typed {command}({module})"
    every = parts(panel)
    otherwise = f"it has {', '.join(every) or 'no ports'}"
    if len(every) > MOST_PARTS:
        otherwise = f"{module}. and Tab show the {len(every)} that it has"
    return f"{module} has no {name}{hint(name, every, otherwise)}"


def knob_hint(name: str, panel: Panel) -> str:
    """What to add to a line about a knob that is not there."""
    return hint(name, [control.name for control in panel.controls()])


def _takes_a_module(command: Callable[..., Any]) -> bool:
    return next(iter(inspect.signature(command).parameters), "").startswith("module")
