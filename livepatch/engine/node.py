"""A module in the rack while it plays: the instance of its code that sounds, and the one fading out.

Native code in the engine process; everything here belongs to the audio callback once it is in the graph.
"""

from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import to_float
from livepatch.dsp.blocks import fill
from livepatch.engine.crossing import Crossing, Swap, carry_voices
from livepatch.engine.instance import Instance, Jack
from livepatch.engine.knobs import Knob
from livepatch.engine.outlets import Outlet
from livepatch.runtime import QUANTUM, Module

MOST_LATENCY: Final = 1 << 17
"""No module is later, whatever it says."""
LISTEN_QUANTA: Final = 16
"""How often an outlet that nobody hears is computed for its meter."""


class Mishap:
    """Something that went wrong while playing, for the control thread to tell; no `error`: what an outlet gave."""

    def __init__(self, id: i64, source: str, error: Exception | None, outlet: str = "") -> None:
        self.id: i64 = id
        self.source = source
        self.error = error
        self.outlet = outlet


class Reports:
    """What the audio callback leaves to the control thread: mishaps to tell, and what is to be freed.

    `hungry` are modules that need more runs of their code, one for each voice. `epoch` grows with every change of
    the number of voices of any outlet. `at` is the frame of the quantum at which something last changed.
    """

    def __init__(self) -> None:
        self.mishaps: list[Mishap] = []
        self.retired: list[object] = []
        self.hungry: list[Node] = []
        self.epoch: i64 = 0
        self.at: i64 = 0


class Link:
    """A message on its way: what one module writes at a frame, the other reads at the next."""

    def __init__(self, target: vec[float], source: vec[float], frames: i64) -> None:
        self.target = target
        self.source = source
        self.frames: i64 = frames


class Node:
    """A module in the rack. `leaving`: it goes once its cables have faded.

    It is number `turn` in playing order, in the group number `group`. Its outlets are `latency` frames later than
    what comes in, which is `arrival` frames late itself; `noted` is what its newest run said. While it is `ready`
    its newest code, `module`, is all there is to play, all voices `together` or one.
    """

    def __init__(self, id: i64, instance: Instance, fade_frames: i64, reports: Reports) -> None:
        self.id: i64 = id
        self.current = instance
        self.former: Instance | None = None
        self.reports = reports
        self.epoch: i64 = -1
        self.module = instance.module
        self.ready: bool = False
        self.together: bool = False
        self.noted: i64 = 0
        self.unheard: bool = False
        self.listening: bool = False
        self.lively: bool = False
        self.spoiled: bool = False
        self.waiting: Swap | None = None
        self.outlets: list[Outlet] = [jack.outlet for jack in instance.jacks]
        self.crossings: list[Crossing] = []
        self.share: float = 1.0
        self.rise: float = 0.0
        self.fade_frames: i64 = fade_frames
        self.fade_end: i64 = 0
        self.leaving: bool = False
        self.deferred: bool = False
        self.watched: list[Outlet] = self.outlets
        self.left: Node | None = None
        self.right: Node | None = None
        self.links: list[Link] = []
        self.left_partner: i64 = 0
        self.right_partner: i64 = 0
        self.turn: i64 = 0
        self.group: i64 = 0
        self.latency: i64 = 0
        self.arrival: i64 = 0
        for jack in instance.jacks:
            instance.bind(jack, jack.outlet)
        self.touch()

    def playing(self) -> list[Instance]:
        """The instances that sound: one, or two during a fade."""
        return [self.current] if self.former is None else [self.current, self.former]

    def instances(self) -> list[Instance]:
        """Every instance that hears edits: the playing ones and the one that is to come."""
        found = self.playing()
        if self.waiting is not None:
            found.append(self.waiting.instance)
        return found

    def send(self, start: i64, stop: i64) -> None:
        """Begin the frames from `start` to `stop` of what is computed elsewhere; `play` takes what comes of it."""
        if self.epoch != self.reports.epoch and start == self.reports.at:
            self._count_voices()
        for instance in self.playing():
            if instance.failed:
                continue
            try:
                instance.send(start, stop)
            except Exception as error:  # noqa: BLE001 - a module may raise anything, and the rest plays on
                self._fail(instance, error, start)

    def play(self, start: i64, stop: i64) -> None:
        """Compute the frames from `start` to `stop` of every outlet."""
        if self.epoch != self.reports.epoch and start == self.reports.at:
            self._count_voices()
        if self.former is not None:
            self._play_both(start, stop)
        elif not self.current.failed:
            try:
                self.current.play(start, stop)
            except Exception as error:  # noqa: BLE001 - a module may raise anything, and the rest plays on
                self._fail(self.current, error, start)
            if self.current.news:
                self._tell_news(self.current)
        for outlet in self.watched:
            if outlet.guard(start, stop):
                self._tell_spoiled(outlet)

    def play_whole(self, levels: vec[float], quantum: i64, fall: float, slow_fall: float) -> None:
        """As `play` of the whole quantum and then `note_levels`, each outlet while it is at hand."""
        if not self.ready or self.epoch != self.reports.epoch:
            self.play(0, QUANTUM)
            self.note_levels(levels, quantum, fall, slow_fall)
            return
        try:
            if self.together:
                self.module.process_lanes(0, QUANTUM)
            else:
                self.module.process(0, QUANTUM)
        except Exception as error:  # noqa: BLE001 - a module may raise anything, and the rest plays on
            self._fail(self.current, error, 0)
        for outlet in self.watched:
            if outlet.guard(0, QUANTUM):
                self._tell_spoiled(outlet)
            outlet.note_level(levels, fall, slow_fall)
        if self.unheard or self.listening:
            self._listen_by_turns(quantum)

    def _tell_spoiled(self, outlet: Outlet) -> None:
        if not self.spoiled:
            self.spoiled = True
            self.reports.mishaps.append(Mishap(self.id, self.current.source, None, outlet.name))

    def _count_voices(self) -> None:
        for instance in self.playing():
            if instance.count_voices(self.reports.at) and self not in self.reports.hungry:
                self.reports.hungry.append(self)
            if instance.news:
                self._tell_news(instance)
        self.epoch = self.reports.epoch
        self._get_ready()

    def _tell_news(self, instance: Instance) -> None:
        """Let those that listen know that an outlet has another number of voices."""
        instance.news = False
        self.reports.epoch += 1

    def _play_both(self, start: i64, stop: i64) -> None:
        for instance in (self.former, self.current):
            if instance is None or instance.failed:
                continue
            try:
                instance.play(start, stop)
            except Exception as error:  # noqa: BLE001 - a module may raise anything, and the rest plays on
                self._fail(instance, error, start)
        middle = min(max(self.fade_end, start), stop)
        for crossing in self.crossings:
            crossing.old.guard(start, stop)
            crossing.new.guard(start, stop)
            news = False
            if start < middle:
                news = crossing.mix(self.share + self.rise * to_float(start + 1), self.rise, start, middle)
            if middle < stop:
                news = crossing.mix(1.0 if self.rise > 0.0 else 0.0, 0.0, middle, stop) or news
            if news:
                self.reports.epoch += 1

    def _fail(self, instance: Instance, error: Exception, start: i64) -> None:
        """Let what the instance was writing run out to 0 V by the end of the quantum."""
        instance.failed = True
        self.lively = True
        self.reports.mishaps.append(Mishap(self.id, instance.source, error))
        for jack in instance.jacks:
            jack.target.run_out(start, jack.outlet.last)

    def begin(self, swap: Swap) -> None:
        """Fade to another instance; if a fade is under way, when it is over."""
        if self.former is not None:
            if self.waiting is not None:
                swap.follow(self.waiting)
            self.waiting = swap
            return
        self._wake(swap.instance)
        if swap.carry is not None:
            carry_voices(swap.carry, self.current, swap.instance)
        for event in swap.events:
            self._call(swap.instance, swap.instance.module, event)
        for inlet in swap.instance.inlets:
            same = self.current.inlet(inlet.name)
            if isinstance(inlet, Knob) and isinstance(same, Knob):
                inlet.take_over(same)
        self.former = self.current
        self.current = swap.instance
        self.rise = 1.0 / to_float(self.fade_frames)
        self.share = -self.rise * to_float(self.reports.at)
        self.fade_end = self.fade_frames + self.reports.at
        self.spoiled = False
        self._cross()
        self.touch()

    def _cross(self) -> None:
        """Give both instances blocks of their own for every outlet that either has."""
        self.crossings = []
        former = self.former
        if former is None:
            return
        for jack in former.jacks:
            new = _jack_of(self.current, jack.outlet)
            fresh = new.own if new is not None else Outlet(jack.outlet.name)
            self.crossings.append(Crossing(jack.outlet, jack.own, fresh))
        for jack in self.current.jacks:
            if _jack_of(former, jack.outlet) is None:
                self.crossings.append(Crossing(jack.outlet, Outlet(jack.outlet.name), jack.own))
        for instance in (former, self.current):
            for jack in instance.jacks:
                jack.own.take_over(jack.outlet)
                if not jack.written:
                    jack.own.silence()
                instance.bind(jack, jack.own)
        self.outlets = [crossing.outlet for crossing in self.crossings]
        self._watch()

    def _fade(self, former: Instance) -> bool:
        """One quantum of a fade has passed; whether it is over."""
        self.share += self.rise * QUANTUM
        self.fade_end -= QUANTUM
        if self.rise > 0.0 and self.current.failed and not former.failed:
            self.rise = -self.rise
            self.share = min(self.share, 1.0)
            self.fade_end = self.fade_frames - max(self.fade_end, 0)
        if self.fade_end > 0:
            return False
        if self.rise < 0.0:
            self.reports.retired.append(self.current)
            self.current = former
        else:
            self.reports.retired.append(former)
        self.former = None
        for outlet in self.outlets:
            outlet.place = -1
            jack = _jack_of(self.current, outlet)
            if jack is None or not jack.written or self.current.failed:
                outlet.silence()
            if jack is not None:
                self.current.bind(jack, outlet)
        self.outlets = [jack.outlet for jack in self.current.jacks]
        self._watch()
        self.crossings = []
        return True

    def link(self) -> None:
        """Find the messages to the module at the right, and from it; called between quanta, from left to right."""
        self.links = []
        right = self.right
        if right is not None and not right.leaving:
            for sender, receiver in ((self, right), (right, self)):
                _link(self.links, sender, receiver, "right" if receiver is right else "left")

    def meet(self, left: i64, right: i64) -> None:
        """Tell the module which neighbours it exchanges messages with now, by their ids, 0 for none."""
        if left == self.left_partner and right == self.right_partner:
            return
        for instance in self.instances():
            for letter in instance.letters:
                gone = left != self.left_partner if letter.side == "left" else right != self.right_partner
                if gone and not letter.sends:
                    for module in instance.modules():
                        fill(getattr(module, letter.name), 0.0, 0, letter.frames)
        self.left_partner = left
        self.right_partner = right
        for instance in self.instances():
            self._introduce(instance)
        if self.current.named:
            self._call(self.current, self.current.module, "on_expander_change")

    def _introduce(self, instance: Instance) -> None:
        for module in instance.modules():
            module.left_neighbour = self.left_partner != 0
            module.right_neighbour = self.right_partner != 0

    def enter(self) -> None:
        """The module is in the rack from now on."""
        self._wake(self.current)

    def take(self, event: str, module: Module) -> None:
        """Have the module, whose newest run is `module`, take an event; between quanta."""
        waiting = self.waiting
        if waiting is not None:
            waiting.events.append(event)
        else:
            self._call(self.current, module, event)

    def _wake(self, instance: Instance) -> None:
        """Let a new instance begin."""
        self._introduce(instance)
        self._call(instance, instance.module, "on_sample_rate_change")
        self._call(instance, instance.module, "on_add")
        if instance.accompanied():
            self._call(instance, instance.module, "on_expander_change")

    def _call(self, instance: Instance, module: Module, event: str) -> None:
        if instance.failed:
            return
        try:
            if module.lanes and instance.voices > 1:
                for voice in range(instance.voices):
                    module.load_voice(voice)
                    getattr(module, event)()
                    module.keep_voice(voice)
            else:
                for run in instance.modules():
                    getattr(run, event)()
        except Exception as error:  # noqa: BLE001 - a module may raise anything, and the rest plays on
            self._fail(instance, error, self.reports.at)

    def reset(self, instance: Instance) -> None:
        """Let another instance sound at once, from silence."""
        self._wake(instance)
        self.reports.retired.extend(self.instances())
        self.current = instance
        self.former = None
        self.waiting = None
        self.spoiled = False
        for outlet in self.outlets:
            outlet.place = -1
            outlet.silence()
        self.outlets = [jack.outlet for jack in instance.jacks]
        self._watch()
        self.crossings = []
        for jack in instance.jacks:
            instance.bind(jack, jack.outlet)
        self.touch()

    def note_latency(self) -> bool:
        """Find out how late the outlets are, of two runs that sound the later; whether that is news."""
        former = self.former
        before = self.latency
        self.noted = self.current.module.latency
        latest = self.noted if former is None else max(self.noted, former.module.latency)
        self.latency = min(max(latest + (QUANTUM if self.deferred else 0), 0), MOST_LATENCY)
        return self.latency != before

    def touch(self) -> None:
        """Note that something moves from the next quantum on."""
        self.lively = False
        self.epoch = -1
        for instance in self.instances():
            instance.settle()
            self.lively = self.lively or instance.moving
        self.lively = self.lively or self.former is not None
        self._get_ready()

    def _get_ready(self) -> None:
        self.module = self.current.module
        self.ready = self.former is None and self.current.get_ready()
        self.together = self.current.voices > 1

    def end(self) -> bool:
        """A quantum has passed; whether the graph has to be put in order again."""
        gone = False
        for instance in self.instances():
            if instance.moving and instance.end():
                gone = True
            if instance.failed:
                for jack in instance.jacks:
                    jack.target.silence()
        former = self.former
        swap = self.waiting
        if former is not None and self._fade(former):
            gone = True
            if swap is not None:
                self.waiting = None
                self.begin(swap)
        self.touch()
        return gone

    def note_levels(self, levels: vec[float], quantum: i64, fall: float, slow_fall: float) -> None:
        """Remember where every outlet ended, and move its meter; called once a quantum, after `play`.

        An outlet that nobody hears is computed once in LISTEN_QUANTA, for its meter, which falls so much the more.
        """
        for outlet in self.watched:
            outlet.note_level(levels, fall, slow_fall)
        if self.unheard or self.listening:
            self._listen_by_turns(quantum)

    def _listen_by_turns(self, quantum: i64) -> None:
        listening = self.unheard and (quantum + self.id) % LISTEN_QUANTA == 0
        if listening != self.listening:
            self.listen(listening)

    def hear(self) -> None:
        """Find out which outlets are heard, now that that has changed."""
        self._watch()
        self.unheard = any(not outlet.heard for outlet in self.outlets)
        for instance in self.instances():
            instance.hear()

    def _watch(self) -> None:
        self.watched = [outlet for outlet in self.outlets if outlet.heard or self.listening]

    def listen(self, listening: bool) -> None:  # noqa: FBT001 - it is what is set
        """Have every outlet computed in the next quantum, heard or not; or no more."""
        self.listening = listening
        self._watch()
        for instance in self.playing():
            instance.listen(listening)


def _link(links: list[Link], sender: Node, receiver: Node, side: str) -> None:
    """Add the messages that go from one module to another, which is at its `side`."""
    for letter in sender.current.letters:
        if not letter.sends or letter.side != side:
            continue
        source: vec[float] = getattr(sender.current.module, letter.name)
        for instance in receiver.playing():
            for other in instance.letters:
                fits = other.name == letter.name and other.side != side and other.frames == letter.frames
                if fits and not other.sends:
                    modules = instance.modules()
                    links.extend([Link(getattr(each, letter.name), source, letter.frames) for each in modules])


def _jack_of(instance: Instance, outlet: Outlet) -> Jack | None:
    for jack in instance.jacks:
        if jack.outlet is outlet:
            return jack
    return None
