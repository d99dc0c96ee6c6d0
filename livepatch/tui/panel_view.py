"""Draws one module's panel."""

from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from livepatch.display import Control, at_rest, limits, position, readable, value_text
from livepatch.panel import Button, Knob, Switch
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Drawn
from livepatch.protocol.meters import ABREAST, IN_TURN
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.tui.bars import knob_bar, meter_bar, voice_bars
from livepatch.tui.line import Line, fitted, padded
from livepatch.tui.look import Look
from livepatch.tui.model import Rack
from livepatch.tui.panel_rows import (
    CableRow,
    ControlRow,
    Header,
    IdleRow,
    LevelRow,
    LightsRow,
    PictureRow,
    RemarkRow,
    Row,
    SearchRow,
    SnapshotRow,
    SwitchesRow,
    TraceRow,
    light_text,
    panel_rows,
)
from livepatch.tui.picture import picture_rows
from livepatch.tui.plugin_rows import FiguresRow, figures
from livepatch.tui.snapshots import HALF

NARROWEST = 25
STRIPE = "▌"
LEAST_BAR = 4
PLUGIN_TEXT = 8
"""Cells for what a plug-in shows for a value: how long it is at most, nobody knows."""
LEAST_ROWS = 8
"""Among so many rows from the top a plug-in's figures stand."""
WIDEST_NAME = 10
FORM_MARKS = {ABREAST: "≡", IN_TURN: "⋮"}
"""Behind the number of voices: played side by side, or one after the other."""


class Place(NamedTuple):
    """Where a panel stands in the rack, in cells."""

    left: int
    top: int
    width: int


class PanelView:
    """A panel at its place in the rack.

    Lines are kept once drawn; whoever changes what they show says so with `redraw`.
    """

    def __init__(self, rack: Rack, module: PlacedModule, look: Look, place: Place) -> None:
        self.rack = rack
        self.module = module
        self.look = look
        self.left, self.top, self.width = place
        self.rows: list[Row] = panel_rows(rack, module, self.width)
        self.steps: dict[str, int] = {}
        self.voices: dict[str, tuple[int, ...]] = {}
        self.forms: dict[str, int] = {}
        self.curves: dict[str, list[str]] = {}
        self.selected = False
        self.lit = False
        self.chosen: Control | None = None
        self.entry: str | None = None
        self.flash = ""
        self.searching = False
        self._colour = look.module(module.id)
        self._shine = look.shine(module.id)
        self._patched = rack.patched_outlets(module.id)
        self._drawn: Drawn | None = None
        self._picture: list[list[tuple[str, str]]] = []
        self._strips: dict[int, Strip] = {}
        self._values_drawn: dict[int, tuple[float | str, ...]] = {}
        self._plugin = is_plugin(module.type)
        on_line = ((line, _controls_of(row)) for line, row in enumerate(self.rows))
        self._on_line = {line: controls for line, controls in on_line if controls}
        self.places = [(line, control) for line, controls in self._on_line.items() for control in controls]
        self._measure()

    @property
    def height(self) -> int:
        """In rows."""
        return len(self.rows)

    def strip(self, line: int) -> Strip:
        """The panel's line, from 0 at its header."""
        strip = self._strips.get(line)
        if strip is None:
            strip = self._strips[line] = self._draw(self.rows[line])
            if values := self._values_on(line):
                self._values_drawn[line] = values
        return strip

    def redraw(self, line: int | None = None) -> None:
        """Draw a line, or all of them, anew when it is next shown."""
        if line is None:
            self._strips.clear()
        else:
            self._strips.pop(line, None)

    def turned_lines(self) -> list[int]:
        """The lines whose control stands elsewhere than when it was drawn; they are redrawn."""
        lines = [line for line, drawn in self._values_drawn.items() if self._values_on(line) != drawn]
        for line in lines:
            self.redraw(line)
        return lines

    def picture_lines(self) -> list[int]:
        """The lines of the module's own picture, if it is another than was drawn; they are redrawn."""
        if self.rack.pictures.get(self.module.id) is self._drawn:
            return []
        lines = [line for line, row in enumerate(self.rows) if isinstance(row, PictureRow)]
        for line in lines:
            self.redraw(line)
        return lines

    def figures_lines(self) -> list[int]:
        """The lines of a plug-in's figures; they are redrawn."""
        lines = [line for line, row in enumerate(self.rows[:LEAST_ROWS]) if isinstance(row, FiguresRow)]
        for line in lines:
            self.redraw(line)
        return lines

    def control_at(self, line: int, across: int = 0) -> Control | None:
        """The control on a line, if there is one; of several side by side, the one `across` that many cells."""
        controls = self._on_line.get(line, ())
        if not controls:
            return None
        index = (across - self._names - 2) // self._pitch(len(controls)) if len(controls) > 1 else 0
        return controls[min(max(index, 0), len(controls) - 1)]

    def line_of(self, control: str) -> int:
        """The line of a control; the header's if there is no such control."""
        return next((line for line, each in self.places if each.name == control), 0)

    def meter_place(self, row: LevelRow, index: int) -> tuple[int, int]:
        """Where the meter of the row's outlet `index` begins, from the panel's left, and its cells."""
        share = (self.width - 1) // row.places
        start = 1 + index * share + self._outlet_names + 1
        return start, share - self._outlet_names - (2 if row.places > 1 else 1)

    def _values_on(self, line: int) -> tuple[float | str, ...]:
        id, controls = self.module.id, self._on_line.get(line, ())
        values = tuple(self.rack.value(id, control) for control in controls)
        if not self._plugin:
            return values
        return values + tuple(part for each in controls for part in self.rack.shown(id, each))

    def _pitch(self, count: int) -> int:
        """Cells from one to the next of `count` switches side by side."""
        return 2 if self._names + 2 + 2 * count <= self.width else 1

    def _measure(self) -> None:
        controls = [row.control for row in self.rows if isinstance(row, ControlRow)]
        inlets = [row.name for row in self.rows if isinstance(row, CableRow)]
        outlets = [name for row in self.rows if isinstance(row, LevelRow) for name in row.outlets]
        stems = [row.stem for row in self.rows if isinstance(row, SwitchesRow | LightsRow)]
        longest = max((len(name) for name in [*inlets, *stems, *(each.name for each in controls)]), default=0)
        widest = PLUGIN_TEXT if self._plugin else max((_widest(control) for control in controls), default=0)
        self._names = min(max(longest, 5), max(WIDEST_NAME, self.width - 3 - LEAST_BAR - widest))
        self._values = min(widest, max(self.width - 3 - self._names - LEAST_BAR, 4))
        self._bar = max(self.width - 3 - self._names - self._values, LEAST_BAR)
        longest_outlet = max((len(name) for name in outlets), default=0)
        self._outlet_names = min(longest_outlet, max(WIDEST_NAME, self.width // 2))

    def _draw(self, row: Row) -> Strip:
        ground = self.look.panel
        chosen = self.chosen is not None and self.chosen in _controls_of(row)
        if isinstance(row, Header):
            return self._header()
        line = Line(self.width, ground + self.look.selected if chosen else ground)
        line.add("▸" if chosen else STRIPE, self._colour)
        match row:
            case ControlRow(control=control):
                self._control(line, control, chosen=chosen)
            case SwitchesRow():
                self._switches(line, row)
            case CableRow():
                self._cable(line, row)
            case IdleRow(names=names):
                line.add(" ".join(f"○{name}" for name in names), self.look.dim)
            case LevelRow():
                self._levels(line, row)
            case LightsRow():
                self._lights(line, row)
            case TraceRow() | PictureRow() | SnapshotRow():
                self._shown(line, row)
            case RemarkRow() | FiguresRow() | SearchRow():
                self._told(line, row)
        strip = line.strip()
        return strip.apply_style(Style(dim=True)) if self.module.bypass else strip

    def _header(self) -> Strip:
        line = Line(self.width, self.look.header + self._colour + Style(reverse=self.lit, bold=True))
        remark, tone = self._remark()
        room = self.width - 2 - (len(remark) + 1 if remark else 0)
        line.add("▸" if self.selected else STRIPE).add(fitted(self.module.name, room))
        if remark:
            line.skip_to(self.width - len(remark) - 1).add(
                remark, Style(bold=False) if self.lit else tone + Style(bold=False)
            ).add(" ")
        return line.strip()

    def _told(self, line: Line, row: RemarkRow | FiguresRow | SearchRow) -> None:
        if isinstance(row, SearchRow):
            wish = self.rack.searches.get(self.module.id, "")
            count = f"{row.shown} of {row.total}"
            if self.searching:
                line.add(f"/{wish}▏", self.look.entry)
            else:
                line.add(fitted(f"/{wish}" if wish else "/ searches", self.width - 2 - len(count)), self.look.dim)
            line.skip_to(self.width - len(count)).add(count, self.look.dim)
            return
        if isinstance(row, RemarkRow):
            tones = {"fault": self.look.fault, "warning": self.look.warning}
            line.add(fitted(row.text, self.width - 1), tones.get(row.tone, self.look.dim))
            return
        state = self.rack.plugins.get(self.module.id)
        if state is None:
            return
        pieces = figures(state, self.rack.engine.sample_rate, self.width - 1)
        for index, (piece, bad) in enumerate(pieces):
            line.add("  " if index else "").add(piece, self.look.warning if bad else self.look.dim)

    def _remark(self) -> tuple[str, Style]:
        if self.module.bypass:
            return "bypassed hard" if self.module.hard_bypass else "bypassed", self.look.warning
        if self.module.type in self.rack.faults:
            return "✗", self.look.fault
        if self.rack.panel(self.module) is None:
            return "placeholder", self.look.warning
        if self._plugin:
            return self._plugin_remark()
        if self.flash:
            return self.flash, self.look.good
        return (self.module.type if self.module.type != self.module.name else ""), self.look.dim

    def _plugin_remark(self) -> tuple[str, Style]:
        state = self.rack.plugins.get(self.module.id)
        if state is not None and state.state != "playing":
            return "starting" if state.state == "starting" else "✗ bypassed", self.look.warning
        return self.module.type.partition(":")[0], self.look.dim

    def _control(self, line: Line, control: Control, *, chosen: bool) -> None:
        value = self.rack.value(self.module.id, control)
        line.add(padded(control.name, self._names)).add(" ")
        told, there = self.rack.shown(self.module.id, control) if self._plugin else ("", True)
        shown = readable(told) or value_text(control, value)
        if chosen and self.entry is not None:
            line.skip_to(self.width - max(len(self.entry), self._values) - 1)
            line.add(self.entry.rjust(self._values) + "▏", self.look.entry)
            return
        room = self._bar
        if isinstance(control, Knob):
            zero = position(control, 0.0) if control.minimum < 0.0 < control.maximum else 0.0
            for characters, lit in knob_bar(position(control, value), zero, room):
                line.add(characters, self._colour if lit else self.look.track)
        elif isinstance(control, Button):
            line.add("●" if value >= 0.5 else "○", self._colour if value >= 0.5 else self.look.track)
        elif len(control.choices) <= room:
            for index in range(len(control.choices)):
                on = index == round(value)
                line.add("■" if on else "·", self._colour if on else self.look.track)
        if cell_len(shown) > self._values:
            shown = fitted(
                shown.removesuffix(" " + control.unit) if isinstance(control, Knob) else shown, self._values
            )
        line.skip_to(self.width - cell_len(shown)).add(shown, self.look.text if there else self.look.dim)

    def _switches(self, line: Line, row: SwitchesRow) -> None:
        line.add(padded(row.stem, self._names)).add(" ")
        for control in row.controls:
            on = self.rack.value(self.module.id, control) >= 0.5
            style = self._colour if on else self.look.dim
            line.add("■" if on else "·", self.look.entry if control is self.chosen else style)
            line.add(" " * (self._pitch(len(row.controls)) - 1))

    def _cable(self, line: Line, row: CableRow) -> None:
        style = self.look.fault if row.dangling else self.look.text
        gain = "" if row.cable.gain == 1.0 else f" * {row.cable.gain:.3g}"
        line.add(padded(row.name, self._names if row.name else 1), style).add(" < ", self.look.dim)
        room = self.width - line.length - len(gain)
        source = self.look.cable(row.cable.source, row.cable.colour)
        line.add(fitted(self.rack.source_name(row.cable), room), source).add(gain, self.look.dim)

    def _levels(self, line: Line, row: LevelRow) -> None:
        for index, outlet in enumerate(row.outlets):
            start, cells = self.meter_place(row, index)
            line.skip_to(start - self._outlet_names - 1)
            step = self.steps.get(outlet, 0)
            line.add(
                padded(outlet, self._outlet_names), self._colour if outlet in self._patched else self.look.dim
            )
            line.add(" ").add(self._meter(outlet, step, cells), self.look.meter_track + self._shine)

    def _meter(self, outlet: str, step: int, cells: int) -> str:
        """A meter, or a bar for each of several voices and their number, as far as there is room."""
        voices = self.voices.get(outlet, ())
        if not voices:
            return meter_bar(step, cells)
        bars, count = voice_bars(voices), f"{len(voices)}{FORM_MARKS.get(self.forms.get(outlet, 0), '')}"
        shown = f"{bars} {count}" if len(bars) + 1 + len(count) <= cells else count
        return fitted(shown, cells).ljust(cells)

    def _shown(self, line: Line, row: TraceRow | PictureRow | SnapshotRow) -> None:
        if isinstance(row, SnapshotRow):
            self._snapshot(line, row)
            return
        if isinstance(row, TraceRow):
            curve = self.curves.get(row.trace)
            line.add(curve[row.line] if curve is not None else "", self._shine)
            return
        drawn = self.rack.pictures.get(self.module.id)
        if drawn is not self._drawn or not self._picture:
            self._drawn = drawn
            self._picture = picture_rows(drawn.shapes if drawn is not None else (), self.width - 1, row.lines)
        for text, colour in self._picture[row.line]:
            line.add(text, self.look.ink(colour) if colour else self._shine)

    def _snapshot(self, line: Line, row: SnapshotRow) -> None:
        state = self.rack.plugins.get(self.module.id)
        snapshot = self.rack.snapshots.get(state.picture) if state is not None else None
        if snapshot is not None:
            red, green, blue = self.look.surface.rgb
            for style in snapshot.row(row.line, self.width - 1, (red, green, blue)):
                line.add(HALF, style)

    def _lights(self, line: Line, row: LightsRow) -> None:
        """Lights stay lit in a panel that is dimmed."""
        if row.stem:
            line.add(padded(row.stem, self._names)).add(" ")
        pitch = 2 if not row.stem or line.length + 2 * len(row.lights) <= self.width + 1 else 1
        for index, light in enumerate(row.lights):
            step = self.steps.get(light.name, 0)
            colour = light.below if step < 0 and light.below else light.colour
            line.add(" " * (pitch - 1) if index > 0 else "")
            line.add("●", self.look.light(colour, abs(step)) + Style(dim=False))
            line.add("" if row.stem else f" {light_text(light)}")


def _controls_of(row: Row) -> tuple[Control, ...]:
    if isinstance(row, ControlRow):
        return (row.control,)
    return row.controls if isinstance(row, SwitchesRow) else ()


@lru_cache(maxsize=4096)
def _widest(control: Control) -> int:
    """The cells that a control's values take at most."""
    if isinstance(control, Switch):
        return max((len(choice) for choice in control.choices), default=0)
    if isinstance(control, Button):
        return 3
    lowest, highest = limits(control)
    places = (lowest, highest, at_rest(control), lowest + 0.31 * (highest - lowest))
    return max(len(value_text(control, value)) for value in places)
