"""What the engine shows of itself in shared memory while it plays."""

import time

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.engine import Engine
from livepatch.protocol.meters import Meters
from livepatch.runtime import QUANTUM

LOAD_SMOOTHING = 0.05
WORST_SECONDS = 1.0


class Gauges:
    """Fills blocks for a driver and shows how that goes.

    The audio callback calls `fill` and `note_late`, the control thread `publish`, some 30 times a second.
    """

    def __init__(self, engine: Engine, meters: Meters) -> None:
        self.engine = engine
        self._meters = meters
        self._load = 0.0
        self._worst = 0.0
        self._worst_until = 0.0
        self._late = 0

    def fill(self, out: NDArray[np.float32]) -> None:
        """Write the next block, left and right in turn, ±1.0; one that takes longer than it lasts is late."""
        began = time.perf_counter()
        self.engine.fill(out)
        now = time.perf_counter()
        share = (now - began) * self.engine.sample_rate * 2.0 / len(out)
        self._load += LOAD_SMOOTHING * (share - self._load)
        if share > self._worst or now > self._worst_until:
            self._worst = share
            self._worst_until = now + WORST_SECONDS
        if share > 1.0:
            self.note_late()
        meters = self._meters
        frame = self.engine.frame
        meters.write("frame", frame)
        meters.write("heartbeat", frame // QUANTUM)
        meters.write("load", self._load)
        meters.write("worst_load", self._worst)

    def note_late(self) -> None:
        """The device did not get a block in time."""
        self._late += 1
        self._meters.write("late_blocks", self._late)

    def publish(self) -> None:
        """Show levels, lights and traces as they are now; a module that never played has no lights yet."""
        meters, graph = self._meters, self.engine.graph
        for seat in self.engine.rack.seats.values():
            first, count = seat.meters
            if seat.code is None or count == 0:
                continue
            first += len(seat.code.panel.outlets)
            for index, light in enumerate(seat.code.panel.lights):
                graph.levels[first + index] = getattr(seat.module, light.name, 0.0)
            for name, (start, frames) in seat.traces.items():
                trace = getattr(seat.module, name, None)
                if trace is not None and len(trace) == frames:
                    meters.traces[start : start + frames] = memoryview(trace)
        meters.levels[:] = memoryview(graph.levels)
        output = graph.output
        meters.write("left", output.left.peak)
        meters.write("right", output.right.peak)
        meters.write("gain_reduction_db", output.reduction_db())
