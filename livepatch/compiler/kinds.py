"""What is known of a number: float, whole or truth value, from literals, annotations and signatures."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

FLOAT, INT, BOOL, BLOCK, FLOATS, INTS, UNKNOWN = "float", "int", "bool", "vec[float]", "floats", "ints", ""
ELEMENT = {BLOCK: FLOAT, FLOATS: FLOAT, INTS: INT}
"""What is in a block or a table."""
TUPLE = "tuple["
"""A tuple of known kinds starts so: `tuple[float, int]`."""


@dataclass(frozen=True)
class Signature:
    """The names and kinds of a function's arguments, and the kind of its result."""

    arguments: tuple[tuple[str, str], ...]
    result: str

    @classmethod
    def of(cls, function: ast.FunctionDef) -> "Signature":
        """A function's signature as annotated; `self` is left out."""
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        named = [(argument.arg, kind_of(argument.annotation)) for argument in arguments if argument.arg != "self"]
        return cls(tuple(named), kind_of(function.returns))


@dataclass
class Scope:
    """What the names outside a function are: `attributes` and `methods` of self, module-level names.

    `imported` maps a name to the name it has in `math`, `locals` what inlining has named to its kind, `tables` a
    table of constants to how many numbers it has, `wholes` a whole number to what it is.
    """

    attributes: dict[str, str] = field(default_factory=dict)
    methods: dict[str, Signature] = field(default_factory=dict)
    functions: dict[str, Signature] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    locals: dict[str, str] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)
    wholes: dict[str, int] = field(default_factory=dict)


def kind_of(annotation: ast.expr | None) -> str:
    """The kind that an annotation says; unknown if it is none of ours."""
    if isinstance(annotation, ast.Name):
        text = annotation.id
    else:
        text = ast.unparse(annotation) if annotation is not None else ""
    return {"i64": INT}.get(text, text if text in {FLOAT, INT, BOOL, BLOCK} or text.startswith(TUPLE) else UNKNOWN)


def constant_kind(value: object) -> str:
    """The kind of a literal."""
    return next((kind for type, kind in ((bool, BOOL), (int, INT), (float, FLOAT)) if isinstance(value, type)), "")


def elements(kind: str) -> list[str]:
    """The kinds in a tuple."""
    if not kind.startswith(TUPLE):
        return []
    parsed = ast.parse(kind, mode="eval").body
    assert isinstance(parsed, ast.Subscript)
    return [
        kind_of(item) for item in (parsed.slice.elts if isinstance(parsed.slice, ast.Tuple) else [parsed.slice])
    ]


def sequence_kind(node: ast.expr, known: Mapping[str, str] | None = None) -> str:  # noqa: PLR0911 - a table
    """The kind of a module-level constant; `known` are those of the names it may use."""
    match node:
        case ast.Constant(value=value):
            return constant_kind(value)
        case ast.Name(id=name) if known is not None:
            return known.get(name, UNKNOWN)
        case ast.UnaryOp(operand=operand):
            return sequence_kind(operand, known)
        case ast.BinOp(left=left, op=op, right=right):
            kinds = {sequence_kind(left, known), sequence_kind(right, known)}
            if isinstance(op, ast.Div) or kinds == {INT, FLOAT}:
                return FLOAT
            return kinds.pop() if len(kinds) == 1 else UNKNOWN
        case ast.Tuple(elts=items) | ast.List(elts=items):
            kinds = {sequence_kind(item, known) for item in items}
            return {FLOAT: FLOATS, INT: INTS}.get(kinds.pop(), UNKNOWN) if len(kinds) == 1 else UNKNOWN
    return UNKNOWN
