"""Which module of ours stands for which of Rack's, and what its knobs and data are then."""

from collections.abc import Mapping
from typing import Any, NamedTuple

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
    found: dict[str, float] = {}
    for id, param in match.model.params.items():
        if id in params:
            _turn(found, match.panel, param, params[id])
    for key, several in match.model.data.items():
        for param, value in zip(several, _values(data.get(key)), strict=False):
            if isinstance(value, bool | int | float):
                _turn(found, match.panel, param, float(value))
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


def _turn(found: dict[str, float], panel: Panel, param: RackParam, value: float) -> None:
    control = panel.knob(param.name)
    if control is not None and ((turned := laws.ours(param, value, control)) or not isinstance(control, Button)):
        found[param.name] = turned


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
