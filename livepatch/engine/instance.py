"""One run of a module's code: its inlets and knobs, its side of the outlets, its switches.

Native code in the engine process. The control thread builds an instance and gives it away to the audio callback.
"""

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.blocks import copy, guard, peek, poke, put_voice, take_voice
from livepatch.engine.knobs import Knob
from livepatch.engine.outlets import Outlet, silence, wide_silence
from livepatch.engine.ports import EITHER, ONE, WIDE, Inlet
from livepatch.runtime import VOICES, Module


class Remote(Module):
    """A module that is computed elsewhere, while others play: it sends, and `process` takes what comes of that."""

    def send(self, start: i64, stop: i64) -> None:
        """Send off the frames from `start` to `stop`, unless that was done."""


class Jack:
    """An instance's own side of an outlet: `own` is what it writes while another instance sounds there too.

    `target` is what it writes now. `written`: the instance writes there at all; a bypassed module leaves some
    outlets silent, and finds `nothing` there. `heard`: the code computes it all the time. `split` are blocks for
    the voices of an instance that computes them one after the other. `channels` is the code's attribute with
    their number.
    """

    def __init__(self, outlet: Outlet, *, written: bool = True) -> None:
        self.outlet = outlet
        self.own = Outlet(outlet.name)
        self.target = self.own
        self.channels = "channels_" + outlet.name
        self.written: bool = written
        self.heard: bool = True
        self.split: list[vec[float]] = []
        self.nothing: vec[float] = vec[float]()


class Split:
    """A wide inlet, taken apart into a block for each voice."""

    def __init__(self, inlet: Inlet, blocks: list[vec[float]]) -> None:
        self.inlet = inlet
        self.blocks = blocks


class Switch:
    """A switch with choices 0 to `last`, or a button (`last` -1)."""

    def __init__(self, name: str, last: int) -> None:
        self.name = name
        self.last = last


class Letter:
    """A message that the code has: its name, the side where the neighbour is, and how many samples it has."""

    def __init__(self, name: str, side: str, frames: i64, *, sends: bool) -> None:
        self.name = name
        self.side = side
        self.frames: i64 = frames
        self.sends: bool = sends


class Instance:
    """One run of a module's code, with its own inlets, so that two of them can sound side by side.

    `inlets` hold the knobs too; an inlet that others follow stands before them. `connectable` names the
    ports whose code asks whether they are connected, `counted` those whose voices it handles itself, of which
    the outlets that it writes are `noted`. `quiet` are outlets that the code computes only while they are heard.
    `neighbours` name what its code uses of modules beside it. `failed`: its code raised; it writes nothing more.
    `bypassed`: it plays what its code has for that.

    `voices` sound, as many as the cables of one of `counting` bring. Code with lanes computes them side by side;
    of other code there is one run for each, in `others` from the second on. `wanted` voices are more than
    there are runs: the control thread makes them. Each begins with the states `remembered` of the first.
    `news`: an outlet has another number of voices than before. `sent`: what `play` takes is on its way. `mixes`:
    there are `busy` inlets, which are mixed before the code plays.
    """

    def __init__(self, module: Module, source: str, inlets: list[Inlet], jacks: list[Jack]) -> None:
        self.module = module
        self.voices: i64 = 1
        self.mixes: bool = False
        self.news: bool = False
        self.failed: bool = False
        self.bypassed: bool = False
        self.sent: bool = False
        self.moving: bool = False
        self.noted: list[Jack] = []
        self.busy: list[Inlet] = []
        self.source = source
        self.inlets = inlets
        self.jacks = jacks
        self.counting: list[Inlet] = []
        self.wanted: i64 = 1
        self.rebound: bool = True
        self.others: list[Module] = []
        self.splits: list[Split] = []
        self.counted: list[str] = []
        self.connectable: list[str] = []
        self.quiet: list[str] = []
        self.switches: list[Switch] = []
        self.letters: list[Letter] = []
        self.neighbours: list[str] = []
        self.remembered: list[str] = []
        self.counts: list[str] = []
        self.named: bool = True

    def inlet(self, name: str) -> Inlet | None:
        """The inlet or knob of this name, if the code has it."""
        for inlet in self.inlets:
            if inlet.name == name:
                return inlet
        return None

    def modules(self) -> list[Module]:
        """Every run of the code: one, but for voices computed one after the other."""
        return [self.module, *self.others]

    def throw(self, name: str, value: float) -> None:
        """Set a switch or button, if the code has it."""
        for switch in self.switches:
            if switch.name == name:
                for module in self.modules():
                    if switch.last >= 0:
                        setattr(module, name, min(max(int(value), 0), switch.last))
                    else:
                        setattr(module, name, value >= 0.5)

    def connect(self, name: str, connected: bool) -> None:  # noqa: FBT001 - it is what is set
        """Tell the code whether a port is connected, if it asks."""
        if name in self.connectable:
            for module in self.modules():
                setattr(module, "connected_" + name, connected)

    def hear(self) -> None:
        """Tell the code which outlets are heard."""
        for jack in self.jacks:
            if jack.heard != jack.outlet.heard and jack.outlet.name in self.quiet:
                jack.heard = jack.outlet.heard
                for module in self.modules():
                    setattr(module, "is__heard_" + jack.outlet.name, jack.heard)

    def listen(self, listening: bool) -> None:  # noqa: FBT001 - it is what is set
        """Have the code compute every outlet, or only those that are heard."""
        if len(self.quiet) > 0:
            for module in self.modules():
                setattr(module, "listening", listening)  # noqa: B010 - it is not native

    def beside(self, neighbour: str) -> bool:
        """Whether the code knows that a neighbour whose ports it uses is there."""
        return neighbour in self.neighbours and bool(getattr(self.module, neighbour))

    def accompanied(self) -> bool:
        """Whether a module is there that the code uses, or exchanges messages with."""
        for name in self.neighbours:
            if self.beside(name):
                return True
        return self.module.left_neighbour or self.module.right_neighbour

    def settle(self) -> None:
        """Find out what there is to mix, and whether every knob's block is constant."""
        still = True
        self.moving = False
        for inlet in self.inlets:
            self.moving = self.moving or inlet.moving
            still = still and not (inlet.busy and isinstance(inlet, Knob))
        self.busy = [inlet for inlet in self.inlets if inlet.busy]
        self.mixes = len(self.busy) > 0
        for module in self.modules():
            module.still = still

    def get_ready(self) -> bool:
        """Whether all there is to play is its code, which then is told of its voices."""
        self.module.voices_heard = self.voices
        if self.failed or self.mixes or self.bypassed or self.module.whole:
            return False
        return self.module.lanes if self.voices > 1 else len(self.noted) == 0

    def count_voices(self, at: i64) -> bool:
        """Have as many voices as the cables bring, which has changed, from a frame on. Are runs missing?"""
        for inlet in self.inlets:
            inlet.read(self._layout(inlet))
        for name in self.counted:
            found = self.inlet(name)
            if found is not None:
                setattr(self.module, "channels_" + name, found.channels)
        voices: i64 = 1
        for inlet in self.counting:
            voices = max(voices, inlet.channels)
        if voices != self.voices:
            self.sound(voices, at)
        self.split()
        self.settle()
        return self.wanted > self.voices_ready()

    def _layout(self, inlet: Inlet) -> i64:
        if inlet.name in self.counted:
            return WIDE
        if inlet.total:
            return ONE
        return EITHER if self.voices > 1 or not self.named else ONE

    def voices_ready(self) -> i64:
        """How many voices there are runs for."""
        return VOICES if self.module.lanes else 1 + len(self.others)

    def sound(self, voices: i64, at: i64) -> None:
        """Have so many voices from frame `at` on. New ones start where the first is not: at their first state."""
        module = self.module
        if module.lanes and voices > self.voices:
            if self.voices == 1:
                module.keep_voice(0)
            else:
                module.load_voice(0)
            remembered = [getattr(module, name) for name in self.remembered]
            module.refresh()
            self._wake(module)
            for name, value in zip(self.remembered, remembered, strict=True):
                setattr(module, name, value)
            for voice in range(self.voices, voices):
                module.keep_voice(voice)
        elif module.lanes and voices == 1:
            module.load_voice(0)
        for voice in range(self.voices, min(voices, self.voices_ready())):
            if not module.lanes:
                self.others[voice - 1].refresh()
                self._begin_voice(self.others[voice - 1])
        self.wanted = voices
        self.voices = voices
        for inlet in self.inlets:
            inlet.read(self._layout(inlet))
        for jack in self.jacks:
            self.bind(jack, jack.target, at)

    def _begin_voice(self, run: Module) -> None:
        """Let another run of the code begin as the first did, with what that remembers, and count with it."""
        run.left_neighbour = self.module.left_neighbour
        run.right_neighbour = self.module.right_neighbour
        self._wake(run)
        for name in self.counts:
            setattr(run, name, getattr(self.module, name))
        for name in self.remembered:
            value = getattr(self.module, name)
            if isinstance(value, bool | int | float):
                setattr(run, name, value)
            else:
                copy(getattr(run, name), value, 0, len(getattr(run, name)))

    def _wake(self, run: Module) -> None:
        try:
            run.on_sample_rate_change()
            run.on_add()
            if self.accompanied():
                run.on_expander_change()
        except Exception:  # noqa: BLE001 - what raises here raised for the first voice too, and was told
            self.failed = True

    def split(self) -> None:
        """Find the wide inlets that voices computed one after the other take apart."""
        former = self.splits
        self.splits = []
        if self.voices == 1 or self.module.lanes or not self.named:
            return
        modules = self.modules()
        for inlet in self.inlets:
            if inlet.wide:
                blocks: list[vec[float]] = []
                for part in former:
                    if part.inlet is inlet:
                        blocks = part.blocks
                while len(blocks) < len(modules):
                    blocks.append(silence())
                self.splits.append(Split(inlet, blocks))
                for module, block in zip(modules, blocks, strict=True):
                    setattr(module, inlet.name, block)

    def grow(self, others: list[Module]) -> None:
        """Take more runs of the code, made elsewhere, for voices that had none."""
        if len(others) == 0:
            return
        self.others.extend(others)
        for other in others:
            self._begin_voice(other)
        for inlet in self.inlets:
            inlet.others = self.others
            inlet.settle()
        for jack in self.jacks:
            self.bind(jack, jack.target)
        self.split()
        self.settle()

    def send(self, start: i64, stop: i64) -> None:
        """Begin the frames from `start` to `stop`, if another computes them. Raises what the module raises."""
        module = self.module
        if isinstance(module, Remote):
            self._mix(start, stop)
            module.send(start, stop)
            self.sent = True

    def _mix(self, start: i64, stop: i64) -> None:
        for inlet in self.busy:
            inlet.mix(start, stop)

    def play(self, start: i64, stop: i64) -> None:
        """Compute the frames from `start` to `stop`. Raises what the module raises."""
        if self.sent:
            self.sent = False
        elif self.mixes:
            self._mix(start, stop)
        if self.voices == 1:
            self._play_one(self.module, start, stop)
            if len(self.noted) > 0:
                self._note_channels(start, stop)
        elif self.module.lanes:
            self.module.voices_heard = self.voices
            self.module.process_lanes(start, stop)
        else:
            self._play_in_turn(start, stop)

    def _play_one(self, module: Module, start: i64, stop: i64) -> None:
        if self.bypassed:
            module.process_bypass(start, stop)
        else:
            module.process(start, stop)
        if module.news:
            module.news = False
            self.news = True

    def _play_in_turn(self, start: i64, stop: i64) -> None:
        for part in self.splits:
            for voice, block in enumerate(part.blocks):
                take_voice(block, part.inlet.bound, voice, start, stop)
        for voice, module in enumerate(self.modules()):
            if voice >= self.voices:
                break
            self._play_one(module, start, stop)
            for jack in self.jacks:
                if jack.written:
                    put_voice(jack.target.wide, jack.split[voice], voice, start, stop)

    def _note_channels(self, start: i64, stop: i64) -> None:
        """Take over the number of voices that the code gave its wide outlets; of one, give the plain block too."""
        if self.news or self.rebound:
            self.rebound = False
            for jack in self.noted:
                told: i64 = int(getattr(self.module, jack.channels))
                channels = min(max(told, 1), VOICES)
                self.news = self.news or channels != jack.target.channels
                jack.target.channels = channels  # its wide block is always written
        for jack in self.noted:
            if jack.target.channels == 1:
                take_voice(jack.target.block, jack.target.wide, 0, start, stop)

    def end(self) -> bool:
        """A quantum has passed; whether an unpatched cable has gone for good."""
        gone = False
        for inlet in self.inlets:
            if inlet.moving and inlet.end():
                gone = True
        self.settle()
        return gone

    def bind(self, jack: Jack, target: Outlet, at: i64 = 0) -> None:
        """Make the code write to `target` for an outlet, from frame `at` on."""
        jack.target = target
        if not self.named:
            return
        name = jack.outlet.name
        if not jack.written:
            if len(jack.nothing) == 0:
                jack.nothing = wide_silence()
            for module in self.modules():
                setattr(module, name, jack.nothing)
            return
        if name in self.counted:
            self.rebound = True
            target.room()
            setattr(self.module, name, target.wide)
            return
        self.news = target.carry(self.voices, at) or self.news
        if self.voices == 1:
            setattr(self.module, name, target.block)
        elif self.module.lanes:
            setattr(self.module, name, target.wide)
        else:
            modules = self.modules()
            while len(jack.split) < len(modules):
                jack.split.append(silence())
            for module, block in zip(modules, jack.split, strict=True):
                setattr(module, name, block)


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
            target = route.jack.target
            target.carry(route.inlet.channels if route.inlet.wide else 1, start)
            if target.channels > 1:
                copy(target.wide, route.inlet.bound, start * VOICES, stop * VOICES)
            else:
                copy(target.block, route.inlet.bound, start, stop)


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
