"""The process form: whole blocks, as the author wrote them."""

import ast
from typing import NoReturn

from livepatch.compiler.expressions import call
from livepatch.compiler.forms import Form, Names, attribute, statements
from livepatch.compiler.kinds import Scope
from livepatch.compiler.numbers import native_function
from livepatch.compiler.tight import tighten
from livepatch.compiler.trees import walk
from livepatch.errors import ModuleError


class _Signals(ast.NodeTransformer):
    """process(): `signal(self.x)` is the block itself, and a bare knob or inlet its first frame's value."""

    def __init__(self, names: Names, path: str, method: ast.FunctionDef) -> None:
        self.names = names
        self.path = path
        self.method = method.name
        self.blocks = _blocks(method, "signal", "poly")
        self.wide = _blocks(method, "poly")
        self.outliving = _outliving(method)
        self.frames: set[str] = set()
        self.voices: set[str] = set()
        self.counted: set[str] = set()

    def refuse(self, node: ast.AST, message: str) -> NoReturn:
        raise ModuleError.at(self.path, getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1, message)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Assign(targets=[ast.Subscript() as target], value=value) if self._unchecked(target):
                return self._poke(target, value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        target = node.target
        if not isinstance(target, ast.Subscript) or not self._unchecked(target):
            return node
        before = call("peek", target, target.value, target.slice)
        return self._poke(target, ast.copy_location(ast.BinOp(before, node.op, node.value), node))

    def _poke(self, target: ast.Subscript, value: ast.expr) -> ast.stmt:
        return ast.copy_location(ast.Expr(call("poke", target, target.value, target.slice, value)), target)

    def _unchecked(self, node: ast.Subscript) -> bool:
        """Whether a block is indexed by the frame of a loop from start to stop, and one of poly() by its voice."""
        match node:
            case ast.Subscript(value=ast.Name(id=block), slice=ast.Name(id=frame)):
                return block in self.blocks and frame in self.frames
            case ast.Subscript(
                value=ast.Name(id=block),
                slice=ast.BinOp(
                    ast.BinOp(ast.Name(id=frame), ast.Mult(), ast.Name(id="VOICES")), ast.Add(), ast.Name(id=voice)
                ),
            ):
                return block in self.wide and frame in self.frames and voice in self.voices
        return False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(func=ast.Name(id="signal" | "poly" as function), args=[port]):
                self._port(node, function, port, counted=function == "poly")
                return port
            case ast.Call(func=ast.Name(id="channels"), args=[port]):
                return self._count(node, self._port(node, "channels", port, counted=True))
            case ast.Call(func=ast.Name(id="signal" | "poly" | "channels" as function)):
                self.refuse(node, f"{function}() takes a declared port or knob: {function}(self.name)")
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        match node.value:
            case ast.Call(func=ast.Name(id="set_channels"), args=[port, count]):
                name = self._port(node.value, "set_channels", port, counted=True)
                if name not in self.names.outlets:
                    self.refuse(node, "set_channels() takes an outlet and a number: set_channels(self.out, 4)")
                return self._told(node, name, self.visit(count))
            case ast.Call(func=ast.Name(id="set_channels")):
                self.refuse(node, "set_channels() takes an outlet and a number: set_channels(self.out, 4)")
        return self.generic_visit(node)

    def _told(self, node: ast.Expr, name: str, count: ast.expr) -> list[ast.stmt]:
        """Give an outlet a number of voices; `news` says that it is another than before."""
        number = f"channels_{name}__"
        counted = ast.Assign([ast.Name(number, ast.Store())], call("i64", count, count))
        for made in (counted, counted.targets[0]):
            ast.copy_location(made, node)
        change = f"if self.channels_{name} != {number}:\n    self.channels_{name} = {number}\n    self.news = True"
        return [counted, *statements(change, node)]

    def _port(self, node: ast.Call, function: str, port: ast.expr, *, counted: bool) -> str:
        name = attribute(port)
        if name is None or name not in self.names.ports:
            self.refuse(node, f"{function}() takes a declared port or knob: {function}(self.name)")
        if counted:
            self.counted.add(name)
        return name

    def _count(self, node: ast.Call, name: str) -> ast.Attribute:
        owner = ast.copy_location(ast.Name("self", ast.Load()), node)
        return ast.copy_location(ast.Attribute(owner, f"channels_{name}", ast.Load()), node)

    def visit_For(self, node: ast.For) -> ast.AST:
        match node:
            case ast.For(
                target=ast.Name(id=frame),
                iter=ast.Call(
                    func=ast.Name(id="range"),
                    args=[ast.Call(args=[ast.Name(id="start")]), ast.Call(args=[ast.Name(id="stop")])],
                ),
            ) if not _stores(node.body, frame):
                self.frames.add(frame)
                self.generic_visit(node)
                self.frames.discard(frame)
                return node
            case ast.For(target=ast.Name(id=voice), iter=ast.Call(func=ast.Name(id="range"), args=[count])) if (
                _is_voices(count) and not _stores(node.body, voice)
            ):
                self.voices.add(voice)
                self.generic_visit(node)
                self.voices.discard(voice)
                return self._summed(node, voice)
        return self.generic_visit(node)

    def _summed(self, node: ast.For, voice: str) -> ast.stmt:
        """A loop that only adds up the voices of a frame, at once."""
        match node:
            case ast.For(
                iter=ast.Call(args=[count]),
                body=[
                    ast.AugAssign(
                        target=ast.Name() as total,
                        op=ast.Add(),
                        value=ast.Call(
                            func=ast.Name(id="peek"),
                            args=[
                                block,
                                ast.BinOp(ast.BinOp(left=ast.Name() as frame), ast.Add(), ast.Name(id=place)),
                            ],
                        ),
                    )
                ],
                orelse=[],
            ) if place == voice and voice not in self.outliving:
                added = call("sum_voices__", node.iter, block, frame, count)
                return ast.copy_location(ast.AugAssign(total, ast.Add(), added), node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and self._unchecked(node):
            return call("peek", node, node.value, node.slice)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        name = attribute(node)
        if name not in self.names.ports:
            return self.generic_visit(node)
        if isinstance(node.ctx, ast.Store):
            self.refuse(node, f"process() writes whole blocks: out = signal(self.{name}), then out[i] = ...")
        if self.method not in {"process", "process_bypass"}:
            self.refuse(node, f"self.{name} changes from frame to frame; pass its value to {self.method}()")
        return call("peek", node, node, ast.copy_location(ast.Name("start", ast.Load()), node))


def _blocks(method: ast.FunctionDef, *kinds: str) -> set[str]:
    """Locals that are a block of such a kind and never anything else."""
    stored = [node.id for node in walk(method) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    blocks = set()
    for node in walk(method):
        match node:
            case ast.Assign(targets=[ast.Name(id=block)], value=ast.Call(func=ast.Name(id=kind))) if kind in kinds:
                blocks.add(block)
    return {block for block in blocks if stored.count(block) == 1}


def _outliving(method: ast.FunctionDef) -> set[str]:
    """Names that are read outside every loop over them."""
    loose = {id(node): node.id for node in walk(method) if isinstance(node, ast.Name)}
    for node in walk(method):
        match node:
            case ast.For(target=ast.Name(id=name)):
                for inner in walk(node):
                    if isinstance(inner, ast.Name) and inner.id == name:
                        loose.pop(id(inner), None)
    return set(loose.values())


def _is_voices(node: ast.expr) -> bool:
    """Whether a number, made native, is VOICES or that of an inlet, which is no larger."""
    match node:
        case ast.Call(args=[ast.Name(id="VOICES")]) | ast.Name(id="VOICES"):
            return True
        case ast.Call(args=[ast.Call(func=ast.Name(id="channels"))]) | ast.Call(func=ast.Name(id="channels")):
            return True
    return False


def _stores(body: list[ast.stmt], name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id in {name, "start", "stop"} and isinstance(node.ctx, ast.Store)
        for statement in body
        for node in walk(statement)
    )


def process_form(cls: ast.ClassDef, names: Names, scope: Scope, path: str) -> Form:
    """process() as the author wrote it, on the blocks themselves."""
    form = Form("process")
    for method in cls.body:
        if isinstance(method, ast.FunctionDef):
            signals = _Signals(names, path, method)
            form.methods.append(tighten(signals.visit(native_function(method, scope)), names))
            form.attributes.update({f"channels_{name}": "i64" for name in sorted(signals.counted)})
    return form
