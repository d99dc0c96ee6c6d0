"""Keeps the brightest moment of each light, so that a trigger shorter than a look at the lights is seen."""

import ast

import msgspec

from livepatch.compiler.forms import attribute, statements
from livepatch.compiler.trees import walk
from livepatch.panel import Light, Panel, State
from livepatch.protocol.builds import PEAK


def with_peaks(panel: Panel) -> Panel:
    """The panel, with a state for the brightest moment of each light."""
    peaks = tuple(State(name=PEAK + light.name, kind="float") for light in panel.lights)
    return msgspec.structs.replace(panel, states=panel.states + peaks)


def keep_peaks(cls: ast.ClassDef, panel: Panel) -> ast.ClassDef:
    """Follow every assignment to a light by one to its brightest moment."""
    result: ast.ClassDef = _Peaks({light.name: light for light in panel.lights}).visit(cls)
    return result


class _Peaks(ast.NodeTransformer):
    def __init__(self, lights: dict[str, Light]) -> None:
        self.lights = lights

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        return self._followed(node, node.targets)

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        return self._followed(node, [node.target])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> list[ast.stmt]:
        return self._followed(node, [node.target])

    def _followed(self, statement: ast.stmt, targets: list[ast.expr]) -> list[ast.stmt]:
        stored = [attribute(node) for target in targets for node in walk(target)]
        lights = [self.lights[name] for name in stored if name in self.lights]
        return [statement, *(line for light in lights for line in _peak(light, statement))]


def _peak(light: Light, at: ast.stmt) -> list[ast.stmt]:
    new, kept = f"self.{light.name}", f"self.{PEAK}{light.name}"
    brighter = f"{new} * {new} > {kept} * {kept}" if light.below else f"{new} > {kept}"
    return statements(f"{kept} = {new} if {brighter} else {kept}", at)
