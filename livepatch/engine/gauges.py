"""What the engine shows of itself in shared memory while it plays."""

import math
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.engine import Engine
from livepatch.engine.instance import Instance
from livepatch.engine.outlets import Outlet
from livepatch.engine.seat import Seat
from livepatch.panel import HOW_MANY
from livepatch.protocol import builds
from livepatch.protocol.builds import PEAK
from livepatch.protocol.meters import ABREAST, IN_TURN, OWN, VOICES, Meters
from livepatch.runtime import QUANTUM

LIGHT_FALL_SECONDS = 0.1
"""In this time a light that went out falls to a third of its brightness."""
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
        self._shown = 0

    def fill(self, out: NDArray[np.float32]) -> None:
        """Write the next block, channel by channel, ±1.0; one that takes longer than it lasts is late."""
        began = time.perf_counter()
        self.engine.fill(out)
        now = time.perf_counter()
        share = (now - began) * self.engine.sample_rate * self.engine.channels / len(out)
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
        transport = self.engine.graph.transport
        meters.write("beats", transport.beat())
        meters.write("bars", transport.bar_now())
        meters.write("load", self._load)
        meters.write("worst_load", self._worst)

    def note_late(self) -> None:
        """The device did not get a block in time."""
        self._late += 1
        self._meters.write("late_blocks", self._late)

    def end(self) -> None:
        """The driver has stopped: show where the fade at the end began."""
        self._meters.write("faded", self.engine.faded)

    def publish(self) -> None:
        """Show levels, lights, traces and what pictures read as they are now, where there is any."""
        meters, graph = self._meters, self.engine.graph
        passed, self._shown = self.engine.frame - self._shown, self.engine.frame
        fall = math.exp(-passed / self.engine.sample_rate / LIGHT_FALL_SECONDS)
        for seat in self.engine.rack.seats.values():
            if passed:
                self._light(seat, fall)
            for outlet in seat.outlets.values():
                if outlet.slot >= 0:
                    self._voices(outlet, seat.node.current if seat.node is not None else None)
            for name, slot in seat.numbers.items():
                graph.levels[slot] = _voices(seat) if name == HOW_MANY else _number(seat, name)
            for name, (start, room) in seat.traces.items():
                _copy(seat, name, meters.traces[start : start + room])
        meters.levels[:] = memoryview(graph.levels)
        meters.write("input_slips", self.engine.hearing.slips)
        output = graph.output
        meters.write("left", output.left.peak)
        meters.write("right", output.right.peak)
        meters.write("gain_reduction_db", output.reduction_db())

    def _voices(self, outlet: Outlet, instance: Instance | None) -> None:
        """Show how many voices an outlet carries and, of several, how they are played and how loud each is."""
        slot, channels = int(outlet.slot), int(outlet.channels)
        self._meters.channels[slot] = channels
        form = OWN
        if instance is not None and instance.voices > 1:
            form = ABREAST if instance.module.lanes else IN_TURN
        self._meters.forms[slot] = form
        if channels > 1:
            played = np.frombuffer(memoryview(outlet.wide), np.float64).reshape(QUANTUM, VOICES)
            peaks = np.abs(played[:, :channels]).max(axis=0)
            self._meters.voices[VOICES * slot : VOICES * slot + channels] = memoryview(peaks)

    def _light(self, seat: Seat, fall: float) -> None:
        """Show each light at its brightest since the last look, in any voice, or fading."""
        levels = self.engine.graph.levels
        sounding = seat.node.current if seat.node is not None else None
        voices = sounding.modules() if sounding is not None and sounding.module is seat.module else [seat.module]
        for name, slot in seat.lights.items():
            shown, peak = levels[slot] * fall, PEAK + name
            for module in voices:
                brightness = getattr(module, peak, None)
                if brightness:
                    setattr(module, peak, 0.0)
                    shown = brightness if abs(brightness) > abs(shown) else shown
            levels[slot] = shown


def _voices(seat: Seat) -> int:
    """How many voices a module plays whose newest run sounds; 1, if another does."""
    current = seat.node.current if seat.node is not None else None
    return int(current.voices) if current is not None and current.module is seat.module else 1


def _number(seat: Seat, name: str) -> float:
    """A number of a module's state; of a voice where `name` says which, as in level#3, else of the first."""
    name, _, voice = name.partition("#")
    return float(_state(seat, name, int(voice or 0)) or 0.0)


def _copy(seat: Seat, name: str, room: "memoryview[float]") -> None:
    """Show a buffer of a module's state: the first voice's, or those of all, where there is room."""
    for voice in range(_voices(seat)):
        trace = _state(seat, name, voice, buffer=True)
        if trace is None or (voice + 1) * len(trace) > len(room):
            return
        room[voice * len(trace) : (voice + 1) * len(trace)] = memoryview(trace)


def _state(seat: Seat, name: str, voice: int, *, buffer: bool = False) -> Any:
    """What a voice of a module has as a state, a number or a `buffer`; None if there is none."""
    module, voices = seat.module, _voices(seat)
    if voice >= voices:
        return None
    if module.lanes and voices > 1:
        lanes = getattr(module, builds.VOICES + name, None)
        if lanes is not None:
            return np.frombuffer(memoryview(lanes), np.float64)[voice::VOICES].copy() if buffer else lanes[voice]
    elif voice > 0:
        others = seat.node.current.others if seat.node is not None else []
        return getattr(others[voice - 1], name, None) if voice <= len(others) else None
    return getattr(module, name, None)
