"""Tells whether a step does work that depends on knobs alone, which is worth doing once while they stand still."""

import ast

from livepatch.compiler.trees import walk

CHEAP = frozenset({"clamp", "minimum", "maximum", "absolute", "to_float__", "i64", "float"})


def worth_hoisting(body: list[ast.stmt], knobs: set[str], constants: set[str]) -> bool:
    """Whether a division or a call in `body` takes knobs, and besides only constants and literals."""
    steady = knobs | constants
    turned = set(knobs)
    for statement in body:
        for node in walk(statement):
            if _is_work(node) and (inputs := _inputs(node)) <= steady and inputs & turned:
                return True
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (inputs := _inputs(value)) <= steady:
                steady.add(name)
                if inputs & turned:
                    turned.add(name)
            case _:
                stored = {node.id for node in walk(statement) if _is_stored(node) and isinstance(node, ast.Name)}
                steady -= stored
                turned -= stored
    return False


def _is_work(node: ast.AST) -> bool:
    match node:
        case ast.BinOp(op=ast.Div() | ast.Mod() | ast.FloorDiv(), right=right):
            return not isinstance(right, ast.Constant)
        case ast.Call(func=ast.Name(id=name)):
            return name not in CHEAP
        case ast.Call():
            return True
    return False


def _inputs(node: ast.AST) -> set[str]:
    """The names of variables that go in."""
    functions = {id(inner.func) for inner in walk(node) if isinstance(inner, ast.Call)}
    names = [inner for inner in walk(node) if isinstance(inner, ast.Name) and id(inner) not in functions]
    return {name.id for name in names if name.id not in {"math", "self"} and not name.id.isupper()}


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
