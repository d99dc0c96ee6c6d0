"""A module in the rack while it plays: the instance of its code that sounds, and the one fading out.

Native code in the engine process; everything here belongs to the audio callback once it is in the graph.
"""

from collections.abc import Callable

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import to_float
from livepatch.dsp.blocks import blend, copy, fill, guard, peak, peek, poke, ramp
from livepatch.engine.instance import Instance, Jack
from livepatch.engine.ports import Outlet, silence
from livepatch.runtime import QUANTUM, Module


class Crossing:
    """An outlet during a swap: the blocks that the old and the new code write."""

    def __init__(self, outlet: Outlet, old: vec[float], new: vec[float]) -> None:
        self.outlet = outlet
        self.old: vec[float] = old
        self.new: vec[float] = new


class Swap:
    """An instance that is to sound in place of another. `carry` copies state from the old module to the new.

    Then the new one takes `events`. `afresh`: it starts over, and so will what takes its place before it sounds.
    """

    def __init__(
        self,
        instance: Instance,
        carry: Callable[[Module, Module], object] | None,
        events: list[str],
        *,
        afresh: bool = False,
    ) -> None:
        self.instance = instance
        self.carry = carry
        self.events = events
        self.afresh: bool = afresh

    def follow(self, other: "Swap") -> None:
        """Take the place of another, which never sounded."""
        if self.afresh:
            return
        self.events = other.events + self.events
        if other.afresh:
            self.carry = None
            self.afresh = True


class Mishap:
    """Something that went wrong while playing, for the control thread to tell. `error` None: not finite."""

    def __init__(self, id: i64, source: str, error: Exception | None) -> None:
        self.id: i64 = id
        self.source = source
        self.error = error


class Reports:
    """What the audio callback leaves to the control thread: mishaps to tell, and what is to be freed."""

    def __init__(self) -> None:
        self.mishaps: list[Mishap] = []
        self.retired: list[object] = []


class Node:
    """A module in the rack. `leaving`: it goes once its cables have faded."""

    def __init__(self, id: i64, instance: Instance, fade_frames: i64, reports: Reports) -> None:
        self.id: i64 = id
        self.current = instance
        self.former: Instance | None = None
        self.waiting: Swap | None = None
        self.outlets: list[Outlet] = [jack.outlet for jack in instance.jacks]
        self.crossings: list[Crossing] = []
        self.share: float = 1.0
        self.rise: float = 0.0
        self.fade_frames: i64 = fade_frames
        self.leaving: bool = False
        self.lively: bool = False
        self.reports = reports
        self.spoiled: bool = False
        for jack in instance.jacks:
            instance.bind(jack, jack.outlet.block)
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

    def play(self, start: i64, stop: i64) -> None:
        """Compute the frames from `start` to `stop` of every outlet."""
        if self.former is not None:
            self._play_both(start, stop)
        elif not self.current.failed:
            try:
                self.current.play(start, stop)
            except Exception as error:  # noqa: BLE001 - a module may raise anything, and the rest plays on
                self._fail(self.current, error, start)
        for outlet in self.outlets:
            if guard(outlet.block, start, stop) > 0 and not self.spoiled:
                self.spoiled = True
                self.reports.mishaps.append(Mishap(self.id, self.current.source, None))

    def _play_both(self, start: i64, stop: i64) -> None:
        for instance in (self.former, self.current):
            if instance is None or instance.failed:
                continue
            try:
                instance.play(start, stop)
            except Exception as error:  # noqa: BLE001 - a module may raise anything, and the rest plays on
                self._fail(instance, error, start)
        for crossing in self.crossings:
            guard(crossing.old, start, stop)
            guard(crossing.new, start, stop)
            copy(crossing.outlet.block, crossing.old, start, stop)
            share = self.share + self.rise * to_float(start + 1)
            blend(crossing.outlet.block, crossing.new, share, self.rise, start, stop)

    def _fail(self, instance: Instance, error: Exception, start: i64) -> None:
        """Let what the instance was writing run out to 0 V by the end of the quantum."""
        instance.failed = True
        self.lively = True
        self.reports.mishaps.append(Mishap(self.id, instance.source, error))
        for jack in instance.jacks:
            last = peek(jack.bound, start - 1) if start > 0 else jack.outlet.last
            fall = last / to_float(QUANTUM - start)
            ramp(jack.bound, last - fall, -fall, start, QUANTUM)

    def begin(self, swap: Swap) -> None:
        """Fade to another instance; if a fade is under way, when it is over."""
        if self.former is not None:
            if self.waiting is not None:
                swap.follow(self.waiting)
            self.waiting = swap
            return
        self._wake(swap.instance)
        if swap.carry is not None:
            swap.carry(self.current.module, swap.instance.module)
        for event in swap.events:
            self._call(swap.instance, swap.instance.module, event)
        self.former = self.current
        self.current = swap.instance
        self.share = 0.0
        self.rise = 1.0 / to_float(self.fade_frames)
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
            fresh = new.block if new is not None else silence()
            self.crossings.append(Crossing(jack.outlet, jack.block, fresh))
        for jack in self.current.jacks:
            if _jack_of(former, jack.outlet) is None:
                self.crossings.append(Crossing(jack.outlet, silence(), jack.block))
        for instance in (former, self.current):
            for jack in instance.jacks:
                if jack.written:
                    copy(jack.block, jack.outlet.block, 0, QUANTUM)
                else:
                    fill(jack.block, 0.0, 0, QUANTUM)
                instance.bind(jack, jack.block)
        self.outlets = [crossing.outlet for crossing in self.crossings]

    def _fade(self, former: Instance) -> bool:
        """One quantum of a fade has passed; whether it is over."""
        self.share += self.rise * QUANTUM
        if self.rise > 0.0 and self.current.failed and not former.failed:
            self.rise = -self.rise
        if self.share < 1.0 - 1e-9 and self.share > 1e-9:
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
                fill(outlet.block, 0.0, 0, QUANTUM)
            if jack is not None:
                self.current.bind(jack, outlet.block)
        self.outlets = [jack.outlet for jack in self.current.jacks]
        self.crossings = []
        return True

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
        self._call(instance, instance.module, "on_sample_rate_change")
        self._call(instance, instance.module, "on_add")

    def _call(self, instance: Instance, module: Module, event: str) -> None:
        if instance.failed:
            return
        try:
            getattr(module, event)()
        except Exception as error:  # noqa: BLE001 - a module may raise anything, and the rest plays on
            self._fail(instance, error, 0)

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
            fill(outlet.block, 0.0, 0, QUANTUM)
        self.outlets = [jack.outlet for jack in instance.jacks]
        self.crossings = []
        for jack in instance.jacks:
            instance.bind(jack, jack.outlet.block)
        self.touch()

    def touch(self) -> None:
        """Note that something moves from the next quantum on."""
        self.lively = False
        for instance in self.instances():
            instance.settle()
            self.lively = self.lively or instance.moving
        self.lively = self.lively or self.former is not None

    def end(self) -> bool:
        """A quantum has passed; whether the graph has to be put in order again."""
        gone = False
        for instance in self.instances():
            if instance.moving and instance.end():
                gone = True
            if instance.failed:
                for jack in instance.jacks:
                    fill(jack.bound, 0.0, 0, QUANTUM)
        former = self.former
        swap = self.waiting
        if former is not None and self._fade(former):
            gone = True
            if swap is not None:
                self.waiting = None
                self.begin(swap)
        self.touch()
        return gone

    def note_levels(self, levels: vec[float], fall: float) -> None:
        """Remember where every outlet ended, and move its meter; called once a quantum, after `play`."""
        for outlet in self.outlets:
            outlet.last = peek(outlet.block, QUANTUM - 1)
            slot = outlet.slot
            if slot >= 0:
                poke(levels, slot, max(peak(outlet.block, 0, QUANTUM), peek(levels, slot) * fall))


def _jack_of(instance: Instance, outlet: Outlet) -> Jack | None:
    for jack in instance.jacks:
        if jack.outlet is outlet:
            return jack
    return None
