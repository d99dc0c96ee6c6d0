"""Patches written for Rack 2: what Rack wrote stays as it was, save for what has changed since."""

import copy
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from livepatch import laws
from livepatch.panel import Knob, Panel, RackParam
from livepatch.patch.patch import Cable, Patch, PlacedModule
from livepatch.patch.vcv import container, document, models
from livepatch.patch.vcv.models import Match, Models
from livepatch.patch.vcv.placing import positions
from livepatch.patch.vcv.reading import KEPT, LOOSE, ORDER, gain_of, standing

LAST = 1 << 62
MOST_NAMED = 4
_NUMBERED = re.compile(r"([a-z]+)([0-9]{1,9})")


class Written(NamedTuple):
    """A patch as Rack's JSON: `ids` are Rack's for ours, `remarks` are lines about what could not go in."""

    document: dict[str, Any]
    ids: dict[int, int]
    remarks: tuple[str, ...]


def write(patch: Patch, panels: Mapping[str, Panel], path: Path, storage: Path | None) -> tuple[str, ...]:
    """Write a patch as a Rack 2 file; lines about what could not go in.

    `storage` has the modules' own files, a folder for each module's id.

    Raises: PatchError: if the disk refuses; what was there before is still there.
    """
    written = encode(patch, panels)
    folders = {str(rack): storage / str(id) for id, rack in written.ids.items()} if storage is not None else {}
    wanted = {str(rack): patch.modules[id].saved_files for id, rack in written.ids.items()}
    container.write(path, document.text_of(written.document), folders, wanted)
    return written.remarks


def encode(patch: Patch, panels: Mapping[str, Panel]) -> Written:
    """The patch as Rack writes it."""
    return _Writing(patch, panels).written()


class _Writing:
    """Puts one document together."""

    def __init__(self, patch: Patch, panels: Mapping[str, Panel]) -> None:
        self.patch = patch
        self.panels = panels
        self.models = Models(panels)
        self.originals: dict[int, dict[str, Any]] = {}
        self.matches: dict[int, Match | None] = {}
        self.foreign: set[int] = set()
        self.left_out: list[str] = []
        self.ids: dict[int, int] = {}

    def written(self) -> Written:
        for module in self._modules():
            self._recognise(module)
        self._number()
        places = positions(self.patch, list(self.ids))
        modules = [self._module(self.patch.modules[id], places[id]) for id in self.ids]
        cables, lost, gains = self._cables()
        top = self.patch.unknown.get(KEPT)
        rest = (
            copy.deepcopy(top)
            if isinstance(top, dict)
            else {"version": document.VERSION, "zoom": 1.0, "cables": []}
        )
        rest["modules"] = modules
        if cables or "cables" in rest:
            rest["cables"] = cables
        return Written(rest, self.ids, tuple(self._remarks(lost, gains)))

    def _modules(self) -> list[PlacedModule]:
        return [module for _, module in sorted(self.patch.modules.items())]

    def _recognise(self, module: PlacedModule) -> None:
        """Find out what a module is in Rack."""
        original = self.patch.unknown_of_modules.get(module.id, {}).get(KEPT)
        if isinstance(original, dict) and _is_module(original):
            self.originals[module.id] = original
        else:
            original = {}
        match = self.models.of_type(module.type, original.get("plugin", ""), original.get("model", ""))
        if match is not None:
            self.matches[module.id] = match
        elif "/" in module.type and module.type not in self.panels:
            self.foreign.add(module.id)
        elif module.id not in self.originals:
            self.left_out.append(module.name)

    def _number(self) -> None:
        """Give each module the id that it had, or one that is free."""
        kept = {id: original["id"] for id, original in self.originals.items() if type(original.get("id")) is int}
        used = set(kept.values())
        for original in self.originals.values():
            used |= _meant(original)
        fresh = 0
        for module in self._modules():
            if module.name in self.left_out:
                continue
            if module.id not in kept:
                fresh = _free(fresh, used)
                used.add(fresh)
            self.ids[module.id] = kept.get(module.id, fresh)

    def _module(self, module: PlacedModule, place: list[Any] | None) -> dict[str, Any]:
        original = self.originals.get(module.id)
        match = self.matches.get(module.id)
        if original is not None:
            entry = copy.deepcopy(original)
            entry.setdefault("id", self.ids[module.id])
        else:
            plugin, _, model = (match.name if match else module.type).partition("/")
            entry = {"id": self.ids[module.id], "plugin": plugin, "model": model, "version": "2.0.0", "params": []}
        if match is not None:
            self._turn(entry, module, match)
            self._keep(entry, module, match)
        elif module.id in self.foreign or original is not None:
            was = {f"param{id}": value for id, value in document.params_of(entry).items()}
            for name, value in module.knobs.items():
                number = _number(name, "param")
                if number is not None and was.get(name) != value:
                    _set_param(entry, number, value)
        if document.is_bypassed(entry) != module.bypass:
            entry.pop("disabled", None)
            entry["bypass"] = module.bypass
        if place is not None:
            entry["pos"] = place
        return entry

    def _turn(self, entry: dict[str, Any], module: PlacedModule, match: Match) -> None:
        """Set the params whose knobs stand elsewhere than Rack wrote."""
        was = standing(match, entry)[0] if module.id in self.originals else {}
        for id, param in match.model.params.items():
            now = models.stands_at(match, param.name, module.knobs)
            same = module.id in self.originals and _stands_alike(match, param, module.knobs, was)
            if now is not None and not same and models.goes_back(param):
                _set_param(entry, id, laws.racks(models.on_its_own(match, param, module.knobs), now))

    def _keep(self, entry: dict[str, Any], module: PlacedModule, match: Match) -> None:
        """Set what Rack keeps besides where ours stands elsewhere."""
        known = module.id in self.originals
        turned, said = standing(match, entry) if known else ({}, {})
        for key, several in match.model.data.items():
            for number, param in enumerate(several):
                now: Any
                if match.panel.text(param.name) is not None:
                    now = module.data.get(param.name, "")
                    same = now == said.get(param.name, "")
                else:
                    now = models.stands_at(match, param.name, module.knobs)
                    same = known and _stands_alike(match, param, module.knobs, turned)
                if now is not None and not same and models.goes_back(param):
                    place = number if len(several) > 1 else None
                    _set_data(entry, key, place, _value(match, param, module.knobs, now))

    def _cables(self) -> tuple[list[dict[str, Any]], int, int]:
        """Every cable in the order it had, how many could not go in, and how many have a gain."""
        found: list[tuple[int, dict[str, Any]]] = []
        fresh: list[dict[str, Any]] = []
        lost = gains = 0
        for cable in self.patch.cables.values():
            unknown = self.patch.unknown_of_cables.get(cable.route, {})
            original = unknown.get(KEPT)
            entry = self._cable(cable, original)
            if entry is None:
                lost += 1
                continue
            gains += cable.gain != gain_of(self.matches, cable)
            if not isinstance(original, dict):
                fresh.append(entry)
            order = unknown.get(ORDER)
            found.append((order if isinstance(order, int) else LAST, entry))
        found += [(loose["order"], copy.deepcopy(loose["cable"])) for loose in self._loose()]
        found.sort(key=lambda pair: pair[0])
        used = {entry["id"] for _, entry in found if type(entry.get("id")) is int}
        id = 0
        for entry in fresh:
            entry["id"] = id = _free(id, used)
        return [entry for _, entry in found], lost, gains

    def _cable(self, cable: Cable, original: Any) -> dict[str, Any] | None:
        start = self._rack_end(cable.source, cable.outlet, "out")
        stop = self._rack_end(cable.target, cable.inlet, "in")
        if start is None or stop is None:
            return None
        now = {"outputModuleId": start[0], "outputId": start[1], "inputModuleId": stop[0], "inputId": stop[1]}
        entry: dict[str, Any] = (copy.deepcopy(original) if isinstance(original, dict) else {}) | now
        if cable.colour and document.colour_of(entry.get("color")) != cable.colour:
            entry["color"] = cable.colour
        return entry

    def _rack_end(self, id: int, port: str, side: str) -> tuple[int, int] | None:
        if id not in self.ids:
            return None
        match = self.matches.get(id)
        if match is None:
            number = _number(port, side)
            return (self.ids[id], number) if number is not None else None
        names = match.model.outputs if side == "out" else match.model.inputs
        return next(((self.ids[id], number) for number, name in names.items() if name == port), None)

    def _loose(self) -> list[dict[str, Any]]:
        """The cables that were kept aside when the patch was read, if the modules they name are still there."""
        loose = self.patch.unknown.get(LOOSE, [])
        return [
            each
            for each in (loose if isinstance(loose, list) else [])
            if isinstance(each, dict)
            and isinstance(each.get("cable"), dict)
            and isinstance(each.get("order"), int)
            and isinstance(each.get("ends"), list)
            and all(type(end) is int and (end == 0 or end in self.ids) for end in each["ends"])
        ]

    def _remarks(self, lost: int, gains: int) -> list[str]:
        remarks: list[str] = []
        if names := self.left_out:
            some = ", ".join(names[:MOST_NAMED]) + (
                f" and {len(names) - MOST_NAMED} more" * (len(names) > MOST_NAMED)
            )
            remarks.append(f"left out, as Rack has no such module: {some}")
        if lost:
            remarks.append(f"{lost} cable{'s' * (lost != 1)} left out: Rack has no such port")
        if gains:
            them = "a cable plays" if gains == 1 else f"{gains} cables play"
            remarks.append(f"{them} at full level in Rack, whose cables have no gain")
        return remarks


def _stands_alike(match: Match, param: RackParam, now: Mapping[str, float], before: Mapping[str, float]) -> bool:
    """Whether a knob, and the one that it is above, stand where they stood."""
    names = [param.name, *filter(None, (param.above,))]
    return all(models.stands_at(match, name, now) == models.stands_at(match, name, before) for name in names)


def _is_module(original: dict[str, Any]) -> bool:
    return isinstance(original.get("plugin"), str) and isinstance(original.get("model"), str)


def _meant(value: Any) -> set[int]:
    """The ids of other modules in what Rack wrote of one: expanders, and what a MIDI-Map turns."""
    found: set[int] = set()
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        if isinstance(item, dict | list):
            found |= _meant(item)
        elif type(item) is int and isinstance(key, str) and key.lower().endswith("moduleid"):
            found.add(item)
    return found


def _number(name: str, word: str) -> int | None:
    """The number in a placeholder's name of a param or port: in7."""
    match = _NUMBERED.fullmatch(name)
    return int(match[2]) if match is not None and match[1] == word else None


def _free(last: int, used: set[int]) -> int:
    last += 1
    while last in used:
        last += 1
    return last


def _set_param(entry: dict[str, Any], id: int, value: float) -> None:
    params = entry.setdefault("params", [])
    for number, param in enumerate(params):
        if isinstance(param, dict):
            if param.get("id", param.get("paramId", number)) == id:
                param["value"] = value
                return
        elif number == id:
            params[number] = value
            return
    params.append({"value": value, "id": id})


def _set_data(entry: dict[str, Any], key: str, place: int | None, value: Any) -> None:
    if not isinstance(entry.get("data"), dict):
        entry["data"] = {}
    kept = entry["data"]
    if place is None:
        kept[key] = value
        return
    if not isinstance(kept.get(key), list):
        kept[key] = []
    several = kept[key]
    several += [False] * (place + 1 - len(several))
    several[place] = value


def _value(match: Match, param: RackParam, knobs: Mapping[str, float], now: float | str) -> Any:
    """What Rack keeps for where ours stands: of a switch a whole number or a truth, as it is."""
    if isinstance(now, str):
        return now
    value = laws.racks(models.on_its_own(match, param, knobs), now)
    if isinstance(match.panel.knob(param.name), Knob):
        return value
    return bool(value) if value in (0.0, 1.0) else int(value) if value == int(value) else value
