"""Rewrites a module file into the text that is compiled: same meaning, whole blocks, native types."""

import ast
from dataclasses import dataclass
from typing import TypeGuard

from livepatch.compiler.between import bypass_form, event_methods, sounding
from livepatch.compiler.control import check_control
from livepatch.compiler.expressions import ARITHMETIC, AllocatesError, call, whole_value
from livepatch.compiler.forms import Form, Names, statements, step_form
from livepatch.compiler.inlining import inline
from livepatch.compiler.kinds import BLOCK, BOOL, FLOAT, FLOATS, INT, INTS, Scope, Signature, sequence_kind
from livepatch.compiler.lane_form import add_lanes
from livepatch.compiler.lane_functions import TWINS
from livepatch.compiler.library import Library
from livepatch.compiler.lights import keep_peaks, with_peaks
from livepatch.compiler.neighbours import names_there
from livepatch.compiler.numbers import native_function
from livepatch.compiler.positions import Positions
from livepatch.compiler.rules import check, check_plain
from livepatch.compiler.signals import process_form
from livepatch.compiler.tight import PLACES
from livepatch.compiler.trees import walk
from livepatch.compiler.unheard import HEARD
from livepatch.declarations import read_blocks
from livepatch.errors import ModuleError
from livepatch.panel import Panel, State
from livepatch.plain_methods import module_class, without_plain
from livepatch.protocol.builds import VOICES

NATIVE_MODULES = {
    **dict.fromkeys(
        ("blank__", "fill__", "peek", "poke", "sum_voices__", "take_voice", *PLACES), "livepatch.dsp.blocks"
    ),
    **dict.fromkeys(TWINS, "livepatch.dsp.lanes"),
    **{f"{name}__": "livepatch.dsp.arithmetic" for name in ARITHMETIC},
}
"""Where the functions come from that only generated text calls; what is not used is not imported, for speed."""


FIRST = {"bool": "False", "float": "0.0", "i64": "1"}
"""What attributes that a form needs start with."""


@dataclass(frozen=True)
class Rewritten:
    """The generated `text`, its `form` (step, plain or process), and where each piece of it came from.

    `lanes`: it plays voices side by side; `alone` says why a step does not. `counts`: what those voices share.
    """

    text: str
    form: str
    positions: Positions
    lanes: bool = False
    alone: str = ""
    counts: tuple[str, ...] = ()


def rewrite(text: str, path: str, panel: Panel, library: Library) -> Rewritten:
    """Rewrite the module file `text`, whose panel has been read.

    Raises: ModuleError: if it does what a module may not do.
    """
    try:
        return _rewrite(text, path, panel, library)
    except AllocatesError as error:
        line, column = getattr(error.node, "lineno", 1), getattr(error.node, "col_offset", 0) + 1
        raise ModuleError.at(path, line, column, str(error)) from error


def _rewrite(text: str, path: str, panel: Panel, library: Library) -> Rewritten:
    whole = ast.parse(text, path)
    names_there(whole, path, panel)
    panel = panel.whole()
    check_plain(whole, path)
    check_control(whole, path, panel)
    tree = without_plain(whole, panel.in_menu("action"))
    check(tree, path, panel)
    cls = keep_peaks(module_class(tree), panel)
    panel = with_peaks(panel)
    names = Names(panel)
    scope = _scope(tree, panel, library)
    cls, scope.locals = inline(tree, cls, read_blocks(whole, path), library, path)
    connecting = Form("")
    cls = connecting.connect(cls)
    alone = sounding(cls)
    form = step_form(alone, names, scope) if panel.form == "step" else process_form(alone, names, scope, path)
    if form.name == "step":
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        add_lanes(alone, panel, names, scope, library.functions() | functions, form)
    bypassed = bypass_form(cls, names, scope, path, form)
    form.methods += bypassed.methods
    form.methods += event_methods(cls, names, scope, path, form)
    form.attributes.update(bypassed.attributes)
    form.attributes.update(connecting.attributes)
    result = ast.Module(body=[*_top_level(tree, path, library, scope), _class(cls, panel, form)], type_ignores=[])
    result.body[:0] = statements(_header(result), cls)
    generated = ast.unparse(result)
    positions = Positions(result, generated)
    return Rewritten(
        generated, form.name, positions, form.lanes is not None, form.alone, tuple(sorted(form.counts))
    )


def _header(module: ast.Module) -> str:
    used = {node.id for node in walk(module) if isinstance(node, ast.Name)}
    lines = [
        "from typing import Final",
        "from librt.vecs import vec",
        "from mypy_extensions import i64",
        "from livepatch.runtime import Module",
    ]
    names: dict[str, list[str]] = {}
    for name in sorted(used & NATIVE_MODULES.keys()):
        original = name.removesuffix("__")
        names.setdefault(NATIVE_MODULES[name], []).append(name if name == original else f"{original} as {name}")
    # one statement for each module: every one is a page of C
    lines += [f"from {module} import {', '.join(found)}" for module, found in names.items()]
    return "\n".join(lines)


def _top_level(tree: ast.Module, path: str, library: Library, scope: Scope) -> list[ast.stmt]:
    imports: list[ast.stmt] = []
    definitions: list[ast.stmt] = []
    _refuse_double(tree, path, library)
    for statement in tree.body:
        match statement:
            case ast.ImportFrom(module="livepatch.dsp", names=aliases):
                for alias in aliases:
                    if alias.name not in library:
                        message = f"livepatch.dsp has no {alias.name}; see docs/modules.md for what it has"
                        raise ModuleError.at(path, alias.lineno, alias.col_offset + 1, message)
                    if alias.asname:
                        raise ModuleError.at(
                            path, alias.lineno, alias.col_offset + 1, f"use {alias.name} by its own name"
                        )
                copied = library.copies([alias.name for alias in aliases], statement)
                imports += copied[0]
                definitions += copied[1]
            case ast.ImportFrom(module="livepatch.module" | "typing" | "librt.vecs"):
                pass
            case ast.Import() | ast.ImportFrom():
                imports.append(statement)
            case ast.Assign(targets=[ast.Name() as target], value=value):
                final = ast.copy_location(ast.Name("Final", ast.Load()), statement)
                definitions.append(ast.copy_location(ast.AnnAssign(target, final, value, 1), statement))
            case ast.FunctionDef() | ast.AnnAssign():
                definitions.append(statement)
    return [*_merged(imports), *(_native(definition, scope) for definition in _once(definitions))]


def _merged(imports: list[ast.stmt]) -> list[ast.stmt]:
    """One import for each module, and each name once: every statement is a page of C."""
    found: dict[str, ast.ImportFrom] = {}
    others: list[ast.stmt] = []
    for node in imports:
        if not isinstance(node, ast.ImportFrom):
            others.append(node)
            continue
        first = found.setdefault(f"{node.module}", ast.copy_location(ast.ImportFrom(node.module, [], 0), node))
        known = {(alias.name, alias.asname) for alias in first.names}
        first.names += [alias for alias in node.names if (alias.name, alias.asname) not in known]
    return [*others, *found.values()]


def _refuse_double(tree: ast.Module, path: str, library: Library) -> None:
    """Refuse a name of the author's that something used from livepatch.dsp needs for itself."""
    used = [alias.name for node in tree.body if _is_dsp(node) for alias in node.names if alias.name in library]
    brought = library.needs(used)
    for node in tree.body:
        names: list[str] = []
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name))
            ):
                names = [name]
            case ast.ImportFrom(module="math", names=aliases):
                names = [alias.asname or alias.name for alias in aliases]
        for name in names:
            if name in brought:
                message = f"{name} is a name of livepatch.dsp that this file uses too; rename yours"
                raise ModuleError.at(path, node.lineno, node.col_offset + 1, message)


def _is_dsp(node: ast.stmt) -> TypeGuard[ast.ImportFrom]:
    return isinstance(node, ast.ImportFrom) and node.module == "livepatch.dsp"


def _native(definition: ast.stmt, scope: Scope) -> ast.stmt:
    match definition:
        case ast.FunctionDef():
            return native_function(definition, scope)
        case ast.AnnAssign(value=ast.Tuple(elts=items) | ast.List(elts=items)):
            final = ast.copy_location(ast.Name("Final", ast.Load()), definition)
            return ast.copy_location(
                ast.AnnAssign(definition.target, final, _table(definition, items), 1), definition
            )
    return definition


def _table(definition: ast.AnnAssign, items: list[ast.expr]) -> ast.expr:
    """A constant tuple or list: of numbers, as a vec; of anything else, as a list (mypyc's tuples go wrong)."""
    assert definition.value is not None
    kind = {FLOATS: "float", INTS: "i64"}.get(sequence_kind(definition.value))
    table = ast.copy_location(ast.List(items, ast.Load()), definition.value)
    return call(f"vec[{kind}]", definition.value, table) if kind else table


def _scope(tree: ast.Module, panel: Panel, library: Library) -> Scope:
    """What the author's names are, and those of the library."""
    scope = Scope(attributes=_attributes(panel), functions=library.signatures(), constants=library.constants())
    for node in tree.body:
        match node:
            case ast.ImportFrom(module="math", names=aliases):
                scope.imported.update({alias.asname or alias.name: alias.name for alias in aliases})
            case ast.FunctionDef(name=name):
                scope.functions[name] = Signature.of(node)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                scope.constants[name] = sequence_kind(value, scope.constants)
                if isinstance(value, ast.Tuple | ast.List) and scope.constants[name] in {FLOATS, INTS}:
                    scope.tables[name] = len(value.elts)
                if (whole := whole_value(value)) is not None:
                    scope.wholes[name] = whole
            case ast.ClassDef():
                methods = [method for method in node.body if isinstance(method, ast.FunctionDef)]
                scope.methods.update({method.name: Signature.of(method) for method in methods})
    return scope


def _attributes(panel: Panel) -> dict[str, str]:
    ports = [knob.name for knob in panel.knobs] + [inlet.name for inlet in panel.inlets]
    ports += [outlet.name for outlet in panel.outlets]
    return {
        **dict.fromkeys([*ports, *(light.name for light in panel.lights)], FLOAT),
        **dict.fromkeys([choice.name for choice in panel.switches], INT),
        **dict.fromkeys([button.name for button in panel.buttons], BOOL),
        **{state.name: state.kind if state.kind in {FLOAT, INT, BOOL} else BLOCK for state in panel.states},
        "sample_rate": FLOAT,
        "seed": INT,
        "still": BOOL,
        "left_neighbour": BOOL,
        "right_neighbour": BOOL,
    }


def _once(definitions: list[ast.stmt]) -> list[ast.stmt]:
    """Each name once: two imports may bring the same function of the library."""
    found: dict[str, ast.stmt] = {}
    for node in definitions:
        name = (
            node.target.id
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
            else getattr(node, "name", "")
        )
        found.setdefault(f"{name}", node)
    return list(found.values())


def _class(cls: ast.ClassDef, panel: Panel, form: Form) -> ast.ClassDef:
    blocks = [knob.name for knob in panel.knobs] + [inlet.name for inlet in panel.inlets]
    blocks += [outlet.name for outlet in panel.outlets]
    first = {
        **dict.fromkeys(blocks, ("vec[float]", "unbound")),
        **{state.name: _first(state) for state in panel.states},
        **{switch.name: ("i64", str(switch.default)) for switch in panel.switches},
        **{button.name: ("bool", "False") for button in panel.buttons},
        **{light.name: ("float", "0.0") for light in panel.lights},
        **{name: (kind, _first_of(name, kind)) for name, kind in form.attributes.items()},
        **{f"{VOICES}{name}": ("vec[float]", "unbound") for name in (*(form.lanes or ()), *form.recalled)},
    }
    init = ["def __init__(self) -> None:", "    unbound = vec[float]()"]
    init += [f"    self.{name}: {kind} = {value}" for name, (kind, value) in first.items()]
    init += ["    self.lanes = True"] if form.lanes is not None else []
    silent = [f"    self.{light.name} = 0.0" for light in panel.lights]
    silent += [f"    self.{name} = 0.0" for name, kind in form.attributes.items() if kind == "float"]
    prepare = [
        "def prepare(self) -> None:",
        *(line for state in panel.states for line in _prepare(state)),
        *silent,
    ]
    prepare += _prepare_voices(panel, form)
    prepare += ["    pass"] if len(prepare) == 1 else []
    refresh = [
        "def refresh(self) -> None:",
        "    first: i64 = 0",
        *(line for state in panel.states for line in _refresh(state)),
        *silent,
    ]
    written = [*statements("\n".join(init), cls), *statements("\n".join(prepare), cls)]
    body = [*written, *statements("\n".join(refresh), cls), *form.methods]
    base: list[ast.expr] = [ast.copy_location(ast.Name("Module", ast.Load()), cls)]
    return ast.copy_location(ast.ClassDef(cls.name, base, [], body, []), cls)


def _first_of(name: str, kind: str) -> str:
    """What an attribute that a form needs starts with: every outlet is heard until the engine knows better."""
    return "True" if name.startswith(HEARD) else FIRST[kind]


def _first(state: State) -> tuple[str, str]:
    match state.kind:
        case "bool":
            return "bool", str(bool(state.default))
        case "int":
            return "i64", str(int(state.default))
        case "float":
            return "float", repr(state.default)
    return "vec[float]", "unbound"


def _prepare(state: State) -> list[str]:
    kind, first = _first(state)
    if kind != "vec[float]":
        return [f"    self.{state.name} = {first}"]
    frames = str(state.frames) if state.frames else f"max(1, round({state.seconds!r} * self.sample_rate))"
    return [f"    self.{state.name} = blank__(i64({frames}), 0.0)"]


NO_NUMBER = "1e999 - 1e999"
"""What nothing is equal to."""


def _prepare_voices(panel: Panel, form: Form) -> list[str]:
    """Every voice's state at its first value."""
    states = {state.name: state for state in panel.states}
    lines = []
    for name, kind in (form.lanes or {}).items():
        first, count = 0.0, 16
        if kind in {"buffer", "trace"}:
            count *= states[name].frames
        elif name in states:
            first = float(states[name].default)
        lines.append(f"    self.{VOICES}{name} = blank__(i64({count}), {first!r})")
    for name, count in form.recalled.items():
        lines.append(f"    self.{VOICES}{name} = blank__(i64({16 * count}), {NO_NUMBER})")
    return lines


def _refresh(state: State) -> list[str]:
    kind, first = _first(state)
    if kind != "vec[float]":
        return [f"    self.{state.name} = {first}"]
    block, size = f"{state.name}__block", f"{state.name}__size"
    lines = [f"{block} = self.{state.name}", f"{size}: i64 = len({block})", f"fill__({block}, 0.0, first, {size})"]
    return [f"    {line}" for line in lines]
