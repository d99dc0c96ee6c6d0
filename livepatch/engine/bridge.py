"""The way of blocks to a plug-in's process and back, and what is heard while nothing comes back."""

import socket
import struct
import time
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.outlets import Outlet
from livepatch.engine.plugged import FIELDS, Plugged, Score
from livepatch.engine.states import writable
from livepatch.protocol.messages import PlugIn
from livepatch.protocol.plugin_block import CHANNEL, HEADER, INPUTS, MOST_EVENTS, SLOT, PluginBlock
from livepatch.runtime import QUANTUM, VOICES
from livepatch.voltage import FULL_SCALE_VOLTS

FADE_SECONDS = 0.005
SHARE = 0.5
"""Of the time that a block of the sound card lasts, so much a plug-in may take before it is left behind."""
SHORTEST_SECONDS = 0.001
OFFLINE_SECONDS = 10.0
GATE_VOLTS = 10.0
NOTE_ON, NOTE_OFF = 1, 2
_BLOCK, _BLOCK_AT = struct.Struct("2d"), 8 * SLOT["frames"]
"""Frames and events."""
_CLOCK, _CLOCK_AT = struct.Struct("7d"), 8 * SLOT["frame"]
_TIMEVAL = struct.Struct("ll")
_ANSWERS = SLOT["answers"]
_ASKED, _FAILURES = SLOT["asked"], SLOT["failures"]
_LATE, _LATENCY = SLOT["late"], SLOT["latency"]


class Line:
    """An open way to a plug-in's process. The control thread makes and closes it, the callback uses it."""

    def __init__(self, place: PlugIn) -> None:
        """Come in at the door. Raises: OSError, ValueError: if the process is not there."""
        inputs, outputs, doubles = place.inputs, place.outputs, place.doubles
        self.block = PluginBlock(Path(place.block), inputs, outputs)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(place.door)
        kind = np.float64 if doubles else np.float32
        per_channel = CHANNEL // np.dtype(kind).itemsize
        self.header = self.block.header
        self.events: NDArray[np.float64] = np.frombuffer(
            self.block.map, np.float64, MOST_EVENTS * FIELDS, 8 * HEADER
        )
        self.answers: NDArray[np.float64] = np.frombuffer(
            self.block.map, np.float64, MOST_EVENTS * FIELDS, 8 * (HEADER + MOST_EVENTS * FIELDS)
        )
        whole = np.frombuffer(self.block.map, kind, (inputs + outputs) * per_channel, INPUTS)
        planes = whole.reshape(inputs + outputs, per_channel)[:, :QUANTUM]
        self.inputs: NDArray[Any] = planes[:inputs]
        self.outputs: NDArray[Any] = planes[inputs:]
        self.failures = self.header[_FAILURES]
        self.patience = 0.0

    def wait(self, seconds: float) -> None:
        """Have whoever receives wait so long. Audio callback."""
        whole, part = divmod(round(1e6 * seconds), 1_000_000)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIMEVAL.pack(whole, part))
        self.patience = seconds

    def close(self) -> None:
        """Go; the memory goes with the last view of it."""
        self.socket.close()


class Bridge:
    """A module's way to its plug-in, whichever process that is in, for as long as the module is in the rack.

    The audio callback calls `begins`, `exchange`, `carry` and `play_answers`, and `cross` between quanta; the
    control thread makes lines, takes `lost`, what went wrong, and closes the lines that are `idle`. While nothing
    comes from the plug-in, what goes in comes out, as if it were bypassed; one turns into the other in 5 ms.
    `share` is how much of the plug-in is heard.
    """

    def __init__(self, score: Score, inputs: int, outputs: int, sample_rate: float) -> None:
        self.lost: deque[str] = deque()
        self.idle: deque[Line | None] = deque()
        self.patience = SHORTEST_SECONDS
        self.share = 0.0
        self._line: Line | None = None
        self._goal = 0.0
        self._owed = False
        self._stamp = -1
        self._rise = 1.0 / (FADE_SECONDS * sample_rate)
        self._dry_channels = min(inputs, outputs)
        self._score = score
        self._in = writable(score.sending)[: inputs * QUANTUM].reshape(inputs, QUANTUM)
        self._out = writable(score.coming)[: outputs * QUANTUM].reshape(outputs, QUANTUM)
        self._last = writable(score.last)[:outputs].reshape(outputs, 1)
        self._dry: NDArray[np.float64] | None = None
        self._past: NDArray[np.float64] = np.zeros((self._dry_channels, 0))
        self._views: dict[int, tuple[Any, NDArray[np.float64]]] = {}
        self._sounding: dict[int, int] = {}
        self._voices = 1
        self._pending: list[tuple[int, tuple[float, ...]]] = []

    @property
    def connected(self) -> bool:
        """Whether there is a process that plays."""
        return self._line is not None

    def cross(self, line: Line | None) -> Line | None:
        """Go over to another process, or to none; the line that is not needed any more."""
        former, self._line = self._line, line
        self._owed = False
        return former

    def begins(self, passed: int) -> bool:
        """Whether this part of a quantum was not played yet; a module that fades to another run plays it twice."""
        news = passed != self._stamp
        self._stamp = passed
        return news

    def exchange(self, plugged: Plugged, frames: int) -> None:
        """Send what comes in for so many frames, and take what comes out."""
        latency = int(plugged.latency)
        if latency and self._dry_channels:
            self._delay_dry(latency, frames)
        else:
            self._dry = None
        came = self._line is not None and self._ask(self._line, plugged, frames)
        if came and self.share == 1.0:
            self._score.keep_last(frames)
            return
        self._mix(frames, came=came)

    def _delay_dry(self, latency: int, frames: int) -> None:
        """Have what is heard while nothing comes back: what went in, as late as the plug-in is."""
        if self._past.shape[1] != latency:
            self._past = np.zeros((self._dry_channels, latency))
        whole = np.concatenate((self._past, self._in[: self._dry_channels, :frames]), axis=1)
        self._dry, self._past = whole[:, :frames], whole[:, frames:]

    def _ask(self, line: Line, plugged: Plugged, frames: int) -> bool:
        """Have a block computed; whether it came."""
        if self._owed and not self._answered(line, wait=False):
            return False
        self._write(line, plugged, frames)
        try:
            line.socket.send(b"x")
        except OSError:
            self._lose("ended")
            return False
        self._owed = True
        if not self._answered(line, wait=True):
            line.header[_LATE] += 1.0
            return False
        try:
            return self._read(line, plugged, frames)
        except (ValueError, OverflowError):
            self._lose("answered nonsense")
            return False

    def _write(self, line: Line, plugged: Plugged, frames: int) -> None:
        """Put the block there."""
        score, transport = self._score, plugged.transport
        count = int(score.count)
        _BLOCK.pack_into(line.block.map, _BLOCK_AT, frames, count)
        line.header[_ASKED] += 1.0
        per_beat, first = float(transport.per_beat), int(transport.first)
        _CLOCK.pack_into(
            line.block.map, _CLOCK_AT,
            transport.passed, transport.bpm, first / per_beat, min(int(transport.origin), first) / per_beat,
            transport.beats_per_bar, 4.0, float(transport.running),
        )  # fmt: skip
        if count:
            rows = np.frombuffer(memoryview(score.rows), np.float64, count * FIELDS)
            if plugged.mixed:
                table = rows.reshape(count, FIELDS)
                rows = table[np.argsort(table[:, 1], kind="stable")].reshape(-1)
            line.events[: count * FIELDS] = rows
        if len(self._in):
            coming, inputs = self._in, line.inputs
            if frames < QUANTUM:
                coming, inputs = coming[:, :frames], inputs[:, :frames]
            np.multiply(coming, 1.0 / FULL_SCALE_VOLTS, out=inputs, casting="same_kind")

    def _read(self, line: Line, plugged: Plugged, frames: int) -> bool:
        """Take what came; whether it can be played."""
        header = line.header
        if header[_FAILURES] != line.failures:
            line.failures = header[_FAILURES]
            return False
        if len(self._out):
            out, outputs = self._out, line.outputs
            if frames < QUANTUM:
                out, outputs = out[:, :frames], outputs[:, :frames]
            np.multiply(outputs, FULL_SCALE_VOLTS, out=out)
            if not self._score.sound(frames):
                self._lose("played what is no number")
                return False
        if plugged.answers:
            self._pending = self._answers(line)
        latency = int(header[_LATENCY])
        if latency != plugged.latency:
            plugged.latency = latency
        return True

    def _answered(self, line: Line, *, wait: bool) -> bool:
        """Whether the block that is owed came; `wait`: for as long as it may take."""
        if wait and line.patience != self.patience:
            line.wait(self.patience)
        try:
            if line.socket.recv(1, 0 if wait else socket.MSG_DONTWAIT):
                self._owed = False
                return True
        except BlockingIOError:
            return False
        except OSError:
            pass  # as if it had ended
        self._lose("ended")
        return False

    def _lose(self, how: str) -> None:
        """Nothing more comes; the control thread closes the line and tells."""
        self.idle.append(self._line)
        self._line = None
        self._owed = False
        self.lost.append(how)

    def _mix(self, frames: int, *, came: bool) -> None:
        """Go over from the plug-in to what goes in, or back."""
        goal = 1.0 if came else 0.0
        dry = self._in[: self._dry_channels, :frames] if self._dry is None else self._dry
        out = self._out[:, :frames]
        if not came:
            out[:] = self._last
        if self.share == goal == 0.0:
            out[:] = 0.0
            out[: self._dry_channels] = dry
            return
        rise = self._rise if came else -self._rise
        shares = np.clip(self.share + rise * np.arange(1, frames + 1), 0.0, 1.0)
        if came:
            self._score.keep_last(frames)
        out *= shares
        out[: self._dry_channels] += (1.0 - shares) * dry
        self.share = float(shares[-1])

    @staticmethod
    def _answers(line: Line) -> list[tuple[int, tuple[float, ...]]]:
        """The notes that came out."""
        count = int(line.header[_ANSWERS])
        table = line.answers[: count * FIELDS].reshape(count, FIELDS)
        return [(int(row[1]), tuple(row.tolist())) for row in table if int(row[0]) in {NOTE_ON, NOTE_OFF}]

    def play_answers(self, plugged: Plugged, start: int, stop: int) -> None:
        """Write the notes that the plug-in sends as pitch, gate and velocity, each in a voice of its own."""
        targets = [jack.target for jack in plugged.answers]
        for target in targets:
            target.room()
        pitch, gate, velocity = (self._view(target.wide).reshape(QUANTUM, VOICES) for target in targets)
        before = start - 1 if start > 0 else QUANTUM - 1
        for block in (pitch, gate, velocity):
            block[start:stop] = block[before]
        for frame, (kind, _, channel, key, value, _, note) in self._pending:
            name = int(note) if note >= 0 else 128 * int(channel) + int(key)
            at = start + min(frame, stop - start - 1)
            if int(kind) == NOTE_OFF:
                voice = self._sounding.pop(name, -1)
                if voice >= 0:
                    gate[at:stop, voice] = 0.0
                continue
            used = set(self._sounding.values())
            free = next((voice for voice in range(VOICES) if voice not in used), 0)
            self._sounding = {each: voice for each, voice in self._sounding.items() if voice != free}
            self._sounding[name] = free
            pitch[at:stop, free] = (key - 60.0) / 12.0
            gate[at:stop, free] = GATE_VOLTS
            velocity[at:stop, free] = GATE_VOLTS * value
            self._voices = max(self._voices, free + 1)
        for target, block in zip(targets, (pitch, gate, velocity), strict=True):
            self.carry(plugged, target, self._voices, start)
            if self._voices == 1:
                self._view(target.block)[start:stop] = block[start:stop, 0]

    @staticmethod
    def carry(plugged: Plugged, target: Outlet, voices: int, start: int) -> None:
        """Have an outlet carry so many voices."""
        if target.channels != voices:
            kept = np.array(np.frombuffer(memoryview(target.wide), np.float64)) if len(target.wide) else None
            target.carry(voices, start)
            if kept is not None:
                writable(target.wide)[:] = kept
            plugged.news = True

    def _view(self, block: Any) -> NDArray[np.float64]:
        """A block of volts as numpy sees it."""
        known = self._views.get(id(block))
        if known is not None and known[0] is block:
            return known[1]
        view = writable(block)
        if len(self._views) > 256:
            self._views.clear()
        self._views[id(block)] = (block, view)
        return view


def patience(block_frames: int, sample_rate: float) -> float:
    """How many seconds the engine waits for a plug-in's block, with blocks of the sound card of so many frames."""
    return max(SHARE * block_frames / sample_rate, SHORTEST_SECONDS)


def open_line(place: PlugIn, seconds: float) -> Line:
    """A line to a process that is about to open its door. Raises: OSError: if it does not in this time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return Line(place)
        except (OSError, ValueError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.002)
