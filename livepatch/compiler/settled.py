"""Leaves alone what only a cable moves: while nothing is patched there, it is what the knobs say.

`if connected(...)` gives the same answer for a whole block. So what knobs alone give where it is false is put in
place before the loop, and where knobs move, instead of in every frame.
"""

import ast
from collections import Counter

from livepatch.compiler.forms import LIVE, Names
from livepatch.compiler.lane_values import Code
from livepatch.compiler.trees import names_in


def settle(code: Code, names: Names) -> None:
    """Take out of the loop what it only copies from knobs where a condition that does not change is false."""
    turned = {LIVE + name for name in names.knobs}
    turned |= {name for statement in code.turned for name in names_in(statement, ast.Store)}
    made = Counter(name for statement in code.every for name in names_in(statement, ast.Store))
    for statement in code.every:
        match statement:
            case ast.If(test=ast.Name(id=test), orelse=[_, *_] as otherwise) if test not in made:
                if all(_copies(each, turned, made) for each in otherwise):
                    code.turned += otherwise
                    statement.orelse = []


def _copies(statement: ast.stmt, turned: set[str], made: Counter[str]) -> bool:
    """Whether a statement only gives what follows from knobs a name, which nothing else in the loop has."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Name(id=name)):
            return name in turned and made[target] == 1
    return False
