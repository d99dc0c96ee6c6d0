"""What a module says of its neighbours, in the terms of its own panel."""

import ast

from livepatch.compiler.forms import attribute
from livepatch.errors import ModuleError
from livepatch.panel import Panel


def names_there(tree: ast.Module, path: str, panel: Panel) -> None:
    """Turn `self.more.there` into the button `self.more`, of which the panel has one for each neighbour.

    Raises: ModuleError: if something else is done with a neighbour.
    """
    names = {neighbour.name for neighbour in panel.neighbours}
    if names:
        _There(names, path).visit(tree)


class _There(ast.NodeTransformer):
    def __init__(self, names: set[str], path: str) -> None:
        self.names = names
        self.path = path

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """A neighbour is asked whether it is there, and nothing else."""
        name = attribute(node.value)
        if name in self.names and node.attr == "there" and isinstance(node.ctx, ast.Load):
            return node.value
        own = attribute(node)
        if own in self.names:
            wanted = f'ask self.{own}.there, and declare what is used of it: level = {own}.knob("level")'
            raise ModuleError.at(self.path, node.lineno, node.col_offset + 1, f"{own} is a neighbour; {wanted}")
        return self.generic_visit(node)
