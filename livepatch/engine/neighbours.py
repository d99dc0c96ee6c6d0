"""What modules use of the modules beside them. Used by the control thread only.

A module that reads a neighbour's inlet or knob has that port too, with the same cables; where it writes a
neighbour's outlet, the cables out of there come from the module itself. So neither ever plays the other's code.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from livepatch.dsp.blocks import fill
from livepatch.engine.graph import Graph
from livepatch.engine.node import Node
from livepatch.engine.outlets import Outlet
from livepatch.engine.seat import Range, Seat, Wire
from livepatch.panel import Borrowed, Knob, Panel
from livepatch.patch.patch import Cable, Patch, PlacedModule

Step = Callable[[], object]
COMING_OR_GOING = "on_expander_change"
NORMAL = (0, "normal")
"""The route of what an inlet holds without a cable."""


@dataclass
class Loan:
    """What a module has of its neighbours, under its own names.

    `there` are the neighbours, `written` the outlets it writes, by the neighbour's id and outlet.
    """

    there: frozenset[str] = frozenset()
    wires: list[Wire] = field(default_factory=list)
    connected: set[str] = field(default_factory=set)
    knobs: dict[str, Range] = field(default_factory=dict)
    switches: dict[str, float] = field(default_factory=dict)
    written: dict[tuple[int, str], str] = field(default_factory=dict)


NOTHING = Loan()


class Neighbourhood:
    """Who uses what of whom, in a patch whose modules have `seats`.

    `steps` says what the callback has to do about it after a change.
    """

    def __init__(self, patch: Patch, seats: dict[int, Seat], graph: Graph) -> None:
        self._patch = patch
        self._seats = seats
        self._graph = graph
        self._loans: dict[int, Loan] = {}
        self._writers: dict[tuple[int, str], tuple[int, str]] = {}
        self._volts: dict[float, Outlet] = {}
        self._curious = False

    def meet(self, panel: Panel) -> None:
        """There is code with this panel, which may use neighbours: nothing is looked for before there is any."""
        self._curious = self._curious or bool(panel.neighbours)

    def outlet(self, id: int, name: str) -> Outlet:
        """Where cables out of an outlet come from: the module's own, or a neighbour's that writes it."""
        owner, own = self._writers.get((id, name), (id, name))
        return self._seats[owner].outlet(own)

    def loan(self, id: int) -> Loan:
        """What a module has of its neighbours as the patch is now."""
        code = self._seats[id].code
        if code is None or not code.panel.neighbours:
            return NOTHING
        return self._lend(id, code.panel)

    def steps(self) -> list[Step]:
        """What has changed since the last time."""
        if not self._curious:
            return []
        asking = [id for id, seat in self._seats.items() if seat.code is not None and seat.code.panel.neighbours]
        loans = {id: self.loan(id) for id in asking}
        if not loans and not self._loans:
            return []
        former, self._loans = self._loans, loans
        steps = self._redirect()
        if steps:
            self._loans = loans = {id: self.loan(id) for id in loans}
        for id, seat in self._seats.items():
            old, new = former.get(id, NOTHING), loans.get(id, NOTHING)
            if seat.node is not None and old != new:
                steps += self._change(seat.node, old, new)
                if old.there != new.there and not self._plays(seat) and COMING_OR_GOING not in seat.owed:
                    seat.owed.append(COMING_OR_GOING)
        return steps

    def _plays(self, seat: Seat) -> bool:
        """Whether a run of its code takes events now; what is bypassed may have none."""
        placed, code = self._patch.modules[seat.id], seat.code
        return code is not None and (not placed.bypass or (placed.soft_bypass and code.panel.own_bypass))

    def _change(self, node: Node, old: Loan, new: Loan) -> Iterator[Step]:
        graph = self._graph
        for wire in old.wires:
            if wire not in new.wires:
                yield partial(graph.detach, node, wire.inlet, wire.route)
        for wire in new.wires:
            if wire not in old.wires:
                yield partial(graph.attach, node, wire.inlet, wire.route, wire.outlet, wire.gain)
        for name in sorted(old.connected ^ new.connected):
            yield partial(graph.connect, node, name, name in new.connected)
        yield from self._turn(node, old, new)
        for name in sorted(old.there - new.there):
            yield partial(graph.part, node, name)
        for name in sorted(new.there - old.there):
            yield partial(graph.meet, node, name)

    def _turn(self, node: Node, old: Loan, new: Loan) -> Iterator[Step]:
        graph = self._graph
        for name in old.knobs.keys() | new.knobs.keys():
            reach = new.knobs.get(name, Range())
            if reach != old.knobs.get(name):
                yield partial(graph.limit, node, name, reach.minimum, reach.maximum)
                yield partial(graph.turn, node, name, reach.value)
        for name in old.switches.keys() | new.switches.keys():
            if (value := new.switches.get(name, 0.0)) != old.switches.get(name):
                yield partial(graph.turn, node, name, value)

    def _redirect(self) -> list[Step]:
        """Let cables come from whoever writes their outlet now, faded from whoever did before."""
        former, self._writers = self._writers, {}
        for id, loan in sorted(self._loans.items()):
            for port, own in loan.written.items():
                self._writers.setdefault(port, (id, own))
        steps: list[Step] = []
        for port in {
            port for port in former.keys() | self._writers.keys() if former.get(port) != self._writers.get(port)
        }:
            steps += [step for cable in self._cables_from(*port) for step in self._lead(cable)]
            if port in former:
                self._meter(port, former[port], written=False)
        for port, writer in self._writers.items():
            self._meter(port, writer, written=True)
        return steps

    def _cables_from(self, id: int, outlet: str) -> list[Cable]:
        return [cable for cable in self._patch.cables_of(id) if (cable.source, cable.outlet) == (id, outlet)]

    def _lead(self, cable: Cable) -> Iterator[Step]:
        node = self._seats[cable.target].node
        assert node is not None
        route = (cable.source, cable.outlet)
        yield partial(self._graph.detach, node, cable.inlet, route)
        outlet = self.outlet(*route)
        yield partial(self._graph.attach, node, cable.inlet, route, outlet, cable.gain)

    def _meter(self, port: tuple[int, str], writer: tuple[int, str], *, written: bool) -> None:
        """Show on the neighbour's panel what is written there."""
        owner, seat = self._seats.get(port[0]), self._seats.get(writer[0])
        shown = owner.slot(port[1]) if owner is not None else -1
        if seat is not None:
            seat.outlet(writer[1]).slot = shown if written else -1
        if owner is not None:
            owner.outlet(port[1]).slot = -1 if written and seat is not None else shown

    def _lend(self, id: int, panel: Panel) -> Loan:
        lenders: dict[str, _Lender] = {}
        for neighbour in panel.neighbours:
            seat = self._seats.get(self._seats[id].beside[neighbour.side == "right"])
            if seat is not None and seat.code is not None:
                placed = self._patch.modules[seat.id]
                if placed.type in neighbour.types and not placed.bypass:
                    cables = self._patch.cables_of(seat.id)
                    lenders[neighbour.name] = _Lender(placed, seat.code.panel, cables)
        loan = Loan(there=frozenset(lenders))
        for part in panel.borrowed:
            if part.neighbour in lenders:
                self._borrow(loan, part, lenders[part.neighbour])
        return loan

    def _borrow(self, loan: Loan, part: Borrowed, lender: "_Lender") -> None:
        """Find what one part of a loan is; nothing, if the neighbour has no such part."""
        panel, port = lender.panel, (lender.placed.id, part.port)
        control = panel.knob(part.port)
        match part.kind:
            case "outlet" if panel.has_outlet(part.port) and part.port not in (*panel.speakers, *panel.captures):
                loan.written[port] = part.name
                if any((cable.source, cable.outlet) == port for cable in lender.cables):
                    loan.connected.add(part.name)
            case "inlet" if panel.has_outlet(part.port):
                loan.wires.append(Wire(part.name, port, self.outlet(*port), 1.0))
                loan.connected.add(part.name)
            case "inlet":
                normals = {inlet.name: inlet.normal for inlet in panel.inlets}
                self._hear(loan, part.name, lender, part.port, normals)
            case "knob" if isinstance(control, Knob):
                value = lender.placed.knobs.get(part.port, control.default)
                loan.knobs[part.name] = Range(control.minimum, control.maximum, value)
                self._hear_cables(loan, part.name, lender, part.port)
            case "switch" | "button" if control is not None and not isinstance(control, Knob):
                first = float(getattr(control, "default", 0.0))
                loan.switches[part.name] = lender.placed.knobs.get(part.port, first)

    def _hear(self, loan: Loan, name: str, lender: "_Lender", port: str, normals: dict[str, str | float]) -> None:
        """Hear what goes into an inlet of a neighbour: its cables, or else its normal."""
        if self._hear_cables(loan, name, lender, port):
            loan.connected.add(name)
            return
        normal = normals.pop(port, 0.0)
        if isinstance(normal, str):
            self._hear(loan, name, lender, normal, normals)
            loan.connected.discard(name)
        elif normal:
            loan.wires.append(Wire(name, NORMAL, self._constant(normal), 1.0))

    def _hear_cables(self, loan: Loan, name: str, lender: "_Lender", port: str) -> bool:
        into = (lender.placed.id, port)
        cables = [cable for cable in lender.cables if (cable.target, cable.inlet) == into]
        for cable in cables:
            route = (cable.source, cable.outlet)
            loan.wires.append(Wire(name, route, self.outlet(*route), cable.gain))
        return bool(cables)

    def _constant(self, volts: float) -> Outlet:
        if volts not in self._volts:
            self._volts[volts] = Outlet("normal")
            block = self._volts[volts].block
            fill(block, volts, 0, len(block))
        return self._volts[volts]


class _Lender(NamedTuple):
    """A module as its neighbour sees it."""

    placed: PlacedModule
    panel: Panel
    cables: list[Cable]
