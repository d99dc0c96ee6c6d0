"""Reads constants from a module's source without running it: numbers, sums of them, text, tuples."""

import ast
import math
import operator
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from livepatch import voltage

KNOWN: dict[str, float] = {
    **{name: value for name, value in vars(voltage).items() if name.isupper() and isinstance(value, float)},
    **{f"math.{name}": getattr(math, name) for name in ("pi", "tau", "e", "inf")},
}
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


class Refuse(Protocol):
    """Says what is wrong at a node."""

    def __call__(self, node: ast.AST, message: str) -> NoReturn:
        """Raises: ModuleError: always."""


class Constants:
    """The constants that a module file knows by name; `refuse` raises."""

    def __init__(self, refuse: Refuse) -> None:
        self._refuse = refuse
        self._known = dict(KNOWN)

    def learn(self, name: str, number: Any) -> None:
        """Give a constant a name."""
        self._known[name] = number

    def borrow(self, library: str, name: str, own: str) -> None:
        """Give a constant of a library, such as math.pi, a name of the file's own."""
        if f"{library}.{name}" in self._known:
            self._known[own] = self._known[f"{library}.{name}"]

    def read(self, node: ast.expr, message: str = "") -> Any:
        """What is written at `node`. Raises: ModuleError: with `message`, if that is no constant."""
        match node:
            case ast.Constant(value=str() | bool() as value):
                return value
            case ast.Tuple(elts=items):
                return tuple(self.read(item, message) for item in items)
        number = self.number(node)
        if number is None:
            self._refuse(
                node, message or f"{ast.unparse(node)} is not a constant; a panel is read without running code"
            )
        return number

    def number(self, node: ast.expr) -> Any:  # noqa: PLR0911 - one way out for each kind of constant
        """The number that is written at `node`, None if it is none."""
        match node:
            case ast.Constant(value=bool() | int() | float() as value):
                return value
            case ast.Name(id=name):
                return self._known.get(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                return self._known.get(f"{owner}.{name}")
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                number = self.number(operand)
                return number if number is None or isinstance(sign, ast.UAdd) else -number
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                a, b = self.number(left), self.number(right)
                if a is None or b is None or (isinstance(op, ast.Pow) and abs(b) > 1024):
                    return None
                try:
                    return _BINARY[type(op)](a, b)
                except (ArithmeticError, ValueError) as error:
                    self._refuse(node, f"{ast.unparse(node)}: {error}")
        return None
