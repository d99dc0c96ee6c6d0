"""The form of a step in which all voices play side by side, and its way from and to one voice."""

import ast
import textwrap

from livepatch.compiler.ahead import AHEAD, NOW, Ahead, put_ahead, rename
from livepatch.compiler.forms import BLOCK, FRAME, LIVE, Form, Names, flags_of, statements
from livepatch.compiler.kinds import BOOL, FLOAT, INT, Scope
from livepatch.compiler.lane_counts import attributes_in, counting
from livepatch.compiler.lane_expressions import LARGEST_BUFFER
from livepatch.compiler.lane_values import BUFFER, EVERY, LANES, MASK, ONCE, TURNED, NotLanesError, Value
from livepatch.compiler.lanes import Lowering
from livepatch.compiler.recall import CHANGED, RECALL, recall
from livepatch.compiler.returns import fold
from livepatch.compiler.settled import settle
from livepatch.compiler.trees import all_copied, names_in, walk
from livepatch.compiler.unheard import ask_who_hears
from livepatch.panel import Panel, State
from livepatch.protocol.builds import PEAK, VOICES

WIDE = "wide_"
BEGIN = "begin__"
UNTIL = "until__"
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
        self.counts: set[str] = set()
        self.recalled: list[list[str]] = []

    def make(self, body: list[ast.stmt], scope: Scope, functions: dict[str, ast.FunctionDef], form: Form) -> None:
        """Add the methods and attributes to `form`.

        Raises: NotLanesError: if the body cannot be written so.
        """
        whole = {name for name, state in self.states.items() if state.kind == "int"}
        self.counts = counting(body, whole, self.names)
        lowering = Lowering(scope, functions, self._values())
        body, quiet = ask_who_hears(body, self.names.outlets, scope)
        lowering.statements(body)
        inputs = sorted((self.names.inlets | self.names.knobs) & _read(body))
        outputs = sorted(self.names.outlets & _stored(body))
        self._keep(body)
        process = self._process(lowering, inputs, outputs, set(quiet))
        form.attributes.update(flags_of(quiet))
        form.attributes.update({f"{WIDE}{name}": "bool" for name in sorted(self.names.inlets | self.names.knobs)})
        form.lanes = self.kept
        form.recalled = {f"{RECALL}{number}": len(found) for number, found in enumerate(self.recalled)}
        form.counts = self.counts & self.kept.keys()
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
            if name in self.counts:
                values[f"self.{name}"] = self._value(name, INT, EVERY)
            elif name not in self.shown:
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

    def _process(self, lowering: Lowering, inputs: list[str], outputs: list[str], quiet: set[str]) -> ast.stmt:
        values, code = lowering.values, lowering.code
        settle(code, self.names)
        constants = sorted(self.names.constants & set(_names(code)))
        last = {name for each in self._lasting() for name in names_in(values[f"self.{each}"].node, ast.Load)}
        self.recalled = recall(code, self.names, last)
        ahead = put_ahead(code, self.names, self.recalled, last)
        before, after = self._around(inputs, outputs, constants)
        knobs = [name for name in inputs if name in self.names.knobs]
        loop = self._loop(lowering, inputs, [name for name in outputs if name not in quiet])
        begin, first = "start", [*self._reads(knobs, BEGIN), *code.turned]
        if ahead is not None:
            begin, first = "start - 1", self._first_ahead(ahead, knobs, code.turned)
            loop = self._put_before(ahead, loop)
        (process,) = statements("def process_lanes(self, start: i64, stop: i64) -> None: pass", self.step)
        assert isinstance(process, ast.FunctionDef)
        process.body = [
            *statements("\n".join(before), self.step),
            *code.once,
            *self._frames(begin, first, loop),
            *statements("\n".join(after), self.step),
        ]
        return process

    def _around(self, inputs: list[str], outputs: list[str], constants: list[str]) -> tuple[list[str], list[str]]:
        """The lines before the loop, which give names to what there is, and those after it, which put it back."""
        before = [f"{LIVE}still = self.still", *(f"{BLOCK}{name} = self.{name}" for name in (*inputs, *outputs))]
        before += [f"{WIDE}{name} = self.{WIDE}{name}" for name in inputs]
        before += [f"{LIVE}{name} = self.{name}" for name in constants]
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
            if name in self.counts:
                before.append(f"{LIVE}{name}: i64 = {_joined(place)}")
                after += _parted(place, LIVE + name)
            elif name not in self.states:
                after.append(f"lanes_store({place}, 0, {LIVE}{name.removeprefix('held_')})")
            elif kind in {"float", "int"}:
                before.append(f"{LIVE}{name} = lanes_load({place}, 0)")
                after.append(f"lanes_store({place}, 0, {LIVE}{name})")
            elif kind == "bool":
                before.append(f"{LIVE}{name} = lanes_load_mask({place})")
                after.append(f"lanes_store_mask({place}, {LIVE}{name})")
            else:
                before.append(f"{LIVE}{name} = {place}")
        for number, found in enumerate(self.recalled):
            place = f"self.{VOICES}{RECALL}{number}"
            before += [f"{name} = lanes_load({place}, {at})" for at, name in enumerate(found)]
            before.append(f"{found[0]}{CHANGED} = False")
            after.append(f"if {found[0]}{CHANGED}:")
            after += [f"    lanes_store({place}, {at}, {name})" for at, name in enumerate(found)]
        return before, after

    def _loop(self, lowering: Lowering, inputs: list[str], outputs: list[str]) -> list[ast.stmt]:
        """What is done in every frame."""
        code = lowering.code
        loop = self._reads_where_used(sorted(set(inputs) - self.names.knobs), code.every)
        loop += code.every
        loop += self._carried(lowering.values)
        stores = [f"lanes_store({BLOCK}{name}, {FRAME}, {LIVE}{name})" for name in outputs]
        return loop + statements("\n".join(stores), self.step)

    def _frames(self, begin: str, first: list[ast.stmt], body: list[ast.stmt]) -> list[ast.stmt]:
        """Do `first`, which follows from knobs alone, and then `body` for all frames, or for one where knobs move.

        So the loop over frames has nothing of `first` in it, which would take registers from what is played.
        """
        shell = f"""
            {BEGIN}: i64 = {begin}
            while {BEGIN} < stop:
                {UNTIL} = stop if {LIVE}still else {BEGIN} + 1
                for {FRAME} in range({BEGIN}, {UNTIL}): pass
                {BEGIN} = {UNTIL}
        """
        set_up, stretches = statements(textwrap.dedent(shell), self.step)
        assert isinstance(stretches, ast.While)
        until, frames, then = stretches.body
        assert isinstance(frames, ast.For)
        frames.body = body or frames.body
        stretches.body = [*first, until, frames, then]
        return [set_up, stretches]

    def _first_ahead(self, ahead: Ahead, knobs: list[str], turned: list[ast.stmt]) -> list[ast.stmt]:
        """What follows from knobs in a frame, and in the next one; after the last there is none."""
        copies = [f"{AHEAD}{name} = {name}" for name in ahead.first]
        first = [*self._reads(knobs, f"max({BEGIN}, start)"), *turned, *statements("\n".join(copies), self.step)]
        (moving,) = statements(f"if not {LIVE}still: pass", self.step)
        assert isinstance(moving, ast.If)
        then = [*self._reads(ahead.knobs, f"min({BEGIN} + 1, stop - 1)"), *ahead.turned]
        rename(then, {name: AHEAD + name for name in ahead.names})
        if then:
            moving.body = then
            first.append(moving)
        return first

    def _put_before(self, ahead: Ahead, loop: list[ast.stmt]) -> list[ast.stmt]:
        """The loop, which begins a frame early, with what is computed ahead in it."""
        rename(loop, {name: NOW + name for name in ahead.now})
        begin = "\n".join(f"{NOW}{name} = {name}" for name in ahead.now)
        shell = f"{begin}\nif {FRAME} + 1 < stop: pass\nif {FRAME} >= start: pass"
        *kept, after, this = statements(shell, self.step)
        assert isinstance(after, ast.If)
        assert isinstance(this, ast.If)
        after.body = [*self._reads(ahead.inlets, f"{FRAME} + 1"), *ahead.body]
        rename(after.body, {name: AHEAD + name for name in ahead.names})
        this.body = loop
        return [*kept, after, this]

    def _read_lines(self, names: list[str], frame: str) -> list[str]:
        return [f"{LIVE}{name} = lanes_read({BLOCK}{name}, {frame}, {WIDE}{name})" for name in names]

    def _reads(self, names: list[str], frame: str) -> list[ast.stmt]:
        return statements("\n".join(self._read_lines(names, frame)), self.step)

    def _reads_where_used(self, names: list[str], body: list[ast.stmt]) -> list[ast.stmt]:
        """Reads of inlets at the head of the loop; of one that a single arm needs, there, which `body` gets."""
        head: list[ast.stmt] = []
        for name in names:
            users = [statement for statement in body if LIVE + name in _loaded_names(statement)]
            read = self._reads([name], FRAME)
            match users:
                case [ast.If(test=test, body=arm, orelse=orelse)] if LIVE + name not in _loaded_names(test):
                    inside = [_any_loads(part, LIVE + name) for part in (arm, orelse)]
                    if inside == [True, False]:
                        arm[:0] = read
                        continue
            head += read
        return head

    def _lasting(self) -> list[str]:
        """What has a value after a frame that the next one, or a listener, may ask for."""
        wanted = [name for name, state in self.states.items() if state.kind in {"float", "int", "bool"}]
        return wanted + [name for name in (*self.names.lights, *self.names.outlets) if name not in wanted]

    def _carried(self, values: dict[str, Value]) -> list[ast.stmt]:
        """What every state, light and outlet holds after a frame; all at once, as they may change places."""
        wanted = self._lasting()
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
                case "int" if name in self.counts:  # one for all: that of the first
                    load.append(f"    self.{name} = {_joined(place)}")
                    keep += ["    if voice == 0:", *(f"        {line}" for line in _parted(place, f"self.{name}"))]
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


def _joined(place: str) -> str:
    """A whole number that voices share, of its lower half and its upper one, as no double holds all of its bits.

    The upper one is counted from what the place behind it has, so that all are the same in the beginning.
    """
    return f"(to_int__(peek({place}, 1) - peek({place}, 2)) << 32) + to_int__(peek({place}, 0))"


def _parted(place: str, number: str) -> list[str]:
    return [
        f"poke({place}, 0, to_float__({number} & 0xFFFFFFFF))",
        f"poke({place}, 1, to_float__({number} >> 32) + peek({place}, 2))",
    ]


def _small(state: State) -> bool:
    """Whether there may be one of it for every voice all the time."""
    return state.kind in {"float", "int", "bool"} or (
        state.kind == "buffer" and 0 < state.frames <= LARGEST_BUFFER
    )


def _read(body: list[ast.stmt]) -> set[str]:
    return attributes_in(body, ast.Load)


def _stored(body: list[ast.stmt]) -> set[str]:
    return attributes_in(body, ast.Store)


def _loaded_names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _any_loads(body: list[ast.stmt], name: str) -> bool:
    return any(name in _loaded_names(statement) for statement in body)


def _names(code: object) -> set[str]:
    parts = [statement for part in vars(code).values() for statement in part]
    used = [node.id for statement in parts for node in walk(statement) if isinstance(node, ast.Name)]
    return {name.removeprefix(LIVE) for name in used}
