"""What the methods of the control side of a module may do: more than what sounds, and less than all of Python."""

import ast
from typing import NoReturn

from livepatch.callbacks import ARGUMENTS, CONTROL, SIGNATURES
from livepatch.compiler.trees import walk
from livepatch.errors import ModuleError
from livepatch.panel import Panel
from livepatch.plain_methods import reached

IMPORTABLE = frozenset(
    ("collections", "csv", "itertools", "json", "math", "numpy", "pathlib", "random", "re", "soundfile", "wave")
)
REFUSED = frozenset(
    {"breakpoint", "compile", "eval", "exec", "exit", "globals", "input", "locals", "quit", "__import__"}
)


def check_control(tree: ast.Module, path: str, panel: Panel) -> None:
    """Refuse what a method of the control side cannot do.

    Raises: ModuleError: at the first such place.
    """
    ports = {port.name for port in panel.inlets} | {port.name for port in panel.outlets}
    ports |= {light.name for light in panel.lights} | {button.name for button in panel.buttons}
    kept = {state.name for state in panel.states} | {control.name for control in panel.controls()}
    for method in reached(tree, (*CONTROL, *panel.in_menu("action"))).values():
        if tuple(argument.arg for argument in method.args.args) != ARGUMENTS.get(method.name, _own(method)):
            _refuse(path, method, f"write `{SIGNATURES[method.name]}`")
        for node in walk(method):
            match node:
                case ast.Import(names=names):
                    for alias in names:
                        _check_import(path, node, alias.name)
                case ast.ImportFrom(module=name, level=level):
                    _check_import(path, node, "." * level + (name or ""))
                case ast.Call(func=ast.Name(id=name)) if name in REFUSED:
                    _refuse(path, node, f"{name}() cannot be used in a module; remove it")
                case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                    _check_store(path, node, name, ports, kept)


def _own(method: ast.FunctionDef) -> tuple[str, ...]:
    return tuple(argument.arg for argument in method.args.args)


def _check_import(path: str, node: ast.AST, name: str) -> None:
    if name.partition(".")[0] not in IMPORTABLE and name not in {"livepatch.dsp", "livepatch.voltage"}:
        allowed = ", ".join(sorted(IMPORTABLE))
        _refuse(path, node, f"a module cannot import {name}; its control side may import {allowed}")


def _check_store(path: str, node: ast.AST, name: str, ports: set[str], kept: set[str]) -> None:
    if name in ports:
        _refuse(path, node, f"self.{name} is not written here; keep a value of your own in state")
    if name not in kept and name != "settings":
        _refuse(path, node, f"self.{name} would be forgotten; declare it as state: `{name} = 0.0`")


def _refuse(path: str, node: ast.AST, message: str) -> NoReturn:
    raise ModuleError.at(path, getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1, message)
