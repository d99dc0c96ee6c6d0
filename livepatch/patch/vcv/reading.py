"""Rack patches read: each module as ours, or as a placeholder that keeps what it was; cables; places.

What Rack wrote stays in the patch, so that it can be written back: of a module and a cable under the key `vcv` of
what is unknown of it, of the rest under `vcv` of what is unknown of the patch.
"""

import builtins
import keyword
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from livepatch.panel import Panel
from livepatch.patch.patch import Cable, Patch, PlacedModule
from livepatch.patch.vcv import container, document, migrations, models
from livepatch.patch.vcv.models import Match, Models

KEPT = "vcv"
"""Where a patch keeps what Rack wrote."""
PLACED = "vcv_position"
"""Where a module stood in our rack when it was read."""
ORDER = "vcv_order"
"""Which of Rack's cables it was."""
LOOSE = "vcv_loose"
"""Cables whose ends are not there, kept to be written again."""
MOST_NAMED = 4
TAKEN = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)
"""Names that no module may have."""
_NO_LETTER = re.compile(r"[^a-z0-9]+")


class Read(NamedTuple):
    """A Rack patch that was read: `ids` are ours for Rack's, `coverage` is a line about what plays."""

    patch: Patch
    ids: dict[int, int]
    coverage: str


def read(path: Path, panels: Mapping[str, Panel], storage: Path, taken: Collection[str] = TAKEN) -> Read:
    """The Rack patch in a file; its modules' own files go into `storage`, a folder for each module's id.

    `taken` are names that no module may have.

    Raises: PatchError: if it is none, or is damaged; nothing is left in `storage` then.
    """
    unpacked = storage.with_name(f".{storage.name}.rack")
    text = container.read(path, unpacked)
    try:
        found = decode(text, panels, path.name, taken)
        for rack, id in found.ids.items():
            if (unpacked / str(rack)).is_dir():
                storage.mkdir(parents=True, exist_ok=True)
                (unpacked / str(rack)).rename(storage / str(id))
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    return found


def decode(text: str, panels: Mapping[str, Panel], name: str, taken: Collection[str] = TAKEN) -> Read:
    """The patch that the JSON text of a Rack patch describes; `name` is the file.

    Raises: PatchError: if it describes none.
    """
    original = document.parse(text, name)
    document.check(original, name)
    return _Reading(Models(panels), taken).read(document.upgraded(original), name)


class _Reading:
    """Fills a patch, one module and cable after the other."""

    def __init__(self, models: Models, taken: Collection[str]) -> None:
        self.models = models
        self.patch = Patch()
        self.ids: dict[int, int] = {}
        self.matches: dict[int, Match | None] = {}
        self.taken = set(taken)
        self.numbers: dict[str, int] = {}
        self.loose: list[dict[str, Any]] = []
        self.with_midi = False

    def read(self, rack: dict[str, Any], name: str) -> Read:
        """The whole of it."""
        modules = rack.get("modules", [])
        for module, position in zip(modules, _positions(modules), strict=True):
            self._place(module, position)
        for number, cable in enumerate(rack.get("cables", [])):
            self._plug(cable, number)
        self.patch.unknown[KEPT] = {key: [] if key in {"modules", "cables"} else rack[key] for key in rack}
        if self.loose:
            self.patch.unknown[LOOSE] = self.loose
        return Read(self.patch, self.ids, self._coverage(name))

    def _place(self, module: dict[str, Any], position: tuple[int, int]) -> None:
        id = self.patch.next_id
        self.patch.next_id += 1
        match = self.models.find(module["plugin"], module["model"])
        rack = f"{module['plugin']}/{module['model']}"
        params = document.params_of(module)
        placed = PlacedModule(
            id=id,
            name=self._name(match.panel.type if match else models.title(rack)),
            type=match.panel.type if match else rack,
            position=position,
            bypass=document.is_bypassed(module),
        )
        if match is None:
            placed.knobs = {f"param{number}": value for number, value in params.items()}
        else:
            placed.knobs, placed.data = standing(match, module)
        self.patch.modules[id] = placed
        self.patch.unknown_of_modules[id] = {KEPT: module, PLACED: list(position)}
        self.matches[id] = match
        self.with_midi = self.with_midi or rack in models.MIDI
        self.ids.setdefault(module["id"], id)

    def _plug(self, cable: dict[str, Any], number: int) -> None:
        start, stop = self._end(cable, "output"), self._end(cable, "input")
        if start is not None and stop is not None:
            plugged = Cable(source=start[0], outlet=start[1], target=stop[0], inlet=stop[1])
            plugged.colour = document.colour_of(cable.get("color"))
            plugged.gain = gain_of(self.matches, plugged)
            if plugged.route not in self.patch.cables:
                self.patch.cables[plugged.route] = plugged
                self.patch.unknown_of_cables[plugged.route] = {KEPT: cable, ORDER: number}
                return
        racks: list[Any] = [cable.get(f"{side}ModuleId") for side in ("output", "input")]
        ids = [self.ids.get(rack, 0) if type(rack) is int else 0 for rack in racks]
        self.loose.append({"cable": cable, "order": number, "ends": ids})

    def _end(self, cable: dict[str, Any], side: str) -> tuple[int, str] | None:
        """The module and port that a cable's end is in, if they are there."""
        module, port = cable.get(f"{side}ModuleId"), cable.get(f"{side}Id")
        if type(module) is not int or type(port) is not int or module not in self.ids or port < 0:
            return None
        id = self.ids[module]
        match = self.matches[id]
        if match is None:
            return id, f"{'out' if side == 'output' else 'in'}{port}"
        names = match.model.outputs if side == "output" else match.model.inputs
        return (id, names[port]) if port in names else None

    def _name(self, wish: str) -> str:
        word = _NO_LETTER.sub("_", wish.lower()).strip("_")[:40] or "module"
        word = word if word[0].isalpha() else f"m{word}"
        name = word
        while name in self.taken:
            self.numbers[word] = self.numbers.get(word, 1) + 1
            name = f"{word}{self.numbers[word]}"
        self.taken.add(name)
        return name

    def _coverage(self, name: str) -> str:
        types = {self.patch.modules[id].type for id, match in self.matches.items() if match is None}
        missing = sorted(f"{type.partition('/')[0]}/{models.title(type)}" for type in types)
        live = sum(match is not None for match in self.matches.values())
        line = f"{name}: {live} of {len(self.matches)} modules live"
        if missing:
            more = len(missing) - MOST_NAMED
            line += f"; placeholders for {', '.join(missing[:MOST_NAMED])}"
            line += f" and {more} more" if more > 0 else ""
        if self.with_midi:
            line += "; livepatch neither hears nor sends MIDI yet"
        if self.loose:
            one = len(self.loose) == 1
            line += f"; {len(self.loose)} cable{'' if one else 's'} kept aside: nothing here to plug into"
        return line


def gain_of(matches: Mapping[int, Match | None], cable: Cable) -> float:
    """The gain of a cable that carries what Rack's would; `matches` are the modules by their ids."""
    source, target = matches.get(cable.source), matches.get(cable.target)
    start = source.model.gains.get(cable.outlet, 1.0) if source is not None else 1.0
    return start * (target.model.gains.get(cable.inlet, 1.0) if target is not None else 1.0)


def standing(match: Match, module: dict[str, Any], *, all: bool = True) -> tuple[dict[str, float], dict[str, Any]]:
    """Our knobs and our data for a module as Rack wrote it; with `all` those too that it did not write."""
    data, version = module.get("data"), module.get("version", "")
    params = migrations.params(match.name, document.params_of(module), data, all=all)
    kept = migrations.data(match.name, version, data, all=all)
    remembered = kept if "from_json" in match.panel.control else {}
    return models.knobs(match, params, kept), {**remembered, **models.texts(match, kept)}


def _positions(modules: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Where modules stand in our rack: side by side in their rows, one row under the other from 0 on."""
    places = [document.place_of(module) for module in modules]
    rows = [round(y) for _, y in places]
    ours = {row: number for number, row in enumerate(sorted(set(rows)))}
    order = sorted(range(len(modules)), key=lambda number: (rows[number], places[number][0], number))
    columns: dict[int, int] = {}
    found = [(0, 0)] * len(modules)
    for number in order:
        row = rows[number]
        found[number] = (columns.get(row, 0), ours[row])
        columns[row] = columns.get(row, 0) + 1
    return found
