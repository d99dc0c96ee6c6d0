"""The session's end of one engine process."""

import time
from pathlib import Path

from livepatch.protocol.children import child
from livepatch.protocol.messages import EngineState, FromEngine, Latency, Placed, Quit, Ready, Start
from livepatch.protocol.meters import Meters
from livepatch.session.feed import Feed
from livepatch.session.launch import ENGINE
from livepatch.session.outbox import Outbox
from livepatch.session.sources import Sources

HUNG_SECONDS = 0.05
BUSY_SECONDS = 0.035
STUCK_SECONDS = 3.0
OPENING_SECONDS = 15.0
FADE_SECONDS = 1.0
NO_ENGINE = EngineState("none", "", 0.0, 0, False, "", {}, {})


class Engine:
    """An engine: its process, what it was told, and whether its heart beats.

    `watch` belongs to the supervising thread; everything else needs the rack's lock.
    """

    def __init__(self, arguments: list[str], log: Path, sources: Sources, runtime: Path) -> None:
        """Start the process. Raises: OSError: if the system refuses."""
        self.child = child(ENGINE, arguments, FromEngine, log)
        self.outbox = Outbox(self.child.channel, "engine")
        self.feed = Feed(self.outbox, sources, runtime)
        self.core = arguments[arguments.index("--core") + 1]
        self.ready: Ready | None = None
        self.ready_at = 0.0
        self.started = False
        self._runtime = runtime
        self._slots: dict[int, int] = {}
        self._traces: dict[str, tuple[int, int]] = {}
        self._latency = Latency(0)
        self._meters: Meters | None = None
        self._beat = -1
        self._beat_at = 0.0
        self._busy_at_beat = 0.0

    def start(self) -> None:
        """Have it open its driver and play."""
        self.started = True
        self.outbox.post(Start())

    def became_ready(self, ready: Ready) -> None:
        """It can play, or plays."""
        self.ready = ready
        self.ready_at = time.monotonic()
        if self._meters is None and ready.meters:
            self._meters = Meters(self._runtime / ready.meters)

    def placed(self, message: Placed) -> None:
        """A module's levels and traces have a place."""
        self._slots[message.id] = message.meter_slot
        for name, place in message.traces.items():
            self._traces[f"{message.id}.{name}"] = place

    def late(self, message: Latency) -> None:
        """Something is later than before, or less late."""
        self._latency = message

    def state(self) -> EngineState:
        """How it stands, for front ends."""
        ready = self.ready
        if ready is None or not self.started:
            return NO_ENGINE
        meters = str(self._runtime / ready.meters) if ready.meters else ""
        return EngineState(
            ready.driver, ready.device, ready.sample_rate, ready.block_frames, ready.realtime, meters,
            dict(self._slots), dict(self._traces), self._latency.frames, self._latency.modules,
        )  # fmt: skip

    def running(self) -> int:
        """The id of the module that is being processed, 0 if none is."""
        return int(self._meters.read("running")) if self._meters is not None else 0

    def level(self, id: int, index: int) -> float:
        """What the meters show of a module's outlet or light."""
        slot = self._slots.get(id, -1)
        return float(self._meters.levels[slot + index]) if self._meters is not None and slot >= 0 else 0.0

    def frame(self) -> int:
        """How many frames it has rendered."""
        return int(self._meters.read("frame")) if self._meters is not None else 0

    def beats(self) -> float:
        """Where its transport is, in beats from the beginning."""
        return self._meters.read("beats") if self._meters is not None else 0.0

    def hung(self) -> bool:
        """Whether it should be playing and its heart stands still, though it has had the processor."""
        if self._meters is None or not self.started:
            return False
        now = time.monotonic()
        beat, busy = int(self._meters.read("heartbeat")), self.child.cpu_seconds()
        if beat != self._beat:
            self._beat, self._beat_at, self._busy_at_beat = beat, now, busy or 0.0
            return False
        still = now - self._beat_at
        if still < HUNG_SECONDS:
            return False
        spins = busy is None or busy - self._busy_at_beat > BUSY_SECONDS
        longest = STUCK_SECONDS if beat else OPENING_SECONDS
        return (spins and self.running() != 0) or still > longest

    def end(self) -> tuple[int, int]:
        """Fade out and end; the frame at which the fade began, 0 if it did not, and how many it has rendered."""
        self.outbox.post(Quit())
        self.outbox.drained(FADE_SECONDS)
        self.child.end(FADE_SECONDS)
        faded = int(self._meters.read("faded")) if self._meters is not None else 0
        frames = self.frame()
        self.forget()
        return faded, frames

    def kill(self) -> None:
        """End it at once."""
        self.child.kill()
        self.outbox.close()

    def forget(self) -> None:
        """Let go of its meters and remove them."""
        if self._meters is not None:
            path = self._meters.path
            self._meters.close()
            self._meters = None
            path.unlink(missing_ok=True)
