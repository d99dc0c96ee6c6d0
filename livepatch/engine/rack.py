"""The control thread's side of the rack: it turns edits into what the audio callback has to do."""

import contextlib
import math
from collections.abc import Callable
from functools import partial

from livepatch.engine.code import Code
from livepatch.engine.crossing import Swap
from livepatch.engine.graph import Graph, Way
from livepatch.engine.instance import Instance
from livepatch.engine.neighbours import Neighbourhood
from livepatch.engine.node import Node
from livepatch.engine.plug import Plugs
from livepatch.engine.seat import Seat, Wire, Wiring, bypass, more, play, plug_in, silent
from livepatch.engine.slots import Slots
from livepatch.engine.states import Held, Snapshot, hold
from livepatch.engine.swap import carry
from livepatch.errors import PatchError, what_was_raised
from livepatch.panel import Knob, Panel
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Cable, Patch, PlacedModule, Route
from livepatch.patch.transport import TRANSPORT
from livepatch.protocol.messages import Fault, Placed
from livepatch.protocol.meters import METER_SLOTS, TRACE_SLOTS
from livepatch.protocol.states import State
from livepatch.runtime import QUANTUM, Module

SWAP_FADE_SECONDS = 0.010

Step = Callable[[], object]


class Rack:
    """The engine's own copy of the patch, and what plays each module. Used by the control thread only.

    `placed` and `faults` collect what the session is to be told. `runs_to_make` says, in a replay, with how many
    runs new code begins that computes its voices in turn, by id; all other does so side by side, if it can.
    """

    def __init__(self, graph: Graph, fade_seconds: float = SWAP_FADE_SECONDS) -> None:
        self.patch = Patch()
        self.graph = graph
        self.seats: dict[int, Seat] = {}
        self.placed: list[Placed] = []
        self.faults: list[Fault] = []
        self.runs_to_make: dict[int, int] | None = None
        self._runs: dict[int, int] = {}
        self._fade_seconds = fade_seconds
        self.fade_frames = self._fade_frames()
        self._neighbours = Neighbourhood(self.patch, self.seats, graph)
        self.plugs = Plugs()
        self._given: dict[int, State] = {}
        self._codes: dict[tuple[str, str], Code] = {}
        self._meter_slots = Slots(METER_SLOTS)
        self._trace_slots = Slots(TRACE_SLOTS)

    def code(self, type: str, source: str) -> Code | None:
        """The loaded code of a module type, if it is."""
        return self._codes.get((type, source))

    def load(self, code: Code) -> tuple[int, ...]:
        """Make code ready to play; the modules that wait for it, or play it as it was loaded before.

        Those are to play it `again`: nobody is to hear that they go over.
        """
        former = self._codes.get((code.type, code.source))
        self._codes[code.type, code.source] = code
        self._neighbours.meet(code.panel)
        ids: list[int] = []
        for id, seat in self.seats.items():
            placed = self.patch.modules[id]
            waits = seat.code is None and (placed.type, placed.source) == (code.type, code.source)
            if waits or (seat.code is not None and seat.code is former):
                seat.code = code
                ids.append(id)
        return tuple(ids)

    def again(self, ids: tuple[int, ...]) -> list[Step]:
        """Fade over to new runs of the code that modules have."""
        steps: list[Step] = []
        for id in ids:
            seat = self.seats[id]
            if seat.code is not None:
                steps += self._replace(seat, seat.code)
        return [*steps, *self._neighbours.steps()]

    def change(self, edit: Edit) -> list[Step]:
        """Apply an edit to the patch; what the audio callback has to do about it.

        Raises: PatchError: if the edit does not fit; nothing has changed then.
        """
        _check(edit)
        if isinstance(edit, edits.Batch):
            edits.apply(self.patch, edits.apply(self.patch, edit))  # fits as a whole, or not at all
        steps: list[Step] = []
        moved = False
        for part in edits.parts(edit):
            removes = isinstance(part, edits.RemoveModule)
            cables = self.patch.cables_of(part.id) if isinstance(part, edits.RemoveModule) else []
            edits.apply(self.patch, part)
            steps += self._follow(part, cables)
            steps += self._neighbours.steps() if removes else []
            moved = moved or isinstance(part, edits.AddModule | edits.RemoveModule | edits.Move)
        return [*steps, *(self._line_up() if moved else []), *self._neighbours.steps()]

    def _follow(self, edit: Edit, cables: list[Cable]) -> list[Step]:  # noqa: PLR0911 - one for each kind of edit
        """What the callback has to do about an edit; `cables` are those of a module that is removed."""
        match edit:
            case edits.AddModule(module=module):
                return self._add(self.patch.modules[module.id])
            case edits.RemoveModule(id=id):
                return self._remove(id, cables)
            case edits.AddCable(cable=cable):
                return self._attach(cable)
            case edits.RemoveCable(route=route):
                return self._detach(Route(*route))
            case edits.SetGain(route=route, gain=gain):
                return self._set_gain(Route(*route), gain, edit.glide)
            case edits.SetKnob() | edits.SetBypass() | edits.ModuleEvent():
                return self._change_module(edit)
            case edits.SetTransport():
                return self._set_transport(edit)
            case edits.SwapCode(type=type, source=source):
                return self._swap(type, source)
            case _:
                return []

    def fitting(self, edit: Edit) -> Edit:
        """What of an edit fits the patch as it is."""
        back: list[Edit] = []
        fitting: list[Edit] = []
        for part in edit.edits if isinstance(edit, edits.Batch) else (edit,):
            with contextlib.suppress(PatchError):
                _check(part)
                back.append(edits.apply(self.patch, part))
                fitting.append(part)
        for part in reversed(back):
            edits.apply(self.patch, part)
        return edits.Batch(tuple(fitting))

    def _change_module(self, edit: edits.SetKnob | edits.SetBypass | edits.ModuleEvent) -> list[Step]:
        seat = self.seats[edit.id]
        match edit:
            case edits.SetKnob(knob=knob):
                return self._turn(self.patch.modules[edit.id], knob, edit.glide)
            case edits.ModuleEvent(event=event, undone=False):
                return self._take(seat, event)
            case edits.SetBypass() if seat.code is not None:
                return self._replace(seat, seat.code)
        return []

    def retune(self) -> list[Step]:
        """Every module at the graph's sample rate, which has changed: new runs that take the state over."""
        self.fade_frames = self._fade_frames()
        steps: list[Step] = []
        for seat in self.seats.values():
            if seat.code is not None:
                self._node(seat.id).fade_frames = self.fade_frames
                steps += self._replace(seat, seat.code, ["on_sample_rate_change"])
        return steps

    def channels(self) -> int:
        """How many channels of the sound card its modules play to."""
        return max((side + 1 for seat in self.seats.values() for side, _ in seat.speakers), default=0)

    def captured(self) -> int:
        """How many channels of the sound card any cable brings what comes in there from."""
        found = 0
        for seat in self.seats.values():
            for channel, name in seat.captures:
                if any(
                    cable.source == seat.id and cable.outlet == name for cable in self.patch.cables_of(seat.id)
                ):
                    found = max(found, channel + 1)
        return found

    def _fade_frames(self) -> int:
        return max(1, math.ceil(self._fade_seconds * self.graph.sample_rate / QUANTUM)) * QUANTUM

    def fresh(self) -> list[Step]:
        """Every module back to its first state, for a panic; cables and knobs stay."""
        steps: list[Step] = []
        for seat in self.seats.values():
            seat.module = Module()
            instance = self._instance(seat, seat.code)
            steps.append(partial(self.graph.reset, self._node(seat.id), instance))
        return steps

    def take_runs(self) -> dict[int, int]:
        """How many runs of their code modules got in the last change, by id, if they compute voices in turn."""
        runs, self._runs = self._runs, {}
        return runs

    def more(self, seat: Seat, instance: Instance, voices: int) -> list[Module]:
        """More runs of the code an instance plays, if its voices need them."""
        if seat.code is None or instance.module.lanes or not instance.named:
            return []
        try:
            return more(seat, instance, voices, self.graph.sample_rate)
        except Exception as error:  # noqa: BLE001 - a module may raise anything
            self._fault(self.patch.modules[seat.id], seat.code.line_of(error), what_was_raised(error))
            return []

    def _wanted(self, seat: Seat) -> int:
        if self.runs_to_make is not None:
            return self.runs_to_make.get(seat.id, 1)
        return int(self._node(seat.id).current.wanted)

    def _node(self, id: int) -> Node:
        node = self.seats[id].node
        assert node is not None
        return node

    def _instance(self, seat: Seat, code: Code | None) -> Instance:
        """What plays the module as the patch has it now; silence if its code cannot be started."""
        placed = self.patch.modules[seat.id]
        if code is None:
            return silent()
        loan = self._neighbours.loan(seat.id)
        there = dict.fromkeys(loan.there, 1.0)
        wires, connected = [*self._wires(seat.id), *loan.wires], self._connected(seat.id) | loan.connected
        wiring = Wiring(wires, connected, loan.knobs, loan.switches | there, self.graph.transport)
        if placed.bypass and not (placed.soft_bypass and code.panel.own_bypass):
            return bypass(seat, code, wiring.wires)
        in_turn = None if self.runs_to_make is None else seat.id in self.runs_to_make
        if code.plugin is not None:
            return plug_in(seat, code, placed, self.plugs.of(seat.id, code, self.graph.sample_rate), wiring)
        try:
            instance = play(seat, code, placed, self.graph.sample_rate, wiring, in_turn=in_turn)
        except Exception as error:  # noqa: BLE001 - a module may raise anything
            self._fault(placed, code.line_of(error), what_was_raised(error))
            return silent()
        if code.panel.polyphonic and not instance.module.lanes:
            self._runs[seat.id] = 1
        return instance

    def _add(self, placed: PlacedModule) -> list[Step]:
        seat = Seat(placed.id)
        self.seats[placed.id] = seat
        seat.code = self.code(placed.type, placed.source)
        seat.bypassed = placed.bypass
        if seat.code is None:
            self._fault(placed, 0, f"{placed.name}: no code of {placed.type} is loaded; it is silent until then")
        seat.node = Node(placed.id, self._instance(seat, seat.code), self.fade_frames, self.graph.reports)
        steps: list[Step] = [partial(self.graph.add, seat.node), seat.node.enter]
        state = self._given.pop(placed.id, None)
        if state is not None and seat.code is not None:
            steps += self._remember(seat, seat.code, hold(seat.code, self.graph.sample_rate, state))
        return [*steps, *self._place(seat)]

    def _line_up(self) -> list[Step]:
        """Tell every module whose neighbours have changed which they are; a row stands side by side."""
        modules = sorted(self.patch.modules.values(), key=lambda m: (m.position[1], m.position[0], m.id))
        steps: list[Step] = []
        for before, module, after in zip([None, *modules], modules, [*modules[1:], None], strict=False):
            row = module.position[1]
            left = before.id if before is not None and before.position[1] == row else 0
            right = after.id if after is not None and after.position[1] == row else 0
            seat = self.seats[module.id]
            if seat.beside != (left, right):
                seat.beside = (left, right)
                nodes = [self._node(id) if id else None for id in (left, right)]
                steps.append(partial(self.graph.place, self._node(module.id), *nodes))
        return steps

    def _remove(self, id: int, cables: list[Cable]) -> list[Step]:
        node = self._node(id)
        steps = [step for cable in cables for step in self._detach(cable.route)]
        seat = self.seats.pop(id)
        seat.code = None
        self.plugs.remove(id)
        steps.insert(0, partial(node.take, "on_remove", seat.module))
        steps.append(partial(self.graph.place, node, None, None))
        return [*steps, *self._place(seat), partial(self.graph.remove, node)]

    def _attach(self, cable: Cable) -> list[Step]:
        outlet = self._neighbours.outlet(cable.source, cable.outlet)
        route = (cable.source, cable.outlet)
        node = self._node(cable.target)
        attach = partial(self.graph.attach, node, cable.inlet, route, outlet, cable.gain)
        return [attach, *self._connect(cable.route)]

    def _detach(self, route: Route) -> list[Step]:
        node = self._node(route.target)
        detach = partial(self.graph.detach, node, route.inlet, (route.source, route.outlet))
        return [detach, *self._connect(route)]

    def _connect(self, route: Route) -> list[Step]:
        """Tell both ends of a cable that came or went whether they are connected now."""
        steps: list[Step] = []
        for id, port in ((route.source, route.outlet), (route.target, route.inlet)):
            if id in self.patch.modules:
                steps.append(partial(self.graph.connect, self._node(id), port, port in self._connected(id)))
        return steps

    def _connected(self, id: int) -> set[str]:
        cables = self.patch.cables_of(id)
        ends = {cable.outlet for cable in cables if cable.source == id}
        return ends | {cable.inlet for cable in cables if cable.target == id}

    def _wires(self, id: int) -> list[Wire]:
        return [
            Wire(
                cable.inlet,
                (cable.source, cable.outlet),
                self._neighbours.outlet(cable.source, cable.outlet),
                cable.gain,
            )
            for cable in self.patch.cables_of(id)
            if cable.target == id
        ]

    def _set_transport(self, edit: edits.SetTransport) -> list[Step]:
        known = TRANSPORT.get(edit.name)
        value = known.default if edit.value is None and known is not None else edit.value
        return [] if value is None else [partial(self.graph.set_transport, edit.name, float(value))]

    def _set_gain(self, route: Route, gain: float, glide: edits.Glide | None) -> list[Step]:
        node, source = self._node(route.target), (route.source, route.outlet)
        if glide is not None:
            return [partial(self.graph.fade, node, route.inlet, source, gain, _way(glide))]
        return [partial(self.graph.set_gain, node, route.inlet, source, gain)]

    def _turn(self, placed: PlacedModule, name: str, glide: edits.Glide | None) -> list[Step]:
        code = self.seats[placed.id].code
        control = code.panel.knob(name) if code else None
        if control is None:
            return []
        value = placed.knobs.get(name, float(getattr(control, "default", 0.0)))
        if glide is not None and isinstance(control, Knob):
            return [partial(self.graph.glide, self._node(placed.id), name, float(value), _way(glide))]
        return [partial(self.graph.turn, self._node(placed.id), name, float(value))]

    def _swap(self, type: str, source: str) -> list[Step]:
        code = self.code(type, source)
        if code is None:
            self.faults.append(
                Fault(0, type, source, 0, f"this code of {type} was never loaded; the former plays on")
            )
            return []
        seats = [seat for seat in self.seats.values() if self.patch.modules[seat.id].type == type]
        return [step for seat in seats for step in self._replace(seat, code)]

    def give(self, states: dict[int, State]) -> list[Step]:
        """Let modules take over states from elsewhere, with a fade; one that is not there yet, when it comes."""
        steps: list[Step] = []
        for id, state in states.items():
            seat = self.seats.get(id)
            if seat is None:
                self._given[id] = state
            elif seat.code is not None:
                held = hold(seat.code, self.graph.sample_rate, state)
                placed = self.patch.modules[id]
                sounds = not placed.bypass or (placed.soft_bypass and seat.code.panel.own_bypass)
                steps += (
                    self._replace(seat, seat.code, held=held) if sounds else self._remember(seat, seat.code, held)
                )
        return steps

    def _remember(self, seat: Seat, code: Code, held: Held) -> list[Step]:
        """Let a module that does not sound take over what is held, or keep it until it has a run of its own."""
        seat.remembered |= held.names
        self._node(seat.id).current.remembered = [
            name for name in sorted(seat.remembered) if hasattr(seat.module, name)
        ]
        if type(seat.module) is Module:
            seat.held = held
            return []
        return [partial(carry(code.panel, seat.module, None, held).only(held.names), held.module, seat.module)]

    def snapshot(self, serial: int, ids: tuple[int, ...]) -> Snapshot:
        """What will hold the states of modules, as far as they are in the rack."""
        taken = Snapshot(serial)
        for id in ids:
            seat = self.seats.get(id)
            if seat is not None and seat.code is not None:
                taken.add(id, self._node(id), seat.module, seat.code.panel)
        return taken

    def _take(self, seat: Seat, event: str) -> list[Step]:
        """Have a module take an event; on_reset comes to a new instance at its first state."""
        if event != "on_reset" or seat.code is None:
            return [partial(self._node(seat.id).take, event, seat.module)]
        placed = self.patch.modules[seat.id]
        if placed.bypass and not (placed.soft_bypass and seat.code.panel.own_bypass):
            seat.module, seat.owed = Module(), [event]
            return []
        return self._replace(seat, seat.code, [event], afresh=True)

    def _replace(
        self,
        seat: Seat,
        code: Code,
        events: list[str] | None = None,
        *,
        afresh: bool = False,
        held: Held | None = None,
    ) -> list[Step]:
        """Fade to a new instance, which takes the state over unless it starts `afresh`, and what is `held`."""
        seat.remembered |= held.names if held is not None else set()
        kept = seat.module
        was_bypassed = seat.bypassed
        seat.code = code
        seat.bypassed = self.patch.modules[seat.id].bypass
        instance = self._instance(seat, code)
        others = self.more(seat, instance, self._wanted(seat))
        instance.grow(others)
        if others:
            self._runs[seat.id] = 1 + len(others)
        carries = instance.named and not afresh
        state = carry(code.panel, instance.module, kept if was_bypassed else None, held) if carries else None
        if instance.named:
            events, seat.owed = [*(events or []), *seat.owed], []
            held, seat.held = held or seat.held, None
        swap = Swap(instance, state, events or [], afresh=afresh)
        return [partial(self.graph.swap, self._node(seat.id), swap), *self._place(seat)]

    def _place(self, seat: Seat) -> list[Step]:
        """Give a seat its meters, its traces and its way to the sound card, as its code has them now."""
        panel = seat.code.panel if seat.code else None
        seat.give_back(self._meter_slots, self._trace_slots)
        if panel is not None:
            seat.take(panel, self._meter_slots, self._trace_slots)
            self.placed.append(Placed(seat.id, seat.meters[0], seat.traces))
        former, seat.speakers = seat.speakers, seat.ways(panel)
        steps: list[Step] = []
        for side, name in former:
            if (side, name) not in seat.speakers:
                steps.append(partial(self.graph.detach_output, side, (seat.id, name)))
        for side, name in seat.speakers:
            if (side, name) not in former:
                steps.append(partial(self.graph.attach_output, side, (seat.id, name), seat.outlet(name)))
        return [*steps, *self._tap(seat, panel)]

    def _tap(self, seat: Seat, panel: Panel | None) -> list[Step]:
        """Let a seat's outlets hold what comes in at the sound card, as its code says, unless it is bypassed."""
        names = panel.captures if panel is not None and not self._bypassed(seat) else ()
        former, seat.captures = seat.captures, tuple(enumerate(names))
        gone = [partial(self.graph.untap, seat.outlet(name), channel) for channel, name in former]
        come = [partial(self.graph.tap, seat.outlet(name), channel) for channel, name in seat.captures]
        return [*gone, *come] if former != seat.captures else []

    def _bypassed(self, seat: Seat) -> bool:
        placed = self.patch.modules.get(seat.id)
        return placed is not None and placed.bypass

    def _fault(self, placed: PlacedModule, line: int, text: str) -> None:
        self.faults.append(Fault(placed.id, placed.type, placed.source, line, text))


def _way(glide: edits.Glide) -> Way:
    return Way(glide.seconds, glide.beats, glide.bend, shown=glide.shown)


def _check(edit: Edit) -> None:
    """Refuse numbers that are none."""
    numbers: list[float] = []
    match edit:
        case edits.AddModule(module=module):
            numbers = list(module.knobs.values())
        case edits.AddCable(cable=cable):
            numbers = [cable.gain]
        case edits.SetGain(gain=gain):
            numbers = [gain]
        case edits.SetKnob(value=value) if value is not None:
            numbers = [value]
        case edits.SetTransport(value=value) if value is not None:
            numbers = [value]
        case edits.Batch(edits=parts):
            for part in parts:
                _check(part)
        case _:
            return
    if not all(math.isfinite(number) for number in numbers):
        raise PatchError("a knob, a gain or a tempo has to be a finite number")
