"""Puts what serves one outlet alone behind a question, whether anybody hears that outlet; see `HEARD`."""

import ast

from livepatch.compiler.kinds import BLOCK, Scope
from livepatch.compiler.lane_functions import FUNCTIONS

HEARD = "is__heard_"
"""In front of an outlet's name: the attribute of compiled code that says whether the outlet has to be computed.

No block can be called `is`, so that this is no state of one.
"""
_BUILT_IN = frozenset({"abs", "bool", "float", "int", "max", "min"})
_PURE = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call),
    *(ast.unaryop, ast.operator, ast.boolop, ast.cmpop, ast.expr_context),
)


def ask_who_hears(body: list[ast.stmt], outlets: set[str], scope: Scope) -> tuple[list[ast.stmt], list[str]]:
    """The body of a step, and the outlets that it computes only while they are heard.

    What is needed by one of them alone, without effects besides, moves to where the outlet is written.
    """
    quiet = {name: at for name in sorted(outlets) if (at := _written(body, name, scope)) is not None}
    stored = [_stored(statement) for statement in body]
    read = [_read(statement) for statement in body]
    serves: dict[int, str] = {at: name for name, at in quiet.items()}
    for place in reversed(range(len(body))):
        match body[place]:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_pure(value, scope):
                users = [at for at, names in enumerate(read) if name in names]
                wanted = {serves.get(at, "") for at in users}
                once = sum(name in names for names in stored) == 1
                if once and len(wanted) == 1 and (only := wanted.pop()) and min(users) > place:
                    between = set().union(*stored[place + 1 : quiet[only]])
                    if not read[place] & between:
                        serves[place] = only
    result: list[ast.stmt] = []
    for place, statement in enumerate(body):
        if place not in serves:
            result.append(statement)
        elif serves[place] in quiet and quiet[serves[place]] == place:
            name = serves[place]
            group = [body[at] for at in sorted(serves) if serves[at] == name]
            result.append(_asked(name, group, statement))
    return result, sorted(quiet)


def heard_outlet(node: ast.stmt) -> str | None:
    """The outlet that a branch of `ask_who_hears` computes."""
    match node:
        case ast.If(test=ast.Attribute(value=ast.Name(id="self"), attr=name)) if name.startswith(HEARD):
            return name.removeprefix(HEARD)
    return None


def is_pure(node: ast.expr, scope: Scope) -> bool:
    """Whether an expression only computes: it may be left out, or computed later."""
    for inner in ast.walk(node):
        if not isinstance(inner, _PURE):
            return False
        match inner:
            case ast.Call(func=ast.Name(id=name), keywords=[]):
                signature = scope.functions.get(name)
                numbers = signature is not None and all(kind != BLOCK for _, kind in signature.arguments)
                if not (name in FUNCTIONS or name in _BUILT_IN or name in scope.imported or numbers):
                    return False
            case ast.Call(func=ast.Attribute(value=ast.Name(id="math"))):
                pass
            case ast.Call():
                return False
            case ast.Attribute(value=ast.Name(id="self" | "math")):
                pass
            case ast.Attribute():
                return False
    return True


def _written(body: list[ast.stmt], outlet: str, scope: Scope) -> int | None:
    """Where an outlet is written, if that is once, on every way through, and it is never read."""
    name = f"self.{outlet}"
    places = [at for at, statement in enumerate(body) if name in _stored(statement) | _read(statement)]
    if len(places) != 1:
        return None
    match body[places[0]]:
        case ast.Assign(targets=[ast.Attribute(attr=attr)], value=value) if attr == outlet:
            alone = is_pure(value, scope) and name not in _read(body[places[0]])
            return places[0] if alone else None
    return None


def _asked(outlet: str, group: list[ast.stmt], at: ast.stmt) -> ast.stmt:
    test = ast.Attribute(ast.Name("self", ast.Load()), HEARD + outlet, ast.Load())
    branch = ast.copy_location(ast.If(test, group, []), at)
    for node in (test, test.value):
        ast.copy_location(node, at)
    return branch


def _names(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    found: set[str] = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name, ctx=ctx) if isinstance(ctx, context):
                found.add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ctx) if isinstance(ctx, context):
                found.add(f"self.{name}")
            case ast.AugAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.AugAssign(target=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                found.add(f"self.{name}")
    return found


def _stored(node: ast.stmt) -> set[str]:
    return _names(node, ast.Store)


def _read(node: ast.stmt) -> set[str]:
    return _names(node, ast.Load)
