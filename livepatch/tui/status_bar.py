"""Two single lines: how the engine stands, and the newest thing the performer should know."""

import time

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from livepatch.protocol.levels import Levels
from livepatch.tui.bars import meter_bar, meter_step
from livepatch.tui.line import Line, fitted
from livepatch.tui.look import Look
from livepatch.tui.model import Rack

NUMBER_SECONDS = 0.5
"""How often figures change at most: faster than that nobody reads."""
FIGURES = ("load", "worst_load", "late_blocks", "input_slips", "gain_reduction_db")
MESSAGE_SECONDS = 8.0
OUTPUT_CELLS = 5
WAITING_CELLS = 28
"""Room for what is to come next."""
ROOMY = 96
"""Columns from which there is room for more than the essential."""


class StatusBar(Widget, can_focus=False):
    """Patch, tempo, bar and beat, load, late blocks, limiter, output, driver."""

    def __init__(self, rack: Rack, levels: Levels, look: Look) -> None:
        super().__init__(id="status")
        self.rack = rack
        self.levels = levels
        self.look = look
        self._figures: tuple[float, ...] = (0.0,) * len(FIGURES)
        self._read_at = 0.0
        self._outputs = (0, 0)
        self._place = ""

    def tick(self) -> None:
        """Look at the engine's figures and draw if one reads differently."""
        outputs = tuple(meter_step(10.0 * self.levels.read(side), OUTPUT_CELLS) for side in ("left", "right"))
        figures = self._figures
        if time.monotonic() - self._read_at >= NUMBER_SECONDS:
            self._read_at = time.monotonic()
            figures = tuple(round(self.levels.read(name), 3) for name in FIGURES)
        place = self.rack.place(self.levels.read("bars"))
        if (outputs, figures, place) != (self._outputs, self._figures, self._place):
            self._outputs, self._figures, self._place = (outputs[0], outputs[1]), figures, place
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        del y  # there is only one
        look, rack = self.look, self.rack
        line = Line(self.size.width, look.header + look.text)
        line.add(" livepatch " if self.size.width >= ROOMY else " ", look.dim)
        if not rack.attached:
            return line.add("starting…", look.warning).strip()
        line.add(rack.patch_name or "untitled", look.cables[0] + Style(bold=True)).add(f"  {rack.tempo:g} bpm")
        line.add("  bar ", look.dim).add(self._place, None if rack.transport_runs else look.warning)
        if rack.pending:
            more = f" +{len(rack.pending) - 1}" if len(rack.pending) > 1 else ""
            line.add(f"  {fitted(rack.pending[0], WAITING_CELLS)}{more}", look.warning)
        self._engine(line)
        driver = fitted(_driver(rack, roomy=self.size.width >= ROOMY), max(self.size.width - line.length - 2, 0))
        style = look.warning if rack.engine.driver in {"null", "none"} else look.dim
        return line.skip_to(self.size.width - len(driver) - 1).add(driver, style).strip()

    def _engine(self, line: Line) -> None:
        look = self.look
        load, worst, late, slips, reduction = self._figures
        roomy = self.size.width >= ROOMY
        line.add("  load ", look.dim).add(f"{100 * load:.0f}%".rjust(3), look.fault if load > 0.8 else None)
        line.add("  worst " if roomy else " ≤ ", look.dim)
        line.add(f"{100 * worst:.0f}%".rjust(3), look.warning if worst > 0.8 else None)
        line.add("  late ", look.dim).add(f"{late:.0f}", look.warning if late else None)
        if slips:
            line.add("  in ", look.dim).add(f"{slips:.0f} gaps" if slips > 1 else "1 gap", look.warning)
        line.add("  ")
        for step in self._outputs:
            line.add(meter_bar(step, OUTPUT_CELLS), look.meter_track + look.good).add(" ")
        if reduction >= 0.1:
            line.add(f" limit -{reduction:.1f} dB", look.warning)


class MessageLine(Widget, can_focus=False):
    """The newest notice for a while; otherwise what goes on in the background, or just a rule."""

    busy: reactive[str] = reactive("")

    def __init__(self, look: Look) -> None:
        super().__init__(id="message")
        self.look = look
        self._level = "note"
        self._text = ""
        self._said_at = 0.0

    @property
    def text(self) -> str:
        """The notice that shows."""
        return self._text

    def say(self, level: str, text: str) -> None:
        """Show a notice."""
        self._level, self._text = level, text.splitlines()[0] if text else ""
        self._said_at = time.monotonic()
        self.refresh()

    def tick(self) -> None:
        """Take the notice away once it has been there long enough."""
        if self._text and time.monotonic() - self._said_at > MESSAGE_SECONDS:
            self._text = ""
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        del y  # there is only one
        look = self.look
        line = Line(self.size.width, look.rack + look.track)
        line.add("─")
        busy = f" {self.busy} " if self.busy else ""
        style = {"warning": look.warning, "error": look.fault}.get(self._level, look.text)
        text = fitted(self._text, self.size.width - len(busy) - 5)
        if text:
            line.add(f" {text} ", style)
        line.add("─" * max(self.size.width - line.length - len(busy) - 1, 0)).add(busy, look.warning)
        return line.add("─" * (self.size.width - line.length)).strip()


def _driver(rack: Rack, *, roomy: bool) -> str:
    engine = rack.engine
    if engine.driver == "none":
        return "no engine"
    device = engine.device if engine.device and engine.device != engine.driver else engine.driver
    rate = f"{engine.sample_rate / 1000:g}k" if engine.sample_rate else ""
    return f"{device} {rate}/{engine.block_frames}" if roomy else f"{device} {rate}"
