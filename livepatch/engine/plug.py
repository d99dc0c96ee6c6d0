"""Putting a plug-in into its seat in the rack. Used by the control thread only."""

import time

from livepatch.engine.bridge import Bridge
from livepatch.engine.code import Code
from livepatch.engine.expression import Expression
from livepatch.engine.instance import Instance, Jack
from livepatch.engine.knobs import Knob
from livepatch.engine.line import Line, open_line
from livepatch.engine.patience import Patience
from livepatch.engine.plugged import Plugged, Port
from livepatch.engine.ports import Inlet
from livepatch.engine.score import Score
from livepatch.engine.transport import Transport
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import PlugIn, PluginLost
from livepatch.protocol.plugin_messages import ExpressionPort
from livepatch.protocol.plugin_panel import NOTE_INLETS, NOTE_OUTLETS

OPEN_SECONDS = 2.0
GONE_SECONDS = 1.0
"""How long what was removed may still play, while its cables fade."""


class Plug:
    """What stays of a plug-in's module while its process comes and goes: the bridge to it, and what it plays."""

    def __init__(self, code: Code, sample_rate: float, patience: Patience) -> None:
        assert code.plugin is not None
        facts, ports = code.plugin.facts, code.plugin.ports
        inputs, outputs = (sum(bus.channels for bus in buses) for buses in (facts.inputs, facts.outputs))
        self.score = Score(len(ports.knobs), inputs, outputs, len(ports.expressions))
        self.bridge = Bridge(self.score, inputs, outputs, sample_rate, patience)
        self.ports = ports
        self.knobs = [name for name, _ in ports.knobs]

    def tidy(self) -> None:
        """Close the lines that are not needed any more."""
        idle = self.bridge.idle
        while idle:
            line = idle.popleft()
            if line is not None:
                line.close()

    def end(self) -> None:
        """Nothing plays it any more."""
        self.bridge.idle.append(self.bridge.cross(None))
        self.tidy()


class Plugs:
    """The plug-ins of a rack, by the id of their module. `patience`: how long their blocks may take."""

    def __init__(self) -> None:
        self.patience = Patience()
        self._plugs: dict[int, Plug] = {}
        self._lines: dict[int, Line] = {}
        self._gone: list[tuple[float, Plug]] = []

    def of(self, id: int, code: Code, sample_rate: float) -> Plug:
        """The plug of a module, which stays as long as the module is in the rack."""
        plug = self._plugs.get(id)
        if plug is not None and code.plugin is not None and plug.ports != code.plugin.ports:
            self._leave(self._plugs.pop(id))
            plug = None
        if plug is None:
            plug = self._plugs[id] = Plug(code, sample_rate, self.patience)
            plug.bridge.cross(self._lines.pop(id, None))
        return plug

    def remove(self, id: int) -> None:
        """The module leaves; what it still plays it plays out."""
        plug, line = self._plugs.pop(id, None), self._lines.pop(id, None)
        if plug is not None:
            self._leave(plug)
        if line is not None:
            line.close()

    def _leave(self, plug: Plug) -> None:
        """Close a plug's line once nothing plays it any more."""
        self._gone.append((time.monotonic() + GONE_SECONDS, plug))

    def open(self, message: PlugIn) -> "Crossing | None":
        """Come to a process: what the audio callback has to do then; None if the module is not there yet.

        Raises: OSError: if nobody opens.
        """
        line = open_line(message, OPEN_SECONDS)
        plug = self._plugs.get(message.id)
        if plug is None:
            self._lines[message.id] = line
            return None
        return Crossing(plug, line)

    def expect(self, id: int, knobs: dict[str, float]) -> None:
        """The plug-in has turned these by itself, and the knobs are about to follow."""
        plug = self._plugs.get(id)
        if plug is not None:
            for name, value in knobs.items():
                if name in plug.knobs:
                    plug.score.expect(plug.knobs.index(name), value)

    def lost(self) -> list[PluginLost]:
        """Which were lost since the last time, and how; closes what is not needed any more."""
        told = []
        for id, plug in self._plugs.items():
            plug.tidy()
            while plug.bridge.lost:
                told.append(PluginLost(id, plug.bridge.lost.popleft()))
        now = time.monotonic()
        while self._gone and self._gone[0][0] < now:
            self._gone.pop(0)[1].end()
        return told

    def close(self) -> None:
        """Nothing plays any more: leave every process."""
        for plug in (*self._plugs.values(), *(plug for _, plug in self._gone)):
            plug.end()
        self._gone.clear()
        for line in self._lines.values():
            line.close()
        self._lines.clear()


class Crossing:
    """A step of the audio callback: a bridge goes over to another line."""

    def __init__(self, plug: Plug, line: Line) -> None:
        self._bridge = plug.bridge
        self._score = plug.score
        self._line = line

    def __call__(self) -> None:
        """Cross."""
        self._bridge.idle.append(self._bridge.cross(self._line))
        self._score.renew()


def plugged(  # noqa: PLR0913, PLR0917 - what an instance is made of
    plug: Plug, code: Code, placed: PlacedModule, inlets: list[Inlet], jacks: list[Jack], transport: Transport
) -> Instance:
    """A run of a plug-in: its knobs as they are in the patch, its cables to be patched in."""
    assert code.plugin is not None
    ports = code.plugin.ports
    found = {inlet.name: inlet for inlet in inlets}
    written = {jack.outlet.name: jack for jack in jacks}
    knobs = []
    for knob in code.panel.knobs:
        value = min(max(placed.knobs.get(knob.name, knob.default), knob.minimum), knob.maximum)
        knobs.append(Knob(None, knob.name, knob.minimum, knob.maximum, value))
    for name, _, count in ports.inputs:
        found[name].total = count == 1
    notes = [found[name] for name, *_ in NOTE_INLETS] if ports.notes else []
    module = Plugged(
        plug.bridge,
        plug.score,
        transport,
        [found[name] for name, _, _ in ports.inputs],
        [Port(first, count) for _, first, count in ports.inputs],
        [written[name] for name, _, _ in ports.outputs],
        [Port(first, count) for _, first, count in ports.outputs],
        knobs,
        [id for _, id in ports.knobs],
        list(ports.steps),
        notes,
        [_expression(found[port.inlet], port) for port in ports.expressions],
        [written[name] for name, _ in NOTE_OUTLETS] if ports.notes_out else [],
    )
    every: list[Inlet] = [*inlets, *knobs]
    instance = Instance(module, code.source, every, jacks)
    instance.named = False
    return instance


def _expression(inlet: Inlet, port: ExpressionPort) -> Expression:
    """A note expression, as its inlet brings it."""
    return Expression(
        inlet,
        port.id,
        port.zero,
        port.per_volt,
        port.lowest,
        port.highest,
        port.default,
        port.steps,
        once=port.once,
    )
