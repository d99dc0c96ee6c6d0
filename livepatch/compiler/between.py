"""The methods besides step() and process() that livepatch calls: events, and what plays while bypassed."""

import ast
from typing import NoReturn

from livepatch.callbacks import BYPASSED, EVENTS, SOUNDING
from livepatch.compiler.expressions import call
from livepatch.compiler.forms import Form, Names, attribute, step_form
from livepatch.compiler.kinds import Scope
from livepatch.compiler.numbers import native_function
from livepatch.compiler.signals import process_form
from livepatch.compiler.trees import copied, walk
from livepatch.errors import ModuleError


def sounding(cls: ast.ClassDef) -> ast.ClassDef:
    """The class with step() or process() and its own methods alone."""
    return _with(cls, [method for method in cls.body if not _named(method, (*EVENTS, *BYPASSED))])


def event_methods(cls: ast.ClassDef, names: Names, scope: Scope, path: str, form: Form) -> list[ast.stmt]:
    """The events of a class, and the author's methods they use that `form` lacks.

    Raises: ModuleError: if one does what only step() or process() can.
    """
    methods = {method.name: method for method in cls.body if isinstance(method, ast.FunctionDef)}
    there = {method.name for method in form.methods if isinstance(method, ast.FunctionDef)}
    wanted = [name for name in EVENTS if name in methods]
    made: list[ast.stmt] = []
    for name in wanted:
        if name not in there:
            there.add(name)
            made.append(_Between(names, path, name).visit(native_function(methods[name], scope)))
            calls = [attribute(node.func) for node in walk(methods[name]) if isinstance(node, ast.Call)]
            wanted += [other for other in calls if other is not None and other in methods]
    return made


def bypass_form(cls: ast.ClassDef, names: Names, scope: Scope, path: str, form: Form) -> Form:
    """What plays while the module is bypassed: the methods that `form` lacks, none if the author wrote none."""
    own = next((method for method in cls.body if _named(method, BYPASSED)), None)
    made = Form("")
    if not isinstance(own, ast.FunctionDef):
        return made
    main = own.name.removesuffix("_bypass")
    body = [method for method in cls.body if not _named(method, (*SOUNDING, *EVENTS, *BYPASSED))]
    as_main = copied(own)
    as_main.name = main
    alone = _with(cls, [*body, as_main])
    made = step_form(alone, names, scope) if main == "step" else process_form(alone, names, scope, path)
    helpers = {method.name for method in body if isinstance(method, ast.FunctionDef)}
    generated = {method.name for method in made.methods if isinstance(method, ast.FunctionDef)} - helpers
    there = {method.name for method in form.methods if isinstance(method, ast.FunctionDef)}
    renamer = _Bypassed(generated)
    renamed = [renamer.visit(method) for method in made.methods]
    made.methods = [method for method in renamed if method.name not in there]
    return made


def _named(node: ast.stmt, names: tuple[str, ...]) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name in names


def _with(cls: ast.ClassDef, body: list[ast.stmt]) -> ast.ClassDef:
    return ast.copy_location(ast.ClassDef(cls.name, cls.bases, cls.keywords, body, []), cls)


class _Bypassed(ast.NodeTransformer):
    """Renames generated methods, where they stand and where they are called."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if node.name in self.names:
            node.name += "_bypass"
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if attribute(node) in self.names:
            node.attr += "_bypass"
        return self.generic_visit(node)


class _Between(ast.NodeTransformer):
    """An event stands between two blocks: a knob or inlet is read as it stood, an outlet is not written."""

    def __init__(self, names: Names, path: str, method: str) -> None:
        self.names = names
        self.path = path
        self.method = method

    def refuse(self, node: ast.AST, message: str) -> NoReturn:
        raise ModuleError.at(self.path, getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1, message)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "signal":
            self.refuse(node, f"{self.method}() has no block; read a knob or inlet plainly, as self.name")
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        name = attribute(node)
        if name not in self.names.ports:
            return self.generic_visit(node)
        if isinstance(node.ctx, ast.Store):
            self.refuse(
                node,
                f"{self.method}() cannot write self.{name}; set state that step() or process() writes it from",
            )
        return call("peek", node, node, ast.copy_location(ast.Constant(0), node))
