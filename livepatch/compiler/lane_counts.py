"""Whole numbers that count the same for every voice, so that voices side by side share one."""

import ast

from livepatch.compiler.forms import Names
from livepatch.compiler.trees import walk


def counting(body: list[ast.stmt], states: set[str], names: Names) -> set[str]:
    """Whole numbers that only count: what they become depends on them and on switches, so voices share one."""
    fixed = {f"self.{name}" for name in names.constants}
    while True:
        known = fixed | {f"self.{name}" for name in states}
        locals_: dict[str, bool] = {}
        spoiled: set[str] = set()
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    locals_[name] = locals_.get(name, True) and _counts(value, known | _true(locals_))
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
                    if name in states and not _counts(value, known | _true(locals_)):
                        spoiled.add(name)
                case _:
                    spoiled |= states & attributes_in([statement], ast.Store)
                    locals_.update(
                        (node.id, False)
                        for node in ast.walk(statement)
                        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                    )
        if not spoiled:
            return states & attributes_in(body, ast.Store)
        states = states - spoiled


def _true(found: dict[str, bool]) -> set[str]:
    return {name for name, true in found.items() if true}


def _counts(node: ast.expr, known: set[str]) -> bool:
    """Whether an expression of whole numbers takes nothing but what is known."""
    for inner in ast.walk(node):
        match inner:
            case ast.Constant(value=int()) | ast.BinOp() | ast.operator() | ast.expr_context():
                pass
            case ast.Name(id=name) if name in known or name == "self":
                pass
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if f"self.{name}" in known:
                pass
            case _:
                return False
    return True


def attributes_in(body: list[ast.stmt], context: type[ast.expr_context]) -> set[str]:
    """The names after `self.` that statements load, or store."""
    found: set[str] = set()
    for statement in body:
        for node in walk(statement):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ctx) if isinstance(ctx, context):
                    found.add(name)
                case ast.AugAssign(target=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                    found.add(name)
    return found
