"""The form of a step in which all voices play side by side, and its way from and to one voice."""

import ast

from livepatch.compiler.forms import BLOCK, FRAME, LIVE, Form, Names, statements
from livepatch.compiler.kinds import BOOL, FLOAT, INT, Scope
from livepatch.compiler.lane_values import BUFFER, EVERY, LANES, MASK, ONCE, TURNED, NotLanesError, Value
from livepatch.compiler.lanes import Lowering
from livepatch.compiler.returns import fold
from livepatch.compiler.trees import all_copied, walk
from livepatch.panel import Panel, State
from livepatch.protocol.builds import PEAK, VOICES

WIDE = "wide_"
LARGEST_BUFFER = 4096
"""Samples of a buffer that is worth having for every voice all the time."""
UNIFORM = {"sample_rate": FLOAT, "seed": INT}


def add_lanes(  # noqa: PLR0913, PLR0917 - what a step is made of
    cls: ast.ClassDef,
    panel: Panel,
    names: Names,
    scope: Scope,
    functions: dict[str, ast.FunctionDef],
    form: Form,
) -> None:
    """Let the step of a class also play all voices side by side, if it can; else `form.alone` says why not."""
    step = next(node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == "step")
    held = {name.removeprefix("held_") for name in form.attributes if name.startswith("held_")}
    try:
        body = fold(all_copied(step.body[1:] if ast.get_docstring(step) else step.body))
        LaneForm(step, names, panel, held).make(body, scope, functions, form)
    except NotLanesError as error:
        form.alone = f"line {error.line}: {error}"


class LaneForm:
    """Makes `process_lanes` and what goes with it of a step's `body`, whose returns are folded."""

    def __init__(self, step: ast.FunctionDef, names: Names, panel: Panel, held: set[str]) -> None:
        self.step = step
        self.names = names
        self.states = {state.name: state for state in panel.states if _small(state)}
        self.two_sided = {light.name for light in panel.lights if light.below}
        self.shown = sorted(names.lights | {name for name in self.states if name.startswith(PEAK)})
        self.held = sorted(held)
        self.kept: dict[str, str] = {}

    def make(self, body: list[ast.stmt], scope: Scope, functions: dict[str, ast.FunctionDef], form: Form) -> None:
        """Add the methods and attributes to `form`.

        Raises: NotLanesError: if the body cannot be written so.
        """
        lowering = Lowering(scope, functions, self._values())
        lowering.statements(body)
        inputs = sorted((self.names.inlets | self.names.knobs) & _read(body))
        outputs = sorted(self.names.outlets & _stored(body))
        self._keep(body)
        process = self._process(lowering, inputs, outputs)
        form.attributes.update({f"{WIDE}{name}": "bool" for name in sorted(self.names.inlets | self.names.knobs)})
        form.lanes = self.kept
        form.methods += [process, *self._voices()]

    def _values(self) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name in self.names.inlets:
            values[f"self.{name}"] = self._value(name, LANES, EVERY)
        for name in self.names.knobs:
            values[f"self.{name}"] = self._value(name, LANES, TURNED)
        for name in (*self.names.outlets, *self.shown):
            values[f"self.{name}"] = self._value(name, LANES, EVERY)
        for name in self.names.constants:
            kind = UNIFORM.get(name) or (BOOL if name in self.names.buttons else INT)
            values[f"self.{name}"] = self._value(name, kind, ONCE)
        for name, state in self.states.items():
            if name not in self.shown:
                kind = {"bool": MASK, "float": LANES, "int": LANES}.get(state.kind, BUFFER)
                values[f"self.{name}"] = self._value(name, kind, EVERY, whole=state.kind == "int")
        return values

    def _value(self, name: str, kind: str, when: int, *, whole: bool = False) -> Value:
        return Value(ast.copy_location(ast.Name(LIVE + name, ast.Load()), self.step), kind, when, whole)

    def _keep(self, body: list[ast.stmt]) -> None:
        used = _read(body) | _stored(body)
        for name, state in self.states.items():
            if name in used and name not in self.shown:
                self.kept[name] = state.kind
        self.kept |= {f"held_{name}": "float" for name in self.held}

    def _process(self, lowering: Lowering, inputs: list[str], outputs: list[str]) -> ast.stmt:
        values, code = lowering.values, lowering.code
        before = [f"{BLOCK}{name} = self.{name}" for name in (*inputs, *outputs)]
        before += [f"{WIDE}{name} = self.{WIDE}{name}" for name in inputs]
        before += [f"{LIVE}{name} = self.{name}" for name in sorted(self.names.constants & set(_names(code)))]
        after: list[str] = []
        for name in self.shown:
            before.append(f"{LIVE}{name} = lanes_set(self.{name})")
            shown = "lanes_farthest" if name.removeprefix(PEAK) in self.two_sided else "lanes_largest"
            after.append(f"self.{name} = {shown}({LIVE}{name}, self.voices_heard)")
        zero = "lanes_set(0.0)"
        for name in self.names.outlets:
            where = f"lanes_load(self.{VOICES}held_{name}, 0)" if name in self.held else zero
            before.append(f"{LIVE}{name} = {where}")
        for name, kind in self.kept.items():
            place = f"self.{VOICES}{name}"
            if name.startswith("held_"):
                after.append(f"lanes_store({place}, 0, {LIVE}{name.removeprefix('held_')})")
            elif kind in {"float", "int"}:
                before.append(f"{LIVE}{name} = lanes_load({place}, 0)")
                after.append(f"lanes_store({place}, 0, {LIVE}{name})")
            elif kind == "bool":
                before.append(f"{LIVE}{name} = lanes_load_mask({place})")
                after.append(f"lanes_store_mask({place}, {LIVE}{name})")
            else:
                before.append(f"{LIVE}{name} = {place}")
        knobs = [name for name in inputs if name in self.names.knobs]
        turned = [self._reads(knobs, "start"), self._reads(knobs, FRAME)]
        loop = [*statements("\n".join(self._read_lines(sorted(set(inputs) - set(knobs)), FRAME)), self.step)]
        if knobs or code.turned:
            (moving,) = statements("if not self.still: pass", self.step)
            assert isinstance(moving, ast.If)
            moving.body = [*turned[1], *code.turned] or moving.body
            loop.insert(0, moving)
        loop += code.every
        loop += self._carried(values)
        stores = [f"lanes_store({BLOCK}{name}, {FRAME}, {LIVE}{name})" for name in outputs]
        loop += statements("\n".join(stores), self.step)
        head = (
            f"def process_lanes(self, start: i64, stop: i64) -> None:\n    for {FRAME} in range(start, stop): pass"
        )
        (process,) = statements(head, self.step)
        assert isinstance(process, ast.FunctionDef)
        (frames,) = process.body
        assert isinstance(frames, ast.For)
        frames.body = loop or frames.body
        process.body = [
            *statements("\n".join(before), self.step),
            *code.once,
            *turned[0],
            *code.turned,
            frames,
            *statements("\n".join(after), self.step),
        ]
        return process

    def _read_lines(self, names: list[str], frame: str) -> list[str]:
        return [f"{LIVE}{name} = lanes_read({BLOCK}{name}, {frame}, {WIDE}{name})" for name in names]

    def _reads(self, names: list[str], frame: str) -> list[ast.stmt]:
        return statements("\n".join(self._read_lines(names, frame)), self.step)

    def _carried(self, values: dict[str, Value]) -> list[ast.stmt]:
        """What every state, light and outlet holds after a frame; all at once, as they may change places."""
        wanted = [name for name, state in self.states.items() if state.kind in {"float", "int", "bool"}]
        wanted += [name for name in (*self.names.lights, *self.names.outlets) if name not in wanted]
        own = {LIVE + name for name in wanted}
        first: list[ast.stmt] = []
        then: list[ast.stmt] = []
        for name in wanted:
            value = values[f"self.{name}"]
            node = value.node
            if isinstance(node, ast.Name) and node.id == LIVE + name:
                continue
            if isinstance(node, ast.Name) and node.id in own:
                first += statements(f"{LIVE}{name}__next = {node.id}", self.step)
                then += statements(f"{LIVE}{name} = {LIVE}{name}__next", self.step)
            else:
                then += statements(f"{LIVE}{name} = {ast.unparse(node)}", self.step)
        return [*first, *then]

    def _voices(self) -> list[ast.stmt]:
        load = ["def load_voice(self, voice: i64) -> None:", "    begin: i64 = 0"]
        keep = ["def keep_voice(self, voice: i64) -> None:", "    begin: i64 = 0"]
        for name, kind in self.kept.items():
            place = f"self.{VOICES}{name}"
            match kind:
                case "float":
                    load.append(f"    self.{name} = peek({place}, voice)")
                    keep.append(f"    poke({place}, voice, self.{name})")
                case "int":
                    load.append(f"    self.{name} = to_int__(peek({place}, voice))")
                    keep.append(f"    poke({place}, voice, to_float__(self.{name}))")
                case "bool":
                    load.append(f"    self.{name} = peek({place}, voice) != 0.0")
                    keep.append(f"    poke({place}, voice, 1.0 if self.{name} else 0.0)")
                case _:
                    load.append(f"    take_voice(self.{name}, {place}, voice, begin, i64(len(self.{name})))")
                    keep.append(f"    lanes_keep({place}, self.{name}, voice)")
        return [*statements("\n".join(load), self.step), *statements("\n".join(keep), self.step)]


def _small(state: State) -> bool:
    """Whether there may be one of it for every voice all the time."""
    return state.kind in {"float", "int", "bool"} or (
        state.kind == "buffer" and 0 < state.frames <= LARGEST_BUFFER
    )


def _attributes(body: list[ast.stmt], context: type[ast.expr_context]) -> set[str]:
    found: set[str] = set()
    for statement in body:
        for node in walk(statement):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ctx) if isinstance(ctx, context):
                    found.add(name)
                case ast.AugAssign(target=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                    found.add(name)
    return found


def _read(body: list[ast.stmt]) -> set[str]:
    return _attributes(body, ast.Load)


def _stored(body: list[ast.stmt]) -> set[str]:
    return _attributes(body, ast.Store)


def _names(code: object) -> set[str]:
    parts = [statement for part in vars(code).values() for statement in part]
    used = [node.id for statement in parts for node in walk(statement) if isinstance(node, ast.Name)]
    return {name.removeprefix(LIVE) for name in used}
