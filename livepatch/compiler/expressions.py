"""Makes the expressions of a function native: conversions written out, whole numbers of 64 bits.

The kind of each expression is inferred as mypy would: from literals, annotations, state and signatures.
"""

import ast
import math

from livepatch.compiler.kinds import (
    BLOCK,
    BOOL,
    ELEMENT,
    FLOAT,
    INT,
    TUPLE,
    UNKNOWN,
    Scope,
    Signature,
    constant_kind,
    elements,
)
from livepatch.compiler.trees import walk

MATH_RESULTS = {
    **dict.fromkeys(("floor", "ceil", "trunc", "gcd", "lcm", "comb", "factorial", "isqrt"), INT),
    **dict.fromkeys(("isfinite", "isinf", "isnan", "isclose"), BOOL),
    **dict.fromkeys(("frexp", "modf"), UNKNOWN),
}
MATH_NATIVE = {"floor": "floor_to_int", "trunc": "to_int", "ceil": "ceil_to_int", "isfinite": "is_finite"}
ARITHMETIC = (
    *("to_float", "to_int", "floor_to_int", "ceil_to_int", "round_to_int"),
    *("is_finite", "magnitude", "square", "power"),
)


IN_A_TABLE = "keep constants in a tuple at the top of the file, and what changes in a buffer()"


class AllocatesError(Exception):
    """An expression allocates memory; `node` is where, the message says what to write instead."""

    def __init__(self, node: ast.AST, message: str) -> None:
        super().__init__(message)
        self.node = node


def refuse_tuple(node: ast.expr, kind: str, what: str, instead: str) -> None:
    """Refuse what is done with a tuple that is made in the sound: for that it is an object, not a few numbers.

    Raises: AllocatesError: if it is one.
    """
    if isinstance(node, ast.Tuple) or kind.startswith(TUPLE):
        raise AllocatesError(node, f"{what} numbers in brackets allocates memory in the sound; {instead}")


def call(name: str, at: ast.expr, *arguments: ast.expr) -> ast.expr:
    """A call in generated text, standing where `at` stands."""
    function = ast.parse(name, mode="eval").body
    for node in walk(function):
        if isinstance(node, ast.expr):
            ast.copy_location(node, at)
    return ast.copy_location(ast.Call(function, list(arguments), []), at)


def _literal(at: ast.expr, value: float) -> ast.expr:
    return ast.copy_location(ast.Constant(value), at)


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
            return True
    return False


def whole_value(node: ast.expr) -> int | None:
    """The whole number that is written there, if one is."""
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
    return None


def to_float(node: ast.expr, kind: str) -> ast.expr:
    """The expression as a float, if it is a number of another kind."""
    if kind == BOOL:
        return ast.copy_location(ast.IfExp(node, _literal(node, 1.0), _literal(node, 0.0)), node)
    if kind != INT or _is_literal(node):
        return node
    return call("to_float__", node, node)


def to_whole(node: ast.expr, kind: str) -> ast.expr:
    """The expression as a native whole number, if it is a truth value or a literal."""
    if kind == BOOL:
        node = ast.copy_location(ast.IfExp(node, _literal(node, 1), _literal(node, 0)), node)
        return call("i64", node, node)
    return call("i64", node, node) if kind == INT and _is_literal(node) else node


def floated(node: ast.expr, kind: str) -> ast.expr:
    """As `to_float`, literals included."""
    value = whole_value(node)
    if value is None:
        return to_float(node, kind)
    literal = _literal(node, float(abs(value)))
    return ast.copy_location(ast.UnaryOp(ast.USub(), literal), node) if value < 0 else literal


class Expressions:
    """Rewrites the expressions of one function; `kinds` are its locals'."""

    def __init__(self, scope: Scope, kinds: dict[str, str]) -> None:
        self.scope = scope
        self.kinds = kinds

    def expr(self, node: ast.expr) -> tuple[ast.expr, str]:  # noqa: C901, PLR0911 - one case for each kind
        """The native expression, and its kind."""
        match node:
            case ast.UnaryOp():
                return self._signed(node)
            case ast.BinOp():
                return self._combine(node, *self.expr(node.left), *self.expr(node.right))
            case ast.Compare():
                return self._compare(node)
            case ast.BoolOp():
                return self._either(node)
            case ast.IfExp():
                return self._choose(node)
            case ast.Tuple():
                return self._tuple(node)
            case ast.Subscript():
                return self._element(node)
            case ast.Call():
                return self._call(node)
        for name, child in ast.iter_fields(node):
            if isinstance(child, ast.expr):
                setattr(node, name, self.expr(child)[0])
            elif isinstance(child, list):
                child[:] = [self.expr(item)[0] if isinstance(item, ast.expr) else item for item in child]
        return node, self.kind(node)

    def kind(self, node: ast.expr) -> str:
        """The kind of a literal, name or attribute."""
        match node:
            case ast.Constant(value=value):
                return constant_kind(value)
            case ast.Name(id=name):
                if name in self.scope.imported and name not in self.kinds:
                    return FLOAT
                return self.kinds.get(name, self.scope.constants.get(name, UNKNOWN))
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return self.scope.attributes.get(name, UNKNOWN)
            case ast.Attribute(value=ast.Name(id="math")):
                return FLOAT
        return UNKNOWN

    def _signed(self, node: ast.UnaryOp) -> tuple[ast.expr, str]:
        node.operand, kind = self.expr(node.operand)
        if isinstance(node.op, ast.Not):
            return node, BOOL
        return node, INT if kind == BOOL else kind

    def _combine(  # noqa: PLR0911 - one case for each rule
        self, node: ast.BinOp, left: ast.expr, a: str, right: ast.expr, b: str
    ) -> tuple[ast.expr, str]:
        node.left, node.right = left, right
        for operand, kind in ((left, a), (right, b)):
            refuse_tuple(operand, kind, "computing with", "compute with each number by itself")
        kinds = {a, b}
        if not kinds <= {FLOAT, INT, BOOL}:
            return node, UNKNOWN
        values = whole_value(left), whole_value(right)
        if isinstance(node.op, ast.LShift | ast.Pow) and None not in values:
            return self._fold(node)
        if isinstance(node.op, ast.Pow) and FLOAT in kinds:
            if values[1] == 2:
                return call("square__", node, left), FLOAT
            return call("power__", node, to_float(left, a), to_float(right, b)), FLOAT
        if FLOAT in kinds or isinstance(node.op, ast.Div):
            node.left, node.right = to_float(left, a), to_float(right, b)
            return node, FLOAT
        if isinstance(node.op, ast.Pow):
            return node, UNKNOWN
        if kinds == {BOOL} and isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor):
            return node, BOOL
        if BOOL in kinds:
            node.left, node.right = to_whole(left, a), to_whole(right, b)
        return node, INT

    def _fold(self, node: ast.BinOp) -> tuple[ast.expr, str]:
        """A shift or power of literals as a literal: C would compute it in 32 bits."""
        left, right = whole_value(node.left), whole_value(node.right)
        assert left is not None
        assert right is not None
        if right < 0 or right > 62:
            return node, UNKNOWN
        value = left << right if isinstance(node.op, ast.LShift) else left**right
        literal = _literal(node, abs(value))
        return (ast.copy_location(ast.UnaryOp(ast.USub(), literal), node) if value < 0 else literal), INT

    def _compare(self, node: ast.Compare) -> tuple[ast.expr, str]:
        found = [self.expr(operand) for operand in (node.left, *node.comparators)]
        for op, *operands in zip(node.ops, found, found[1:], strict=False):
            if not isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                for operand, kind in operands:
                    refuse_tuple(operand, kind, "putting in order", "compare the numbers one by one")
        if FLOAT in {kind for _, kind in found}:
            found = [(to_float(operand, kind), kind) for operand, kind in found]
        node.left, *node.comparators = [operand for operand, _ in found]
        return node, BOOL

    def _either(self, node: ast.BoolOp) -> tuple[ast.expr, str]:
        found = [self.expr(value) for value in node.values]
        node.values = [value for value, _ in found]
        kinds = {kind for _, kind in found}
        return node, kinds.pop() if len(kinds) == 1 else UNKNOWN

    def _choose(self, node: ast.IfExp) -> tuple[ast.expr, str]:
        node.test = self.expr(node.test)[0]
        (body, a), (orelse, b) = self.expr(node.body), self.expr(node.orelse)
        if {a, b} in ({FLOAT, INT}, {FLOAT, BOOL}):
            node.body, node.orelse = floated(body, a), floated(orelse, b)
            return node, FLOAT
        whole = {a, b} == {INT}
        node.body, node.orelse = (to_whole(body, a), to_whole(orelse, b)) if whole else (body, orelse)
        return node, a if a == b else UNKNOWN

    def _element(self, node: ast.Subscript) -> tuple[ast.expr, str]:
        node.value, over = self.expr(node.value)
        node.slice = self.expr(node.slice)[0]
        if isinstance(node.slice, ast.Slice):
            return node, over
        place = whole_value(node.slice)
        inside = elements(over)
        if place is None:
            refuse_tuple(node.value, over, "picking one of", IN_A_TABLE)
        if place is not None and -len(inside) <= place < len(inside):
            return node, inside[place]
        return node, ELEMENT.get(over, UNKNOWN)

    def _tuple(self, node: ast.Tuple) -> tuple[ast.expr, str]:
        found = [self.expr(element) for element in node.elts]
        node.elts = [element for element, _ in found]
        kinds = [kind for _, kind in found]
        return node, f"{TUPLE}{', '.join(kinds)}]" if all(kinds) else UNKNOWN

    def _call(self, node: ast.Call) -> tuple[ast.expr, str]:  # noqa: PLR0911 - one case for each kind of function
        found = [self.expr(argument) for argument in node.args]
        node.args = [argument for argument, _ in found]
        kinds = [kind for _, kind in found]
        for keyword in node.keywords:
            keyword.value, kind = self.expr(keyword.value)
            kinds.append(kind)
        match node.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in self.scope.methods:
                return self._known(node, self.scope.methods[name], kinds)
            case ast.Name(id="signal" | "poly"):
                return node, BLOCK
            case ast.Name(id="channels"):
                return node, INT
            case ast.Name(id=name) if name in self.scope.imported:
                return self._mathematical(node, self.scope.imported[name], kinds)
            case ast.Name(id=name) if name in self.scope.functions:
                return self._known(node, self.scope.functions[name], kinds)
            case ast.Attribute(value=ast.Name(id="math"), attr=name):
                return self._mathematical(node, name, kinds)
            case ast.Name(id=name):
                return self._builtin(node, name, kinds)
        return node, UNKNOWN

    def _known(self, node: ast.Call, signature: Signature, kinds: list[str]) -> tuple[ast.expr, str]:
        wanted = [kind for _, kind in signature.arguments]
        by_name = dict(signature.arguments)
        for index, kind in enumerate(kinds[: len(node.args)]):
            if index < len(wanted) and wanted[index] == FLOAT:
                node.args[index] = to_float(node.args[index], kind)
        for keyword, kind in zip(node.keywords, kinds[len(node.args) :], strict=True):
            if by_name.get(keyword.arg or "") == FLOAT:
                keyword.value = to_float(keyword.value, kind)
        return node, signature.result

    def _mathematical(self, node: ast.Call, name: str, kinds: list[str]) -> tuple[ast.expr, str]:
        result = MATH_RESULTS.get(name, FLOAT if hasattr(math, name) else UNKNOWN)
        if result == INT and name not in MATH_NATIVE:
            return node, INT
        node.args = [to_float(argument, kind) for argument, kind in zip(node.args, kinds, strict=False)]
        if name in MATH_NATIVE and len(node.args) == 1:
            return call(f"{MATH_NATIVE[name]}__", node, node.args[0]), result
        return node, result

    def _builtin(self, node: ast.Call, name: str, kinds: list[str]) -> tuple[ast.expr, str]:
        if len(node.args) == 1 and not node.keywords:
            return self._conversion(node, name, kinds[0])
        if name in {"min", "max"} and len(node.args) > 1 and set(kinds) <= {FLOAT, INT}:
            kind = FLOAT if FLOAT in kinds else INT
            native = floated if kind == FLOAT else to_whole
            node.args = [native(argument, own) for argument, own in zip(node.args, kinds, strict=True)]
            return self._pairs(node, name), kind
        if name == "pow" and len(node.args) == 2:
            left, right = node.args
            power = ast.copy_location(ast.BinOp(left, ast.Pow(), right), node)
            return self._combine(power, left, kinds[0], right, kinds[1])
        return node, UNKNOWN

    def _conversion(self, node: ast.Call, name: str, kind: str) -> tuple[ast.expr, str]:  # noqa: PLR0911 - a table
        argument = node.args[0]
        match name, kind:
            case "float", "int" | "bool":
                return floated(argument, kind), FLOAT
            case "float", _:
                return node, FLOAT
            case "int", "float":
                return call("to_int__", node, argument), INT
            case "int", "int" | "bool":
                return to_whole(argument, kind), INT
            case "round", "float":
                return call("round_to_int__", node, argument), INT
            case "abs", "int":
                return call("magnitude__", node, argument), INT
            case ("abs", "float") | ("round", "int"):
                return node, kind
            case "len", _:
                return call("i64", node, node), INT
            case "bool", _:
                return node, BOOL
        return node, UNKNOWN

    def _pairs(self, node: ast.Call, name: str) -> ast.expr:
        """`max(a, b, c)` as `max(max(a, b), c)`: of two, it is native."""
        result = node.args[0]
        for argument in node.args[1:]:
            result = call(name, node, result, argument)
        return result
