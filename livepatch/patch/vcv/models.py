"""Which module of ours stands for which of Rack's, and what its knobs and data are then."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from livepatch import laws
from livepatch.panel import Button, Panel, RackModel, RackParam
from livepatch.patch.vcv import migrations

Data = dict[str, Any]
LONGEST_TEXT = 20_000
TITLES = {
    "Core/MIDIToCVInterface": "MIDI-CV",
    "Core/QuadMIDIToCVInterface": "MIDI-4",
    "Core/MIDICCToCVInterface": "MIDI-CC",
    "Core/MIDITriggerToCVInterface": "MIDI-Gate",
}
"""What modules are called on their panels, where their model says it badly; by plugin and model."""
MIDI = frozenset(
    (
        *TITLES,
        *("Core/MIDI-Map", "Core/CV-MIDI", "Core/CV-CC", "Core/CV-Gate"),
        *("Cardinal/HostMIDI", "Cardinal/HostMIDICC", "Cardinal/HostMIDIGate", "Cardinal/HostMIDIMap"),
    )
)
"""The modules that hear or send MIDI."""


class Match(NamedTuple):
    """A module of ours for one of Rack's; `name` is Rack's, by plugin and model."""

    name: str
    panel: Panel
    model: RackModel


class Models:
    """Every Rack model that a module stands for."""

    def __init__(self, panels: Mapping[str, Panel]) -> None:
        self._matches: dict[str, Match] = {}
        self._of_types: dict[str, Match] = {}
        for _, panel in sorted(panels.items()):
            for name, model in panel.rack.items():
                match = Match(name, panel, model)
                self._matches.setdefault(name, match)
                self._of_types.setdefault(panel.type, match)

    def find(self, plugin: str, model: str) -> Match | None:
        """Ours for a module of Rack, also where its plugin has another name by now."""
        found = self._matches.get(f"{plugin}/{model}")
        if found is None and plugin in migrations.PLUGINS:
            found = self._matches.get(f"{migrations.PLUGINS[plugin]}/{model}")
        return found

    def of_type(self, type: str, plugin: str = "", model: str = "") -> Match | None:
        """The model that a module of ours is written as: the one it was read as, if it still stands for that."""
        found = self.find(plugin, model)
        return found if found is not None and found.panel.type == type else self._of_types.get(type)


def title(name: str) -> str:
    """What a module is called; `name` is plugin and model."""
    return TITLES.get(name, name.partition("/")[2])


def knobs(match: Match, params: Mapping[int, float], data: Data) -> dict[str, float]:
    """Where our knobs stand for Rack's params and data."""
    said = [(param, params[id]) for id, param in match.model.params.items() if id in params]
    for key, several in match.model.data.items():
        pairs = zip(several, _values(data.get(key)), strict=False)
        said += [(param, float(value)) for param, value in pairs if isinstance(value, bool | int | float)]
    found: dict[str, float] = {}
    for param, value in sorted(said, key=lambda pair: bool(pair[0].above)):  # those that they are above come first
        _turn(found, match, param, value)
    return found


def texts(match: Match, data: Data) -> dict[str, str]:
    """Our texts for Rack's data."""
    pairs = {param.name: data.get(key) for key, several in match.model.data.items() for param in several}
    return {
        name: text[:LONGEST_TEXT]
        for name, text in pairs.items()
        if isinstance(text, str) and match.panel.text(name) is not None
    }


def goes_back(param: RackParam) -> bool:
    """Whether what our knob stands at says where Rack's stands: with a multiplier of 0 it does not."""
    return param.multiplier != 0.0


def stands_at(match: Match, name: str, turned: Mapping[str, float]) -> float | None:
    """Where a knob, switch or button stands, its default if it was never turned; None if there is none."""
    control = match.panel.knob(name)
    return turned.get(name, getattr(control, "default", 0.0)) if control is not None else None


def on_its_own(match: Match, param: RackParam, turned: Mapping[str, float]) -> RackParam:
    """The param as it counts while the knob that it is above, if there is one, stands where it does."""
    if not param.above:
        return param
    return msgspec.structs.replace(param, offset=param.offset + (stands_at(match, param.above, turned) or 0.0))


def _turn(found: dict[str, float], match: Match, param: RackParam, value: float) -> None:
    control = match.panel.knob(param.name)
    if control is None:
        return
    turned = laws.ours(on_its_own(match, param, found), value, control)
    if turned or not isinstance(control, Button):
        found[param.name] = turned


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
