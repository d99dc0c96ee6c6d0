"""What is wrong with a module's draw(), in words: names that are not there."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator

from livepatch.callbacks import ARGUMENTS
from livepatch.canvas import Canvas
from livepatch.errors import Problem, what_was_raised
from livepatch.likeness import hint
from livepatch.module import Module
from livepatch.plain_methods import module_class, reached

SHAPES = tuple(name for name, value in vars(Canvas).items() if callable(value) and not name.startswith("_"))
"""What is drawn on a canvas: its methods."""
_SELF, _CANVAS = ARGUMENTS["draw"]
_CALLED = re.compile(r"Canvas\.(\w+)\(\) ")


def unknown_names(tree: ast.Module, path: str) -> list[Problem]:
    """Where draw(), and what it calls, names something of the module or of the canvas that is not there."""
    declared = set(_declared(module_class(tree)))
    found, canvas = [], Canvas()
    for method in reached(tree, ("draw",)).values():
        arguments = {argument.arg for argument in method.args.args}
        for node in ast.walk(method):
            match node:
                case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in arguments:
                    if owner == _SELF and name not in declared and not hasattr(Module, name):
                        words = _no_attribute(name, declared)
                    elif owner == _CANVAS and not hasattr(canvas, name):
                        words = _no_shape(name)
                    else:
                        continue
                    found.append(Problem(path, node.lineno, node.col_offset + 1, f"draw(): {words}"))
    return sorted(found, key=lambda problem: (problem.line, problem.column))


def told(error: Exception, canvas: Canvas, module: object) -> str:
    """What a draw() raised, and what to write instead as far as that is known."""
    if isinstance(error, AttributeError) and error.name and error.obj is not None:
        if error.obj is canvas:
            return _no_shape(error.name)
        if error.obj is module:
            return _no_attribute(error.name, [name for name in vars(type(module)) if not name.startswith("_")])
    words = what_was_raised(error)
    called = _CALLED.match(str(error)) if isinstance(error, TypeError) else None
    if called is not None and called[1] in SHAPES:
        takes = inspect.signature(getattr(canvas, called[1])).replace(return_annotation=inspect.Signature.empty)
        words += f"; it takes {takes}"
    return words


def _no_attribute(name: str, declared: Iterable[str]) -> str:
    if name in inspect.get_annotations(Module):
        return f"it does not see {_SELF}.{name}; keep what it shows of that in state, as in shown = 0.0"
    return f"there is no {_SELF}.{name}{hint(name, declared, f'declare it in the class, as in {name} = 0.0')}"


def _no_shape(name: str) -> str:
    shapes = ", ".join(SHAPES)
    return f"{_CANVAS} has no {name}(){hint(name, SHAPES, f'it has {shapes}')}"


def _declared(cls: ast.ClassDef) -> Iterator[str]:
    for statement in cls.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.FunctionDef(name=name):
                yield name
