"""Placeholders: modules of a patch whose type is not here. They keep all that they have, and play nothing."""

import math
import re
from collections.abc import Collection, Iterable

from livepatch.panel import Inlet, Knob, Outlet, Panel
from livepatch.patch.patch import Cable, Patch, PlacedModule

MOST_NAMED = 4
_SPANS = ((0.0, 1.0), (-1.0, 1.0), (0.0, 10.0), (-10.0, 10.0))
_NUMBERED = re.compile(r"([^0-9]*)([0-9]{0,9})(.*)", re.DOTALL)


def placeholders(patch: Patch, panels: dict[str, Panel]) -> list[PlacedModule]:
    """The modules of the patch whose type has no panel."""
    return [module for module in patch.modules.values() if module.type not in panels]


def is_plugin(module: PlacedModule) -> bool:
    """Whether a module is a plug-in; its data says which."""
    return isinstance(module.data.get("plugin"), dict)


def plugin_text(module: PlacedModule) -> str:
    """Which plug-in a module is, such as VST3 ZamDelay."""
    plugin = module.data["plugin"]
    return f"{str(plugin.get('format', '')).upper()} {plugin.get('name', '')}".strip()


def hanging(patch: Patch, panels: dict[str, Panel]) -> list[Cable]:
    """The cables one end of which is a port that its module, which is here, does not have."""
    outlets = {type: {port.name for port in panel.outlets} for type, panel in panels.items()}
    inlets = {
        type: {port.name for port in panel.inlets} | {knob.name for knob in panel.knobs}
        for type, panel in panels.items()
    }

    def hangs(cable: Cable) -> bool:
        source, target = patch.modules[cable.source].type, patch.modules[cable.target].type
        return (source in panels and cable.outlet not in outlets[source]) or (
            target in panels and cable.inlet not in inlets[target]
        )

    return [cable for cable in patch.cables.values() if hangs(cable)]


def remarks(patch: Patch, panels: dict[str, Panel], known: Collection[str] = ()) -> tuple[str, ...]:
    """What is to be said of a patch of which something is missing: a line on modules, and one on cables.

    Types that are `known` to be missing are left out.
    """
    lines: list[str] = []
    missing = [module for module in placeholders(patch, panels) if module.type not in known]
    if absent := [module for module in missing if is_plugin(module)]:
        names = _some(f"{module.name} ({plugin_text(module)})" for module in absent)
        lines.append(f"{names}: not installed, or not seen yet by `livepatch plugins scan`; silent until then")
    if missing := [module for module in missing if not is_plugin(module)]:
        names = _some(f"{module.name} ({module.type})" for module in missing)
        them = (
            "is a placeholder, silent until its" if len(missing) == 1 else "are placeholders, silent until their"
        )
        lines.append(f"{names} {them} module is there; write({missing[0].name}) begins one")
    if loose := hanging(patch, panels):
        name_of = {id: module.name for id, module in patch.modules.items()}
        ends = _some(
            f"{name_of[cable.source]}.{cable.outlet} >> {name_of[cable.target]}.{cable.inlet}" for cable in loose
        )
        lines.append(f"a port is missing, the cable is kept: {ends}")
    return tuple(lines)


def stand_in(patch: Patch, modules: list[PlacedModule]) -> Panel:
    """The panel of placeholders of one type, as far as their knobs and cables tell it."""
    ids = {module.id for module in modules}
    values: dict[str, list[float]] = {}
    for module in modules:
        for name, value in module.knobs.items():
            values.setdefault(name, []).append(value)
    cables = [cable for module in modules for cable in patch.cables_of(module.id)]
    into = {cable.inlet for cable in cables if cable.target in ids} - values.keys()
    out = {cable.outlet for cable in cables if cable.source in ids}
    first = modules[0]
    summary = f"a placeholder for {first.type}, silent; write({first.name}) begins its module file"
    if is_plugin(first):
        summary = f"a placeholder for the plug-in {plugin_text(first)}, which is not installed, or not scanned yet"
    return Panel(
        type=first.type,
        class_name="",
        summary=summary,
        knobs=tuple(_knob(name, values[name]) for name in sorted(values, key=_by_number)),
        inlets=tuple(Inlet(name=name) for name in sorted(into, key=_by_number)),
        outlets=tuple(Outlet(name=name) for name in sorted(out, key=_by_number)),
    )


def playable(patch: Patch, panels: dict[str, Panel]) -> Patch:
    """The patch without its placeholders and their cables, sharing the rest with it."""
    played = Patch()
    played.modules = {id: module for id, module in patch.modules.items() if module.type in panels}
    played.cables = {
        route: cable
        for route, cable in patch.cables.items()
        if route.source in played.modules and route.target in played.modules
    }
    played.transport = patch.transport
    played.storage = patch.storage
    return played


def _knob(name: str, values: list[float]) -> Knob:
    lowest, highest = span(min(values), max(values))
    return Knob(name=name, minimum=lowest, maximum=highest, default=values[0])


def span(lowest: float, highest: float) -> tuple[float, float]:
    """A range, such as 0 to 1 or -10 to 10, in which values lie of which no more is known."""
    for start, stop in _SPANS:
        if start <= lowest and highest <= stop:
            return start, stop
    furthest = max(-lowest, highest)
    reach = max(furthest, 10.0 ** min(math.ceil(math.log10(furthest)), 300))
    return (-reach if lowest < 0.0 else 0.0), reach


def _by_number(name: str) -> tuple[str, int, str]:
    """Sorts param10 behind param9."""
    match = _NUMBERED.match(name)
    assert match is not None
    return match[1], int(match[2] or 0), match[3]


def _some(names: Iterable[str]) -> str:
    """The first names of many."""
    every = list(names)
    more = len(every) - MOST_NAMED
    return ", ".join(every[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
