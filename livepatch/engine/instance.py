"""One run of a module's code: its inlets and knobs, its side of the outlets, its switches.

Native code in the engine process. The control thread builds an instance and gives it away to the audio callback.
"""

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.blocks import copy, guard, peek, poke
from livepatch.engine.ports import Inlet, Knob, Outlet, silence
from livepatch.runtime import Module


class Jack:
    """An instance's own side of an outlet: what it writes while another instance sounds there too.

    `written`: the instance writes there at all; a bypassed module leaves some outlets silent.
    """

    def __init__(self, outlet: Outlet, *, written: bool = True) -> None:
        self.outlet = outlet
        self.block: vec[float] = silence()
        self.bound: vec[float] = self.block
        self.written: bool = written


class Switch:
    """A switch with choices 0 to `last`, or a button (`last` -1)."""

    def __init__(self, name: str, last: int) -> None:
        self.name = name
        self.last = last


class Instance:
    """One run of a module's code, with its own inlets, so that two of them can sound side by side.

    `inlets` hold the knobs too; an inlet that others follow stands before them. `connectable` names the
    ports whose code asks whether they are connected. `failed`: its code raised; it writes nothing more.
    `bypassed`: it plays what its code has for that.
    """

    def __init__(self, module: Module, source: str, inlets: list[Inlet], jacks: list[Jack]) -> None:
        self.module = module
        self.source = source
        self.inlets = inlets
        self.jacks = jacks
        self.connectable: list[str] = []
        self.switches: list[Switch] = []
        self.busy: list[Inlet] = []
        self.moving: bool = False
        self.failed: bool = False
        self.named: bool = True
        self.bypassed: bool = False

    def inlet(self, name: str) -> Inlet | None:
        """The inlet or knob of this name, if the code has it."""
        for inlet in self.inlets:
            if inlet.name == name:
                return inlet
        return None

    def throw(self, name: str, value: float) -> None:
        """Set a switch or button, if the code has it."""
        for switch in self.switches:
            if switch.name == name:
                if switch.last >= 0:
                    setattr(self.module, name, min(max(int(value), 0), switch.last))
                else:
                    setattr(self.module, name, value >= 0.5)

    def connect(self, name: str, connected: bool) -> None:  # noqa: FBT001 - it is what is set
        """Tell the code whether a port is connected, if it asks."""
        if name in self.connectable:
            setattr(self.module, "connected_" + name, connected)

    def settle(self) -> None:
        """Find out what there is to mix, and whether every knob's block is constant."""
        still = True
        self.moving = False
        for inlet in self.inlets:
            self.moving = self.moving or inlet.moving
            still = still and not (inlet.busy and isinstance(inlet, Knob))
        self.busy = [inlet for inlet in self.inlets if inlet.busy]
        self.module.still = still

    def play(self, start: i64, stop: i64) -> None:
        """Compute the frames from `start` to `stop`. Raises what the module raises."""
        for inlet in self.busy:
            inlet.mix(start, stop)
        if self.bypassed:
            self.module.process_bypass(start, stop)
        else:
            self.module.process(start, stop)

    def end(self) -> bool:
        """A quantum has passed; whether an unpatched cable has gone for good."""
        gone = False
        for inlet in self.inlets:
            if inlet.moving and inlet.end():
                gone = True
        self.settle()
        return gone

    def bind(self, jack: Jack, block: vec[float]) -> None:
        """Make the code write `block` for an outlet."""
        jack.bound = block
        if self.named and jack.written:
            setattr(self.module, jack.outlet.name, block)


class Route:
    """Where a bypassed module lets a signal through."""

    def __init__(self, inlet: Inlet, jack: Jack) -> None:
        self.inlet = inlet
        self.jack = jack


class Bypass(Module):
    """What plays in place of a bypassed module."""

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes

    def process(self, start: i64, stop: i64) -> None:
        """Copy inlets to outlets."""
        for route in self.routes:
            copy(route.jack.bound, route.inlet.bound, start, stop)


def keep_latest(old: vec[float], new: vec[float]) -> None:
    """Copy one buffer into another; if that is shorter, the first samples of `old` stay behind."""
    size: i64 = len(old)
    room: i64 = len(new)
    if room >= size:
        copy(new, old, 0, size)
    else:
        for index in range(room):
            poke(new, index, peek(old, index + (size - room)))
    guard(new, 0, room)
