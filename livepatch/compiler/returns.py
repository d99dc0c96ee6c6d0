"""Turns early returns into if and else, so that a step can stand inside a loop."""

import ast

from livepatch.compiler.trees import all_copied, walk

LARGEST_COPY = 12
"""Statements after a branch that may be written twice rather than give up."""

SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)
"""Statements that hold no others: most are such, and looking into them takes time."""


class EntangledError(Exception):
    """A return stands where no if and else can take its place, such as inside a loop."""


def fold(statements: list[ast.stmt]) -> list[ast.stmt]:
    """The same statements without `return`.

    Raises: EntangledError: if a return stands inside a loop, or too much would be written twice.
    """
    for index, statement in enumerate(statements):
        if isinstance(statement, ast.Return):
            return statements[:index]
        if not _returns(statement):
            continue
        if not isinstance(statement, ast.If):
            raise EntangledError
        return [*statements[:index], _fold_branch(statement, statements[index + 1 :])]
    return statements


def _fold_branch(branch: ast.If, rest: list[ast.stmt]) -> ast.If:
    ending = [ends(branch.body), ends(branch.orelse)]
    if not any(ending) and len(rest) > LARGEST_COPY:
        raise EntangledError
    body = fold(branch.body if ending[0] else [*branch.body, *all_copied(rest)])
    orelse = fold(branch.orelse if ending[1] else [*branch.orelse, *rest])
    passing = ast.copy_location(ast.Pass(), branch)
    return ast.copy_location(ast.If(test=branch.test, body=body or [passing], orelse=orelse), branch)


def _returns(node: ast.stmt) -> bool:
    if isinstance(node, SIMPLE):
        return False
    return any(isinstance(inner, ast.Return) for inner in walk(node))


def ends(statements: list[ast.stmt]) -> bool:
    """Whether every way through these statements ends in a return."""
    for statement in statements:
        if isinstance(statement, ast.Return):
            return True
        if isinstance(statement, ast.If) and ends(statement.body) and ends(statement.orelse):
            return True
    return False
