"""What can be written into the code that calls it: methods of declared blocks, and the module's own helpers."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from livepatch.block import BETWEEN, Block, salt
from livepatch.callbacks import SIGNATURES
from livepatch.compiler.forms import statements
from livepatch.compiler.kinds import TUPLE, elements, kind_of
from livepatch.compiler.library import Library
from livepatch.compiler.returns import EntangledError, ends, fold
from livepatch.compiler.trees import all_copied, walk
from livepatch.errors import ModuleError

SAMPLE_SECONDS = "sample_seconds__"
"""The local that holds the seconds that a sample lasts."""


def chain(node: ast.AST) -> tuple[str, ...] | None:
    """The names after `self`: ("edge", "on") for `self.edge.on`."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return tuple(reversed(names)) if names and isinstance(node, ast.Name) and node.id == "self" else None


def refuse(path: str, node: ast.AST, message: str) -> NoReturn:
    """Refuse the file at the author's `node`."""
    raise ModuleError.at(path, getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1, message)


@dataclass(frozen=True)
class Routine:
    """A method, and the names after `self` of the block it belongs to: none for the module's own."""

    function: ast.FunctionDef
    owner: tuple[str, ...]

    @property
    def parameters(self) -> list[ast.arg]:
        """What it takes besides self."""
        return [*self.function.args.args[1:], *self.function.args.kwonlyargs]

    @property
    def defaults(self) -> dict[str, ast.expr]:
        """What a parameter is where a call leaves it out."""
        arguments = self.function.args
        plain = arguments.args[len(arguments.args) - len(arguments.defaults) :]
        named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        found = {parameter.arg: value for parameter, value in zip(plain, arguments.defaults, strict=True)}
        return found | {parameter.arg: value for parameter, value in named if value is not None}

    @property
    def body(self) -> list[ast.stmt]:
        """Its statements without the docstring, as a copy."""
        return all_copied(self.function.body[1:] if ast.get_docstring(self.function) else self.function.body)

    @property
    def results(self) -> list[str]:
        """The kinds of what it gives back: none, one, or those of a tuple that each return writes out."""
        if is_silent(self.function):
            return []
        kind = kind_of(self.function.returns)
        if not kind.startswith(TUPLE):
            return [kind]
        kinds = elements(kind)
        returned = [node.value for node in walk(self.function) if isinstance(node, ast.Return)]
        written = all(isinstance(value, ast.Tuple) and len(value.elts) == len(kinds) for value in returned)
        return kinds if written else [kind]

    def declared(self) -> dict[str, str]:
        """The kinds of the locals that are annotated."""
        nodes = [node for statement in self.function.body for node in walk(statement)]
        return {
            node.target.id: kind_of(node.annotation)
            for node in nodes
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }

    def stored(self) -> set[str]:
        """The locals that its statements give values."""
        nodes = [node for statement in self.function.body for node in walk(statement)]
        return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def is_silent(method: ast.FunctionDef) -> bool:
    """Whether a method gives nothing back."""
    return method.returns is None or (isinstance(method.returns, ast.Constant) and method.returns.value is None)


class Routines:
    """The methods of the `blocks` that a class declares; with `own` those of the class too that can be inlined."""

    def __init__(
        self, cls: ast.ClassDef, blocks: dict[str, Block], library: Library, path: str, *, own: bool
    ) -> None:
        self.blocks = blocks
        self.path = path
        self.defined: set[str] = set()
        """Functions of the file itself, which may have a block's name."""
        self._library = library
        methods = {node.name: node for node in cls.body if isinstance(node, ast.FunctionDef)}
        self._own = {name: Routine(node, ()) for name, node in methods.items() if own and _simple(node, methods)}

    def find(self, call: ast.Call) -> Routine | None:
        """The method that is called, if it is to be inlined."""
        names = chain(call.func)
        if names is None:
            return None
        if len(names) == 1:
            return self._own.get(names[0])
        block = self.block(names[:-1])
        if block is None:
            return None
        methods = self._library.methods(type(block))
        if names[-1] not in methods:
            self.miss(call, block, names[-1])
        return Routine(methods[names[-1]], names[:-1])

    def calls(self, node: ast.AST) -> list[Routine]:
        """The methods that are called anywhere in `node`."""
        known: list[Routine] | None = getattr(node, "_routines", None)
        if known is None:
            own = self.find(node) if isinstance(node, ast.Call) else None
            known = [own] if own is not None else []
            for child in ast.iter_child_nodes(node):
                known += self.calls(child)
            setattr(node, "_routines", known)  # noqa: B010  # kept with the node, which is asked at every level
        return known

    def block(self, names: tuple[str, ...]) -> Block | None:
        """The block of these names after `self`."""
        block = self.blocks.get(names[0])
        for name in names[1:]:
            block = dict(block.parts()).get(name) if block is not None else None
            if not isinstance(block, Block):
                return None
        return block

    def is_block(self, name: str) -> bool:
        """Whether livepatch.dsp has a block of this name."""
        return name in self._library.blocks and name not in self.defined

    def miss(self, node: ast.AST, block: Block, name: str) -> NoReturn:
        """Refuse a name that a block does not have."""
        public = [f"{method}()" for method in self._library.methods(type(block)) if not method.startswith("_")]
        public += [part for part, _ in block.parts() if not part.startswith("_")]
        refuse(self.path, node, f"{type(block).__name__} has no {name}; it has {', '.join(public)}")


def _simple(method: ast.FunctionDef, methods: dict[str, ast.FunctionDef]) -> bool:
    """Whether a method can be inlined: it does not call itself, and comes to its end by if and else."""
    arguments = method.args
    if method.name in SIGNATURES or arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        return False
    if method.name in _reached(method, methods, set()):
        return False
    try:
        fold(all_copied(method.body))
    except EntangledError:
        return False
    return is_silent(method) or ends(method.body)


def _reached(method: ast.FunctionDef, methods: dict[str, ast.FunctionDef], seen: set[str]) -> set[str]:
    """The methods that a call of `method` may call."""
    for node in walk(method):
        names = chain(node.func) if isinstance(node, ast.Call) else None
        if names and len(names) == 1 and names[0] in methods and names[0] not in seen:
            seen.add(names[0])
            _reached(methods[names[0]], methods, seen)
    return seen


class Flatten(ast.NodeTransformer):
    """Turns what is left of the blocks into attributes of the module, and their constants into literals."""

    def __init__(self, routines: Routines) -> None:
        self.routines = routines
        self.periodic = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A method; how long a sample lasts is computed once at its top, if a block in it uses it."""
        self.periodic = False
        self.generic_visit(node)
        if self.periodic:
            node.body[:0] = statements(f"{SAMPLE_SECONDS} = divide(1.0, self.sample_rate)", node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call, which is not of a block itself."""
        match node.func:
            case ast.Name(id=kind) if self.routines.is_block(kind):
                called = f"name = {kind}(), and call its methods, as in self.name.process(...)"
                refuse(self.routines.path, node, f"a {kind} is declared in the class body: {called}")
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """An attribute of a block by its name among the module's."""
        names = chain(node)
        if names is None or names[0] not in self.routines.blocks:
            return self.generic_visit(node)
        block = self.routines.block(names[:-1]) if len(names) > 1 else None
        if block is None:
            self._refuse_bare(node, names)
        return ast.copy_location(self._part(node, block, names), node)

    def _refuse_bare(self, node: ast.Attribute, names: tuple[str, ...]) -> NoReturn:
        block = self.routines.blocks[names[0]]
        kind = type(block).__name__
        if len(names) == 1 and isinstance(node.ctx, ast.Store):
            message = f"{names[0]} is a {kind} for good; change what is in it, or declare another"
        else:
            message = f"a {kind} is no value; call one of its methods, as in self.{names[0]}.process(...)"
        refuse(self.routines.path, node, message)

    def _part(self, node: ast.Attribute, block: Block, names: tuple[str, ...]) -> ast.expr:
        name, parts, path = names[-1], dict(block.parts()), self.routines.path
        itself = ast.copy_location(ast.Name("self", ast.Load()), node)
        if isinstance(parts.get(name), Block):
            kind = type(parts[name]).__name__
            refuse(path, node, f"a {kind} is no value; call one of its methods")
        if name in parts:
            return ast.Attribute(itself, BETWEEN.join(names), node.ctx)
        if isinstance(node.ctx, ast.Store):
            refuse(path, node, f"{name} of a {type(block).__name__} is not state; it cannot be set")
        if name == "sample_rate":
            return ast.Attribute(itself, name, ast.Load())
        if name == "sample_seconds":
            self.periodic = True
            return ast.Name(SAMPLE_SECONDS, ast.Load())
        if name == "seed":
            own = ast.copy_location(ast.Constant(salt(BETWEEN.join(names[:-1]))), node)
            seed = ast.copy_location(ast.Attribute(itself, name, ast.Load()), node)
            return ast.BinOp(seed, ast.Add(), own)
        constant = vars(block).get(name)
        if isinstance(constant, bool | int | float):
            return ast.Constant(constant)
        if name in dict(self._methods(block)):
            refuse(path, node, f"{name} is a method: {ast.unparse(node)}(...)")
        self.routines.miss(node, block, name)

    def _methods(self, block: Block) -> Iterator[tuple[str, object]]:
        for cls in type(block).__mro__:
            yield from vars(cls).items()
