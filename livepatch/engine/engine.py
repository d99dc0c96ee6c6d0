"""The engine: plays a patch, and changes it while it plays."""

import ctypes  # native code wants an address
import time
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.code import Code
from livepatch.engine.due import EVERYTHING, Due, Touched, may_pass, touched
from livepatch.engine.graph import BURST, Graph
from livepatch.engine.hearing import Hearing
from livepatch.engine.instance import Instance
from livepatch.engine.node import Mishap, Node
from livepatch.engine.rack import SWAP_FADE_SECONDS, Rack, Step
from livepatch.engine.states import Snapshot
from livepatch.errors import what_was_raised
from livepatch.patch.edits import Edit
from livepatch.protocol.messages import Applied, Cancelled, Fault, Latency, Message, Notice, PlugIn, Waits
from livepatch.protocol.meters import METER_SLOTS
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.protocol.states import State
from livepatch.runtime import QUANTUM, Module

CHANGES_PER_QUANTUM = 64
STEREO = 2
PREPARE_SECONDS = 0.1
"""How long before its frame an edit that waits is made ready, whatever else the control thread has to do."""
LONGEST_SECONDS = 0.5
"""What was made ready waits no longer: if its beat went further away meanwhile, it takes effect at once."""
AT_ONCE = -1
"""The frame of what takes effect between two quanta, as soon as can be."""


class Change(NamedTuple):
    """What the audio callback does; `serial` None: nobody waits to hear of it.

    `hold`: quanta before the next change may follow. `frame`: the very one at which it takes effect; `position`:
    it takes effect at the first frame that is there or further, on the transport. `runs` and `again` as in
    `Applied`. `snapshot`: it waits until that can be taken.
    """

    serial: int | None
    steps: list[Step]
    hold: int = 0
    frame: int = AT_ONCE
    runs: Mapping[int, int] = MappingProxyType({})
    position: int = AT_ONCE
    again: tuple[int, ...] = ()
    snapshot: Snapshot | None = None


class Engine:
    """Plays its own copy of the patch.

    Two threads: the control thread calls everything but `fill`, which belongs to the audio callback. A
    change reaches the callback through a queue and takes effect between two quanta, or at its own frame, up to
    which the quantum is rendered first. What comes after one that waits for its frame waits behind it, but for
    turns of knobs that those in front do not touch: they go past.

    `timed` is the frame of all that is asked for from now on, in the order asked: for a replay, which says itself
    too when modules get more runs of their code.
    """

    def __init__(self, sample_rate: float, running: int = 0, swap_fade_seconds: float = SWAP_FADE_SECONDS) -> None:
        """`running`: the address of 8 bytes for the id of the module that is being processed.

        A swap fades for `swap_fade_seconds`, in whole quanta, one at least.
        """
        self.sample_rate = sample_rate
        self._nowhere = ctypes.c_int64()
        self.graph = Graph(sample_rate, running or ctypes.addressof(self._nowhere), METER_SLOTS)
        self.rack = Rack(self.graph, swap_fade_seconds)
        self.hearing = Hearing(self.graph.intake, sample_rate)
        self._changes: deque[Change] = deque()
        self._passing: deque[Change] = deque()
        self._touched: set[Touched] = set()
        self._due = Due(self.graph.transport)
        self._told: list[Message] = []
        self._latency_told = 0
        self._hurry = False
        self._block_frames = QUANTUM
        self._applied: deque[Applied] = deque()
        self.taken: deque[Snapshot] = deque()
        self.timed = AT_ONCE
        self.faded = 0
        self._hold_until = 0
        self._left = 0
        self._channels = 2
        self._view = np.frombuffer(memoryview(self.graph.output.interleaved), np.float64)
        self._burst = np.frombuffer(memoryview(self.graph.burst), np.float64)

    @property
    def frame(self) -> int:
        """Frames rendered so far; the next change takes effect here."""
        return int(self.graph.frame + self.graph.at)

    @property
    def played(self) -> int:
        """Frames that have left through `fill`."""
        return int(self.graph.frame) - self._left // self._channels

    def load(self, code: Code) -> None:
        """Make code ready to play, and let the modules that play the same of an earlier build go over to it."""
        self._begin_again(self.rack.load(code))

    def begin_again(self, ids: tuple[int, ...]) -> None:
        """Let modules that are there play their code in new runs."""
        self._begin_again(tuple(id for id in ids if id in self.rack.seats))

    def _begin_again(self, ids: tuple[int, ...]) -> None:
        if ids:
            steps = self.rack.again(ids)
            self._post(Change(0, steps, runs=self.rack.take_runs(), again=ids))

    def perform(self, serial: int, edit: Edit, frame: int = AT_ONCE, position: int = AT_ONCE) -> None:
        """Apply an edit at the next quantum; or exactly at `frame`, if that is to come, and what follows after.

        Raises: PatchError: if it does not fit; the patch is then as it was.
        """
        if not self._changes:
            self._touched.clear()
        keys = touched(self.rack.patch, edit)
        steps = self.rack.change(edit)
        change = Change(serial, steps, 0, max(frame, self.timed), self.rack.take_runs(), position)
        if self._changes and change.frame == position == AT_ONCE and may_pass(edit, self._touched):
            self._passing.append(change)
            return
        self._touched |= keys
        self._changes.append(change)

    def wait(self, serial: int, edit: Edit, when: str | float, after: float = 0.0) -> None:
        """Apply an edit at the next "bar", "beat" or multiple of so many beats after a beat: what of it fits then.

        0.0: at that beat itself, or at once if it is past.
        """
        transport = self.graph.transport
        waiting = self._due.add(serial, edit, when, after, 2 * self._block_frames + QUANTUM)
        frames = int(transport.frames_to(waiting.position))
        seconds = frames / self.sample_rate if transport.running else -1.0
        self._told.append(
            Waits(serial, transport.beats_at(waiting.position), transport.bars_at(waiting.position), seconds)
        )
        self.prepare()

    def cancel(self, serial: int) -> None:
        """Forget an edit that waits, unless it is being made ready."""
        if self._due.cancel(serial):
            self._told.append(Cancelled(serial))

    def prepare(self) -> None:
        """Make ready the edits that are due soon."""
        ahead = int(PREPARE_SECONDS * self.sample_rate) + 2 * self._block_frames
        for waiting in self._due.take(ahead):
            self.perform(waiting.serial, self.rack.fitting(waiting.edit), position=waiting.position)

    def panic(self, serial: int | None = None) -> None:
        """Silence within a quantum, then go on with every module in its first state; nothing waits any more."""
        self._told += [Cancelled(waiting.serial) for waiting in self._due.waiting]
        self._due.waiting.clear()
        self._hurry = self.timed == AT_ONCE
        fresh = self.rack.fresh()
        self._post(Change(serial, [lambda: self._aim(0.0, QUANTUM)], hold=1, runs=self.rack.take_runs()))
        self._post(Change(None, [*fresh, lambda: self._aim(1.0, QUANTUM)]))

    def retune(self, sample_rate: float, serial: int | None = None) -> None:
        """Play at another sample rate; the driver has stopped."""
        self.sample_rate = sample_rate
        self.graph.retune(sample_rate)
        self.hearing.sample_rate = sample_rate
        steps = self.rack.retune()
        self._post(Change(serial, steps, runs=self.rack.take_runs()))

    @property
    def channels(self) -> int:
        """How many channels a block has."""
        return self._channels

    def open(self, channels: int) -> None:
        """Fill blocks of so many channels from now on; no driver plays."""
        if channels != self._channels:
            self._channels, self._left = channels, 0
            self.graph.output.open(channels)
            self._view = np.frombuffer(memoryview(self.graph.output.interleaved), np.float64)

    def take_states(self, serial: int, ids: tuple[int, ...]) -> None:
        """Take the states of modules with all that was asked for before; `taken` has them then."""
        snapshot = self.rack.snapshot(serial, ids)
        self._post(Change(None, [snapshot.take, lambda: self.taken.append(snapshot)], snapshot=snapshot))

    def give_states(self, states: dict[int, State], serial: int | None = None) -> None:
        """Let modules take over states."""
        steps = self.rack.give(states)
        self._post(Change(serial, steps, runs=self.rack.take_runs()))

    def protect(self, serial: int | None = None, *, enabled: bool) -> None:
        """Switch the output's DC block and limiter."""
        self._post(Change(serial, [lambda: setattr(self.graph.output, "safe", enabled)]))

    def feed(self, id: int, runs: int) -> None:
        """Give the module `id` as many runs of its code as it has voices; it may not need them any more."""
        seat = self.rack.seats.get(id)
        if seat is None or seat.node is None:
            return
        node, instance = seat.node, seat.node.current
        others = self.rack.more(seat, instance, runs)
        if others:
            queue = self._passing if self.timed == AT_ONCE else self._changes
            queue.append(Change(None, [lambda: self._grow(node, instance, others)], 0, self.timed))

    def _grow(self, node: Node, instance: Instance, others: list[Module]) -> None:
        """Audio callback."""
        if node.current is instance:
            self.graph.grow(node, instance, others)
            runs = {int(node.id): 1 + len(instance.others)}
            self._applied.append(Applied(0, self.frame, time.perf_counter(), runs))

    def fade_out(self) -> None:
        """Fade to silence, for the end; `silent` says when it is reached, `faded` at which frame it began."""
        self._passing.append(Change(None, [self._fade]))

    def _fade(self) -> None:
        """Audio callback."""
        self.faded = self.frame
        self._aim(0.0, self.rack.fade_frames)

    @property
    def silent(self) -> bool:
        """Whether the output has faded to nothing."""
        return self.graph.output.silent()

    def _aim(self, level: float, frames: int) -> None:
        self.graph.output.goal = level
        self.graph.output.level_frames = frames

    def plug_in(self, message: PlugIn) -> None:
        """Let a module play its plug-in in another process. Raises: OSError: if that does not open its door."""
        crossing = self.rack.plugs.open(message)
        if crossing is not None:
            self._passing.append(Change(None, [crossing]))

    def _post(self, change: Change) -> None:
        if change.steps or change.serial is not None:
            self._touched.add(EVERYTHING)
            self._changes.append(change._replace(frame=self.timed))

    def fill(self, out: NDArray[np.float32]) -> None:
        """Write the next frames, left, right and so on in turn, ±1.0. Audio callback."""
        position = 0
        self._block_frames = len(out) // self._channels
        while position < len(out):
            quanta = min((len(out) - position) // (2 * QUANTUM), BURST) if self._channels == STEREO else 0
            if quanta > 1 and self._left == 0 and not self._changes and not self._passing:
                if self.hearing.busy:
                    self.hearing.pull(QUANTUM * quanta)
                self.graph.render_several(quanta)
                size = 2 * QUANTUM * quanta
                out[position : position + size] = self._burst[:size]
                position += size
                continue
            if self._left == 0:
                self._render()
            count = min(self._left, len(out) - position)
            start = len(self._view) - self._left
            out[position : position + count] = self._view[start : start + count]
            self._left -= count
            position += count

    def _render(self) -> None:
        graph = self.graph
        if self.hearing.busy:
            self.hearing.pull(QUANTUM)
        stop = 0
        while stop < QUANTUM:
            stop = self._apply() if self._changes or self._passing else QUANTUM
            graph.render(stop)
        self._left = len(self._view)

    def _apply(self) -> int:
        """Make the changes whose turn it is; up to which frame of the quantum there are none."""
        frame, at = self.frame, int(self.graph.at)
        changes, passing = self._changes, self._passing
        free = CHANGES_PER_QUANTUM
        while passing and free and at == 0:
            free -= 1
            self._make(passing.popleft(), frame)
        while changes and frame >= self._hold_until:
            change = changes[0]
            if change.snapshot is not None and not self._hurry and not change.snapshot.settled():
                return QUANTUM
            frames = self._frames_until(change, frame)
            if frames > 0 and not self._hurry:
                return min(at + frames, QUANTUM)
            if change.frame == change.position == AT_ONCE:
                if not free:
                    return QUANTUM
                free -= 1
            changes.popleft()
            self._make(change, frame)
            if change.hold:
                self._hold_until = frame - at + change.hold * QUANTUM
                self._hurry = False
        return QUANTUM

    def _frames_until(self, change: Change, frame: int) -> int:
        if change.position == AT_ONCE:
            return change.frame - frame
        frames = int(self.graph.transport.frames_to(change.position))
        return frames if frames < LONGEST_SECONDS * self.sample_rate + 4 * self._block_frames else 0

    def _make(self, change: Change, frame: int) -> None:
        for step in change.steps:
            self._take(step)
        if change.serial is not None:
            at = time.perf_counter()
            self._applied.append(Applied(change.serial, frame, at, dict(change.runs), change.again))

    def _take(self, step: Step) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - a mistake in one change must not stop the sound
            self.graph.reports.mishaps.append(Mishap(0, "", error))

    @property
    def busy(self) -> bool:
        """Whether changes are on their way, or there is something to tell."""
        reports = self.graph.reports
        waits = self._changes or self._passing or self._applied or self.taken or self._told
        return bool(waits or reports.mishaps or reports.hungry)

    def messages(self) -> list[Message]:
        """What there is to tell the session: where modules have their meters before the edit that brought them."""
        told: list[Message] = [*self.rack.placed, *self.rack.faults, *self._told, *self.rack.plugs.lost()]
        self.rack.placed, self.rack.faults, self._told = [], [], []
        while self._applied:
            told.append(self._applied.popleft())
        if self._latency_told != self.graph.alignment.news:
            told.append(self._tell_latency())
        reports = self.graph.reports
        while reports.mishaps:
            told.append(self._tell(reports.mishaps.pop(0)))
        while reports.hungry:
            node = reports.hungry.pop(0)
            if self.timed == AT_ONCE:
                self.feed(int(node.id), int(node.current.wanted))
        reports.retired.clear()
        return told

    def _tell_latency(self) -> Message:
        self._latency_told = int(self.graph.alignment.news)
        nodes = {id: seat.node for id, seat in self.rack.seats.items() if seat.node is not None}
        late = {id: int(node.latency) for id, node in nodes.items() if node.latency}
        return Latency(int(self.graph.alignment.latency), late)

    def _tell(self, mishap: Mishap) -> Message:
        placed = self.rack.patch.modules.get(mishap.id)
        name, module_type = (placed.name, placed.type) if placed else ("the engine", "")
        if mishap.error is None:
            again = f"reset({name}) or a mended save starts it over"
            if is_plugin(module_type):
                again = f"bypass({name}), bypass({name}, False) starts it over"
            text = f"{name}.{mishap.outlet} was not a finite number; it gives 0 V where it is not; {again}"
            return Notice("warning", text)
        code = self.rack.code(module_type, mishap.source)
        line = code.line_of(mishap.error) if code else 0
        return Fault(mishap.id, module_type, mishap.source, line, what_was_raised(mishap.error))
