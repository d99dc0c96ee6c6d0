"""The forms step() can take: hoisted into a block loop, or called for each frame."""

import ast

from livepatch.compiler.kinds import Scope
from livepatch.compiler.numbers import declarations, make_native, native_function
from livepatch.compiler.returns import EntangledError, fold
from livepatch.compiler.steady import worth_hoisting
from livepatch.compiler.trees import all_copied, walk
from livepatch.compiler.unheard import HEARD, ask_who_hears
from livepatch.panel import Panel

PLACED = (ast.stmt, ast.expr, ast.arg, ast.keyword, ast.alias, ast.excepthandler, ast.pattern)
"""The kinds of node that stand at a line and a column."""
FRAME = "frame__"
LIVE = "self__"
"""In front of an attribute's name: the local that stands for it inside a loop."""
BLOCK = "block__"
"""In front of a port's name: the local that holds its block."""
LOCAL = "local__"
"""In front of an author's local that has the name of something generated."""
TAKEN = frozenset({"start", "stop", "peek", "poke", "i64", "vec", "Final", "Module"})


class Names:
    """What each attribute of a module is."""

    def __init__(self, panel: Panel) -> None:
        self.inlets = {inlet.name for inlet in panel.inlets}
        self.knobs = {knob.name for knob in panel.knobs}
        self.outlets = {outlet.name for outlet in panel.outlets}
        self.lights = {light.name for light in panel.lights}
        self.numbers = {state.name for state in panel.states if state.kind in {"float", "int", "bool"}}
        self.buffers = {state.name for state in panel.states if state.kind in {"buffer", "trace"}}
        self.ports = self.inlets | self.knobs | self.outlets
        self.buttons = {button.name for button in panel.buttons}
        self.constants = {"sample_rate", "seed", "left_neighbour", "right_neighbour"} | self.buttons
        self.constants |= {switch.name for switch in panel.switches}


def statements(text: str, at: ast.AST) -> list[ast.stmt]:
    """Generated statements, placed at the author's node `at`."""
    found = ast.parse(text).body
    for statement in found:
        for node in walk(statement):
            if isinstance(node, PLACED):
                ast.copy_location(node, at)
    return found


def attribute(node: ast.AST) -> str | None:
    """The name after `self.`, if the node is such an attribute."""
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
    return None


class _Locals(ast.NodeTransformer):
    """Renames locals that would hide what generated text uses."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id in TAKEN:
            node.id = LOCAL + node.id
        return node


class _Connected(ast.NodeTransformer):
    """`connected(self.x)` reads the flag the engine sets."""

    def __init__(self) -> None:
        self.ports: set[str] = set()

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "connected" and len(node.args) == 1:
            name = attribute(node.args[0])
            if name is not None:
                self.ports.add(name)
                flag = ast.Attribute(
                    ast.copy_location(ast.Name("self", ast.Load()), node), f"connected_{name}", ast.Load()
                )
                return ast.copy_location(flag, node)
        return node


class Form:
    """The methods of a generated class, and the private attributes they need (name to type).

    `lanes` are the kinds of what it keeps for every voice, None if it does not play voices side by side, which
    `alone` says why. `counts` are the states of which voices side by side share one. `recalled` is what they
    remember of what they computed, and how many numbers that is for each.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.methods: list[ast.stmt] = []
        self.attributes: dict[str, str] = {}
        self.lanes: dict[str, str] | None = None
        self.counts: set[str] = set()
        self.recalled: dict[str, int] = {}
        self.alone = ""

    def connect(self, cls: ast.ClassDef) -> ast.ClassDef:
        """Turn `connected()` into attributes."""
        finder = _Connected()
        result: ast.ClassDef = finder.visit(cls)
        self.attributes.update({f"connected_{name}": "bool" for name in sorted(finder.ports)})
        return result


class _Hoist(ast.NodeTransformer):
    """Puts locals in the place of attributes."""

    def __init__(self, hoisted: set[str]) -> None:
        self.hoisted = hoisted
        self.loaded: set[str] = set()
        self.stored: set[str] = set()

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        name = attribute(node)
        if name is None or name not in self.hoisted:
            return node
        (self.stored if isinstance(node.ctx, ast.Store) else self.loaded).add(name)
        return ast.copy_location(ast.Name(LIVE + name, node.ctx), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        name = attribute(node.target)
        if name in self.hoisted:
            self.loaded.add(name)
        return self.generic_visit(node)


def step_form(cls: ast.ClassDef, names: Names, scope: Scope) -> Form:
    """step() inside a block loop, its attributes in locals; or the plain form where that cannot be."""
    methods = {node.name: node for node in cls.body if isinstance(node, ast.FunctionDef)}
    step = methods["step"]
    calls = {attribute(node.func) for node in walk(step) if isinstance(node, ast.Call)}
    if calls & set(methods):
        return plain_form(cls, names, scope)
    try:
        body = fold(all_copied(step.body[1:] if ast.get_docstring(step) else step.body))
    except EntangledError:
        return plain_form(cls, names, scope)
    form = Form("step")
    form.methods = _hoisted(step, body, names, scope, form)
    return form


def _asking(body: list[ast.stmt]) -> set[str]:
    """The flags that a body asks, which do not change while it plays."""
    found = {attribute(node) for statement in body for node in ast.walk(statement)}
    return {name for name in found if name is not None and name.startswith(("connected_", HEARD))}


def _hoisted(
    step: ast.FunctionDef, body: list[ast.stmt], names: Names, scope: Scope, form: Form
) -> list[ast.stmt]:
    body, quiet = ask_who_hears(body, names.outlets, scope)
    flags = _asking(body)
    constants = names.constants | flags
    form.attributes.update(flags_of(quiet))
    hoist = _Hoist(names.ports | names.lights | names.numbers | names.buffers | constants)
    shell = ast.copy_location(ast.FunctionDef("step", step.args, body, [], step.returns), step)
    whole = make_native(_Locals().visit(shell), scope)
    body = hoist.visit(shell).body
    used = hoist.loaded | hoist.stored
    knobs, inlets, outlets = (
        sorted(used & names.knobs),
        sorted(used & names.inlets),
        sorted(hoist.stored & names.outlets),
    )
    kept = {name for name in (used & names.outlets) - set(quiet) if not _assigned_first(body, LIVE + name)}
    form.attributes.update({f"held_{name}": "float" for name in sorted(kept)})
    lines = [f"{BLOCK}{name} = self.{name}" for name in (*knobs, *inlets, *outlets)]
    lines += [
        f"{LIVE}{name} = self.{name}"
        for name in sorted(used & (names.lights | names.numbers | names.buffers | names.constants))
    ]
    lines += [f"{LIVE}{name} = {asked(name)}" for name in sorted(used & flags)]
    lines += [
        f"{LIVE}{name}: float = {f'self.held_{name}' if name in kept else '0.0'}"
        for name in sorted(used & names.outlets)
    ]
    after = [
        f"self.{name} = {LIVE}{name}"
        for name in sorted(hoist.stored & (names.lights | names.numbers | names.buffers))
    ]
    after += [f"self.held_{name} = {LIVE}{name}" for name in sorted(kept)]
    still = [f"{LIVE}{name} = peek({BLOCK}{name}, start)" for name in knobs]
    moving = [f"{LIVE}{name} = peek({BLOCK}{name}, {FRAME})" for name in knobs]
    head = [f"{LIVE}{name} = peek({BLOCK}{name}, {FRAME})" for name in inlets]
    tail = [f"poke({BLOCK}{name}, {FRAME}, {LIVE}{name})" for name in outlets if name not in quiet]
    for statement in body:
        match statement:
            case ast.If(test=ast.Name(id=test), body=group) if test.startswith(LIVE + HEARD):
                name = test.removeprefix(LIVE + HEARD)
                group += statements(f"poke({BLOCK}{name}, {FRAME}, {LIVE}{name})", statement)

    def loop(first: list[str]) -> ast.For:
        (found,) = statements(f"for {FRAME} in range(start, stop): pass", step)
        assert isinstance(found, ast.For)
        found.body = [
            *statements("\n".join((*first, *head)), step),
            *all_copied(body),
            *statements("\n".join(tail), step),
        ]
        found.body = found.body or [ast.copy_location(ast.Pass(), step)]
        return found

    (process,) = statements("def process(self, start: i64, stop: i64) -> None: pass", step)
    assert isinstance(process, ast.FunctionDef)
    turned, fixed = {LIVE + name for name in knobs}, {LIVE + name for name in constants}
    if knobs and worth_hoisting(body, turned, fixed):
        (choice,) = statements("if self.still: pass", step)
        assert isinstance(choice, ast.If)
        choice.body = [*statements("\n".join(still), step), loop([])]
        choice.orelse = [loop(moving)]
        loops: list[ast.stmt] = [choice]
    else:
        loops = [loop(moving)]
    process.body = [
        *declarations(whole, step),
        *statements("\n".join(lines), step),
        *loops,
        *statements("\n".join(after), step),
    ]
    return [process]


def flags_of(quiet: list[str]) -> dict[str, str]:
    """The attributes that say whether outlets are heard."""
    return dict.fromkeys([HEARD + name for name in quiet] + ["listening"] * bool(quiet), "bool")


def asked(flag: str) -> str:
    """A flag as it is for a whole call; while somebody listens to all outlets, each is heard."""
    return f"self.{flag} or self.listening" if flag.startswith(HEARD) else f"self.{flag}"


def _assigned_first(body: list[ast.stmt], name: str) -> bool:
    """Whether `name` is given a value, on every way through, before anything reads it."""
    for statement in body:
        match statement:
            case ast.If(test=test) if not _mentions(test, name):
                if all(_assigned_first(branch, name) for branch in (statement.body, statement.orelse)):
                    return True
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return not _mentions(value, name)
        if _mentions(statement, name):
            return False
    return False


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in walk(node))


class _Floats(ast.NodeTransformer):
    """Renames ports and knobs to the float attributes that hold one sample of them."""

    def __init__(self, ports: set[str]) -> None:
        self.ports = ports
        self.used: set[str] = set()

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        name = attribute(node)
        if name in self.ports and name is not None:
            self.used.add(name)
            node.attr = LIVE + name
        return node


def plain_form(cls: ast.ClassDef, names: Names, scope: Scope) -> Form:
    """step() as a method called for each frame, its ports copied in and out."""
    form = Form("plain")
    floats = _Floats(names.ports)
    methods = [node for node in cls.body if isinstance(node, ast.FunctionDef)]
    form.methods = [floats.visit(native_function(method, scope)) for method in methods]
    form.attributes.update({LIVE + name: "float" for name in sorted(floats.used)})
    step = next(method for method in methods if method.name == "step")
    reads = [f"self.{LIVE}{name} = peek(self.{name}, {FRAME})" for name in sorted(floats.used - names.outlets)]
    writes = [f"poke(self.{name}, {FRAME}, self.{LIVE}{name})" for name in sorted(floats.used & names.outlets)]
    lines = ["def process(self, start: i64, stop: i64) -> None:", f"    for {FRAME} in range(start, stop):"]
    lines += [f"        {line}" for line in (*reads, "self.step()", *writes)]
    form.methods += statements("\n".join(lines), step)
    return form
