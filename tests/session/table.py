"""A rack with made-up modules and no processes, for tests of what stands around it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from livepatch.panel import Button, Inlet, Knob, Outlet, Panel, Switch
from livepatch.patch.edits import Edit, SwapCode
from livepatch.protocol.messages import Applied, Cancelled, Message, Waits
from livepatch.session.commands import COMMANDS, Commands
from livepatch.session.console import Console
from livepatch.session.fit import Fit
from livepatch.session.interrupts import Interrupts
from livepatch.session.later import Later
from livepatch.session.library import Library
from livepatch.session.namespace import Namespace
from livepatch.session.rack import Kind, Rack
from livepatch.session.sources import Code, Sources

VCO = Panel(
    type="vco",
    class_name="Vco",
    summary="Oscillator.",
    knobs=(Knob(name="tune", minimum=-4.0, maximum=4.0, default=0.0, unit="oct"),),
    switches=(Switch(name="shape", choices=("sine", "saw", "square")),),
    buttons=(Button(name="restart"),),
    inlets=(Inlet(name="voct"),),
    outlets=(Outlet(name="saw", description="the bright one"), Outlet(name="sine")),
)
VCF = Panel(
    type="vcf",
    class_name="Vcf",
    summary="Filter.",
    knobs=(
        Knob(
            name="cutoff",
            minimum=-5.0,
            maximum=5.0,
            default=1.0,
            unit="Hz",
            base=2.0,
            multiplier=261.6255653005986,
        ),
    ),
    inlets=(Inlet(name="audio"),),
    outlets=(Outlet(name="low"),),
)
OUT = Panel(type="out", class_name="Out", inlets=(Inlet(name="left"), Inlet(name="right")))


class Table:
    """A rack, the commands, and a console; `heard` keeps the edits and replacements in order."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIVEPATCH_HOME", str(home / "home"))
        self.workspace = home / "ws"
        for folder in ("modules", "patches"):
            (self.workspace / folder).mkdir(parents=True)
        self.interrupts = Interrupts()
        self.sources = Sources([self.workspace / "modules"])
        self.sources.panels = {panel.type: panel for panel in (VCO, VCF, OUT)}
        for panel in (VCO, VCF, OUT):
            self.sources.built(Code(panel.type, f"{panel.type}-1", "", panel))
            self.sources.play(panel.type, f"{panel.type}-1")
        fit = Fit(frozenset(COMMANDS), lambda source: source in self.sources.codes)
        self.rack = Rack(self.interrupts.lock(), lambda: self.sources.panels, fit)
        self.rack.listener = self
        self.heard: list[Any] = []
        self.opened: list[Path] = []
        self.ended = False
        self.panics = 0
        self.library = Library(self.workspace, self.rack, self.sources)
        self.told: list[Message] = []
        self.held: dict[int, tuple[Edit, str | float, float]] = {}
        self.flying: list[Edit] = []
        self.later = Later(self.rack, self.told.append)
        self.later.holder = self
        self.commands = Commands(
            self.rack, self.sources, self.library, self, self.opened.append, self._end, self.later
        )
        self.namespace = Namespace(self.commands, self.commands.names())
        self.console = Console(self.namespace, self.interrupts, self.namespace.names, lambda: self.sources.panels)

    def hold(self, edit: Edit, when: str | float, after: float, about: str) -> int:  # noqa: ARG002 - as an engine
        serial = len(self.held) + 1
        self.held[serial] = edit, when, after
        return serial

    def cancel(self, serial: int) -> None:
        self.later.take(Cancelled(serial))

    def landed(self, serial: int, edit: Edit) -> int:
        self.heard.append((serial, edit))
        return serial

    def in_flight(self) -> list[Edit]:
        return self.flying

    def lands(self, serial: int, beat: float) -> None:
        """What was held takes effect."""
        with self.rack.lock:
            self.later.take(Waits(serial, beat, beat / 4.0, 0.0))
            self.later.applied(Applied(serial, round(24000 * beat), 0.0))

    def edited(self, edit: Edit, about: str, _kind: Kind) -> None:
        self.later.landing(edit)
        self.heard.append((edit, about))
        if isinstance(edit, SwapCode):
            self.sources.play(edit.type, edit.source)

    def panic(self) -> None:
        self.panics += 1

    def retune(self, sample_rate: int) -> None:
        self.heard.append(sample_rate)

    def sample_rate(self) -> float:
        return 48000.0

    def level(self, id: int, index: int) -> float:
        return id + index / 10.0

    def safe_output(self, *, enabled: bool) -> None:
        self.heard.append(enabled)

    def type(self, *lines: str) -> str:
        """Evaluate lines; the value of the last, which must not fail."""
        value = ""
        for line in lines:
            value, error = self.console.evaluate(line)
            assert not error, error
        return value

    def refused(self, line: str) -> str:
        """Evaluate a line that must fail; what is said."""
        value, error = self.console.evaluate(line)
        assert error
        assert not value
        return error

    def _end(self) -> None:
        self.ended = True


MakeTable = Callable[[], Table]
