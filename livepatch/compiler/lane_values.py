"""What a step for sixteen voices holds: numbers for each, or one for all, and when they change."""

import ast
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from livepatch.compiler.expressions import Expressions, call
from livepatch.compiler.kinds import BOOL, FLOAT, INT, Scope
from livepatch.compiler.trees import copied, walk

Node = TypeVar("Node", bound=ast.AST)
LANES, MASK, BUFFER = "lanes", "mask", "buffer"
"""Kinds besides those of kinds.py, which are the same for every voice."""
ONCE, TURNED, EVERY = 0, 1, 2
"""When a value is computed: once, when a knob moves, every frame."""
UNIFORM = frozenset({FLOAT, INT, BOOL})


class NotLanesError(Exception):
    """The step cannot play its voices side by side; the message says what is in the way, `line` where."""

    def __init__(self, node: ast.AST, message: str) -> None:
        super().__init__(message)
        self.line = getattr(node, "lineno", 0)


@dataclass(frozen=True)
class Value:
    """An expression that may be written several times: a name or a constant. `whole`: lanes of whole numbers."""

    node: ast.expr
    kind: str
    when: int = ONCE
    whole: bool = False


@dataclass
class Code:
    """Where statements go: `once` before the loop, `turned` when knobs move, `every` into the loop."""

    once: list[ast.stmt] = field(default_factory=list)
    turned: list[ast.stmt] = field(default_factory=list)
    every: list[ast.stmt] = field(default_factory=list)


class LaneValues:
    """Values of one step. `values` is what attributes (`self.name`) and locals hold now."""

    def __init__(self, scope: Scope, values: dict[str, Value]) -> None:
        self.scope = scope
        self.values = values
        self.code = Code()
        self.kinds = {ast.unparse(value.node): value.kind for value in values.values() if value.kind in UNIFORM}
        self._native = Expressions(scope, self.kinds)
        self._count = 0
        self._masks: list[Value] = []
        self._at: ast.AST = ast.Pass()
        self._constants: dict[tuple[str, str], Value] = {}
        self._depth = 0
        """How deep in functions that are written out."""

    def lanes(self, value: Value) -> Value:
        """The value as a number for each voice."""
        if value.kind == LANES:
            return value
        if value.kind == MASK:
            one, zero = (self.lanes(Value(ast.Constant(number), FLOAT)) for number in (1.0, 0.0))
            return self._work("lanes_select", LANES, value, one, zero, whole=True)
        if value.kind not in UNIFORM:
            self._refuse(value.node, f"`{ast.unparse(value.node)}`")
        if value.when != ONCE:
            return self._spread(value)
        key = (LANES, ast.unparse(value.node))
        if key not in self._constants:
            self._constants[key] = self._spread(value)
        found = self._constants[key]
        return Value(found.node, LANES, ONCE, value.kind != FLOAT)

    def _spread(self, value: Value) -> Value:
        node, kind = self._native.expr(copied(value.node))
        made = call("lanes_set", load("_", self._at), _as_float(node, kind))
        return self._let_be(made, LANES, value.when, whole=value.kind != FLOAT)

    def mask(self, value: Value) -> Value:
        """The value as a truth value for each voice."""
        if value.kind == MASK:
            return value
        if value.kind == BOOL:
            key = (MASK, ast.unparse(value.node))
            if key in self._constants and value.when == ONCE:
                return self._constants[key]
            made = self._let_be(call("lanes_all", load("_", self._at), value.node), MASK, value.when)
            if value.when == ONCE:
                self._constants[key] = made
            return made
        return self._work("lanes_unequal", MASK, self.lanes(value), self.lanes(Value(ast.Constant(0.0), FLOAT)))

    def _mask(self) -> Value:
        """The voices that get here."""
        result = self.mask(Value(ast.Constant(value=True), BOOL))
        for index, mask in enumerate(self._masks):
            result = mask if not index else self._work("lanes_both", MASK, result, mask)
        return result

    def _is_whole(self, value: Value) -> bool:
        return value.whole or value.kind in {INT, BOOL, MASK}

    def _alike(self, one: Value, other: Value) -> tuple[Value, Value]:
        """Both as the same kind."""
        kind = common(one, other)
        return self._as(one, kind), self._as(other, kind)

    def _as(self, value: Value, kind: str) -> Value:
        if value.kind == kind:
            return value
        return self.mask(value) if kind == MASK else self.lanes(value)

    def _inside(self, code: list[ast.stmt], value: Value, kind: str) -> Value:
        """The value as a kind; what that takes goes to the end of `code`, where the value may have been made."""
        outer, self.code.every = self.code.every, code
        result = self._as(value, kind)
        self.code.every = outer
        return result

    def _pick(self, test: Value, one: Value, other: Value) -> Value:
        if test.kind == BOOL and one.kind in UNIFORM:
            return self._same_for_all(ast.IfExp(test.node, one.node, other.node), [test, one, other])
        if one.kind == BUFFER:
            self._refuse(one.node, "a choice of buffers")
        one, other = self._alike(one, other) if one.kind in {LANES, MASK} else (self.lanes(one), self.lanes(other))
        if one.kind == MASK:
            return self._work("lanes_choose", MASK, self.mask(test), one, other)
        whole = self._is_whole(one) and self._is_whole(other)
        return self._work("lanes_select", LANES, self.mask(test), one, other, whole=whole)

    def _same_for_all(self, node: ast.expr, operands: list[Value]) -> Value:
        """A value that is the same for every voice, in native numbers."""
        native, kind = self._native.expr(placed(node, self._at))
        if kind not in UNIFORM:
            self._refuse(node, f"`{ast.unparse(node)}`")
        return self._let_be(native, kind, max(operand.when for operand in operands))

    def _once(self, node: ast.expr, kind: str) -> Value:
        return self._let_be(node, kind, ONCE)

    def _work(self, function: str, kind: str, *operands: Value, whole: bool = False) -> Value:
        node = call(function, load("_", self._at), *(operand.node for operand in operands))
        return self._let_be(node, kind, max(operand.when for operand in operands), whole=whole)

    def _do(self, function: str, *nodes: ast.expr) -> None:
        self.code.every.append(placed(ast.Expr(call(function, load("_", self._at), *nodes)), self._at))

    def _let_be(self, node: ast.expr, kind: str, when: int, *, whole: bool = False) -> Value:
        name = self._name()
        target = (self.code.once, self.code.turned, self.code.every)[when]
        target.append(self._let(name, Value(node, kind)))
        if kind in UNIFORM:
            self.kinds[name] = kind
        return Value(load(name, self._at), kind, when, whole)

    def _let(self, name: str, value: Value) -> ast.stmt:
        target = ast.Name(name, ast.Store())
        if value.kind == INT:
            annotation = ast.Name("i64", ast.Load())
            return placed(ast.AnnAssign(target, annotation, value.node, 1), self._at)
        return placed(ast.Assign([target], value.node), self._at)

    def _name(self) -> str:
        self._count += 1
        return f"lane__{self._count}"

    def _refuse(self, node: ast.AST, what: str) -> NoReturn:
        raise NotLanesError(self._at if self._depth or not hasattr(node, "lineno") else node, what)


def common(one: Value, other: Value) -> str:
    """The kind that both can be."""
    if one.kind == other.kind:
        return one.kind
    return MASK if {one.kind, other.kind} == {MASK, BOOL} else LANES


def _as_float(node: ast.expr, kind: str) -> ast.expr:
    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            return ast.copy_location(ast.Constant(float(value)), node)
    if kind == INT:
        return call("to_float__", node, node)
    if kind == BOOL:
        return ast.copy_location(ast.IfExp(node, ast.Constant(1.0), ast.Constant(0.0)), node)
    return node


def load(name: str, at: ast.AST) -> ast.expr:
    """A name in generated text, standing where `at` stands."""
    return placed(ast.Name(name, ast.Load()), at)


def placed(node: Node, at: ast.AST) -> Node:
    """A generated node, its parts without a place standing where `at` stands."""
    for inner in walk(node):
        if isinstance(inner, ast.stmt | ast.expr) and not hasattr(inner, "lineno"):
            ast.copy_location(inner, at)
    return node
