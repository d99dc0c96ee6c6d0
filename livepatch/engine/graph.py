"""Everything that sounds: the modules in the rack, their order, and the output.

Native code in the engine process. The audio callback renders a quantum at a time and applies changes
in between; the control thread builds new nodes and reads levels.
"""

import math
from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import round_to_int, to_float
from livepatch.dsp.blocks import blank, copy, copy_into, store
from livepatch.engine.alignment import Alignment
from livepatch.engine.crossing import Swap
from livepatch.engine.delay_line import DelayLine
from livepatch.engine.instance import Instance
from livepatch.engine.intake import MOST_QUANTA, Intake
from livepatch.engine.knobs import Glide, Knob
from livepatch.engine.node import LISTEN_QUANTA, Node, Reports
from livepatch.engine.outlets import Outlet
from livepatch.engine.output import Output
from livepatch.engine.ports import CABLE_FADE_FRAMES, Feed, Inlet
from livepatch.engine.schedule import Group, mark_lags, schedule
from livepatch.engine.steps import Step, steps
from livepatch.engine.transport import Transport
from livepatch.runtime import QUANTUM, Module

METER_FALL_SECONDS: Final = 0.1
"""In this time a meter falls to a third of the peak it showed."""


BURST: Final = MOST_QUANTA
"""Quanta that are rendered at once, at most, while nothing is to be changed in between."""


class Parting:
    """A neighbour that has gone, and of which a module still hears the cables fade until `frame`."""

    def __init__(self, node: Node, neighbour: str, frame: i64) -> None:
        self.node = node
        self.neighbour = neighbour
        self.frame: i64 = frame


class Way:
    """How long what is not done at once takes: `seconds`, or `beats` if there are any. The rest is as in Glide."""

    def __init__(self, seconds: float, beats: float, bend: float, *, shown: bool) -> None:
        self.seconds: float = seconds
        self.beats: float = beats
        self.bend: float = bend
        self.shown: bool = shown


class Graph:
    """The rack as it plays.

    At the address `running` lies the id of the module that is being processed, 0 between modules, for the
    session to see when a module never returns. `levels` holds the peak volts of every outlet by slot.
    `reports` is emptied by the control thread. `frame` is where the quantum begins, `at` the frame of it that is
    rendered next, from which on changes made now are heard. `burst` has room for several quanta of two channels.
    """

    def __init__(self, sample_rate: float, running: i64, meter_slots: int) -> None:
        self.sample_rate: float = sample_rate
        self.output = Output(sample_rate)
        self.intake = Intake()
        self.transport = Transport(sample_rate)
        self.nodes: list[Node] = []
        self.groups: list[Group] = []
        self.cycles: list[Group] = []
        self.steps: list[Step] = []
        self.alignment = Alignment()
        self.levels: vec[float] = vec[float]([0.0] * meter_slots)
        self.burst: vec[float] = blank(2 * QUANTUM * BURST, 0.0)
        self.running: i64 = running
        self.reports = Reports()
        self.frame: i64 = 0
        self.at: i64 = 0
        self.epoch: i64 = 0
        self.stale: bool = False
        self.lively: bool = False
        self.partings: list[Parting] = []
        self.fall: float = 0.0
        self.slow_fall: float = 0.0
        self.retune(sample_rate)

    def retune(self, sample_rate: float) -> None:
        """Follow another sample rate; while nothing plays."""
        self.sample_rate = sample_rate
        self.fall = math.exp(-QUANTUM / sample_rate / METER_FALL_SECONDS)
        self.slow_fall = self.fall**LISTEN_QUANTA
        self.output.retune(sample_rate)
        self.transport.retune(sample_rate)

    def render(self, stop: i64 = QUANTUM) -> None:
        """Play on to frame `stop` of the quantum; at its end it is in `output.interleaved`."""
        if self.stale or (self.at == 0 and self.frame >= self.alignment.due):
            self._put_in_order()
        if len(self.partings) > 0:
            self._part()
        start = self.at
        self.reports.at = start
        self.intake.play(start, self.levels, self.fall)
        self.transport.play(start, stop)
        if len(self.alignment.adrift) > 0:
            self._delay(self.alignment.adrift, start, stop)
        whole = start == 0 and stop == QUANTUM
        for step in self.steps:
            if step.plain:
                self._play(step.node, start, stop, whole=whole)
            else:
                self._take_turn(step, start, stop, whole=whole)
        store(self.running, 0)
        if self.epoch != self.reports.epoch:
            self.epoch = self.reports.epoch
            self.output.count_voices()
        self.output.take(start, stop)
        self.at = self.reports.at = stop
        if stop == QUANTUM:
            self._end_quantum(whole=whole)

    def _take_turn(self, step: Step, start: i64, stop: i64, *, whole: bool) -> None:
        group = step.group
        if group.cycle:
            self._play_cycle(group, start, stop)
            return
        if step.sends:
            store(self.running, step.node.id)
            step.node.send(start, stop)
            return
        self._play(step.node, start, stop, whole=whole)
        self._delay(group.lines, start, stop)

    def _play(self, node: Node, start: i64, stop: i64, *, whole: bool) -> None:
        store(self.running, node.id)
        if whole:
            node.play_whole(self.levels, self.frame // QUANTUM + 1, self.fall, self.slow_fall)
            self._note(node)
        else:
            node.play(start, stop)

    def _note(self, node: Node) -> None:
        """A module has played the whole quantum: note what there is to do."""
        self.lively = self.lively or node.lively
        if node.noted != node.module.latency:
            self.stale = True

    def _end_quantum(self, *, whole: bool) -> None:
        self.at = self.reports.at = 0
        for group in self.cycles if whole else self.groups:
            for node in group.nodes:
                node.note_levels(self.levels, self.frame // QUANTUM + 1, self.fall, self.slow_fall)
                self._note(node)
        if self.output.render(self.fall):
            self.stale = True
        if self.lively:
            self.lively = False
            for node in self.nodes:
                if node.lively and node.end():
                    self.stale = True
        self.frame += QUANTUM

    def render_several(self, quanta: i64) -> None:
        """Play so many quanta, BURST at most, into `burst`."""
        size: i64 = 2 * QUANTUM
        for quantum in range(quanta):
            self.render()
            copy_into(self.burst, quantum * size, self.output.interleaved, size)

    def _delay(self, lines: list[DelayLine], start: i64, stop: i64) -> None:
        """Keep what outlets have given, and give what is read late of them."""
        self._turn(lines, start)
        for line in lines:
            line.write(start, stop)
            if line.count_voices(start):
                self.reports.epoch += 1
            line.read(start, stop)

    def _turn(self, lines: list[DelayLine], start: i64) -> None:
        if start == 0:
            for line in lines:
                line.turn()

    def _play_cycle(self, group: Group, start: i64, stop: i64) -> None:
        if len(group.lines) > 0:
            self._play_late_cycle(group, start, stop)
            return
        for frame in range(start, stop):
            for node in group.nodes:
                store(self.running, node.id)
                node.play(frame, frame + 1)
            for link in group.links:
                copy(link.target, link.source, 0, link.frames)

    def _play_late_cycle(self, group: Group, start: i64, stop: i64) -> None:
        """As `_play_cycle`; what is read late of its outlets may be read in the cycle too, while a cable fades."""
        self._turn(group.lines, start)
        for line in group.lines:
            if line.count_voices(start):
                self.reports.epoch += 1
        for frame in range(start, stop):
            for line in group.lines:
                line.read(frame, frame + 1)
            for node in group.nodes:
                store(self.running, node.id)
                node.play(frame, frame + 1)
            for link in group.links:
                copy(link.target, link.source, 0, link.frames)
            for line in group.lines:
                line.write(frame, frame + 1)

    def _put_in_order(self) -> None:
        self.stale = False
        self.reports.retired.append(self.groups)
        self.reports.retired.append(self.cycles)
        self.reports.retired.append(self.steps)
        if any(node.leaving for node in self.nodes):
            self._let_go()
        self._introduce()
        self._hear()
        self.groups = schedule(self.nodes)
        self.cycles = [group for group in self.groups if group.cycle]
        self.alignment.align(self.nodes, self.groups, self.output, self.frame, self.at, self.reports.retired)
        self.steps = steps(self.nodes, self.groups)
        self.output.settle()
        mark_lags(self.nodes)

    def _hear(self) -> None:
        """Find out which outlets are heard: those that any cable comes from, and those that go to the speakers."""
        for node in self.nodes:
            for outlet in node.outlets:
                outlet.was_heard = outlet.heard
                outlet.heard = outlet.tapped
        self.intake.forget()
        for inlet in self._inlets():
            for feed in inlet.feeds:
                feed.source.listen()
                feed.age += 1
        self.intake.let_go()
        for node in self.nodes:
            node.hear()

    def _introduce(self) -> None:
        """Find out which neighbours exchange messages, and tell those for whom that has changed."""
        for node in self.nodes:
            node.link()
        for node in self.nodes:
            left = node.left
            right = node.right
            node.meet(
                left.id if left is not None and len(left.links) > 0 else 0,
                right.id if right is not None and len(node.links) > 0 else 0,
            )

    def _let_go(self) -> None:
        """Take out the modules that are leaving and that no cable listens to any more."""
        for place, node in enumerate(self.nodes):
            for outlet in node.outlets:
                outlet.place = place
        heard = [False] * len(self.nodes)
        for inlet in self._inlets():
            for feed in inlet.feeds:
                if feed.source.place >= 0:
                    heard[feed.source.place] = True
        staying: list[Node] = []
        for place, node in enumerate(self.nodes):
            if node.leaving and not heard[place]:
                for outlet in node.outlets:
                    outlet.place = -1
                self.reports.retired.append(node)
            else:
                staying.append(node)
        self.nodes = staying

    def _inlets(self) -> list[Inlet]:
        inlets = [side.inlet for side in self.output.sides]
        for node in self.nodes:
            for instance in node.instances():
                inlets.extend(instance.inlets)
        return inlets

    def add(self, node: Node) -> None:
        """Bring a module into the rack."""
        place = len(self.nodes)
        while place > 0 and self.nodes[place - 1].id > node.id:
            place -= 1
        self.nodes.insert(place, node)
        self.stale = True

    def place(self, node: Node, left: Node | None, right: Node | None) -> None:
        """Put a module between its neighbours."""
        node.left = left
        node.right = right
        self.stale = True

    def remove(self, node: Node) -> None:
        """Take a module out, once the cables out of it, which are being detached, have faded."""
        node.leaving = True
        self.stale = True

    def swap(self, node: Node, swap: Swap) -> None:
        """Let another instance play a module."""
        node.begin(swap)
        self.stale = True

    def reset(self, node: Node, instance: Instance) -> None:
        """Let a new instance play a module at once, from silence."""
        node.reset(instance)
        for outlet in node.outlets:
            if outlet.line is not None:
                self.reports.retired.append(outlet.line.clear(self.frame + self.at))
        self.stale = True

    def grow(self, node: Node, instance: Instance, others: list[Module]) -> None:
        """Give an instance more runs of its code, for voices that had none."""
        instance.grow(others)
        node.touch()

    def attach(self, node: Node, inlet: str, route: tuple[int, str], outlet: Outlet, gain: float) -> None:
        """Patch a cable into a module and fade it in."""
        for instance in node.instances():
            found = instance.inlet(inlet)
            if found is not None:
                _fade_in(found, route, outlet, gain, self.at)
        node.touch()
        self.stale = True

    def detach(self, node: Node, inlet: str, route: tuple[int, str]) -> None:
        """Fade a cable out, and then unpatch it."""
        self._aim(node, inlet, route, 0.0, leaving=True)
        self.stale = True

    def set_gain(self, node: Node, inlet: str, route: tuple[int, str], gain: float) -> None:
        """Fade a cable to another gain."""
        self._aim(node, inlet, route, gain, leaving=False)

    def _aim(self, node: Node, inlet: str, route: tuple[int, str], gain: float, *, leaving: bool) -> None:
        for instance in node.instances():
            found = instance.inlet(inlet)
            if found is not None:
                _aim_feed(found, route, gain, self.at, leaving=leaving)
        node.touch()

    def attach_output(self, side: int, route: tuple[int, str], outlet: Outlet) -> None:
        """Fade an outlet in at the sound card: side 0 left, 1 right, and so on."""
        _fade_in(self._side(side), route, outlet, 1.0, self.at)
        self.stale = True

    def detach_output(self, side: int, route: tuple[int, str]) -> None:
        """Fade an outlet out at the sound card."""
        _aim_feed(self._side(side), route, 0.0, self.at, leaving=True)
        self.stale = True

    def tap(self, outlet: Outlet, channel: int) -> None:
        """Let an outlet hold what a channel of the sound card brings: 0 the first, and so on."""
        if self.intake.tap(outlet, channel):
            self.reports.epoch += 1
        self.stale = True

    def untap(self, outlet: Outlet, channel: int) -> None:
        """Let an outlet hold nothing of the sound card any more."""
        self.intake.untap(outlet, channel)
        self.stale = True

    def _side(self, side: int) -> Inlet:
        return self.output.sides[side].inlet

    def turn(self, node: Node, knob: str, value: float) -> None:
        """Turn a knob, throw a switch, press or release a button."""
        for instance in node.instances():
            found = instance.inlet(knob)
            if isinstance(found, Knob):
                found.turn(value, self.at)
                found.settle()
            instance.throw(knob, value)
        node.touch()

    def meet(self, node: Node, neighbour: str) -> None:
        """Tell a module that a neighbour whose ports it uses is there."""
        self.partings = [one for one in self.partings if one.node is not node or one.neighbour != neighbour]
        waiting = node.waiting
        newest = waiting.instance if waiting is not None else node.current
        if not newest.beside(neighbour):
            self._introduce_to(node, neighbour, 1.0)

    def part(self, node: Node, neighbour: str) -> None:
        """Tell a module that such a neighbour has gone, once the cables there have faded."""
        self.partings.append(Parting(node, neighbour, self.frame + CABLE_FADE_FRAMES + QUANTUM))

    def _part(self) -> None:
        for parting in self.partings:
            if parting.frame <= self.frame and not parting.node.leaving:
                self._introduce_to(parting.node, parting.neighbour, 0.0)
        self.partings = [parting for parting in self.partings if parting.frame > self.frame]

    def _introduce_to(self, node: Node, neighbour: str, there: float) -> None:
        self.turn(node, neighbour, there)
        if node.current.named:
            node.take("on_expander_change", node.current.module)

    def limit(self, node: Node, knob: str, minimum: float, maximum: float) -> None:
        """Give a knob another range; it is turned into it next."""
        for instance in node.instances():
            found = instance.inlet(knob)
            if isinstance(found, Knob):
                found.minimum = minimum
                found.maximum = maximum

    def glide(self, node: Node, knob: str, value: float, way: Way) -> None:
        """Turn a knob in a longer time."""
        for instance in node.instances():
            found = instance.inlet(knob)
            if isinstance(found, Knob):
                frames = self._frames(way)
                found.go(Glide(0.0, value, frames, way.bend, shown=way.shown, beats=way.beats > 0.0), self.at)
                found.settle()
        node.touch()

    def fade(self, node: Node, inlet: str, route: tuple[int, str], gain: float, way: Way) -> None:
        """Go to another gain of a cable in a longer time."""
        frames = max(round_to_int(self._frames(way)), CABLE_FADE_FRAMES)
        for instance in node.instances():
            found = instance.inlet(inlet)
            if found is not None:
                for feed in found.feeds:
                    if feed.route == route and not feed.leaving:
                        feed.aim(gain, self.at, frames)
                        found.settle(self.at)
        node.touch()

    def _frames(self, way: Way) -> float:
        transport = self.transport
        if way.beats > 0.0:
            return to_float(transport.units(way.beats)) / to_float(transport.advance)
        return way.seconds * self.sample_rate

    def set_transport(self, name: str, value: float) -> None:
        """Change a value of the transport; what keeps to the tempo follows it."""
        before = to_float(self.transport.advance)
        self.transport.set(name, value)
        ratio = before / to_float(self.transport.advance)
        if ratio != 1.0:
            for node in self.nodes:
                for instance in node.instances():
                    for inlet in instance.inlets:
                        if isinstance(inlet, Knob):
                            inlet.stretch(ratio, self.at)

    def connect(self, node: Node, port: str, connected: bool) -> None:  # noqa: FBT001 - it is what is set
        """Tell a module whether one of its ports is connected."""
        for instance in node.instances():
            instance.connect(port, connected)


def _fade_in(inlet: Inlet, route: tuple[int, str], outlet: Outlet, gain: float, at: i64) -> None:
    for feed in inlet.feeds:
        if feed.route == route and feed.source is outlet:
            feed.leaving = False
            feed.aim(gain, at)
            inlet.settle(at)
            return
    feed = Feed(route, outlet, 0.0)
    feed.aim(gain, at)
    inlet.attach(feed)
    inlet.settle(at)


def _aim_feed(inlet: Inlet, route: tuple[int, str], gain: float, at: i64, *, leaving: bool) -> None:
    for feed in inlet.feeds:
        if feed.route == route and not feed.leaving:
            feed.leaving = leaving
            feed.aim(gain, at)
            inlet.settle(at)
