"""Reads a module's panel from its source, without running it."""

import ast
import inspect
from pathlib import PurePath
from typing import Any, NoReturn

from livepatch import dsp, menu_reader, module, picture_reader, rack_models
from livepatch.block import Block, Buffer
from livepatch.callbacks import BYPASSED, CONTROL, INNER, SIGNATURES
from livepatch.constants import Constants
from livepatch.errors import ModuleError
from livepatch.likeness import hint
from livepatch.panel import BORROWED, Borrowed, Inlet, MenuItem, Neighbour, Outlet, Panel, RackModel, State, Text
from livepatch.panel_parts import BUILDERS, FIELDS

DECLARATIONS = (
    *("knob", "switch", "button", "inlet", "outlet", "light", "text"),
    *("buffer", "trace", "send", "receive", "neighbour", "transport"),
)
WORDS = ("speakers", "captures", "bypass", "rack", "picture", "menu", "polyphonic")
RESERVED = frozenset(("sample_rate", "seed", "still", "lanes", *WORDS, *SIGNATURES, *INNER)) | {
    *("storage", "settings", "left_neighbour", "right_neighbour", "latency")
}
FLAGS = frozenset(("news", "whole", "listening"))
"""Names of the base's own, which a block may have: what it keeps is named after it."""
RESERVED_PREFIXES = ("connected_", "held_", "brightest_", "channels_", "wide_", "voices_", "is__heard_")
BLOCKS: dict[str, type[Block]] = {
    name: value for name, value in vars(dsp).items() if isinstance(value, type) and issubclass(value, Block)
}


def read_panel(text: str, path: str) -> Panel:
    """The panel that the module file at `path` declares; `text` is its content.

    Raises: ModuleError: if it is not Python, or declares something a panel cannot have.
    """
    try:
        tree = ast.parse(text, path)
    except SyntaxError as error:
        raise ModuleError.at(path, error.lineno or 1, error.offset or 1, error.msg) from error
    except ValueError as error:  # a NUL byte
        raise ModuleError.at(path, 1, 1, str(error)) from error
    return _Reader(tree, path).panel()


def read_blocks(tree: ast.Module, path: str) -> dict[str, Block]:
    """The blocks that the module file at `path` declares, by name; its panel has been read."""
    reader = _Reader(tree, path)
    reader.panel()
    return reader.blocks


class _Reader:
    """Walks one module file; `path` is for its errors."""

    def __init__(self, tree: ast.Module, path: str) -> None:
        self.tree = tree
        self.path = path
        self.constants = Constants(self.refuse)
        self.declared_as = {name: name for name in DECLARATIONS}
        self.found: dict[str, Any] = {}
        self.blocks: dict[str, Block] = {}
        self.methods: dict[str, ast.FunctionDef] = {}
        self.speakers: tuple[str, ...] = ()
        self.captures: tuple[str, ...] = ()
        self.bypass: dict[str, str] = {}
        self.rack: dict[str, RackModel] = {}
        self.picture: int | None = None
        self.polyphonic = False
        self.menu: ast.expr | None = None

    def panel(self) -> Panel:
        self._read_top_level()
        cls = self._module_class()
        for statement in cls.body:
            self._read_statement(statement)
        form = self._form(cls)
        self._check_ports(cls)
        return Panel(
            type=PurePath(self.path).stem,
            class_name=cls.name,
            summary=(ast.get_docstring(cls) or ast.get_docstring(self.tree) or "").partition("\n\n")[0],
            speakers=self.speakers,
            captures=self.captures,
            bypass=self.bypass,
            rack=self.rack,
            form=form,
            polyphonic=form == "step" or self.polyphonic,
            control=tuple(name for name in CONTROL if name in self.methods),
            own_bypass=(own := self._own_bypass(cls)) is not None,
            bypass_outlets=self._written(cls, own) if own is not None else (),
            menu=self._read_menu(),
            picture=picture_reader.read_picture(self.tree, self.found | self.blocks, self.picture, self.refuse),
            **{
                field: tuple(value for value in self.found.values() if isinstance(value, kind))
                for field, kind in FIELDS.items()
            },
        )

    def refuse(self, node: ast.AST, message: str) -> NoReturn:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
        raise ModuleError.at(self.path, line, column, message)

    def _read_top_level(self) -> None:
        for statement in self.tree.body:
            match statement:
                case ast.ImportFrom(module="livepatch.module", names=names):
                    for alias in names:
                        if alias.asname and alias.name in DECLARATIONS:
                            self.declared_as[alias.asname] = alias.name
                case ast.ImportFrom(module="math", names=names):
                    for alias in names:
                        self.constants.borrow("math", alias.name, alias.asname or alias.name)
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    number = self.constants.number(value)
                    if number is not None:
                        self.constants.learn(name, number)

    def _module_class(self) -> ast.ClassDef:
        classes = [node for node in self.tree.body if isinstance(node, ast.ClassDef)]
        if not classes:
            raise ModuleError.at(
                self.path, 1, 1, "no module here; write `class Name(Module):` with a step() method"
            )
        if len(classes) > 1:
            self.refuse(classes[1], f"a second class; a module file has one class, {classes[0].name}")
        bases = [ast.unparse(base) for base in classes[0].bases]
        if bases not in (["Module"], ["module.Module"]):
            self.refuse(classes[0], f"write `class {classes[0].name}(Module):`, the base of every module")
        if classes[0].decorator_list:
            self.refuse(classes[0].decorator_list[0], "a module class takes no decorators; remove this one")
        return classes[0]

    def _read_statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._declare(name, value, statement)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self._declare(name, value, statement)
            case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.FunctionDef():
                pass
            case _:
                self.refuse(statement, "a class body declares ports and state, one name each: `name = ...`")

    def _declare(self, name: str, value: ast.expr, statement: ast.stmt) -> None:
        if name in WORDS:
            self._keep(name, value)
            return
        block = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in BLOCKS
        if name in RESERVED or name.startswith(RESERVED_PREFIXES) or (name in FLAGS and not block):
            self.refuse(statement, f"{name} is a name livepatch uses itself; choose another")
        if name in self.found:
            self.refuse(statement, f"{name} is declared twice")
        match value:
            case ast.Call(func=ast.Name(id=function)) if function in self.declared_as:
                self.found[name] = self._declaration(name, self.declared_as[function], value)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=kind)) if owner in self.found:
                self.found[name] = self._borrowed(name, owner, kind, value)
            case ast.Call(func=ast.Name(id=function)) if function in BLOCKS:
                self._block(name, BLOCKS[function], value)
            case _:
                self.found[name] = self._state(name, value)

    def _keep(self, word: str, value: ast.expr) -> None:
        """Keep what is said with a word of livepatch's own."""
        match word:
            case "speakers":
                self.speakers = self._names(word, value)
            case "captures":
                self.captures = self._names(word, value)
            case "bypass":
                self.bypass = self._routes(value)
            case "rack":
                self.rack = rack_models.ModelReader(self.constants.read, self.refuse).read(value)
            case "picture":
                self.picture = self._rows(value)
            case "menu":
                self.menu = value
            case "polyphonic":
                self.polyphonic = self._polyphonic(value)

    def _declaration(self, name: str, function: str, call: ast.Call) -> Any:
        arguments = self._arguments(function, inspect.signature(getattr(module, function)), call)
        try:
            declaration = BUILDERS[function](name, arguments.arguments)
        except (TypeError, ValueError) as error:
            self.refuse(call, f"{name}: {error}")
        return declaration

    def _borrowed(self, name: str, owner: str, kind: str, call: ast.Call) -> Borrowed:
        if not isinstance(self.found[owner], Neighbour) or kind not in BORROWED:
            kinds = ", ".join(f"{kind}()" for kind in BORROWED)
            self.refuse(call, f"{name}: only a neighbour() has parts to declare, and they are {kinds}")
        bound = self._arguments(kind, inspect.signature(getattr(module.Neighbour(), kind)), call)
        (port,) = bound.args
        if not isinstance(port, str):
            self.refuse(call, f"{name}: name what is used of {owner}, as it is declared there")
        return Borrowed(name=name, kind=kind, neighbour=owner, port=port)

    def _block(self, name: str, kind: type[Block], call: ast.Call) -> None:
        arguments = self._arguments(kind.__name__, inspect.signature(kind), call)
        try:
            self.blocks[name] = block = kind(*arguments.args, **arguments.kwargs)
        except (TypeError, ValueError) as error:
            self.refuse(call, f"{name}: {error}")
        self.found[name] = block
        for state, value in block.states(name):
            if state in self.found:
                self.refuse(call, f"{state} is declared twice")
            if isinstance(value, Buffer):
                self.found[state] = State(name=state, kind="buffer", seconds=value.seconds, frames=value.frames)
            else:
                self.found[state] = State(name=state, kind=type(value).__name__, default=float(value))

    def _arguments(self, function: str, signature: inspect.Signature, call: ast.Call) -> inspect.BoundArguments:
        arguments = [self.constants.read(argument) for argument in call.args]
        keywords = {}
        for keyword in call.keywords:
            if keyword.arg is None:
                self.refuse(keyword.value, "write the arguments out; ** hides them from the panel")
            keywords[keyword.arg] = self.constants.read(keyword.value)
        try:
            bound = signature.bind(*arguments, **keywords)
        except TypeError as error:
            takes = signature.replace(return_annotation=inspect.Signature.empty)
            self.refuse(call, f"{function}(): {error}; it takes {takes}")
        bound.apply_defaults()
        return bound

    def _state(self, name: str, value: ast.expr) -> State:
        constant = self.constants.read(value, self._no_state(name, value))
        if isinstance(constant, bool):
            return State(name=name, kind="bool", default=float(constant))
        if isinstance(constant, int):
            return State(name=name, kind="int", default=float(constant))
        if isinstance(constant, float):
            return State(name=name, kind="float", default=constant)
        self.refuse(value, f"{name} is text; state is a number, True, False or buffer()")

    def _no_state(self, name: str, value: ast.expr) -> str:
        """What to say of something in the class body that is no declaration."""
        match value:
            case ast.Call(func=ast.Name(id=function)):
                known = {*self.declared_as, *BLOCKS}
                return f"there is no {function}() to declare{hint(function, known)}"
            case ast.Name(id=function) if function in {*self.declared_as, *BLOCKS}:
                return f"{name} is declared with brackets: `{name} = {function}()`"
        return f"{name} is neither a declaration nor state; state is a number, True, False or buffer()"

    def _form(self, cls: ast.ClassDef) -> str:
        methods = self.methods = {node.name: node for node in cls.body if isinstance(node, ast.FunctionDef)}
        if "step" in methods and "process" in methods:
            self.refuse(methods["process"], "write either step() or process(), not both")
        if "step" not in methods and "process" not in methods:
            self.refuse(
                cls, f"{cls.name} makes no sound; write `def step(self) -> None:`, one sample of one voice"
            )
        if "__init__" in methods:
            begun = "declare what it begins with in the class body: `count = 0`"
            self.refuse(methods["__init__"], f"a module has no __init__; {begun}, and use on_add() for the rest")
        if "to_json" in methods and any(isinstance(value, Text) for value in self.found.values()):
            self.refuse(methods["to_json"], "a text() keeps itself; write either text() or to_json(), not both")
        for name, method in methods.items():
            if name in self.found:
                self.refuse(method, f"{name} is a port or state and a method; rename one")
        return "step" if "step" in methods else "process"

    def _read_menu(self) -> tuple[MenuItem, ...]:
        if self.menu is None:
            return ()
        return menu_reader.MenuReader(self.found, self.methods, self.constants.read, self.refuse).read(self.menu)

    def _own_bypass(self, cls: ast.ClassDef) -> ast.FunctionDef | None:
        """The method for while it is bypassed, if the class has one."""
        own = [node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name in BYPASSED]
        if len(own) > 1:
            self.refuse(own[1], "write either step_bypass() or process_bypass(), not both")
        if own and self.bypass:
            self.refuse(own[0], f"write either bypass = {{...}} or {own[0].name}(), not both")
        return own[0] if own else None

    def _written(self, cls: ast.ClassDef, method: ast.FunctionDef) -> tuple[str, ...]:
        """The outlets that a method writes, by itself or through methods of the class."""
        methods = {node.name: node for node in cls.body if isinstance(node, ast.FunctionDef)}
        reached, names = [method.name], set()
        for name in reached:
            for node in ast.walk(methods[name]):
                match node:
                    case ast.Attribute(value=ast.Name(id="self"), attr=port, ctx=ast.Store()):
                        names.add(port)
                    case ast.Call(func=ast.Name(id="signal" | "poly"), args=[ast.Attribute(attr=port)]):
                        names.add(port)
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=called)):
                        reached += [called] if called in methods and called not in reached else []
        return tuple(name for name, value in self.found.items() if name in names and _is_outlet(value))

    def _inlets(self) -> list[Inlet]:
        return [value for value in self.found.values() if isinstance(value, Inlet)]

    def _check_ports(self, cls: ast.ClassDef) -> None:
        inlets = {inlet.name for inlet in self._inlets()}
        outlets = {name for name, value in self.found.items() if isinstance(value, Outlet)}
        self._check_voices(cls)
        for word, names in (("speakers", self.speakers), ("captures", self.captures)):
            for name in names:
                if name not in outlets:
                    self.refuse(cls, f"{word} names {name}, which is not an outlet of {cls.name}")
        self._check_captures(cls)
        for source, target in self.bypass.items():
            if source not in inlets or target not in outlets:
                self.refuse(cls, f"bypass routes {source} to {target}; it goes from an inlet to an outlet")
        for model in self.rack.values():
            missing = rack_models.missing(model, self.found)
            if missing:
                self.refuse(cls, f"rack names {missing}, which is not of that kind on the panel of {cls.name}")
        for inlet in self._inlets():
            if isinstance(inlet.normal, str) and inlet.normal not in inlets - {inlet.name}:
                self.refuse(cls, f"{inlet.name} is normalled to {inlet.normal}, which is not another inlet")

    def _check_captures(self, cls: ast.ClassDef) -> None:
        """The engine fills what is captured, so nothing else does."""
        twice = [name for name in self.captures if name in self.speakers or self.captures.count(name) > 1]
        if twice:
            self.refuse(cls, f"captures names {twice[0]}, which is filled once and is no speaker")
        for method in self.methods.values():
            written = [name for name in self._written(cls, method) if name in self.captures]
            if written:
                name = written[0]
                self.refuse(
                    method, f"captures names {name}, which the engine fills: {method.name}() leaves it alone"
                )

    def _check_voices(self, cls: ast.ClassDef) -> None:
        by_blocks = "process" in self.methods
        if by_blocks and any(inlet.voices for inlet in self._inlets()):
            self.refuse(cls, "voices=True is for step(); process() says how many with set_channels()")
        if not by_blocks and any(inlet.summed for inlet in self._inlets()):
            self.refuse(cls, "summed=True is for process(); step() plays each voice by itself")

    def _names(self, word: str, value: ast.expr) -> tuple[str, ...]:
        names = self.constants.read(value, f'{word} is a tuple of outlet names: {word} = ("left", "right")')
        if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names) or len(names) > 16:
            self.refuse(value, f'{word} is up to 16 outlet names, left first: {word} = ("left", "right")')
        return names

    def _polyphonic(self, value: ast.expr) -> bool:
        message = "polyphonic says that process() plays each voice by itself: polyphonic = True"
        polyphonic = self.constants.read(value, message)
        if not isinstance(polyphonic, bool):
            self.refuse(value, message)
        return polyphonic

    def _rows(self, value: ast.expr) -> int:
        rows = self.constants.read(value, "picture is how many lines high draw() draws: picture = 6")
        if isinstance(rows, bool) or not isinstance(rows, int) or not 0 < rows <= picture_reader.MOST_ROWS:
            self.refuse(value, f"picture is a whole number of lines, 1 to {picture_reader.MOST_ROWS}")
        return rows

    def _routes(self, value: ast.expr) -> dict[str, str]:
        if isinstance(value, ast.Dict):
            keys = [self.constants.read(key) if key else None for key in value.keys]
            values = [self.constants.read(item) for item in value.values]
            routes = {
                key: item
                for key, item in zip(keys, values, strict=True)
                if isinstance(key, str) and isinstance(item, str)
            }
            if len(routes) == len(keys):
                return routes
        self.refuse(value, 'bypass maps inlets to outlets by name: bypass = {"audio": "low"}')


def _is_outlet(declared: object) -> bool:
    return isinstance(declared, Outlet) or (isinstance(declared, Borrowed) and declared.kind == "outlet")
