"""Syntax trees, copied and walked several times as fast as by Python's own ways: every save waits for it."""

import ast
from collections.abc import Iterator
from typing import TypeVar

Tree = TypeVar("Tree", bound=ast.AST)


def copied(node: Tree) -> Tree:
    """A tree of its own, at the same lines and columns; what has no parts (`+`, Load) is shared."""
    if not node._fields:
        return node
    fields = {}
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            value = copied(value)
        elif isinstance(value, list):
            value = [copied(item) if isinstance(item, ast.AST) else item for item in value]
        fields[name] = value
    result = type(node)(**fields)
    for name in node._attributes:  # noqa: SLF001 - documented, as _fields is
        setattr(result, name, getattr(node, name, None))
    return result


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """As `ast.walk`, in its order: a node and all that is below it."""
    found = [node]
    for each in found:
        for name in each._fields:
            value = getattr(each, name, None)
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                found += [item for item in value if isinstance(item, ast.AST)]
        yield each


def all_copied(nodes: list[Tree]) -> list[Tree]:
    """Trees of their own."""
    return [copied(node) for node in nodes]


def names_in(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    """The names that are loaded, or stored, anywhere below a node."""
    return {each.id for each in walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, context)}
