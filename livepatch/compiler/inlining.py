"""Writes the methods of blocks, and the module's own helpers, into the code that calls them.

A call becomes its statements, standing before the statement it was in, and a local that holds the result. What
Python evaluates before the call, and the call could change, is kept in a local too, so that the order is Python's.
"""

import ast
import builtins
from contextlib import suppress
from typing import NoReturn

from livepatch.block import Block
from livepatch.compiler.bodies import Rename, place, with_results
from livepatch.compiler.forms import LOCAL
from livepatch.compiler.kinds import FLOAT, kind_of
from livepatch.compiler.library import Library
from livepatch.compiler.returns import EntangledError, fold
from livepatch.compiler.routines import SAMPLE_SECONDS, Flatten, Routine, Routines, chain, refuse
from livepatch.compiler.trees import all_copied, copied, walk

SAMPLES = ("step", "step_bypass")
BLOCKS = ("process", "process_bypass")
APART = "put this call on a line of its own, before this one, and use its result here"


def inline(
    tree: ast.Module, cls: ast.ClassDef, blocks: dict[str, Block], library: Library, path: str
) -> tuple[ast.ClassDef, dict[str, str]]:
    """The class without calls of blocks and of what helpers of its own can be inlined; the kinds of new locals.

    Raises: ModuleError: if a block is used as it cannot be.
    """
    names = {node.name for node in cls.body if isinstance(node, ast.FunctionDef)}
    routines = Routines(cls, blocks, library, path, own=not names & set(BLOCKS))
    routines.defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    if not blocks and not routines.calls(cls):
        return Flatten(routines).visit(cls), {}
    taken = library.needs([type(block).__name__ for block in blocks.values()]) | _top_level(tree)
    inliner = Inliner(routines)
    result = copied(cls)
    for index, node in enumerate(result.body):
        if isinstance(node, ast.FunctionDef):
            inliner.method(node, taken | vars(builtins).keys())
            result.body[index] = Flatten(routines).visit(node)
    return result, inliner.kinds | {SAMPLE_SECONDS: FLOAT}


def _top_level(tree: ast.Module) -> set[str]:
    names = {alias.asname or alias.name for node in tree.body for alias in getattr(node, "names", [])}
    names |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return names | {node.id for node in walk(tree) if isinstance(node, ast.Name) and node.id.isupper()}


class Inliner:
    """Inlines in one class. `kinds` are those of the locals it makes."""

    def __init__(self, routines: Routines) -> None:
        self.routines = routines
        self.kinds: dict[str, str] = {}
        self._count = 0

    def method(self, method: ast.FunctionDef, taken: set[str]) -> None:
        """Inline in a method, whose locals make way for the names in `taken`."""
        locals_ = Routine(method, ()).stored() - {argument.arg for argument in method.args.args}
        rename = Rename({name: LOCAL + name for name in locals_ & taken}, {}, ())
        body = method.body
        if rename.names:
            body = [rename.visit(statement) for statement in body]
        if method.name in SAMPLES:
            with suppress(EntangledError):
                body = fold(all_copied(body))
        method.body = self.block(body)

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """The statements with what they call before them."""
        result: list[ast.stmt] = []
        for statement in statements:
            self.statement(statement, result)
        return result

    def statement(self, node: ast.stmt, out: list[ast.stmt]) -> None:  # noqa: C901 - one case for each kind
        """Append a statement, and before it what it calls."""
        for branch in ("body", "orelse"):
            if getattr(node, branch, None):
                setattr(node, branch, self.block(getattr(node, branch)))
        match node:
            case ast.Expr(value=ast.Call() as value) if self.routines.find(value):
                self._call(value, out)
                return
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                node.value = self.expr(value, out)
                self._apart(*(node.targets if isinstance(node, ast.Assign) else [node.target]))
            case ast.AugAssign() if self.routines.calls(node):
                node = self._augment(node, out)
            case ast.Expr(value=value) | ast.Return(value=ast.expr() as value):
                node.value = self.expr(value, out)
            case ast.If(test=test) | ast.Assert(test=test):
                node.test = self.expr(test, out)
            case ast.While(test=test) if self.routines.calls(test):
                node = self._while(node)
            case ast.For(iter=over):
                node.iter = self.expr(over, out)
            case ast.Match(subject=subject, cases=cases):
                node.subject = self.expr(subject, out)
                for case in cases:
                    self._apart(*([case.guard] if case.guard else []))
                    case.body = self.block(case.body)
        out.append(node)

    def _apart(self, *nodes: ast.expr) -> None:
        for node in nodes:
            if self.routines.calls(node):
                call = next(call for call in walk(node) if isinstance(call, ast.Call) and self.routines.find(call))
                self._refuse(call, APART)

    def _refuse(self, node: ast.AST, message: str) -> NoReturn:
        refuse(self.routines.path, node, message)

    def _while(self, node: ast.While) -> ast.While:
        """`while test` as an endless loop that begins by leaving when the test fails."""
        if node.orelse:
            self._apart(node.test)
        head: list[ast.stmt] = []
        test = self.expr(node.test, head)
        leave = ast.If(ast.UnaryOp(ast.Not(), test), [ast.Break()], [])
        for part in (leave, leave.test, leave.body[0]):
            ast.copy_location(part, node.test)
        always = ast.copy_location(ast.Constant(True), node.test)
        return ast.copy_location(ast.While(always, [*head, leave, *node.body], []), node)

    def _augment(self, node: ast.AugAssign, out: list[ast.stmt]) -> ast.stmt:
        """`x += call` as `x = x + call`, unless the call cannot change x."""
        self._apart(node.target)
        before = copied(node.target)
        before.ctx = ast.Load()
        calls = self.routines.calls(node.value)
        if _steady(before, calls):
            node.value = self.expr(node.value, out)
            return node
        if isinstance(node.target, ast.Subscript) and not _steady(node.target.slice, calls):
            self._refuse(node.value, APART)
        sum = ast.copy_location(ast.BinOp(before, node.op, node.value), node)
        return ast.copy_location(ast.Assign([node.target], self.expr(sum, out)), node)

    def expr(self, node: ast.expr, out: list[ast.stmt]) -> ast.expr:
        """The expression, its calls' statements appended to `out`."""
        if not self.routines.calls(node):
            return node
        match node:
            case ast.Call() if self.routines.find(node):
                return self._call(node, out)
            case ast.BoolOp(values=[first, *rest]) if any(map(self.routines.calls, rest)):
                return self._either(node, first, rest, out)
            case ast.IfExp() if self.routines.calls(node.body) or self.routines.calls(node.orelse):
                return self._choose(node, out)
            case ast.NamedExpr():
                self._refuse(node, APART)
            case ast.Compare(comparators=[_, *later]) if later:
                self._apart(*later)
        places = [
            (owner, name, index)
            for owner in (node, *getattr(node, "keywords", []))
            for name, value in ast.iter_fields(owner)
            if name != "func"
            for index, item in enumerate(value if isinstance(value, list) else [value])
            if isinstance(item, ast.expr)
        ]
        found = [getattr(owner, name) for owner, name, _ in places]
        operands = [
            value[index] if isinstance(value, list) else value
            for value, (_, _, index) in zip(found, places, strict=True)
        ]
        for (owner, name, index), value in zip(places, self._operands(operands, out), strict=True):
            if isinstance(getattr(owner, name), list):
                getattr(owner, name)[index] = value
            else:
                setattr(owner, name, value)
        return node

    def _operands(self, nodes: list[ast.expr], out: list[ast.stmt]) -> list[ast.expr]:
        """Expressions that are evaluated one after the other."""
        result = []
        for index, node in enumerate(nodes):
            later = [routine for following in nodes[index + 1 :] for routine in self.routines.calls(following)]
            value = self.expr(node, out)
            if later and not _steady(value, later):
                value = self._keep(value, out)
            result.append(value)
        return result

    def _keep(self, value: ast.expr, out: list[ast.stmt], name: str = "") -> ast.Name:
        """A local that has the value."""
        name = name or self._fresh("value")
        self._assign(name, value, out)
        return ast.copy_location(ast.Name(name, ast.Load()), value)

    def _assign(self, name: str, value: ast.expr, out: list[ast.stmt]) -> None:
        target = ast.copy_location(ast.Name(name, ast.Store()), value)
        out.append(ast.copy_location(ast.Assign([target], value), value))

    def _fresh(self, name: str, kind: str = "") -> str:
        self._count += 1
        fresh = f"{name}_{self._count}__"
        if kind:
            self.kinds[fresh] = kind
        return fresh

    def _either(self, node: ast.BoolOp, first: ast.expr, rest: list[ast.expr], out: list[ast.stmt]) -> ast.expr:
        """`a and call`: the call's statements run only where Python would call."""
        result = self._keep(self.expr(first, out), out)
        later: list[ast.stmt] = []
        following = rest[0] if len(rest) == 1 else ast.copy_location(ast.BoolOp(node.op, rest), rest[0])
        self._assign(result.id, self.expr(following, later), later)
        test: ast.expr = copied(result)
        if isinstance(node.op, ast.Or):
            test = ast.copy_location(ast.UnaryOp(ast.Not(), test), node)
        out.append(ast.copy_location(ast.If(test, later, []), node))
        return result

    def _choose(self, node: ast.IfExp, out: list[ast.stmt]) -> ast.expr:
        """`call if test else other`."""
        test = self.expr(node.test, out)
        name = self._fresh("value", FLOAT if self._is_float(node.body) or self._is_float(node.orelse) else "")
        branches: list[list[ast.stmt]] = [[], []]
        for branch, value in zip(branches, (node.body, node.orelse), strict=True):
            self._assign(name, self.expr(value, branch), branch)
        out.append(ast.copy_location(ast.If(test, *branches), node))
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def _is_float(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant(value=float()):
                return True
            case ast.Call() if routine := self.routines.find(node):
                return routine.results == [FLOAT]
        return False

    def _call(self, call: ast.Call, out: list[ast.stmt]) -> ast.expr:
        """Append what a call does; its result."""
        routine = self.routines.find(call)
        assert routine is not None
        names: dict[str, str] = {}
        constants: dict[str, ast.expr] = {}
        stored = routine.stored()
        for parameter, value in self._arguments(call, routine, out):
            if _is_function(parameter):
                constants[parameter.arg] = value
                continue
            kind = kind_of(parameter.annotation)
            if isinstance(value, ast.Constant) and parameter.arg not in stored:
                constants[parameter.arg] = _literal(value, kind)
            elif isinstance(value, ast.Name) and parameter.arg not in stored and self.kinds.get(value.id) == kind:
                names[parameter.arg] = value.id
            else:
                names[parameter.arg] = self._fresh(parameter.arg, kind)
                self._keep(value, out, names[parameter.arg])
        names |= {name: self._fresh(name) for name in sorted(stored - names.keys())}
        self.kinds |= {names[name]: kind for name, kind in routine.declared().items()}
        results = [self._fresh("result", kind) for kind in routine.results]
        rename = Rename(names, constants, routine.owner)
        body = [rename.visit(statement) for statement in routine.body]
        body = fold([line for statement in body for line in with_results(statement, results)])
        if routine.owner:
            place(body, call)
        out += self.block(body)
        found: list[ast.expr] = [ast.copy_location(ast.Name(name, ast.Load()), call) for name in results]
        if len(found) == 1:
            return found[0]
        return ast.copy_location(ast.Tuple(found, ast.Load()) if found else ast.Constant(None), call)

    def _arguments(self, call: ast.Call, routine: Routine, out: list[ast.stmt]) -> list[tuple[ast.arg, ast.expr]]:
        """Each parameter and its value, in the order in which they are evaluated."""
        known = {parameter.arg: parameter for parameter in routine.parameters}
        plain = [parameter.arg for parameter in routine.function.args.args[1:]]
        names = [*plain[: len(call.args)], *(keyword.arg or "" for keyword in call.keywords)]
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        missing = [name for name in known if name not in names and name not in routine.defaults]
        if missing or len(names) != len(given) or len(set(names)) != len(names) or not set(names) <= known.keys():
            without = {name: f"={ast.unparse(value)}" for name, value in routine.defaults.items()}
            shown = ", ".join(name + without.get(name, "") for name in known)
            self._refuse(call, f"it is called so: {ast.unparse(call.func)}({shown})")
        values = dict(zip(names, given, strict=True))
        functions = {name: value for name, value in values.items() if _is_function(known[name])}
        for value in functions.values():
            if not isinstance(value, ast.Name) and chain(value) is None:
                self._refuse(value, "name a function of this file, or a method as self.name")
        numbers = {name: value for name, value in values.items() if name not in functions}
        values = functions | dict(zip(numbers, self._operands(list(numbers.values()), out), strict=True))
        values |= {name: copied(value) for name, value in routine.defaults.items() if name not in values}
        return [(known[name], value) for name, value in values.items()]


def _is_function(parameter: ast.arg) -> bool:
    """Whether a parameter is a function, which a call names."""
    match parameter.annotation:
        case ast.Subscript(value=ast.Name(id="Callable")):
            return True
    return False


def _steady(node: ast.expr, calls: list[Routine]) -> bool:
    """Whether none of these calls can change what an expression of theirs is worth."""
    for inner in walk(node):
        match inner:
            case ast.Call() | ast.Subscript() | ast.NamedExpr():
                return not calls
            case ast.Attribute() if names := chain(inner):
                if any(names[: len(routine.owner)] == routine.owner for routine in calls):
                    return False
    return True


def _literal(node: ast.Constant, kind: str) -> ast.Constant:
    """The literal as the parameter has it."""
    return ast.Constant(float(node.value)) if kind == FLOAT and isinstance(node.value, int) else node
