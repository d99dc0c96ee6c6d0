"""The engine: plays a patch, and changes it while it plays."""

import ctypes  # native code wants an address
import time
from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.code import Code
from livepatch.engine.graph import Graph
from livepatch.engine.node import Mishap
from livepatch.engine.rack import SWAP_FADE_SECONDS, Rack, Step
from livepatch.engine.states import Snapshot
from livepatch.patch.edits import Edit
from livepatch.protocol.messages import Applied, Fault, Message, Notice
from livepatch.protocol.meters import METER_SLOTS
from livepatch.protocol.states import State
from livepatch.runtime import QUANTUM

CHANGES_PER_QUANTUM = 64


class Change(NamedTuple):
    """What the audio callback does between two quanta; `serial` None: nobody waits to hear of it.

    `hold`: quanta before the next change may follow.
    """

    serial: int | None
    steps: list[Step]
    hold: int = 0


class Engine:
    """Plays its own copy of the patch.

    Two threads: the control thread calls everything but `fill`, which belongs to the audio callback. A
    change reaches the callback through a queue and takes effect between two quanta.
    """

    def __init__(self, sample_rate: float, running: int = 0, swap_fade_seconds: float = SWAP_FADE_SECONDS) -> None:
        """`running`: the address of 8 bytes for the id of the module that is being processed.

        A swap fades for `swap_fade_seconds`, in whole quanta, one at least.
        """
        self.sample_rate = sample_rate
        self._nowhere = ctypes.c_int64()
        self.graph = Graph(sample_rate, running or ctypes.addressof(self._nowhere), METER_SLOTS)
        self.rack = Rack(self.graph, swap_fade_seconds)
        self._changes: deque[Change] = deque()
        self._applied: deque[Applied] = deque()
        self.taken: deque[Snapshot] = deque()
        self._hold_until = 0
        self._left = 0
        self._view = np.frombuffer(memoryview(self.graph.output.interleaved), np.float64)

    @property
    def frame(self) -> int:
        """Frames rendered so far; the next change takes effect here."""
        return int(self.graph.frame)

    def load(self, code: Code) -> None:
        """Make code ready to play."""
        self._post(Change(None, self.rack.load(code)))

    def perform(self, serial: int, edit: Edit) -> None:
        """Apply an edit at the next quantum.

        Raises: PatchError: if it does not fit; the patch is then as it was.
        """
        self._post(Change(serial, self.rack.change(edit)))

    def panic(self) -> None:
        """Silence within a quantum, then go on with every module in its first state."""
        self._post(Change(None, [lambda: self._aim(0.0, QUANTUM)], hold=1))
        self._post(Change(None, [*self.rack.fresh(), lambda: self._aim(1.0, QUANTUM)]))

    def retune(self, sample_rate: float) -> None:
        """Play at another sample rate; the driver has stopped."""
        self.sample_rate = sample_rate
        self.graph.retune(sample_rate)
        self._post(Change(None, self.rack.retune()))

    def take_states(self, serial: int, ids: tuple[int, ...]) -> None:
        """Take the states of modules at the next quantum; `taken` has them then."""
        snapshot = self.rack.snapshot(serial, ids)
        self._post(Change(None, [snapshot.take, lambda: self.taken.append(snapshot)]))

    def give_states(self, states: dict[int, State]) -> None:
        """Let modules take over states."""
        self._post(Change(None, self.rack.give(states)))

    def protect(self, *, enabled: bool) -> None:
        """Switch the output's DC block and limiter."""
        self._post(Change(None, [lambda: setattr(self.graph.output, "safe", enabled)]))

    def fade_out(self) -> None:
        """Fade to silence, for the end; `silent` says when it is reached."""
        self._post(Change(None, [lambda: self._aim(0.0, self.rack.fade_frames)]))

    @property
    def silent(self) -> bool:
        """Whether the output has faded to nothing."""
        return self.graph.output.silent()

    def _aim(self, level: float, frames: int) -> None:
        self.graph.output.goal = level
        self.graph.output.level_frames = frames

    def _post(self, change: Change) -> None:
        if change.steps or change.serial is not None:
            self._changes.append(change)

    def fill(self, out: NDArray[np.float32]) -> None:
        """Write the next frames, left and right in turn, ±1.0. Audio callback."""
        position = 0
        while position < len(out):
            if self._left == 0:
                self._render()
            count = min(self._left, len(out) - position)
            start = 2 * QUANTUM - self._left
            out[position : position + count] = self._view[start : start + count]
            self._left -= count
            position += count

    def _render(self) -> None:
        graph = self.graph
        if self._changes and graph.frame >= self._hold_until:
            self._apply()
        graph.render()
        self._left = 2 * QUANTUM

    def _apply(self) -> None:
        frame = self.frame
        for _ in range(CHANGES_PER_QUANTUM):
            if not self._changes:
                return
            serial, steps, hold = self._changes.popleft()
            for step in steps:
                self._take(step)
            if serial is not None:
                self._applied.append(Applied(serial, frame, time.perf_counter()))
            if hold:
                self._hold_until = frame + hold * QUANTUM
                return

    def _take(self, step: Step) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - a mistake in one change must not stop the sound
            self.graph.reports.mishaps.append(Mishap(0, "", error))

    @property
    def busy(self) -> bool:
        """Whether changes are on their way, or there is something to tell."""
        reports = self.graph.reports
        return bool(self._changes or self._applied or self.taken or reports.mishaps or reports.hungry)

    def messages(self) -> list[Message]:
        """What there is to tell the session: where modules have their meters before the edit that brought them."""
        told: list[Message] = [*self.rack.placed, *self.rack.faults]
        self.rack.placed, self.rack.faults = [], []
        while self._applied:
            told.append(self._applied.popleft())
        reports = self.graph.reports
        while reports.mishaps:
            told.append(self._tell(reports.mishaps.pop(0)))
        while reports.hungry:
            self._post(Change(None, self.rack.feed(reports.hungry.pop(0))))
        reports.retired.clear()
        return told

    def _tell(self, mishap: Mishap) -> Message:
        placed = self.rack.patch.modules.get(mishap.id)
        name, module_type = (placed.name, placed.type) if placed else ("the engine", "")
        if mishap.error is None:
            return Notice("warning", f"{name}: an outlet was not a finite number; it gives 0 V where it is not")
        code = self.rack.code(module_type, mishap.source)
        line = code.line_of(mishap.error) if code else 0
        text = f"{type(mishap.error).__name__}: {mishap.error}"
        return Fault(mishap.id, module_type, mishap.source, line, text)
