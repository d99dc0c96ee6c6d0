"""Whether what a module file uses of its neighbours is there, in the files of those."""

import ast
from typing import NamedTuple

from livepatch.declarations import read_panel
from livepatch.errors import ModuleError, Problem
from livepatch.likeness import hint
from livepatch.panel import Borrowed, Neighbour, Panel
from livepatch.plain_methods import module_class
from livepatch.session.sources import SourceFile, Sources

FILLED = "filled outlet"
"""One that is the sound card's, so that nobody beside the module writes it."""
TAKEN = {
    "knob": {"knob"},
    "switch": {"switch", "button"},
    "button": {"switch", "button"},
    "inlet": {"inlet", "outlet", FILLED, "knob"},
    "outlet": {"outlet"},
}
"""What the engine takes for each kind that is borrowed; of a knob an inlet() hears the cables."""


class Findings(NamedTuple):
    """What is wrong with a file, and what only may be: a neighbour's file may come later."""

    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def findings(file: SourceFile, panel: Panel, sources: Sources) -> Findings:
    """What a module file with this panel uses of its neighbours that the files of `sources` do not have."""
    if not panel.neighbours:
        return Findings()
    path, lines = str(file.path), _lines(file.text)
    problems: list[Problem] = []
    notes: list[Problem] = []
    for neighbour in panel.neighbours:
        found = [_panel(type, sources) for type in neighbour.types]
        panels = [each for each in found if isinstance(each, Panel)]
        notes += [Problem(path, *lines[neighbour.name], words) for words in found if isinstance(words, str)]
        if len(panels) == len(found):
            borrowed = [part for part in panel.borrowed if part.neighbour == neighbour.name]
            said = [(part, _missing(part, neighbour, panels)) for part in borrowed]
            problems += [Problem(path, *lines[part.name], words) for part, words in said if words]
    return Findings(tuple(problems), tuple(notes))


def _lines(text: str) -> dict[str, tuple[int, int]]:
    """The line and column of each declaration."""
    found: dict[str, tuple[int, int]] = {}
    for node in module_class(ast.parse(text)).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                found[name] = (value.lineno, value.col_offset + 1)
    return found


def _panel(type: str, sources: Sources) -> Panel | str:
    """The panel of a type's file as it was saved last, or why there is none."""
    file = sources.files.get(type)
    if file is None:
        plays = sources.panels.get(type)
        return plays or f"there is no module {type} in the module folders{hint(type, sources.files)}"
    try:
        return read_panel(file.text, str(file.path))
    except ModuleError as error:
        return f"what is used of {type} is not looked at, as its file is wrong: {error.problems[0]}"


def _missing(part: Borrowed, neighbour: Neighbour, panels: list[Panel]) -> str:
    """What to say if none of the neighbours has such a part, "" if one has."""
    every = [_parts(panel) for panel in panels]
    kinds = {parts[part.port] for parts in every if part.port in parts}
    if kinds & TAKEN[part.kind]:
        return ""
    types = " or ".join(neighbour.types)
    if kinds == {FILLED}:
        return f"{part.port} of {types} is an outlet of the sound card's, which no neighbour writes"
    if kinds:
        kind = min(kinds)
        article = "an" if kind in {"inlet", "outlet"} else "a"
        return f'{part.port} of {types} is {article} {kind}; write {neighbour.name}.{kind}("{part.port}")'
    names = list(
        dict.fromkeys(name for parts in every for name, kind in parts.items() if kind in TAKEN[part.kind])
    )
    otherwise = f"it has {', '.join(names)}" if names else "it has none"
    return f"{types} has no {part.kind} {part.port}{hint(part.port, names, otherwise)}"


def _parts(panel: Panel) -> dict[str, str]:
    """What a neighbour may use of a module: its kind, by name."""
    filled = {*panel.speakers, *panel.captures}
    return {
        **dict.fromkeys((knob.name for knob in panel.knobs), "knob"),
        **dict.fromkeys((switch.name for switch in panel.switches), "switch"),
        **dict.fromkeys((button.name for button in panel.buttons), "button"),
        **dict.fromkeys((inlet.name for inlet in panel.inlets), "inlet"),
        **{outlet.name: FILLED if outlet.name in filled else "outlet" for outlet in panel.outlets},
    }
