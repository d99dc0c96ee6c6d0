"""A module's seat in the rack: what stays when its code changes. Used by the control thread only."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from livepatch.engine.code import Code
from livepatch.engine.instance import Bypass, Instance, Jack, Letter, Route, Switch
from livepatch.engine.knobs import Knob
from livepatch.engine.node import Node
from livepatch.engine.outlets import Outlet
from livepatch.engine.plug import Plug, plugged
from livepatch.engine.ports import Feed, Inlet
from livepatch.engine.slots import Slots
from livepatch.engine.states import Held
from livepatch.engine.transport import Transport
from livepatch.panel import Panel
from livepatch.patch.patch import PlacedModule
from livepatch.patch.seed import seed_of
from livepatch.runtime import VOICES, Module

MOST_CHOICES = 1 << 20
"""More than any switch of a neighbour has."""


class Wire(NamedTuple):
    """A cable into a module: the inlet or knob, its route there, the outlet it comes from, its gain."""

    inlet: str
    route: tuple[int, str]
    outlet: Outlet
    gain: float


class Range(NamedTuple):
    """Where a neighbour's knob goes, and stands."""

    minimum: float = -math.inf
    maximum: float = math.inf
    value: float = 0.0


class Wiring(NamedTuple):
    """The cables into a module, all of its ports that have a cable, and the knobs and switches that it borrows.

    `transport` is what a module may follow.
    """

    wires: list[Wire]
    connected: set[str]
    knobs: dict[str, Range]
    switches: dict[str, float]
    transport: Transport


READINGS = 3


@dataclass
class Seat:
    """`module` is the newest run of the code, which holds the state even while it is bypassed.

    `outlets` are all that were ever asked for; those that the code does not have are silent.
    `meters` and `traces` are first place and number of places in shared memory, in the order of `Panel.metered`;
    `lights` and `numbers` (what the picture reads besides) are single places there.
    `speakers` are sides of the sound card (0 left, 1 right, and so on) and the outlets that go there, `captures`
    channels of it and the outlets that hold what comes in there.
    `owed` are events that a bypassed module takes when it plays again, `held` states. `remembered` are the
    states that ever came from there. `beside` are the ids of the modules at its
    left and right, 0 for none.
    """

    id: int
    code: Code | None = None
    module: Module = field(default_factory=Module)
    outlets: dict[str, Outlet] = field(default_factory=dict)
    meters: tuple[int, int] = (-1, 0)
    traces: dict[str, tuple[int, int]] = field(default_factory=dict)
    lights: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    speakers: tuple[tuple[int, str], ...] = ()
    captures: tuple[tuple[int, str], ...] = ()
    bypassed: bool = False
    owed: list[str] = field(default_factory=list)
    held: Held | None = None
    remembered: set[str] = field(default_factory=set)
    beside: tuple[int, int] = (0, 0)
    node: Node | None = None

    def outlet(self, name: str) -> Outlet:
        """The outlet of this name."""
        return self.outlets.setdefault(name, Outlet(name))

    def slot(self, name: str) -> int:
        """The meter of an outlet on the panel, -1 for none."""
        names = [port.name for port in self.code.panel.outlets] if self.code else []
        first = self.meters[0]
        return first + names.index(name) if first >= 0 and name in names else -1

    def ways(self, panel: Panel | None) -> tuple[tuple[int, str], ...]:
        """The panel's ways to the sound card: one outlet goes to both sides."""
        names = panel.speakers if panel else ()
        return ((0, names[0]), (1, names[0])) if len(names) == 1 else tuple(enumerate(names))

    def take(self, panel: Panel, meters: Slots, traces: Slots) -> None:
        """Take places in shared memory for what the panel shows; what has no room is not shown."""
        names = panel.metered()
        count = len(names)
        first = meters.take(count)
        self.meters = (-1, 0) if first is None else (first, count)
        for index, port in enumerate(panel.outlets):
            self.outlet(port.name).slot = -1 if first is None else first + index
        places = {} if first is None else dict(zip(names, range(first, first + count), strict=True))
        lit = len(panel.outlets) + len(panel.lights)
        self.lights = {name: places[name] for name in names[len(panel.outlets) : lit] if places}
        self.numbers = {name: places[name] for name in names[lit:] if places}
        for state in panel.traced():
            frames = state.frames * (VOICES if panel.picture and state.name in panel.picture.each else 1)
            if (place := traces.take(frames)) is not None:
                self.traces[state.name] = (place, frames)

    def give_back(self, meters: Slots, traces: Slots) -> None:
        """Give the places in shared memory back."""
        meters.give_back(*self.meters)
        for first, count in self.traces.values():
            traces.give_back(first, count)
        for outlet in self.outlets.values():
            outlet.slot = -1
        self.meters = (-1, 0)
        self.traces, self.lights, self.numbers = {}, {}, {}


def play(  # noqa: PLR0913 - what an instance is made of
    seat: Seat,
    code: Code,
    placed: PlacedModule,
    sample_rate: float,
    wiring: Wiring,
    *,
    in_turn: bool | None = None,
) -> Instance:
    """A new run of `code`, its knobs and cables as they are in the patch, ready to sound. Becomes `seat.module`.

    `in_turn` says whether voices are computed in turn; None: they are if they can only be.

    Raises: Exception: whatever the code raises when it is made.
    """
    panel = code.panel.whole()
    module = _begin(code, seat.id, 0, sample_rate)
    if in_turn is None and seat.node is not None:
        in_turn = all(_count_apart(seat.node.current, code.counts) for _ in range(READINGS))
    if in_turn:
        module.lanes = False
    written = panel.bypass_outlets if placed.bypass else tuple(port.name for port in panel.outlets)
    own = [port for port in panel.outlets if port.name not in panel.captures]
    jacks = [Jack(seat.outlet(port.name), written=port.name in written) for port in own]
    knobs = _knobs(module, panel, placed, wiring.knobs)
    instance = Instance(module, code.source, _inlets(module, panel) + knobs, jacks)
    instance.bypassed = placed.bypass
    if panel.polyphonic and not (placed.bypass and module.lanes):
        counting = {port.name for port in code.panel.counting()}
        instance.counting = [inlet for inlet in instance.inlets if inlet.name in counting]
    names = [port.name for port in panel.inlets] + [port.name for port in panel.outlets]
    counted = [*names, *(knob.name for knob in panel.knobs)]
    instance.counted = [name for name in counted if hasattr(module, f"channels_{name}")]
    instance.noted = [jack for jack in jacks if jack.written and jack.outlet.name in instance.counted]
    instance.quiet = [port.name for port in panel.outlets if hasattr(module, f"is__heard_{port.name}")]
    instance.connectable = [name for name in names if hasattr(module, f"connected_{name}")]
    for followed in panel.followed:
        found = instance.inlet(followed.name)
        if found is not None:
            found.listen(wiring.transport.block(followed.what))
    _patch_in(instance, wiring.wires)
    for name in instance.connectable:
        instance.connect(name, name in wiring.connected)
    _throw(instance, code.panel, placed)
    _borrow(instance, code.panel, wiring)
    for state in panel.states:
        if state.side:
            instance.letters.append(Letter(state.name, state.side, state.frames, sends=state.sends))
    instance.remembered = [name for name in sorted(seat.remembered) if hasattr(module, name)]
    instance.counts = [name for name in code.counts if hasattr(module, name)]
    seat.module = module
    return instance


def _count_apart(instance: Instance, counts: tuple[str, ...]) -> bool:
    """Whether voices that play one after the other differ in what they would share side by side.

    The audio callback counts on meanwhile: that they do not differ counts if it is seen once.
    """
    first, *others = instance.modules()
    return not first.lanes and any(
        getattr(other, name, 0) != getattr(first, name, 0) for other in others for name in counts
    )


def more(seat: Seat, instance: Instance, voices: int, sample_rate: float) -> list[Module]:
    """More runs of the code that an instance plays, from those it has up to so many voices.

    Raises: Exception: whatever the code raises when it is made.
    """
    code = seat.code
    assert code is not None
    others = []
    for voice in range(1 + len(instance.others), voices):
        other = _begin(code, seat.id, voice, sample_rate)
        flags = [f"connected_{name}" for name in instance.connectable]
        flags += [f"is__heard_{name}" for name in instance.quiet]
        for name in [*flags, *(switch.name for switch in instance.switches)]:
            setattr(other, name, getattr(instance.module, name))
        others.append(other)
    return others


def _begin(code: Code, id: int, voice: int, sample_rate: float) -> Module:
    module = code.module_class()
    module.sample_rate = sample_rate
    module.seed = seed_of(id + (voice << 32))
    module.lanes = module.lanes and code.lanes
    module.prepare()
    return module


def _throw(instance: Instance, panel: Panel, placed: PlacedModule) -> None:
    for switch in panel.switches:
        instance.switches.append(Switch(switch.name, len(switch.choices) - 1))
        instance.throw(switch.name, placed.knobs.get(switch.name, switch.default))
    for button in panel.buttons:
        instance.switches.append(Switch(button.name, -1))
        instance.throw(button.name, placed.knobs.get(button.name, 0.0))


def _borrow(instance: Instance, panel: Panel, wiring: Wiring) -> None:
    """Let the switches and buttons of neighbours, and whether there are any, stand as they do."""
    instance.neighbours = [neighbour.name for neighbour in panel.neighbours]
    names = list(instance.neighbours)
    for name in names:
        instance.switches.append(Switch(name, -1))
    for part in panel.borrowed:
        if part.kind in {"switch", "button"}:
            names.append(part.name)
            instance.switches.append(Switch(part.name, MOST_CHOICES if part.kind == "switch" else -1))
    for name in names:
        instance.throw(name, wiring.switches.get(name, 0.0))


def bypass(seat: Seat, code: Code, wires: Iterable[Wire]) -> Instance:
    """What plays in place of a bypassed module."""
    inlets = {inlet.name: inlet for inlet in _inlets(None, code.panel)}
    routed = {outlet: inlet for inlet, outlet in code.panel.bypass.items()}
    jacks = {
        port.name: Jack(seat.outlet(port.name), written=port.name in routed)
        for port in code.panel.whole().outlets
        if port.name not in code.panel.captures
    }
    routes = [Route(inlets[inlet], jacks[outlet]) for outlet, inlet in routed.items()]
    instance = Instance(Bypass(routes), code.source, list(inlets.values()), list(jacks.values()))
    instance.named = False
    _patch_in(instance, wires)
    return instance


def plug_in(seat: Seat, code: Code, placed: PlacedModule, plug: Plug, wiring: Wiring) -> Instance:
    """What plays a module that is a plug-in, its knobs and cables as they are in the patch, ready to sound."""
    jacks = [Jack(seat.outlet(port.name)) for port in code.panel.outlets]
    instance = plugged(plug, code, placed, _inlets(None, code.panel), jacks, wiring.transport)
    _patch_in(instance, wiring.wires)
    seat.module = instance.module
    return instance


def silent() -> Instance:
    """What plays while a module's code is missing."""
    instance = Instance(Module(), "", [], [])
    instance.named = False
    return instance


def _inlets(module: Module | None, panel: Panel) -> list[Inlet]:
    """Every inlet; one that follows another comes after it, whatever the order on the panel."""
    normals = {port.name: port.normal for port in panel.inlets}
    summed = {port.name for port in panel.inlets if port.summed}
    made: dict[str, Inlet] = {}

    def make(name: str, following: tuple[str, ...]) -> None:
        normal = normals[name]
        if isinstance(normal, str) and normal in normals and normal not in following:
            if normal not in made:
                make(normal, (*following, name))
            made[name] = Inlet(module, name)
            made[name].follow(made[normal])
        else:
            made[name] = Inlet(module, name, 0.0 if isinstance(normal, str) else normal)
        made[name].total = name in summed

    for port in panel.inlets:
        if port.name not in made:
            make(port.name, (port.name,))
    return list(made.values())


def _knobs(module: Module, panel: Panel, placed: PlacedModule, lent: dict[str, Range]) -> list[Inlet]:
    borrowed = {part.name for part in panel.borrowed}
    made: list[Inlet] = []
    for knob in panel.knobs:
        if knob.name in borrowed:
            made.append(Knob(module, knob.name, *lent.get(knob.name, Range())))
            continue
        value = min(max(placed.knobs.get(knob.name, knob.default), knob.minimum), knob.maximum)
        made.append(Knob(module, knob.name, knob.minimum, knob.maximum, value))
    return made


def _patch_in(instance: Instance, wires: Iterable[Wire]) -> None:
    for wire in wires:
        inlet = instance.inlet(wire.inlet)
        if inlet is not None:
            inlet.attach(Feed(wire.route, wire.outlet, wire.gain))
    for inlet in instance.inlets:
        if inlet.normal is not None and inlet.feeds:
            inlet.normal.gain = inlet.normal.target = 0.0
    for inlet in instance.inlets:
        inlet.settle()
    for jack in instance.jacks:
        instance.bind(jack, jack.own)
    instance.settle()
