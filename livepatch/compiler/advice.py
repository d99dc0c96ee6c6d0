"""What to write instead, for what the type checker has to say of an author's mistake."""

import ast
import re

from livepatch.compiler.trees import copied, walk

FRACTION_FOR_WHOLE = re.compile(
    r'^(?:Incompatible types in assignment \(expression has type "float", variable has type "int"\)'
    r'|Unsupported operand types for \S+ \("int" and "float"\))$'
)
NOT_A_BLOCK = re.compile(r'^(?:Unsupported target for indexed assignment|Value of type "float" is not indexable)')
FRACTION_AS_INDEX = re.compile(
    r'^(?:Invalid index type "float" for "vec\['
    r'|No overload variant of "__getitem\w*" of "vec" matches argument type "float")'
)
UNTYPED = re.compile(r"^Function is missing a (?:return )?type annotation")
Function = ast.FunctionDef


def advice(message: str, text: str, line: int) -> str:
    """The message about a line of the author's `text`, in words that say what to write; else as it is."""
    tree = ast.parse(text)
    if FRACTION_FOR_WHOLE.match(message):
        return _begun_whole(tree, text, line) or message
    if NOT_A_BLOCK.match(message):
        return (
            "this is one number, not a block; take the block first, as in `out = signal(self.out)`, then `out[i]`"
        )
    if FRACTION_AS_INDEX.match(message):
        return "a place in a buffer is a whole number: `int(x)` rounds toward 0"
    if UNTYPED.match(message) and (function := _around(tree, line)) is not None:
        return _signature(function)
    return message


def untyped(function: Function) -> str:
    """What to write where a function does not say what it takes, or what it gives; "" if it says all."""
    if not _unsaid(function) and (function.returns is not None or not _gives(function)):
        return ""
    return _signature(function)


def _unsaid(function: Function) -> list[str]:
    """The arguments without a type."""
    return [each.arg for each in function.args.args if each.annotation is None and each.arg != "self"]


def _gives(function: Function) -> bool:
    return any(isinstance(node, ast.Return) and node.value is not None for node in walk(function))


def _signature(function: Function) -> str:
    """How a function is to begin that does not say all its types: what it does not say is most often a float."""
    unsaid, result = _unsaid(function), "float" if _gives(function) else "None"
    arguments = copied(function.args)
    for each in arguments.args:
        if each.arg in unsaid:
            each.annotation = ast.Name("float")
    if function.returns is not None:
        result = ast.unparse(function.returns)
    missing = f"what {unsaid[0]} is, float, int or bool" if unsaid else "what it gives, float, int or bool"
    if not unsaid and result == "None":
        missing = "that it gives nothing"
    return f"say {missing}: `def {function.name}({ast.unparse(arguments)}) -> {result}:`"


def _around(tree: ast.Module, line: int) -> Function | None:
    """The function that a line is in."""
    functions = [node for node in walk(tree) if isinstance(node, Function)]
    around = [node for node in functions if node.lineno <= line <= (node.end_lineno or 0)]
    return max(around, key=lambda node: node.lineno, default=None)


def _begun_whole(tree: ast.Module, text: str, line: int) -> str:
    """Where that begins as a whole number which gets a fraction at a line."""
    for node in walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.expr() as target])
                | ast.AugAssign(target=target)
                | ast.AnnAssign(target=ast.expr() as target)
            ) if node.lineno == line:
                first = _first(tree, target, line)
                if first is not None and first.lineno != line:
                    written = text.splitlines()[first.lineno - 1].strip()
                    name = ast.unparse(target)
                    begun = f"{name} begins as a whole number (line {first.lineno}: `{written}`)"
                    return f"{begun} and may get a fraction here; begin it as one: `{_as_float(first)}`"
    return ""


def _first(tree: ast.Module, target: ast.expr, line: int) -> ast.Assign | ast.AnnAssign | None:
    """Where a state, or a local of the function around a line, begins, if that is as a whole number."""
    match target:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            within = [part for node in tree.body if isinstance(node, ast.ClassDef) for part in node.body]
        case ast.Name(id=name):
            function = _around(tree, line)
            within = [part for part in walk(function) if isinstance(part, ast.stmt)] if function else []
        case _:
            return None
    for part in sorted(within, key=lambda part: part.lineno):
        match part:
            case (
                ast.Assign(targets=[ast.Name(id=named)], value=ast.Constant(value=int()))
                | ast.AnnAssign(target=ast.Name(id=named), value=ast.Constant(value=int()))
            ) if named == name:
                return part
    return None


def _as_float(first: ast.Assign | ast.AnnAssign) -> str:
    assert isinstance(first.value, ast.Constant)
    target = first.targets[0] if isinstance(first, ast.Assign) else first.target
    kind = "" if isinstance(first, ast.Assign) else ": float"
    return f"{ast.unparse(target)}{kind} = {float(first.value.value)!r}"  # type: ignore[arg-type] # a whole number
