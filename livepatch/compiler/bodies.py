"""The statements of a method as they stand where it is called: its locals renamed, its returns giving results."""

import ast

from livepatch.compiler.forms import PLACED
from livepatch.compiler.returns import SIMPLE
from livepatch.compiler.trees import copied, walk


class Rename(ast.NodeTransformer):
    """Puts fresh names or constants in the place of locals, and a block in the place of `self`."""

    def __init__(self, names: dict[str, str], constants: dict[str, ast.expr], owner: tuple[str, ...]) -> None:
        self.names = names
        self.constants = constants
        self.owner = owner

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A name's own replacement."""
        if node.id in self.constants:
            return ast.copy_location(copied(self.constants[node.id]), node)
        if node.id == "self":
            found: ast.expr = node
            for name in self.owner:
                found = ast.copy_location(ast.Attribute(found, name, ast.Load()), node)
            return found
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """A declaration of a local without its type, which the fresh name has had since."""
        node = self.generic_visit(node)  # type: ignore[assignment]  # it gives back the node it is given
        if not isinstance(node.target, ast.Name):
            return node
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def with_results(statement: ast.stmt, results: list[str]) -> list[ast.stmt]:
    """The statement with `return x` giving x to the results first."""
    if isinstance(statement, SIMPLE):
        return [statement]
    found = _Results(results).visit(statement)
    return found if isinstance(found, list) else [found]


class _Results(ast.NodeTransformer):
    def __init__(self, results: list[str]) -> None:
        self.results = results

    def visit_Return(self, node: ast.Return) -> ast.AST | list[ast.stmt]:
        if not self.results or node.value is None:
            return node
        whole = [node.value] if len(self.results) == 1 else getattr(node.value, "elts", [])
        values = dict(zip(self.results, whole, strict=True))
        lines: list[ast.stmt] = []
        for name, value in values.items():
            target = ast.copy_location(ast.Name(name, ast.Store()), value)
            lines.append(ast.copy_location(ast.Assign([target], value), value))
        return [*lines, ast.copy_location(ast.Return(None), node)]


def place(statements: list[ast.stmt], at: ast.expr) -> None:
    """Let statements stand at the author's `at`, for what is said of them."""
    for statement in statements:
        for node in walk(statement):
            if isinstance(node, PLACED):
                ast.copy_location(node, at)
