"""Makes the numbers of a function native; see expressions.py for how they mix."""

import ast

from livepatch.compiler.expressions import IN_A_TABLE, Expressions, call, floated, refuse_tuple, to_float
from livepatch.compiler.kinds import ELEMENT, FLOAT, INT, UNKNOWN, Scope, Signature, elements, kind_of
from livepatch.compiler.trees import copied, walk

IN_A_LOOP = f"write the lines out for each of them; or {IN_A_TABLE}"


def native_function(function: ast.FunctionDef, scope: Scope) -> ast.FunctionDef:
    """The function with native numbers, its whole-number locals declared at its top."""
    result = copied(function)
    whole = make_native(result, scope)
    top = int(ast.get_docstring(result) is not None)
    result.body[top:top] = declarations(whole, function)
    return result


def make_native(function: ast.FunctionDef, scope: Scope) -> set[str]:
    """Make `function` native in place; the whole-number locals it has are still to be declared."""
    for argument in walk(function.args):
        if isinstance(argument, ast.arg):
            argument.annotation = _native_annotation(argument.annotation)
    function.returns = _native_annotation(function.returns)
    rewriter = _Statements(function, scope)
    function.body = rewriter.block(function.body)
    return rewriter.whole


def declarations(whole: set[str], at: ast.FunctionDef) -> list[ast.stmt]:
    """Statements that declare whole-number locals."""
    found = ast.parse("\n".join(f"{name}: i64" for name in sorted(whole))).body
    for statement in found:
        for node in walk(statement):
            if isinstance(node, ast.stmt | ast.expr):
                ast.copy_location(node, at)
    return found


def _native_annotation(annotation: ast.expr | None) -> ast.expr | None:
    if annotation is not None:
        for node in walk(annotation):
            if isinstance(node, ast.Name) and node.id == "int":
                node.id = "i64"
    return annotation


class _Statements:
    """Rewrites the statements of one function. `kinds` are its locals', `whole` those to be declared."""

    def __init__(self, function: ast.FunctionDef, scope: Scope) -> None:
        arguments = dict(Signature.of(function).arguments)
        self.kinds: dict[str, str] = scope.locals | arguments
        self.expressions = Expressions(scope, self.kinds)
        self.result = kind_of(function.returns)
        self.annotated: set[str] = set(arguments)
        self.whole: set[str] = set()

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        return [self.statement(statement) for statement in statements]

    def statement(self, node: ast.stmt) -> ast.stmt:  # noqa: C901 - one case for each kind of statement
        match node:
            case ast.Assign():
                self._assign(node)
            case ast.AugAssign():
                return self._augment(node)
            case ast.AnnAssign():
                self._annotate(node)
            case ast.For():
                self._loop(node)
            case ast.If() | ast.While() | ast.Assert():
                node.test = self.expressions.expr(node.test)[0]
            case ast.Return(value=ast.expr() as value):
                node.value = self._as(value, self.result)
            case ast.Expr():
                node.value = self.expressions.expr(node.value)[0]
            case ast.Match():
                node.subject = self.expressions.expr(node.subject)[0]
                for choice in node.cases:
                    choice.body = self.block(choice.body)
        for branch in ("body", "orelse"):
            if hasattr(node, branch):
                setattr(node, branch, self.block(getattr(node, branch)))
        return node

    def _assign(self, node: ast.Assign) -> None:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values) as value) if len(
                targets
            ) == len(values):
                found = [self.expressions.expr(element) for element in values]
                pairs = zip(targets, found, strict=True)
                value.elts = [self._store(target, item, kind)[0] for target, (item, kind) in pairs]
                return
        result, kind = self.expressions.expr(node.value)
        for target in node.targets:
            if isinstance(target, ast.Tuple):
                for item, own in zip(target.elts, elements(kind), strict=False):
                    self._store(item, item, own)
            else:
                result, kind = self._store(target, result, kind)
        node.value = result

    def _annotate(self, node: ast.AnnAssign) -> None:
        kind = kind_of(node.annotation)
        if isinstance(node.target, ast.Name):
            self.kinds[node.target.id] = kind
            self.annotated.add(node.target.id)
        node.annotation = _native_annotation(node.annotation) or node.annotation
        if node.value is not None:
            node.value = self._as(node.value, kind)

    def _as(self, node: ast.expr, wanted: str) -> ast.expr:
        node, kind = self.expressions.expr(node)
        return to_float(node, kind) if wanted == FLOAT else node

    def _store(self, target: ast.expr, value: ast.expr, kind: str) -> tuple[ast.expr, str]:
        """The value as `target` wants it; a new local takes the value's kind."""
        if isinstance(target, ast.Name):
            wanted = self.kinds.setdefault(target.id, kind)
            if wanted == INT and target.id not in self.annotated:
                self.whole.add(target.id)
        else:
            wanted = self._target(target)
        return (floated(value, kind), FLOAT) if wanted == FLOAT else (value, kind)

    def _target(self, target: ast.expr) -> str:
        """The kind of what is stored into: an attribute, an element, a known local."""
        if isinstance(target, ast.Subscript):
            _, kind = self.expressions.expr(target)
            return kind
        return self.expressions.kind(target)

    def _augment(self, node: ast.AugAssign) -> ast.stmt:
        wanted = self._target(node.target)
        if isinstance(node.op, ast.Pow) and not isinstance(node.target, ast.Subscript):
            before = copied(node.target)
            before.ctx = ast.Load()
            power = ast.copy_location(ast.BinOp(before, node.op, node.value), node)
            return self.statement(ast.copy_location(ast.Assign([node.target], power), node))
        node.value = self._as(node.value, wanted)
        return node

    def _loop(self, node: ast.For) -> None:
        match node.iter:
            case ast.Call(func=ast.Name(id="range"), args=arguments) as span:
                span.args = [self.expressions.expr(argument)[0] for argument in arguments]
                span.args[:2] = [call("i64", argument, argument) for argument in span.args[:2]]
                kinds = [INT]
            case ast.Call(func=ast.Name(id="enumerate" | "zip" as name), args=arguments) as several:
                found = [self.expressions.expr(argument) for argument in arguments]
                for argument, over in found:
                    refuse_tuple(argument, over, "a loop over", IN_A_LOOP)
                several.args = [argument for argument, _ in found]
                kinds = [ELEMENT.get(over, UNKNOWN) for _, over in found]
                kinds = [INT, *kinds[:1]] if name == "enumerate" else kinds
            case _:
                node.iter, over = self.expressions.expr(node.iter)
                refuse_tuple(node.iter, over, "a loop over", IN_A_LOOP)
                kinds = [ELEMENT.get(over, UNKNOWN)]
        targets = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
        for target, kind in zip(targets, kinds, strict=False):
            self._store(target, target, kind)
