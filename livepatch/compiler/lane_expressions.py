"""The expressions of a step for sixteen voices."""

import ast

from livepatch.compiler.expressions import call, whole_value
from livepatch.compiler.forms import asked
from livepatch.compiler.kinds import BLOCK, BOOL, FLOAT, INT
from livepatch.compiler.lane_functions import FUNCTIONS, MATH, ON_BUFFERS
from livepatch.compiler.lane_values import (
    BUFFER,
    EVERY,
    LANES,
    MASK,
    ONCE,
    UNIFORM,
    LaneValues,
    Value,
    load,
    placed,
)
from livepatch.compiler.unheard import HEARD

LARGEST_BUFFER = 4096
"""Samples of a buffer that is worth having for every voice all the time."""
LARGEST_FACTOR = 4096
LARGEST_MASK = 65535
MOST_PLACES = 16
"""Numbers of a table that each voice may take another of: all are looked at."""
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "lanes_add",
    ast.Sub: "lanes_subtract",
    ast.Mult: "lanes_multiply",
    ast.Div: "lanes_over",
    ast.Pow: "lanes_power",
}
_ORDER: dict[type[ast.cmpop], tuple[str, bool]] = {
    ast.Lt: ("lanes_less", False),
    ast.Gt: ("lanes_less", True),
    ast.LtE: ("lanes_less_equal", False),
    ast.GtE: ("lanes_less_equal", True),
    ast.Eq: ("lanes_equal", False),
    ast.NotEq: ("lanes_unequal", False),
}
"""The function, and whether its operands change places."""


class LaneExpressions(LaneValues):
    """Rewrites expressions."""

    def expr(self, node: ast.expr) -> Value:  # noqa: C901, PLR0911 - one case for each kind of expression
        """What an expression holds, computed where it has to be."""
        match node:
            case ast.Constant(value=bool() | int() | float() as value):
                kind = {bool: BOOL, int: INT, float: FLOAT}[type(value)]
                return Value(node, kind)
            case ast.Name(id=name):
                return self._named(node, name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return self._attribute(node, name)
            case ast.Attribute(value=ast.Name(id="math")):
                return Value(node, FLOAT)
            case ast.UnaryOp():
                return self._signed(node)
            case ast.BinOp():
                return self._combine(node)
            case ast.Compare():
                return self._compare(node)
            case ast.BoolOp():
                return self._either(node)
            case ast.IfExp():
                return self.choice(node)
            case ast.Subscript():
                return self._element(node)
            case ast.Call():
                found = self._call(node)
                if found is not None:
                    return found
        self._refuse(node, f"`{ast.unparse(node)}`")

    def choice(self, node: ast.IfExp) -> Value:
        """`a if test else b`: both, and for each voice one of them."""
        extreme = _extreme(node)
        if extreme is not None:
            function, *operands = extreme
            found = [self.expr(operand) for operand in operands]
            if any(value.kind == LANES for value in found):
                whole = all(self._is_whole(value) for value in found)
                return self._work(function, LANES, *(self.lanes(value) for value in found), whole=whole)
        test, one, other = self.expr(node.test), self.expr(node.body), self.expr(node.orelse)
        return self._pick(test, *self._alike(one, other))

    def _named(self, node: ast.Name, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        kind = FLOAT if name in self.scope.imported else self.scope.constants.get(name, "")
        if name in self.scope.constants and kind not in {FLOAT, INT, BOOL}:
            self._refuse(node, f"`{name}` as a whole; take its numbers one by one")
        if not kind:
            self._refuse(node, f"`{name}`, which not every way to here gives a value; give it one before the `if`")
        return Value(node, kind)

    def _attribute(self, node: ast.Attribute, name: str) -> Value:
        if f"self.{name}" in self.values:
            return self.values[f"self.{name}"]
        if name.startswith(("connected_", HEARD)):
            return self._once(placed(ast.parse(asked(name), mode="eval").body, self._at), BOOL)
        if self.scope.attributes.get(name) == BLOCK:
            self._refuse(node, f"`self.{name}`, a trace, or a buffer of more than {LARGEST_BUFFER} samples")
        self._refuse(node, f"`self.{name}`")

    def _signed(self, node: ast.UnaryOp) -> Value:
        value = self.expr(node.operand)
        if isinstance(node.op, ast.Not):
            if value.kind == BOOL:
                return self._same_for_all(ast.UnaryOp(node.op, value.node), [value])
            return self._work("lanes_not", MASK, self.mask(value))
        if value.kind in UNIFORM:
            return self._same_for_all(ast.UnaryOp(node.op, value.node), [value])
        if isinstance(node.op, ast.USub):
            return self._work("lanes_negate", LANES, self.lanes(value), whole=value.whole)
        if isinstance(node.op, ast.UAdd):
            return value
        self._refuse(node, f"`{ast.unparse(node)}`")

    def _combine(self, node: ast.BinOp) -> Value:
        left, right = self.expr(node.left), self.expr(node.right)
        if left.kind in UNIFORM and right.kind in UNIFORM:
            return self._same_for_all(ast.BinOp(left.node, node.op, right.node), [left, right])
        if left.kind == right.kind == MASK and isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor):
            name = {ast.BitAnd: "lanes_both", ast.BitOr: "lanes_either", ast.BitXor: "lanes_differ"}[type(node.op)]
            return self._work(name, MASK, left, right)
        whole = self._is_whole(left) and self._is_whole(right)
        if whole:
            self._check_whole(node, left, right)
        return self._numbers(node, self.lanes(left), self.lanes(right), right, whole=whole)

    def _numbers(self, node: ast.BinOp, x: Value, y: Value, right: Value, *, whole: bool) -> Value:
        number = whole_value(right.node)
        match node.op:
            case ast.Pow() if number == 2:
                return self._work("lanes_square", LANES, x, whole=whole)
            case ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow():
                whole = whole and not isinstance(node.op, ast.Div | ast.Pow)
                return self._work(_ARITHMETIC[type(node.op)], LANES, x, y, whole=whole)
            case ast.FloorDiv():
                return self._work("lanes_floor", LANES, self._work("lanes_over", LANES, x, y), whole=whole)
            case ast.Mod():
                return self._remainder(x, y, number or 0, whole=whole)
            case ast.BitAnd() if whole and number is not None:
                size = self.lanes(Value(ast.Constant(number + 1), INT))
                return self._remainder(x, size, number + 1, whole=True)
            case ast.RShift() if whole and number is not None:
                share = self.lanes(Value(ast.Constant(2.0**-number), FLOAT))
                return self._work("lanes_floor", LANES, self._work("lanes_multiply", LANES, x, share), whole=True)
        self._refuse(node, f"`{ast.unparse(node)}`")

    def _remainder(self, x: Value, y: Value, number: int, *, whole: bool) -> Value:
        """`x % y`; what a power of two divides exactly, its reciprocal multiplies as exactly, and quicker."""
        if number > 0 and number & (number - 1) == 0:
            parts = self._work("lanes_multiply", LANES, x, self.lanes(Value(ast.Constant(1.0 / number), FLOAT)))
        else:
            parts = self._work("lanes_over", LANES, x, y)
        turns = self._work("lanes_multiply", LANES, self._work("lanes_floor", LANES, parts), y)
        return self._work("lanes_subtract", LANES, x, turns, whole=whole)

    def _check_whole(self, node: ast.BinOp, left: Value, right: Value) -> None:
        """Refuse what whole numbers of 53 bits cannot do."""
        factors = [whole_value(value.node) for value in (left, right)]
        match node.op:
            case ast.Mult() if not any(factor is not None and abs(factor) <= LARGEST_FACTOR for factor in factors):
                self._refuse(node, "a product of whole numbers")
            case ast.BitAnd() if factors[1] is None or factors[1] + 1 not in {1 << bits for bits in range(17)}:
                self._refuse(node, "a mask of many bits")
            case ast.RShift() if factors[1] is None or not 0 <= factors[1] <= 32:
                self._refuse(node, "a shift")

    def _compare(self, node: ast.Compare) -> Value:
        found = [self.expr(operand) for operand in (node.left, *node.comparators)]
        if all(value.kind in UNIFORM for value in found):
            nodes = [value.node for value in found]
            return self._same_for_all(ast.Compare(nodes[0], node.ops, nodes[1:]), found)
        result: Value | None = None
        for left, op, right in zip(found, node.ops, found[1:], strict=False):
            one = self._ordered(node, left, op, right)
            result = one if result is None else self._work("lanes_both", MASK, result, one)
        assert result is not None
        return result

    def _ordered(self, node: ast.Compare, left: Value, op: ast.cmpop, right: Value) -> Value:
        if MASK in {left.kind, right.kind} and isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
            differ = self._work("lanes_differ", MASK, self.mask(left), self.mask(right))
            return differ if isinstance(op, ast.NotEq | ast.IsNot) else self._work("lanes_not", MASK, differ)
        if type(op) not in _ORDER:
            self._refuse(node, f"`{ast.unparse(node)}`")
        name, swapped = _ORDER[type(op)]
        x, y = self.lanes(left), self.lanes(right)
        return self._work(name, MASK, y, x) if swapped else self._work(name, MASK, x, y)

    def _either(self, node: ast.BoolOp) -> Value:
        found = [self.expr(value) for value in node.values]
        if all(value.kind == BOOL for value in found):
            return self._same_for_all(ast.BoolOp(node.op, [value.node for value in found]), found)
        name = "lanes_both" if isinstance(node.op, ast.And) else "lanes_either"
        result = self.mask(found[0])
        for value in found[1:]:
            result = self._work(name, MASK, result, self.mask(value))
        return result

    def _call(self, node: ast.Call) -> Value | None:  # noqa: PLR0911 - one case for each kind of function
        if node.keywords:
            self._refuse(node, f"`{ast.unparse(node)}`, named arguments")
        match node.func:
            case ast.Name(id=name) if name in ON_BUFFERS:
                return self._on_buffer(name, node)
            case ast.Name(id="len"):
                return self._length(node)
            case ast.Name(id=name) if name in self.scope.imported:
                return self._applied(node, MATH.get(self.scope.imported[name], ""))
            case ast.Attribute(value=ast.Name(id="math"), attr=name):
                return self._applied(node, MATH.get(name, ""))
            case ast.Name(id=name) if name in FUNCTIONS:
                return self._applied(node, name)
            case ast.Name(id=name) if (found := self.inlined(node, name)) is not None:
                return found
            case ast.Name(id="min" | "max" | "abs" | "float" | "int" | "bool" as name):
                return self._built_in(node, name)
        self._refuse(node, f"`{ast.unparse(node.func)}()`")

    def _applied(self, node: ast.Call, name: str) -> Value:
        found = [self.expr(argument) for argument in node.args]
        if all(value.kind in UNIFORM for value in found):
            return self._same_for_all(ast.Call(node.func, [value.node for value in found], []), found)
        if name not in FUNCTIONS:
            self._refuse(node, f"`{ast.unparse(node.func)}()`")
        function, kind, whole = FUNCTIONS[name]
        return self._work(function, kind, *(self.lanes(value) for value in found), whole=whole)

    def _built_in(self, node: ast.Call, name: str) -> Value:
        found = [self.expr(argument) for argument in node.args]
        if all(value.kind in UNIFORM for value in found):
            return self._same_for_all(ast.Call(node.func, [value.node for value in found], []), found)
        numbers = [self.lanes(value) for value in found]
        whole = all(self._is_whole(value) for value in found)
        match name, numbers:
            case "abs", [x]:
                return self._work("lanes_absolute", LANES, x, whole=whole)
            case "float", [x]:
                return Value(x.node, x.kind, x.when)
            case "int", [x]:
                return x if whole else self._work("lanes_whole", LANES, x, whole=True)
            case "bool", [x]:
                return self.mask(found[0])
            case "min" | "max", [first, *others] if others:
                for other in others:  # of equal ones, Python keeps the first
                    pair = (other, first) if name == "min" else (first, other)
                    test = self._work("lanes_less", MASK, *pair)
                    first = self._work("lanes_select", LANES, test, other, first, whole=whole)
                return first
        self._refuse(node, f"`{ast.unparse(node)}`")

    def _on_buffer(self, name: str, node: ast.Call) -> Value | None:
        function, result = ON_BUFFERS[name]
        buffer = self._buffer(node.args[0])
        found = [self.expr(argument) for argument in node.args[1:]]
        if name == "take_edge" and found[0].kind == INT and not self._masks:
            return self._let_be(
                call("lanes_take_edge_at", load("_", self._at), buffer, found[0].node), LANES, EVERY
            )
        numbers = [(value if value.kind == BOOL else self.lanes(value)).node for value in found]
        work = call(function, load("_", self._at), buffer, *numbers, self._mask().node)
        if result:
            return self._let_be(work, LANES, EVERY)
        self.code.every.append(placed(ast.Expr(work), self._at))
        return None

    def _element(self, node: ast.Subscript) -> Value:
        index = self.expr(node.slice)
        match node.value:
            case ast.Name(id=name) if name in self.scope.tables and name not in self.values:
                return self._look_up(node, name, index)
        return self._work("lanes_get", LANES, Value(self._buffer(node.value), BUFFER, EVERY), self.lanes(index))

    def entry(self, table: str, place: int) -> Value:
        """A number of a table of constants."""
        node = ast.Subscript(ast.Name(table, ast.Load()), ast.Constant(place), ast.Load())
        return self._once(*self._native.expr(placed(node, self._at)))

    def _look_up(self, node: ast.Subscript, table: str, index: Value) -> Value:
        """A number of a table; at places outside, which one voice alone would raise at, that of the nearer end."""
        size, place = self.scope.tables[table], whole_value(index.node)
        if place is not None and -size <= place < size:
            return self.entry(table, place % size)
        if index.kind in {BOOL, MASK}:
            index = self.lanes(index)
        if index.kind == INT:
            text = f"min(max({{0}} if {{0}} >= 0 else {{0}} + {size}, 0), {size - 1})"
            inside = ast.parse(text.format(ast.unparse(index.node)), mode="eval").body
            return self._same_for_all(ast.Subscript(node.value, inside, ast.Load()), [index])
        if size > MOST_PLACES:
            self._refuse(node, f"`{ast.unparse(node)}`, of more than {MOST_PLACES} numbers, one for each voice")
        below = self._work("lanes_less", MASK, index, self.lanes(Value(ast.Constant(0), INT)))
        back = self._work("lanes_add", LANES, index, self.lanes(Value(ast.Constant(size), INT)), whole=True)
        x = self._work("lanes_select", LANES, below, back, index, whole=True)
        found = self.lanes(self.entry(table, size - 1))
        for place in reversed(range(size - 1)):
            test = self._work("lanes_less_equal", MASK, x, self.lanes(Value(ast.Constant(place), INT)))
            found = self._pick(test, self.lanes(self.entry(table, place)), found)
        return found

    def _length(self, node: ast.Call) -> Value:
        match node.args:
            case [ast.Name(id=name)] if name in self.scope.tables and name not in self.values:
                return Value(ast.copy_location(ast.Constant(self.scope.tables[name]), node), INT)
        buffer = self._buffer(node.args[0])
        length = call("len", load("_", self._at), buffer)
        native = ast.BinOp(call("i64", length, length), ast.FloorDiv(), ast.Constant(16))
        return self._let_be(placed(native, self._at), INT, ONCE)

    def _buffer(self, node: ast.expr) -> ast.expr:
        value = self.expr(node) if isinstance(node, ast.Name | ast.Attribute) else None
        if value is None or value.kind != BUFFER:
            self._refuse(node, f"`{ast.unparse(node)}[...]`")
        return value.node

    def inlined(self, node: ast.Call, name: str) -> Value | None:  # noqa: ARG002 - for what has statements
        """What a function gives that is written out; None if there is none of that name."""
        return None


def _extreme(node: ast.IfExp) -> tuple[str, ast.expr, ast.expr] | None:
    """What `a if a > b else b` is: the larger one, or `b` where one is no number; so with the other orders."""
    match node.test:
        case ast.Compare(left=left, ops=[ast.Gt() | ast.Lt() as op], comparators=[right]):
            first, second = ast.unparse(node.body), ast.unparse(node.orelse)
            if (first, second) == (ast.unparse(left), ast.unparse(right)):
                larger = isinstance(op, ast.Gt)
            elif (first, second) == (ast.unparse(right), ast.unparse(left)):
                larger = isinstance(op, ast.Lt)
            else:
                return None
            return ("lanes_maximum" if larger else "lanes_minimum"), node.body, node.orelse
    return None
