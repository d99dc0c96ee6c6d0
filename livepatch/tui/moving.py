"""What moves in a panel while it sounds: the meters of its outlets, its lights and its traces."""

from collections.abc import Iterator, Sequence

from livepatch.panel import Light
from livepatch.protocol.levels import Levels
from livepatch.tui.bars import VOICE_STEPS, curve, light_step, meter_step
from livepatch.tui.panel_rows import LevelRow, LightsRow, TraceRow
from livepatch.tui.panel_view import PanelView

FALL = 1
"""Half cells a meter falls at most from one tick to the next."""


def moved_lines(panel: PanelView, levels: Levels) -> Iterator[tuple[int, int, int]]:
    """The cells that look different now: from the panel's left, its line, and how many."""
    slots = panel.rack.meter_slots(panel.module)
    for line, row in enumerate(panel.rows):
        if isinstance(row, LevelRow):
            for index, outlet in enumerate(row.outlets):
                start, cells = panel.meter_place(row, index)
                slot = slots.get(outlet, -1)
                moved = _move(panel, outlet, levels.volts(slot), cells)
                form = levels.form(slot)
                moved = moved or panel.forms.get(outlet, form) != form
                panel.forms[outlet] = form
                if _sing(panel, outlet, levels.voices(slot)) or moved:
                    panel.redraw(line)
                    yield start, line, cells
        elif isinstance(row, LightsRow):
            changed = [_shine(panel, light, levels.volts(slots.get(light.name, -1))) for light in row.lights]
            if any(changed):
                panel.redraw(line)
                yield 1, line, panel.width - 1
        elif isinstance(row, TraceRow) and row.line == 0 and _trace(panel, row, levels):
            for below in range(row.lines):
                panel.redraw(line + below)
                yield 1, line + below, panel.width - 1


def _move(panel: PanelView, outlet: str, volts: float, cells: int) -> bool:
    former = panel.steps.get(outlet, 0)
    step = max(meter_step(volts, cells), former - FALL)
    panel.steps[outlet] = step
    return step != former


def _sing(panel: PanelView, outlet: str, volts: Sequence[float]) -> bool:
    """Whether the bars of an outlet's voices look different."""
    former = panel.voices.get(outlet, ())
    fallen = [step - FALL for step in former[: len(volts)]] + [0] * max(len(volts) - len(former), 0)
    heights = (meter_step(each, VOICE_STEPS // 2) for each in volts)
    panel.voices[outlet] = tuple(max(pair) for pair in zip(heights, fallen, strict=True))
    return panel.voices[outlet] != former


def _shine(panel: PanelView, light: Light, brightness: float) -> bool:
    step = light_step(brightness if light.below else max(brightness, 0.0))
    former = panel.steps.get(light.name, 0)
    panel.steps[light.name] = step
    return step != former


def _trace(panel: PanelView, row: TraceRow, levels: Levels) -> bool:
    first, frames = panel.rack.engine.traces.get(f"{panel.module.id}.{row.trace}", (0, 0))
    drawn = curve(levels.trace(first, frames), panel.width - 1, row.lines)
    if drawn == panel.curves.get(row.trace):
        return False
    panel.curves[row.trace] = drawn
    return True
