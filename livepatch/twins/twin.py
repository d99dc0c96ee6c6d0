"""A module's twin: the author's class as plain Python, with the state of the module that plays."""

import contextlib
import io
import json
import signal
import traceback
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import msgspec

from livepatch.block import BETWEEN
from livepatch.declarations import read_panel
from livepatch.errors import ModuleError, Problem
from livepatch.module import Module, Port
from livepatch.panel import Panel
from livepatch.protocol.states import FRAME_BYTES, State, StatesError, Value, frames_of, read_states, write_states
from livepatch.protocol.twin_messages import CallTwin, TwinCalled

LONGEST_SECONDS = 5.0
"""How long a control-side method may take."""


class _TooLongError(BaseException):
    """A method takes too long; modules cannot catch it."""


class Kind(NamedTuple):
    """A module's class and its panel, as one version of its file has them."""

    cls: type[Module]
    panel: Panel


class Twins:
    """Makes twins, calls them, and forgets them: what they remember is in the module's state."""

    def __init__(self, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._longest_seconds = longest_seconds
        self._kinds: dict[str, Kind] = {}

    def call(self, request: CallTwin) -> TwinCalled:
        """Call one method; a `problem` instead of anything that goes wrong."""
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), _at_most(self._longest_seconds):
                answer = self._call(request)
        except ModuleError as error:
            answer = TwinCalled(request.serial, problem=error.problems[0])
        except (Exception, SystemExit, _TooLongError) as error:  # noqa: BLE001 - it is the author's code
            answer = TwinCalled(request.serial, problem=_problem(request, error))
        return msgspec.structs.replace(answer, printed=printed.getvalue())

    def _call(self, request: CallTwin) -> TwinCalled:
        kind = self._kind(request)
        module = _make(kind, request)
        before = _numbers(module, kind.panel)
        buffers = {name: bytes(frames_of(_get(module, name))) for name in _buffers(kind.panel)}
        settings = json.dumps(request.settings)
        if request.memory is not None:
            module.from_json(request.memory)
        result = self._run(module, request)
        data = _json(module.to_json()) if request.keep and "to_json" in kind.panel.control else None
        changed = _changes(module, kind.panel, before, buffers)
        if changed:
            write_states(Path(request.changes), {request.id: changed})
        return TwinCalled(
            request.serial,
            result,
            _turned(module, kind.panel, request.knobs),
            request.changes if changed else "",
            _settings(module, settings),
            data=data,
        )

    def _run(self, module: Module, request: CallTwin) -> Any:
        method = getattr(module, request.method)
        result = method() if request.argument is None else method(request.argument)
        if request.method != "to_json":
            return None
        return _json(result)

    def _kind(self, request: CallTwin) -> Kind:
        if request.source not in self._kinds:
            panel = read_panel(request.text, request.path)
            namespace: dict[str, Any] = {"__name__": f"twin_{panel.type}"}
            exec(compile(request.text, request.path, "exec"), namespace)  # noqa: S102 - it is compiled and plays too
            self._kinds[request.source] = Kind(namespace[panel.class_name], panel)
        return self._kinds[request.source]


def _json(result: Any) -> dict[str, Any]:
    """What to_json() gave, as it will come back.

    Raises: TypeError, ValueError: if JSON cannot hold it.
    """
    if not isinstance(result, dict):
        raise TypeError(f"to_json() gives a dict, not {type(result).__name__}")
    read: dict[str, Any] = json.loads(json.dumps(result, allow_nan=False))
    return read


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise _TooLongError(f"does not come to an end within {seconds:g} s")

    former = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, former)


def _make(kind: Kind, request: CallTwin) -> Module:
    """The twin, as the module stands."""
    module = kind.cls(request.sample_rate, request.seed)
    module.storage = Path(request.storage)
    module.settings = request.settings
    for knob in kind.panel.knobs:
        setattr(module, knob.name, Port(request.knobs.get(knob.name, knob.default)))
    for switch in kind.panel.switches:
        setattr(module, switch.name, int(request.knobs.get(switch.name, switch.default)))
    for name in _buffers(kind.panel):
        _set(module, name, array("d", bytes(frames_of(_get(module, name)))))
    if request.states:
        _fill(module, kind.panel, read_states(Path(request.states)).get(request.id, {}))
    else:
        module.on_sample_rate_change()
        module.on_add()
    return module


def _fill(module: Module, panel: Panel, state: State) -> None:
    for declared in panel.states:
        value = state.get(declared.name)
        if isinstance(value, memoryview):
            room: array[float] = _get(module, declared.name)
            count = min(len(room), len(value))
            frames_of(room)[:count] = value[:count]
        elif value is not None:
            _set(module, declared.name, value)


def _owner(module: Module, name: str) -> tuple[Any, str]:
    """Where a state is, and its name there: a block's own states are named after the block too."""
    owner: Any = module
    while BETWEEN in name and not hasattr(owner, name):
        block, _, name = name.partition(BETWEEN)
        owner = getattr(owner, block)
    return owner, name


def _get(module: Module, name: str) -> Any:
    return getattr(*_owner(module, name))


def _set(module: Module, name: str, value: Any) -> None:
    owner, own_name = _owner(module, name)
    setattr(owner, own_name, value)


def _buffers(panel: Panel) -> list[str]:
    return [state.name for state in panel.states if state.kind in {"buffer", "trace"}]


def _numbers(module: Module, panel: Panel) -> dict[str, Value]:
    return {state.name: _get(module, state.name) for state in panel.states if state.name not in _buffers(panel)}


def _changes(module: Module, panel: Panel, before: dict[str, Value], buffers: dict[str, bytes]) -> State:
    """The states that a method changed.

    Raises: TypeError: if one is not what it was declared as any more.
    """
    changed: State = {}
    for state in panel.states:
        value = _get(module, state.name)
        if state.name in buffers:
            frames = len(buffers[state.name]) // FRAME_BYTES
            if len(value) != frames:
                raise TypeError(f"{state.name} has {frames} frames and keeps them; {len(value)} do not fit")
            if not isinstance(value, array):
                value = array("d", value)
            if bytes(frames_of(value)) != buffers[state.name]:
                changed[state.name] = frames_of(value)
        elif value != before[state.name]:
            changed[state.name] = _number(state.name, state.kind, value)
    return changed


def _number(name: str, kind: str, value: Any) -> Value:
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise TypeError(f"{name} is a {kind}, not {value!r}")


def _turned(module: Module, panel: Panel, knobs: dict[str, float]) -> dict[str, float]:
    """The knobs and switches that a method turned."""
    defaults = {knob.name: knob.default for knob in panel.knobs}
    defaults |= {switch.name: float(switch.default) for switch in panel.switches}
    values = {name: float(getattr(module, name)) for name in defaults}
    return {name: value for name, value in values.items() if value != knobs.get(name, defaults[name])}


def _settings(module: Module, before: str) -> dict[str, Any] | None:
    """The pack's settings, if a method changed them."""
    after = json.dumps(module.settings, allow_nan=False)
    return json.loads(after) if after != before else None


def _problem(request: CallTwin, error: BaseException) -> Problem:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == request.path]
    words = str(error) if isinstance(error, _TooLongError) else f"{type(error).__name__}: {error}"
    if isinstance(error, StatesError):
        words = "the engine did not tell the module's state"
    line = (lines[-1] if lines else 0) or _line_of(request)
    source = request.text.splitlines()
    text = source[line - 1] if 0 < line <= len(source) else ""
    column = len(text) - len(text.lstrip()) + 1
    return Problem(request.path, line, column, f"{request.method}(): {words}")


def _line_of(request: CallTwin) -> int:
    """The line where the method begins."""
    for number, line in enumerate(request.text.splitlines(), 1):
        if line.strip().startswith(f"def {request.method}("):
            return number
    return 1
