"""What a declaration becomes on the panel: its arguments looked at, and a word where one is wrong."""

import math
from collections.abc import Callable
from typing import Any

from livepatch import module
from livepatch.colours import hexadecimal
from livepatch.panel import Borrowed, Button, Followed, Inlet, Knob, Light, Neighbour, Outlet, State, Switch, Text


def _knob(name: str, values: dict[str, Any]) -> Knob:
    numbers = ("minimum", "maximum", "default", "base", "multiplier", "offset")
    _check(values, numbers, float)
    _check(values, ("label", "unit", "description"), str)
    _check(values, ("randomize",), bool)
    low, high, default = (float(values[key]) for key in numbers[:3])
    if not low < high:
        raise ValueError(f"a knob goes from a smaller number to a larger, not from {low:g} to {high:g}")
    if not low <= default <= high:
        raise ValueError(f"its default {default:g} is outside {low:g} to {high:g}")
    return Knob(name=name, **(values | {key: float(values[key]) for key in numbers}))


def _switch(name: str, values: dict[str, Any]) -> Switch:
    choices, default = values["choices"], values["default"]
    _check(values, ("label", "description"), str)
    _check(values, ("randomize",), bool)
    if len(choices) < 2 or not all(isinstance(choice, str) for choice in choices):
        raise ValueError('a switch has at least two named choices: switch("low", "high")')
    if isinstance(default, bool) or not isinstance(default, int) or not 0 <= default < len(choices):
        raise ValueError(f"its default is the index of a choice, 0 to {len(choices) - 1}")
    return Switch(name=name, **values)


def _inlet(name: str, values: dict[str, Any]) -> Inlet:
    normal = values["normal"]
    _check(values, ("label", "description"), str)
    _check(values, ("voices", "summed"), bool)
    if isinstance(normal, bool) or not isinstance(normal, str | int | float):
        raise TypeError("normal is a number of volts or the name of another inlet")
    return Inlet(name=name, **(values | {"normal": normal if isinstance(normal, str) else float(normal)}))


def _port(kind: type[Any]) -> Callable[[str, dict[str, Any]], Any]:
    def build(name: str, values: dict[str, Any]) -> Any:
        _check(values, tuple(values), str)
        return kind(name=name, **values)

    return build


def _light(name: str, values: dict[str, Any]) -> Light:
    _check(values, tuple(values), str)
    for colour in filter(None, (values["colour"], values["below"])):
        hexadecimal(colour)
    return Light(name=name, **values)


def _buffer(name: str, values: dict[str, Any]) -> State:
    seconds, frames = values.get("seconds", 0.0), values["frames"]
    _check({"seconds": seconds}, ("seconds",), float)
    if isinstance(frames, bool) or not isinstance(frames, int):
        raise TypeError("frames is a whole number")
    if (seconds > 0.0) == (frames > 0) or seconds < 0.0 or frames < 0 or seconds > 3600.0 or frames > 1 << 28:
        raise ValueError("say how long it is: seconds (up to an hour), or frames=...")
    kind = "buffer" if "seconds" in values else "trace"
    return State(name=name, kind=kind, seconds=float(seconds), frames=frames)


def _message(*, sends: bool) -> Callable[[str, dict[str, Any]], State]:
    def build(name: str, values: dict[str, Any]) -> State:
        module.send(values["side"])
        state = _buffer(name, {"seconds": 0.0, "frames": values["frames"]})
        return State(name=name, kind="buffer", frames=state.frames, side=values["side"], sends=sends)

    return build


def _neighbour(name: str, values: dict[str, Any]) -> Neighbour:
    if not all(isinstance(name, str) for name in values["types"]):
        raise TypeError('a module is named by its file: neighbour("right", "mixer_more")')
    module.neighbour(values["side"], *values["types"])
    return Neighbour(name=name, side=values["side"], types=values["types"])


def _followed(name: str, values: dict[str, Any]) -> Followed:
    _check(values, ("what",), str)
    return Followed(name=name, what=values["what"], normal=float(module.transport(values["what"])))


def _check(values: dict[str, Any], names: tuple[str, ...], kind: type[float] | type[str] | type[bool]) -> None:
    for name in names:
        value = values[name]
        if kind is bool and not isinstance(value, bool):
            raise TypeError(f"{name} is True or False, not {value!r}")
        if kind is str and not isinstance(value, str):
            raise TypeError(f"{name} is text, not {value!r}")
        if kind is float and (
            isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value)
        ):
            raise TypeError(f"{name} is a number, not {value!r}")


FIELDS: dict[str, type[Any]] = {
    "knobs": Knob,
    "switches": Switch,
    "buttons": Button,
    "inlets": Inlet,
    "outlets": Outlet,
    "lights": Light,
    "texts": Text,
    "states": State,
    "neighbours": Neighbour,
    "borrowed": Borrowed,
    "followed": Followed,
}
"""Where each kind stands in a Panel."""
BUILDERS: dict[str, Callable[[str, dict[str, Any]], Any]] = {
    "knob": _knob,
    "switch": _switch,
    "button": _port(Button),
    "inlet": _inlet,
    "outlet": _port(Outlet),
    "light": _light,
    "text": _port(Text),
    "buffer": _buffer,
    "trace": _buffer,
    "neighbour": _neighbour,
    "transport": _followed,
    "send": _message(sends=True),
    "receive": _message(sends=False),
}
"""What makes each of its name and arguments, by the word that declares it. Raises TypeError or ValueError."""
