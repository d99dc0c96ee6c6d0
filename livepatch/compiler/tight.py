"""Tight loops: those of process() with their state in locals, and without a look at every place in a block.

A loop over a range is written twice: for places that all lie inside their blocks, which is found out before it
begins, and for any, where it goes to its end and raises then if a place was outside.
"""

import ast
from dataclasses import dataclass, field

from livepatch.compiler.expressions import call
from livepatch.compiler.forms import LIVE, Names, attribute, statements
from livepatch.compiler.trees import copied, walk

PLACES = ("spans__", "look__", "lay__", "strayed__")
"""Functions that only generated text calls."""
LOOPS = (ast.For, ast.While)
STEADY = (ast.Name, ast.Attribute, ast.Constant, ast.BinOp, ast.operator, ast.expr_context)
"""What the part of a place that a loop does not change is made of."""


def tighten(method: ast.FunctionDef, names: Names) -> ast.FunctionDef:
    """The method with its innermost loops made tight; its numbers are native already."""
    result: ast.FunctionDef = _Tight(method, names).visit(method)
    return result


@dataclass(frozen=True)
class _Place:
    """A place in a block: so many times the loop's variable, and what is added to that."""

    block: str
    times: int
    rest: str


@dataclass
class _Loop:
    """What an innermost loop does. `own` are the locals it stores to."""

    variable: str
    own: set[str]
    kept: set[str]
    places: set[_Place] = field(default_factory=set)


class _Tight(ast.NodeTransformer):
    def __init__(self, method: ast.FunctionDef, names: Names) -> None:
        self.names = names
        self.blocks = _blocks(method, names)

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        inner = [each for statement in node.body for each in walk(statement)]
        match node:
            case ast.For(
                target=ast.Name(id=variable),
                iter=ast.Call(func=ast.Name(id="range"), args=[*_, _] as span),
                orelse=[],
            ) if len(span) < 3 and not any(isinstance(each, LOOPS) for each in inner):
                if not _leaves(inner) and variable not in _stored(node.body):
                    return self._tight(node, variable, span)
                return node
        return node if _frames(node) else self.generic_visit(node)

    def _tight(self, node: ast.For, variable: str, span: list[ast.expr]) -> list[ast.stmt]:
        state = self.names.numbers | self.names.constants
        hoist = _State(state)
        node.body = [hoist.visit(statement) for statement in node.body]
        before = [f"{LIVE}{name} = self.{name}" for name in sorted(hoist.loaded | hoist.stored)]
        after = [f"self.{name} = {LIVE}{name}" for name in sorted(hoist.stored)]
        loop = _Loop(variable, _stored(node.body), hoist.stored)
        anywhere = copied(node)
        anywhere.body = [_Placed(self.blocks, loop, "look__", "lay__").visit(each) for each in anywhere.body]
        found: ast.stmt = node
        if loop.places:
            node.body = [_Placed(self.blocks, loop, "peek", "poke").visit(each) for each in node.body]
            first = ast.unparse(span[0]) if len(span) == 2 else "i64(0)"
            found = _guarded(node, anywhere, loop, first, ast.unparse(span[-1]))
        return [*statements("\n".join(before), node), found, *statements("\n".join(after), node)]


def _guarded(inside: ast.For, anywhere: ast.For, loop: _Loop, first: str, stop: str) -> ast.If:
    """One loop where all places lie inside their blocks, the other elsewhere."""
    tests = [f"{first} < {stop}"]
    for place in sorted(loop.places, key=lambda place: (place.block, place.times, place.rest)):
        ends = [f"{place.times} * {first}{place.rest}", f"{place.times} * ({stop} - 1){place.rest}"]
        low, high = ends if place.times > 0 else reversed(ends)
        tests.append(f"spans__({place.block}, {low}, {high} + 1)")
    outside = "if strayed__(): raise IndexError('index out of range')"
    (choice,) = statements(f"if {' and '.join(tests)}: pass", inside)
    assert isinstance(choice, ast.If)
    choice.body = [inside]
    choice.orelse = [anywhere, *statements(outside, inside)]
    return choice


class _State(ast.NodeTransformer):
    """Puts locals in the place of numbers that the module keeps."""

    def __init__(self, state: set[str]) -> None:
        self.state = state
        self.loaded: set[str] = set()
        self.stored: set[str] = set()

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        name = attribute(node)
        if name is None or name not in self.state:
            return self.generic_visit(node)
        (self.stored if isinstance(node.ctx, ast.Store) else self.loaded).add(name)
        return ast.copy_location(ast.Name(LIVE + name, node.ctx), node)


class _Placed(ast.NodeTransformer):
    """Reads and writes blocks by the functions `read` and `write`, where a place follows the loop's variable."""

    def __init__(self, blocks: set[str], loop: _Loop, read: str, write: str) -> None:
        self.blocks = blocks
        self.loop = loop
        self.read = read
        self.write = write

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        match node.targets:
            case [ast.Subscript() as target] if self._known(target):
                return self._written(target, node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        target = node.target
        if not isinstance(target, ast.Subscript) or not self._known(target):
            return node
        before = call(self.read, target, copied(target.value), copied(target.slice))
        return self._written(target, ast.copy_location(ast.BinOp(before, node.op, node.value), node))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and self._known(node):
            return call(self.read, node, node.value, node.slice)
        return node

    def _written(self, target: ast.Subscript, value: ast.expr) -> ast.stmt:
        return ast.copy_location(ast.Expr(call(self.write, target, target.value, target.slice, value)), target)

    def _known(self, node: ast.Subscript) -> bool:
        match node.value:
            case ast.Name(id=block) if block in self.blocks:
                place = self._place(block, node.slice)
                if place is not None:
                    self.loop.places.add(place)
                return place is not None
        return False

    def _place(self, block: str, index: ast.expr) -> _Place | None:
        match index:
            case ast.Name(id=name) if name == self.loop.variable:
                return _Place(block, 1, "")
            case (
                ast.BinOp(left=ast.Constant(value=int() as times), op=ast.Mult(), right=ast.Name(id=name))
                | ast.BinOp(left=ast.Name(id=name), op=ast.Mult(), right=ast.Constant(value=int() as times))
            ) if name == self.loop.variable and times > 0:
                return _Place(block, times, "")
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right) if self._steady(right):
                sign = "+" if isinstance(op, ast.Add) else "-"
                return self._more(self._place(block, left), f" {sign} ({ast.unparse(right)})")
            case ast.BinOp(left=left, op=ast.Add(), right=right) if self._steady(left):
                return self._more(self._place(block, right), f" + ({ast.unparse(left)})")
            case ast.BinOp(left=left, op=ast.Sub(), right=ast.Name(id=name)) if name == self.loop.variable:
                return _Place(block, -1, f" + ({ast.unparse(left)})") if self._steady(left) else None
        return None

    @staticmethod
    def _more(place: _Place | None, rest: str) -> _Place | None:
        return place and _Place(place.block, place.times, place.rest + rest)

    def _steady(self, node: ast.expr) -> bool:
        for inner in walk(node):
            if not isinstance(inner, STEADY):
                return False
            match inner:
                case ast.BinOp(op=op) if not isinstance(op, ast.Add | ast.Sub | ast.Mult):
                    return False
                case ast.Constant(value=value) if not isinstance(value, int):
                    return False
                case ast.Name(id=name) if name == self.loop.variable or name in self.loop.own:
                    return False
        return True


def _blocks(method: ast.FunctionDef, names: Names) -> set[str]:
    """Locals that are a block of the module's and never anything else."""
    stored: list[str] = []
    blocks: set[str] = set()
    for node in walk(method):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                stored.append(name)
            case ast.arg(arg=name, annotation=ast.Subscript(value=ast.Name(id="vec"), slice=ast.Name(id="float"))):
                stored.append(name)
                blocks.add(name)
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                pairs = list(zip(targets, values, strict=False))
            case ast.Assign(targets=[target], value=value):
                pairs = [(target, value)]
            case _:
                continue
        for target, value in pairs:
            if isinstance(target, ast.Name) and attribute(value) in names.buffers | names.ports:
                blocks.add(target.id)
    return {block for block in blocks if stored.count(block) == 1}


def _stored(body: list[ast.stmt]) -> set[str]:
    nodes = [node for statement in body for node in walk(statement)]
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _leaves(nodes: list[ast.AST]) -> bool:
    """Whether a loop's body returns, or calls what may look at the module's state."""
    for node in nodes:
        match node:
            case ast.Return() | ast.Call(func=ast.Attribute(value=ast.Name(id="self"))):
                return True
    return False


def _frames(node: ast.For) -> bool:
    """Whether a loop goes from frame to frame: those inside it are short."""
    return isinstance(node.iter, ast.Call) and ast.unparse(node.iter) == "range(i64(start), i64(stop))"
