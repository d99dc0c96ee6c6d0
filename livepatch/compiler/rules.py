"""What a module file may not do, told at the author's line with what to write instead."""

import ast
from collections.abc import Iterator
from typing import NoReturn

from livepatch.callbacks import ARGUMENTS, INNER, SIGNATURES
from livepatch.compiler.advice import untyped
from livepatch.compiler.trees import walk
from livepatch.declarations import RESERVED_PREFIXES
from livepatch.errors import ModuleError
from livepatch.likeness import hint
from livepatch.panel import Panel
from livepatch.plain_methods import reached

IMPORTABLE = ("livepatch.module", "livepatch.dsp", "livepatch.voltage", "math", "typing", "librt.vecs")
REACHING_OUT = frozenset(
    {
        "open",
        "print",
        "input",
        "eval",
        "exec",
        "compile",
        "breakpoint",
        "__import__",
        "globals",
        "locals",
        "vars",
        "exit",
        "quit",
    }
)
NUMBERS_ONLY = "the sound is made of numbers; text belongs into draw() and the methods of the control side"
OWN = frozenset(("latency",))
"""What a method may set without declaring it."""
WITHOUT_A_LIST = "keep what changes in a buffer(), and a table of constants in a tuple at the top of the file"
NOT_IN_SOUND: dict[type[ast.AST], str] = {
    ast.Lambda: "a lambda is slow here; write a function at the top of the file",
    ast.FunctionDef: "a function inside a method is slow here; write it at the top of the file",
    ast.AsyncFunctionDef: "sound does not wait; write an ordinary method",
    ast.Await: "sound does not wait; remove await",
    ast.Yield: "a method computes and returns; remove yield",
    ast.YieldFrom: "a method computes and returns; remove yield",
    ast.ClassDef: "a module file has one class; remove the inner one",
    ast.Global: "keep what changes in state: a class attribute such as `count = 0`",
    ast.Nonlocal: "keep what changes in state: a class attribute such as `count = 0`",
    ast.Import: "import at the top of the file; numpy and such only in methods of the control side, as to_json()",
    ast.ImportFrom: "import at the top of the file; pathlib and such only in methods of the control side",
    ast.ListComp: "a comprehension allocates memory in the sound; use a loop over a buffer()",
    ast.SetComp: "a comprehension allocates memory in the sound; use a loop over a buffer()",
    ast.DictComp: "a comprehension allocates memory in the sound; use a loop over a buffer()",
    ast.GeneratorExp: "a generator allocates memory in the sound; use a loop",
    ast.List: f"a list allocates memory in the sound; {WITHOUT_A_LIST}",
    ast.Set: "a set allocates memory in the sound; compare the numbers, or with those of a tuple: `in (1, 2)`",
    ast.Dict: "a dict allocates memory in the sound; take a buffer() or a tuple by number, or if and elif",
    ast.Starred: "* makes a list, which allocates memory in the sound; write the numbers out",
    ast.Slice: "a slice is a copy, which allocates memory in the sound; use a loop over its places",
    ast.JoinedStr: f"text allocates memory in the sound; {NUMBERS_ONLY}",
    ast.With: "there is nothing to open in the sound; remove with",
    ast.Try: "errors in the sound silence the module and are shown; test for the case instead of catching it",
    ast.Delete: "state stays; set it to its first value instead",
}
_LOOP = "use a loop over its numbers"
ALLOCATING = {
    **dict.fromkeys(("list", "tuple"), WITHOUT_A_LIST),
    **dict.fromkeys(("dict", "set", "frozenset"), "take a buffer() or a tuple by number, or if and elif"),
    **dict.fromkeys(("sum", "any", "all", "map", "filter", "iter", "next"), _LOOP),
    **dict.fromkeys(("str", "repr", "ascii", "format", "chr", "bytes", "bytearray"), NUMBERS_ONLY),
    "sorted": "compare the numbers with min() and max(), or move them in a buffer()",
    "reversed": "count down: range(last, -1, -1)",
    "divmod": "use // and %",
    "complex": "keep its real and its imaginary part, a float each",
    "hash": "compute with the number itself",
}
"""Functions of Python that allocate memory, and what to do instead."""
CHANGING = frozenset(
    {"append", "extend", "insert", "pop", "remove", "clear", "sort", "update", "setdefault", "add"}
)
"""Methods of lists, sets and dicts, of which there are only those at the top of the file."""


def check(tree: ast.Module, path: str, panel: Panel) -> None:
    """Refuse what cannot be compiled or does not belong in the sound.

    Raises: ModuleError: at the first such place.
    """
    for statement in tree.body:
        _check_top_level(statement, path)
    own = frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    _check_method(method, path, panel, own)
                    _check_stores(method, path, _declared(node))
        elif isinstance(node, ast.FunctionDef):
            _check_code(node, path, own)


def check_plain(tree: ast.Module, path: str) -> None:
    """Refuse what the methods that are not compiled may not do either.

    Raises: ModuleError: at the first such place.
    """
    for method in reached(tree, ("draw",)).values():
        for node in walk(method):
            match node:
                case ast.Import() | ast.ImportFrom():
                    _refuse(path, node, NOT_IN_SOUND[type(node)])
                case ast.Call(func=ast.Name(id=name)) if name in REACHING_OUT:
                    _refuse(path, node, f"{name}() cannot be used in {method.name}(); remove it")


def _refuse(path: str, node: ast.AST, message: str) -> NoReturn:
    raise ModuleError.at(path, getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1, message)


def _check_top_level(statement: ast.stmt, path: str) -> None:
    match statement:
        case ast.Import(names=names):
            for alias in names:
                _check_import(alias.name, statement, path)
        case ast.ImportFrom(module=name, level=level):
            _check_import("." * level + (name or ""), statement, path)
        case ast.Expr(value=ast.Constant()) | ast.ClassDef() | ast.FunctionDef():
            pass
        case (
            ast.Assign(targets=[ast.Name()], value=value)
            | ast.AnnAssign(target=ast.Name(), value=ast.expr() as value)
        ):
            if any(isinstance(node, ast.Call) for node in walk(value)):
                _refuse(path, statement, "a constant is written out; a call here would run before the sound does")
        case _:
            _refuse(
                path,
                statement,
                "a module file only declares: constants, functions and one class; move this into step()",
            )


def _check_import(name: str, statement: ast.stmt, path: str) -> None:
    if name not in IMPORTABLE:
        allowed = "livepatch.module, livepatch.dsp, livepatch.voltage and math"
        _refuse(path, statement, f"a module cannot import {name}; it may import {allowed}")


def _check_method(method: ast.FunctionDef, path: str, panel: Panel, own: frozenset[str]) -> None:
    if method.decorator_list:
        _refuse(path, method.decorator_list[0], "a method takes no decorators; remove this one")
    if method.name in INNER:
        _refuse(path, method, f"{method.name}() is a name livepatch uses itself; choose another")
    arguments = tuple(argument.arg for argument in method.args.args)
    if arguments != ARGUMENTS.get(method.name, arguments):
        _refuse(path, method, f"write `{SIGNATURES[method.name]}`")
    _check_code(method, path, own)
    fixed = {
        **{knob.name: "a knob is the performer's; keep a value of your own in state" for knob in panel.knobs},
        **{
            switch.name: "a switch is the performer's; keep a value of your own in state"
            for switch in panel.switches
        },
        **{
            button.name: "a button is the performer's; keep a value of your own in state"
            for button in panel.buttons
        },
        **{
            inlet.name: "an inlet is written by its cables; keep a value of your own in state"
            for inlet in panel.inlets
        },
    }
    texts = {text.name for text in panel.texts}
    owners = {id(node.value) for node in walk(method) if isinstance(node, ast.Attribute)}
    for node in walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()) if name in fixed:
                _refuse(path, node, f"self.{name} cannot be set here: {fixed[name]}")
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in texts:
                _refuse(path, node, f"self.{name} is text, which draw() can read and {method.name}() cannot")
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)) if name in SIGNATURES:
                _refuse(
                    path, node, f"{name}() is called by livepatch; put what both need into a method of its own"
                )
            case ast.Name(id="self") if id(node) not in owners:
                _refuse(path, node, "self is only used as self.name here; pass the numbers a function needs")


def _declared(cls: ast.ClassDef) -> frozenset[str]:
    """The names that a class declares."""
    plain = {
        target.id
        for part in cls.body
        if isinstance(part, ast.Assign)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    typed = {
        part.target.id
        for part in cls.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    }
    return frozenset(plain | typed)


def _check_stores(method: ast.FunctionDef, path: str, declared: frozenset[str]) -> None:
    """Refuse what is kept under a name that the class does not declare: nobody would hear of it."""
    for node in walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()) if (
                name not in declared and name not in OWN and not name.startswith(RESERVED_PREFIXES)
            ):
                instead = hint(name, declared, f"declare it as state: `{name} = 0.0`")
                _refuse(path, node, f"self.{name} is not declared{instead}")


def _check_code(function: ast.FunctionDef, path: str, own: frozenset[str]) -> None:
    """Refuse what reaches out, allocates memory, or does not say its types; `own` are functions of the file."""
    if function.name not in SIGNATURES and (message := untyped(function)):
        _refuse(path, function, message)
    spared = {id(node) for part in _never_computed(function) for node in walk(part)}
    for node in walk(function):
        if node is function or id(node) in spared:
            continue
        if type(node) in NOT_IN_SOUND:
            _refuse(path, node, NOT_IN_SOUND[type(node)])
        match node:
            case ast.Call(func=ast.Name(id=name)):
                _check_call(node, name, path, own)
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr=name)) if name in CHANGING:
                _refuse(path, node, "a constant stays as it is written; keep what changes in a buffer()")
            case ast.Constant(value=str() | bytes()):
                _refuse(path, node, f"text cannot be used in the sound; {NUMBERS_ONLY}")
            case ast.Constant(value=complex()):
                _refuse(path, node, f"a complex number allocates memory in the sound; {ALLOCATING['complex']}")


def _check_call(node: ast.Call, name: str, path: str, own: frozenset[str]) -> None:
    if name in REACHING_OUT:
        _refuse(path, node, f"{name}() cannot be used in the sound; remove it")
    if name in own:
        return
    if name in ALLOCATING:
        _refuse(path, node, f"{name}() allocates memory in the sound; {ALLOCATING[name]}")
    match name, node.args:
        case "min" | "max", [_]:
            _refuse(path, node, f"{name}() of many numbers allocates memory in the sound; {_LOOP}")
        case "round", [value, places]:
            _refuse(path, node, f"round() to places allocates memory in the sound; {_rounded(value, places)}")


def _rounded(value: ast.expr, places: ast.expr) -> str:
    """How to round to decimal places instead."""
    parts = 100.0
    if isinstance(places, ast.Constant) and isinstance(places.value, int) and 0 < places.value < 10:
        parts = 10.0**places.value
    number = ast.unparse(value) if isinstance(value, ast.Name | ast.Attribute) else "x"
    return f"write nearest({number} * {parts:g}) / {parts:g}, with nearest of livepatch.dsp"


def _never_computed(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What stands in a function without a cost while all goes well: docstrings, annotations, what it raises."""
    yield from (part for part in (function.returns,) if part is not None)
    for node in walk(function):
        match node:
            case ast.Expr(value=ast.Constant() as part) | ast.Raise(exc=ast.expr() as part):
                yield part
            case ast.Assert(msg=ast.expr() as part):
                yield part
            case ast.AnnAssign(annotation=part) | ast.arg(annotation=ast.expr() as part):
                yield part
