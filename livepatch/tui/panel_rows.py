"""What a module's panel consists of, row by row, before it is drawn."""

import itertools
import textwrap
from dataclasses import dataclass

from livepatch.display import Control
from livepatch.panel import Light, Panel, Switch
from livepatch.patch.patch import Cable, PlacedModule
from livepatch.patch.placeholder import stand_in
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.tui.line import fitted
from livepatch.tui.model import Rack
from livepatch.tui.plugin_rows import FiguresRow, program, troubles, what

FAULT_LINES = 4
UNTIL_MENDED = {"silent": "silent until mended"}
FEWEST_SIDE_BY_SIDE = 3
PAIRED_NAME = 6
"""Outlets with names up to this long stand two in a row."""
TRACE_ROWS = {1: 4, 2: 3}
"""How high a trace is drawn, by how many traces the panel has."""


@dataclass(frozen=True)
class Header:
    """The module's name and type."""


@dataclass(frozen=True)
class ControlRow:
    """A knob, switch or button and its value."""

    control: Control


@dataclass(frozen=True)
class SwitchesRow:
    """Numbered on-off switches side by side, such as a sequencer's gates."""

    stem: str
    controls: tuple[Switch, ...]


@dataclass(frozen=True)
class SearchRow:
    """What is searched among the controls, and how many of them are shown."""

    shown: int
    total: int


@dataclass(frozen=True)
class CableRow:
    """A cable into an inlet or knob; `name` is empty below the first. `dangling`: that port is gone."""

    name: str
    cable: Cable
    dangling: bool = False


@dataclass(frozen=True)
class IdleRow:
    """Inlets that nothing is patched into."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class LevelRow:
    """Outlets with their meters, one or two."""

    outlets: tuple[str, ...]
    places: int


@dataclass(frozen=True)
class LightsRow:
    """Lights side by side; numbered ones of one kind stand behind what their names have in common."""

    stem: str
    lights: tuple[Light, ...]


@dataclass(frozen=True)
class TraceRow:
    """One line of a trace drawn in braille."""

    trace: str
    line: int
    lines: int


@dataclass(frozen=True)
class PictureRow:
    """One line of the picture that the module draws itself."""

    line: int
    lines: int


@dataclass(frozen=True)
class SnapshotRow:
    """One line of the picture of a plug-in's window."""

    line: int


@dataclass(frozen=True)
class RemarkRow:
    """A line on what is wrong, or what is not there yet. `tone`: fault, warning or dim."""

    text: str
    tone: str


PortRow = CableRow | IdleRow | LevelRow
ShownRow = LightsRow | TraceRow | PictureRow | SnapshotRow
Row = Header | ControlRow | SwitchesRow | PortRow | ShownRow | RemarkRow | FiguresRow | SearchRow


def panel_rows(rack: Rack, module: PlacedModule, width: int) -> list[Row]:
    """The rows of a module's panel that is `width` characters wide."""
    panel = rack.panel(module)
    rows: list[Row] = [Header(), *_fault(rack, module, width)]
    if panel is None:
        return [*rows, *_placeholder(rack, module, width)]
    if is_plugin(module.type):
        rows += _plugin(rack, module, panel, width)
    rows += _picture(rack, module, panel)
    cables = rack.cables_into(module.id)
    controls, total = rack.found(module)
    if len(controls) < total or module.id in rack.searches:
        rows.append(SearchRow(len(controls), total))
    for stem, group in itertools.groupby(controls, _stem):
        rows += _controls(cables, stem, tuple(group))
    return [
        *rows,
        *_inlets(cables, panel, width),
        *_outlets(panel, width),
        *_lights(panel, width),
        *_traces(panel),
        *_dangling(rack, module, panel),
    ]


def _placeholder(rack: Rack, module: PlacedModule, width: int) -> list[Row]:
    """What is known of a module whose type is not here: its knobs, and the ports that its cables run to."""
    panel, cables = stand_in(rack.patch, [module]), rack.cables_into(module.id)
    lines = (
        [] if module.type in rack.faults else [RemarkRow(line, "warning") for line in _why(rack, module, width)]
    )
    knobs = "  ".join(f"{knob.name}\N{NO-BREAK SPACE}{knob.default:.3g}" for knob in panel.knobs)
    lines += [RemarkRow(line, "dim") for line in textwrap.wrap(knobs, width - 2)]
    outlets = textwrap.wrap("  ".join(f"○{port.name}" for port in panel.outlets), width - 2)
    return [*lines, *_inlets(cables, panel, width), *(RemarkRow(line, "dim") for line in outlets)]


def _why(rack: Rack, module: PlacedModule, width: int) -> list[str]:
    """Why a module is a placeholder, and what makes it live."""
    if module.type in rack.untrusted:
        return textwrap.wrap(f'not trusted: trust("{module.type}") plays it', width - 2)
    return [f"no {module.type}: w begins one"]


def _stem(control: Control) -> str:
    """What numbered on-off switches of one kind have in common; empty for everything else."""
    if isinstance(control, Switch) and len(control.choices) == 2:
        stem = control.name.rstrip("0123456789")
        return stem if stem != control.name else ""
    return ""


def _controls(cables: dict[str, list[Cable]], stem: str, controls: tuple[Control, ...]) -> list[Row]:
    switches = tuple(control for control in controls if isinstance(control, Switch))
    if stem and len(switches) >= FEWEST_SIDE_BY_SIDE:
        return [SwitchesRow(stem, switches)]
    rows: list[Row] = []
    for control in controls:
        rows.append(ControlRow(control))
        rows += [CableRow("", cable) for cable in cables.get(control.name, ())]
    return rows


def _fault(rack: Rack, module: PlacedModule, width: int) -> list[Row]:
    fault, how = rack.faults.get(module.type), rack.ailing.get(module.id, "")
    if fault is None:
        return []
    problem = fault.problems[0]
    place = f"line {problem.line}: " if problem.line else ""
    lines = textwrap.wrap(place + problem.message, width - 2) or [place]
    if len(lines) > FAULT_LINES:
        lines = [*lines[: FAULT_LINES - 1], lines[FAULT_LINES - 1][: width - 3] + "…"]
    rows: list[Row] = [RemarkRow(line, "fault") for line in lines]
    more = len(fault.problems) - 1
    said = [f"and {more} more"] * bool(more) + [UNTIL_MENDED.get(how, how)] * bool(how)
    return [*rows, RemarkRow("; ".join(said), "warning")] if said else rows


def _plugin(rack: Rack, module: PlacedModule, panel: Panel, width: int) -> list[Row]:
    """What a plug-in is, and how it stands."""
    state = rack.plugins.get(module.id)
    rows: list[Row] = []
    if state is not None:
        rows += [RemarkRow(line, "dim") for line in what(state, width)]
    if playing := program(panel, module.data.get("program")):
        rows.append(RemarkRow(fitted(f"program {playing}", width - 2), "dim"))
    lines = troubles(state, width)
    rows += [RemarkRow(*line) for line in lines] if lines else [FiguresRow()]
    snapshot = rack.snapshots.get(state.picture) if state is not None else None
    return [*rows, *(SnapshotRow(line) for line in range(snapshot.rows(width - 1)))] if snapshot else rows


def _inlets(patched: dict[str, list[Cable]], panel: Panel, width: int) -> list[Row]:
    rows: list[Row] = []
    idle: list[str] = []
    for inlet in panel.inlets:
        cables = patched.get(inlet.name, [])
        if not cables:
            idle.append(inlet.name)
        rows += [CableRow(inlet.name if index == 0 else "", cable) for index, cable in enumerate(cables)]
    line: list[str] = []
    for name in idle:
        if line and sum(len(each) + 2 for each in [*line, name]) > width - 3:
            rows.append(IdleRow(tuple(line)))
            line = []
        line.append(name)
    return [*rows, IdleRow(tuple(line))] if line else rows


def _outlets(panel: Panel, width: int) -> list[Row]:
    names = [outlet.name for outlet in panel.outlets]
    longest = max((len(name) for name in names), default=0)
    places = 2 if len(names) > 1 and longest <= PAIRED_NAME + (width - 25) // 4 else 1
    return [LevelRow(tuple(names[start : start + places]), places) for start in range(0, len(names), places)]


def light_text(light: Light) -> str:
    """What stands beside a light."""
    return light.label or light.name


def _lights(panel: Panel, width: int) -> list[Row]:
    rows: list[Row] = []
    line: list[Light] = []
    for stem, grouped in itertools.groupby(panel.lights, lambda light: light.name.rstrip("0123456789")):
        group = tuple(grouped)
        if len(group) >= FEWEST_SIDE_BY_SIDE:
            rows.append(LightsRow(stem, group))
            continue
        for light in group:
            if line and sum(len(light_text(each)) + 3 for each in [*line, light]) > width:
                rows.append(LightsRow("", tuple(line)))
                line = []
            line.append(light)
    return [*rows, LightsRow("", tuple(line))] if line else rows


def _picture(rack: Rack, module: PlacedModule, panel: Panel) -> list[Row]:
    """The module's own picture, unless its draw() went wrong."""
    drawn = rack.pictures.get(module.id)
    if panel.picture is None or (drawn is not None and drawn.failed):
        return []
    return [PictureRow(line, panel.picture.rows) for line in range(panel.picture.rows)]


def _traces(panel: Panel) -> list[Row]:
    drawn = panel.picture.reads if panel.picture is not None else ()
    names = [state.name for state in panel.states if state.kind == "trace" and state.name not in drawn]
    lines = TRACE_ROWS.get(len(names), 2)
    return [TraceRow(name, line, lines) for name in names for line in range(lines)]


def _dangling(rack: Rack, module: PlacedModule, panel: Panel) -> list[Row]:
    """Cables whose port is gone, at either end; they return with the port."""
    rows: list[Row] = []
    for cable in rack.patch.cables_of(module.id):
        if cable.target == module.id and not panel.has_inlet(cable.inlet):
            rows.append(CableRow(cable.inlet, cable, dangling=True))
        if cable.source == module.id and not panel.has_outlet(cable.outlet):
            rows.append(RemarkRow(f"{cable.outlet} is gone, its cable hangs", "warning"))
    return rows
