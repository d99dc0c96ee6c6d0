"""Rewrites a step for sixteen voices side by side: every number becomes one for each voice.

Branches go: both arms are computed, and for each voice the one that it took is selected, unless the branch is the
same for all. What no voice changes is computed before the loop, what only knobs change again when one moves.
What cannot be written so plays one voice after the other; the exception says why.
"""

import ast
from collections.abc import Sequence

from livepatch.compiler.expressions import call, whole_value
from livepatch.compiler.forms import BLOCK, FRAME
from livepatch.compiler.kinds import BOOL, FLOAT, INT, Scope
from livepatch.compiler.lane_expressions import LaneExpressions
from livepatch.compiler.lane_functions import COSTLY
from livepatch.compiler.lane_values import EVERY, LANES, MASK, UNIFORM, Value, common, load, placed
from livepatch.compiler.returns import EntangledError, fold
from livepatch.compiler.trees import copied, walk
from livepatch.compiler.unheard import heard_outlet

MOST_TURNS = 16
MOST_CALLS = 8
HEAVY = 8
"""Statements from which on an arm is worth asking whether any voice takes it."""
RESULT = "result__"


class Lowering(LaneExpressions):
    """Rewrites one step."""

    def __init__(self, scope: Scope, functions: dict[str, ast.FunctionDef], values: dict[str, Value]) -> None:
        super().__init__(scope, values)
        self.functions = functions

    def statements(self, body: Sequence[ast.stmt]) -> None:
        """Rewrite statements in their order."""
        for statement in body:
            if not self._depth:
                self._at = statement
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self._assign(target, value)
            case ast.AugAssign(target=target, op=op, value=value):
                self._assign(target, ast.copy_location(ast.BinOp(_loaded(target), op, value), node))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.If():
                self._branch(node)
            case ast.For():
                self._unroll(node)
            case ast.Expr(value=ast.Call() as work):
                self._call(work)
            case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.AnnAssign(value=None):
                pass
            case ast.While():
                self._refuse(node, "while")
            case _:
                self._refuse(node, f"`{ast.unparse(node).splitlines()[0]}`")

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
                found = [self.expr(one) for one in values]
                for one, own in zip(targets, found, strict=True):
                    self._store(one, own)
            case _:
                self._store(target, self.expr(value))

    def _store(self, target: ast.expr, value: Value) -> None:
        match target:
            case ast.Subscript(value=ast.expr() as buffer, slice=ast.expr() as index):
                into = self._buffer(buffer)
                place, sample = self.lanes(self.expr(index)), self.lanes(value)
                self._do("lanes_put", into, place.node, sample.node, self._mask().node)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                wanted = self.scope.attributes.get(name)
                if self.values.get(f"self.{name}", value).kind == INT == value.kind:
                    self.values[f"self.{name}"] = value
                    return
                self.values[f"self.{name}"] = self.mask(value) if wanted == BOOL else self.lanes(value)
            case ast.Name(id=name):
                self.values[name] = value
            case _:
                self._refuse(target, "this kind of assignment")

    def _branch(self, node: ast.If) -> None:
        test = self.expr(node.test)
        outlet = heard_outlet(node)
        if outlet is not None:
            self._heard(node.body, test, outlet)
            return
        if test.kind == BOOL:
            self._branch_for_all(node, test)
        else:
            self._branch_for_each(node, self.mask(test))

    def _arm(self, body: list[ast.stmt], mask: Value | None) -> tuple[list[ast.stmt], dict[str, Value]]:
        before, outer = dict(self.values), self.code.every
        self.code.every = []
        if mask is not None:
            self._masks.append(mask)
        self.statements(body)
        if mask is not None:
            self._masks.pop()
        code, after = self.code.every, self.values
        self.code.every, self.values = outer, before
        return code, after

    def _heard(self, body: list[ast.stmt], test: Value, outlet: str) -> None:
        """What is computed and written only while the outlet is heard; nothing else reads any of it."""
        code, after = self._arm(body, None)
        sample = self._inside(code, after[f"self.{outlet}"], LANES)
        frame = load(FRAME, self._at)
        store = call("lanes_store", frame, load(BLOCK + outlet, self._at), frame, sample.node)
        branch = ast.If(test.node, [*code, ast.Expr(store)], [])
        self.code.every.append(placed(branch, self._at))

    def _branch_for_all(self, node: ast.If, test: Value) -> None:
        (first, one), (second, other) = self._arm(node.body, None), self._arm(node.orelse, None)
        joined: dict[str, tuple[Value, Value]] = {}
        for key in sorted(one.keys() & other.keys()):
            if one[key] is not other[key]:
                kind = common(one[key], other[key])
                joined[key] = self._inside(first, one[key], kind), self._inside(second, other[key], kind)
        self.values = {key: value for key, value in one.items() if key in other}
        if not first and not second:
            for key in sorted(joined):
                self.values[key] = self._pick(test, *joined[key])
            return
        for key in sorted(joined):
            a, b = joined[key]
            name = self._name()
            first.append(self._let(name, a))
            if a.kind in UNIFORM:
                self.kinds[name] = a.kind
            second.append(placed(ast.Assign([ast.Name(name, ast.Store())], b.node), self._at))
            self.values[key] = Value(load(name, self._at), a.kind, EVERY, a.whole and b.whole)
        branch = ast.If(test.node, first or [ast.Pass()], second)
        self.code.every.append(placed(branch, self._at))

    def _branch_for_each(self, node: ast.If, test: Value) -> None:
        before = dict(self.values)
        (first, one) = self._arm(node.body, test)
        inverse = self._work("lanes_not", MASK, test) if node.orelse else test
        (second, other) = self._arm(node.orelse, inverse) if node.orelse else ([], before)
        changed = [key for key in sorted(one.keys() | other.keys()) if one.get(key) is not other.get(key)]
        for key in changed:
            if key not in before and not (key in one and key in other):
                one.pop(key, None)
                other.pop(key, None)
        changed = [key for key in changed if key in one]
        if _heavy(first) or _heavy(second):
            self._skip(test, first, {key: one[key] for key in changed if one[key] is not before.get(key)})
            self._skip(inverse, second, {key: other[key] for key in changed if other[key] is not before.get(key)})
            return
        self.code.every += [*first, *second]
        for key in changed:
            self.values[key] = self._pick(test, *self._alike(one[key], other[key]))

    def _skip(self, test: Value, code: list[ast.stmt], changed: dict[str, Value]) -> None:
        """An arm that is computed only if some voice takes it."""
        inner = list(code)
        outer, self.code.every = self.code.every, inner
        before: list[ast.stmt] = []
        after: dict[str, Value] = {}
        for key, value in changed.items():
            new, old = value, self.values.get(key)
            if old is None:
                old = (
                    Value(ast.Constant(0.0), FLOAT) if new.kind != MASK else Value(ast.Constant(value=False), BOOL)
                )
            kind = MASK if {new.kind, old.kind} <= {MASK, BOOL} else LANES
            new, old = self._inside(inner, new, kind), self._inside(outer, old, kind)
            name = self._name()
            before.append(self._let(name, old))
            inner.append(self._let(name, self._pick(test, new, old)))
            after[key] = Value(load(name, self._at), new.kind, EVERY, new.whole and old.whole)
        self.code.every = outer
        outer += before
        asked = call("lanes_any", load("_", self._at), test.node)
        outer.append(placed(ast.If(asked, inner or [ast.Pass()], []), self._at))
        self.values.update(after)

    def _unroll(self, node: ast.For) -> None:
        inside = {type(inner) for statement in node.body for inner in walk(statement)}
        if {ast.Break, ast.Continue} & inside or node.orelse:
            self._refuse(node, "a loop that may be left early, or in the middle")
        names, turns = self._turns(node)
        if not 0 < len(turns) <= MOST_TURNS:
            self._refuse(node, f"a loop of {len(turns)} turns, where {MOST_TURNS} may be")
        for turn in turns:
            self.values |= dict(zip(names, turn, strict=True))
            self.statements(node.body)

    def _limit(self, node: ast.expr) -> int | None:
        """A whole number that is known now."""
        match node:
            case ast.Name(id=name) if name not in self.values:
                return self.scope.wholes.get(name)
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]) if name not in self.values:
                return self.scope.tables.get(name)
        return whole_value(node)

    def _turns(self, node: ast.For) -> tuple[list[str], list[list[Value]]]:
        """What a loop gives names to, and with which values, turn by turn."""

        def whole(number: int) -> Value:
            return Value(ast.copy_location(ast.Constant(number), node), INT)

        match node:
            case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=arguments)):
                limits = [limit for limit in map(self._limit, arguments) if limit is not None]
                if len(limits) == len(arguments):
                    return [name], [[whole(turn)] for turn in range(*limits)]
                self._refuse(node, "a loop whose number of turns is not written there")
            case ast.For(target=ast.Name(id=name), iter=ast.Name(id=table)) if table in self.scope.tables:
                return [name], [[self.entry(table, place)] for place in range(self.scope.tables[table])]
            case ast.For(
                target=ast.Tuple(elts=[ast.Name(id=number), ast.Name(id=name)]),
                iter=ast.Call(func=ast.Name(id="enumerate"), args=[ast.Name(id=table)]),
            ) if table in self.scope.tables:
                places = range(self.scope.tables[table])
                return [number, name], [[whole(place), self.entry(table, place)] for place in places]
        self._refuse(node, f"a loop over `{ast.unparse(node.iter)}`")

    def choice(self, node: ast.IfExp) -> Value:
        """As a branch, if an arm is work that is worth skipping, while no voice wants it or none can."""
        works = any(isinstance(inner, ast.Call) for arm in (node.body, node.orelse) for inner in walk(arm))
        if not _costs(node.body) and not _costs(node.orelse) and not (works and self._for_all(node.test)):
            return super().choice(node)
        outer = self.values
        self.values = dict(outer)
        test = ast.If(node.test, [_kept(node.body)], [_kept(node.orelse)])
        self._branch(ast.copy_location(test, node))
        result = self.values[RESULT]
        self.values = outer
        return result

    def _for_all(self, node: ast.expr) -> bool:
        """Whether a condition is the same for all voices."""
        before = len(self.code.every)
        found = self.expr(node)
        del self.code.every[before:]
        return found.kind == BOOL

    def inlined(self, node: ast.Call, name: str) -> Value | None:
        """What one of the functions gives, written out."""
        function = self.functions.get(name)
        if function is None:
            return None
        found = [self.expr(argument) for argument in node.args]
        names = [argument.arg for argument in function.args.args]
        body = [copied(statement) for statement in function.body]
        try:
            body = fold(_Returns().visit(ast.Module(body, [])).body)
        except EntangledError:
            self._refuse(node, f"`{function.name}()`, which returns from inside a loop")
        if len(found) != len(names) or self._depth > MOST_CALLS:
            self._refuse(node, f"`{ast.unparse(node)}`")
        outer = self.values
        attributes = {key: value for key, value in outer.items() if key.startswith("self.")}
        self.values = {**attributes, **dict(zip(names, found, strict=True))}
        self._depth += 1
        self.statements(body)
        self._depth -= 1
        result = self.values.get(RESULT)
        self.values = outer
        if result is None:
            self._refuse(node, f"`{function.name}()`")
        return result


class _Returns(ast.NodeTransformer):
    """`return x` keeps x in a local first."""

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        if node.value is None:
            return [node]
        kept = ast.Assign([ast.Name(RESULT, ast.Store())], node.value)
        return [ast.copy_location(kept, node), ast.copy_location(ast.Return(), node)]


def _heavy(code: list[ast.stmt]) -> bool:
    calls = [node.func.id for one in code for node in walk(one) if _is_named_call(node)]  # type: ignore[attr-defined]
    return len(code) >= HEAVY or any(name in COSTLY for name in calls)


def _is_named_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def _loaded(target: ast.expr) -> ast.expr:
    result = copied(target)
    result.ctx = ast.Load()  # type: ignore[attr-defined]
    return result


def _costs(node: ast.expr) -> bool:
    """Whether an expression is work, as the author wrote it."""
    for inner in walk(node):
        match inner:
            case ast.Call(func=ast.Name(id=name)) if f"lanes_{name}" in COSTLY:
                return True
            case ast.BinOp(op=ast.Div(), right=right) if not isinstance(right, ast.Constant):
                return True
    return False


def _kept(value: ast.expr) -> ast.stmt:
    return ast.copy_location(ast.Assign([ast.Name(RESULT, ast.Store())], value), value)
