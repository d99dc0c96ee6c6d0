"""Finds out what a module's draw() reads, so that it is shown to it and the picture follows."""

import ast
from collections.abc import Mapping
from typing import Any

from livepatch.block import Block
from livepatch.callbacks import ARGUMENTS, SIGNATURES
from livepatch.constants import Refuse
from livepatch.panel import BUFFERS, Borrowed, Inlet, Neighbour, Outlet, Picture, State
from livepatch.plain_methods import module_class, reached

MOST_FRAMES = 4096
MOST_EACH = 512
MOST_ROWS = 24
ROWS = 4


def read_picture(
    tree: ast.Module, declared: Mapping[str, Any], rows: int | None, refuse: Refuse
) -> Picture | None:
    """The picture of a module file whose declarations are `declared` by name; None if it draws none."""
    methods = reached(tree, ("draw",))
    draw = methods.get("self.draw")
    if draw is None:
        if rows is not None:
            refuse(module_class(tree), f"picture says how high draw() draws; write `{SIGNATURES['draw']}`")
        return None
    if tuple(argument.arg for argument in draw.args.args) != ARGUMENTS["draw"] or draw.decorator_list:
        refuse(draw, f"write `{SIGNATURES['draw']}`")
    names: dict[str, None] = {}
    each: dict[str, None] = {}
    for method in methods.values():
        _follow(method, declared, names, refuse)
        for node in ast.walk(method):
            match node:
                case ast.Call(func=ast.Name(id="each"), args=[of]):
                    each[_voiced(node, of, declared, refuse)] = None
    return Picture(rows=ROWS if rows is None else rows, reads=tuple(names), each=tuple(each))


def _follow(method: ast.FunctionDef, declared: Mapping[str, Any], names: dict[str, None], refuse: Refuse) -> None:
    """Note what a method reads."""
    owners = {id(node.value) for node in ast.walk(method) if isinstance(node, ast.Attribute)}
    for node in ast.walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Load()):
                if name in declared:
                    _check_readable(node, name, declared[name], refuse)
                    names[name] = None
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                refuse(node, f"draw() only looks; set self.{name} in step()")
            case ast.Name(id="self") if id(node) not in owners:
                refuse(node, "self is only used as self.name here; pass the numbers a function needs")


def _voiced(node: ast.AST, of: ast.expr, declared: Mapping[str, Any], refuse: Refuse) -> str:
    """The state of which each() reads every voice's."""
    match of:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            state = declared.get(name)
            if isinstance(state, State) and state.kind in {"float", *BUFFERS} and state.frames <= MOST_EACH:
                return name
    refuse(node, f"each() takes a number or a buffer of up to {MOST_EACH} frames: each(self.level)")


def _check_readable(node: ast.AST, name: str, declaration: object, refuse: Refuse) -> None:
    match declaration:
        case Block():
            refuse(node, f"draw() cannot look into self.{name}; keep what it draws in state, as in level = 0.0")
        case Inlet() | Outlet() | Borrowed() | Neighbour():
            refuse(
                node, f"draw() cannot read self.{name}, which changes too fast to be seen; keep state or a trace()"
            )
        case State(kind="buffer" | "trace", frames=frames) if not 0 < frames <= MOST_FRAMES:
            refuse(node, f"draw() cannot read self.{name}, which is too long; copy what it shows into a trace()")
