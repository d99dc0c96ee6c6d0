"""Reads which modules of VCV Rack a module stands for: `rack = {...}` in its class body.

Rack is a program of VCV, whose patches can be read with this; nothing of it is in here.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from livepatch.laws import LAWS
from livepatch.panel import Button, Inlet, Knob, Outlet, RackModel, RackParam, Switch, Text

PARTS = ("params", "inputs", "outputs", "data", "gains")
EXAMPLE = (
    'rack = {"Fundamental/VCO": {"params": {2: ("tune", 1 / 12)}, "inputs": {0: "voct"}, "outputs": {0: "sine"}}}'
)


class ModelReader:
    """Reads models; `constant` reads what is written out at a place, `refuse` raises."""

    def __init__(self, constant: Callable[[ast.expr], Any], refuse: Callable[[ast.AST, str], NoReturn]) -> None:
        self._constant = constant
        self._refuse = refuse

    def read(self, value: ast.expr) -> dict[str, RackModel]:
        """The models that `value` declares, by plugin and model."""
        models: dict[str, RackModel] = {}
        for model, parts in self._entries(value):
            if not isinstance(model, str) or model.count("/") != 1:
                message = f'a Rack module is named by plugin and model: "Fundamental/VCO", not {model!r}'
                self._refuse(parts, message)
            models[model] = self._model(parts)
        return models

    def _model(self, value: ast.expr) -> RackModel:
        read: dict[str, dict[Any, Any]] = {}
        for part, items in self._entries(value):
            if part not in PARTS:
                self._refuse(items, f"a Rack module has params, inputs, outputs, data and gains, not {part!r}")
            match part:
                case "data":
                    read[part] = self._data(items)
                case "gains":
                    read[part] = self._gains(items)
                case _:
                    read[part] = self._ports(items, part)
        return RackModel(**read)

    def _ports(self, value: ast.expr, part: str) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for id, item in self._entries(value):
            if isinstance(id, bool) or not isinstance(id, int):
                self._refuse(item, f"a Rack id is a whole number, not {id!r}")
            found[id] = self._param(item) if part == "params" else self._name(item)
        return found

    def _gains(self, value: ast.expr) -> dict[str, float]:
        found: dict[str, float] = {}
        for port, item in self._entries(value):
            gain = self._constant(item)
            if not isinstance(port, str) or not _is_number(gain) or gain == 0:
                self._refuse(item, f'a port has a gain that is not 0: {{"white": 1.2}}, not {port!r}: {gain!r}')
            found[port] = float(gain)
        return found

    def _data(self, value: ast.expr) -> dict[str, tuple[RackParam, ...]]:
        found: dict[str, tuple[RackParam, ...]] = {}
        for key, item in self._entries(value):
            if not isinstance(key, str):
                self._refuse(item, f'what a Rack module keeps has a key: {{"running": "run"}}, not {key!r}')
            match self._constant(item):
                case (str(), str(), *_) as names if all(isinstance(name, str) for name in names):
                    found[key] = tuple(RackParam(name) for name in names)
                case _:
                    found[key] = (self._param(item),)
        return found

    def _entries(self, node: ast.expr) -> list[tuple[Any, ast.expr]]:
        if not isinstance(node, ast.Dict) or None in node.keys:
            self._refuse(node, f"rack maps ids to names: {EXAMPLE}")
        pairs = zip(node.keys, node.values, strict=True)
        return [(self._constant(key), item) for key, item in pairs if key is not None]

    def _param(self, node: ast.expr) -> RackParam:
        match self._constant(node):
            case str(name):
                return RackParam(name)
            case (str(name), multiplier, str(above)) if _is_number(multiplier):
                return RackParam(name, float(multiplier), above=above)
            case (str(name), *numbers) if len(numbers) <= 2 and all(_is_number(number) for number in numbers):
                multiplier, offset = (*map(float, numbers), *(1.0, 0.0)[len(numbers) :])
                return RackParam(name, multiplier, offset)
            case (str(name), multiplier, offset, str(law)) if _is_number(multiplier) and _is_number(offset):
                if law not in LAWS:
                    self._refuse(node, f"there is no law {law!r} of a knob; there are {', '.join(LAWS)}")
                return RackParam(name, float(multiplier), float(offset), law)
        self._refuse(node, f"a param is a name, or a name with a multiplier, an offset and a law: {EXAMPLE}")

    def _name(self, node: ast.expr) -> str:
        found = self._constant(node)
        if not isinstance(found, str):
            self._refuse(node, f"an input or output is a name: {EXAMPLE}")
        return found


def missing(model: RackModel, declared: Mapping[str, Any]) -> str:
    """The first name of `model` that is not declared as what it says, "" if there is none."""
    names: list[tuple[str, tuple[type[Any], ...]]] = []
    kept = [param for params in model.data.values() for param in params]
    names += [(param.name, (Knob, Switch, Button)) for param in model.params.values()]
    names += [(param.name, (Knob, Switch, Text)) for param in kept]
    names += [(param.above, (Knob,)) for param in (*model.params.values(), *kept) if param.above]
    names += [(name, (Inlet, Knob)) for name in model.inputs.values()]
    names += [(name, (Outlet,)) for name in model.outputs.values()]
    names += [(name, (Inlet, Knob, Outlet)) for name in model.gains]
    return next((name for name, kinds in names if not isinstance(declared.get(name), kinds)), "")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
