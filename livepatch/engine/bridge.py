"""The way of blocks to a plug-in's process and back, and what is heard while nothing comes back."""

import math
import struct
import time
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.answers import BENT, Answers, Row
from livepatch.engine.line import Line
from livepatch.engine.outlets import Outlet
from livepatch.engine.patience import Patience
from livepatch.engine.plugged import Plugged
from livepatch.engine.score import FIELDS, FLAGS, Score
from livepatch.engine.states import writable
from livepatch.protocol.plugin_block import SLOT
from livepatch.runtime import QUANTUM, VOICES
from livepatch.voltage import FULL_SCALE_VOLTS

FADE_SECONDS = 0.005
_BLOCK, _BLOCK_AT = struct.Struct("2d"), 8 * SLOT["frames"]
"""Frames and events."""
_CLOCK, _CLOCK_AT = struct.Struct("7d"), 8 * SLOT["frame"]
_ANSWERS, _SILENT, _LATENCY = SLOT["answers"], SLOT["silent_inputs"], SLOT["latency"]
_FAILURES, _LATE = SLOT["failures"], SLOT["late"]
_SILENT_OUTPUTS, _RESTS = SLOT["silent_outputs"], SLOT["rests"]
_REST_AFTER, _REST_AFTER_SAID = SLOT["rest_after"], SLOT["rest_after_said"]


class Bridge:
    """A module's way to its plug-in, whichever process that is in, for as long as the module is in the rack.

    The audio callback calls `begins`, `free`, `stirred`, `send`, `collect`, `carry` and `play_answers`, and
    `cross` between quanta; the control thread makes lines, takes `lost`, what went wrong, and closes the lines
    that are `idle`.

    While nothing comes from the plug-in, what goes in comes out, as if it were bypassed; one turns into the other
    in 5 ms. `share` is how much of the plug-in is heard.
    """

    def __init__(self, score: Score, inputs: int, outputs: int, sample_rate: float, patience: Patience) -> None:
        self.lost: deque[str] = deque()
        self.idle: deque[Line | None] = deque()
        self.share = 0.0
        self._patience = patience
        self._line: Line | None = None
        self._sent = False
        self._owed = False
        self._until = 0.0
        self._stamp = -1
        self._rise = 1.0 / (FADE_SECONDS * sample_rate)
        self._dry_channels = min(inputs, outputs)
        self._all_silent = float((1 << outputs) - 1) if 0 < outputs <= FLAGS else math.nan
        self._score = score
        self._in = writable(score.sending)[: inputs * QUANTUM].reshape(inputs, QUANTUM)
        self._out = writable(score.coming)[: outputs * QUANTUM].reshape(outputs, QUANTUM)
        self._last = writable(score.last)[:outputs].reshape(outputs, 1)
        self._dry: NDArray[np.float64] | None = None
        self._past: NDArray[np.float64] = np.zeros((self._dry_channels, 0))
        self._views: dict[int, tuple[Any, NDArray[np.float64]]] = {}
        self._answers = Answers()
        self._answered = False

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
        """Whether this part of a quantum was not sent yet; a module that fades to another run plays it twice."""
        news = passed != self._stamp
        self._stamp = passed
        return news

    def free(self, plugged: Plugged) -> bool:
        """Whether the plug-in can be told something: while a block is owed, it is told when that has come."""
        line = self._line
        if line is None or not self._owed:
            return True
        try:
            self._owed = not line.came()
            if not self._owed and plugged.answers:
                self._answers.take(_answers(line), late=True)
        except (OSError, EOFError):
            self._lose("ended")
        except (ValueError, OverflowError):
            self._lose("answered nonsense")
        return not self._owed

    def stirred(self) -> bool:
        """Whether a plug-in that rests has something to play: something was done to it besides."""
        line = self._line
        return line is None or line.stirred()

    def send(self, plugged: Plugged, frames: int) -> None:
        """Send what comes in for so many frames; the plug-in plays it while others do."""
        if self._sent and self._until > 0.0:
            self._patience.out -= 1  # the module stopped before it collected that
        self._sent = True
        line, self._until = self._line, 0.0
        if line is None or self._owed:
            return
        try:
            self._write(line, plugged, frames)
            line.ask()
        except (OSError, EOFError):
            self._lose("ended")
            return
        self._owed = True
        self._patience.out += 1
        self._until = time.perf_counter() + self._patience.seconds

    def collect(self, plugged: Plugged, frames: int) -> None:
        """Take what comes out, once for each time that something was sent."""
        if not self._sent:
            return
        self._sent = False
        latency = int(plugged.latency)
        if latency and self._dry_channels:
            self._delay_dry(latency, frames)
        else:
            self._dry = None
        self._answered = True
        line = self._line
        came = self._until > 0.0 and line is not None and self._take(line, plugged, frames)
        if came and line is not None and self.share == 1.0:
            self._heed(line, frames)
            self._score.keep_last(frames)
            return
        self._score.rest.end()
        self._mix(frames, came=came)

    def _heed(self, line: Line, frames: int) -> None:
        """Count how long nothing goes in, and nothing moves that comes out; after long enough it rests."""
        score, header = self._score, line.header
        rest = score.rest
        says = header[_SILENT_OUTPUTS] == self._all_silent
        if says and not score.silent_now(frames):
            rest.lies = True
        if rest.fed or not score.stands(frames) or header[_ANSWERS] or line.stirred():
            rest.end()
            return
        rest.count(frames, says=says)
        if rest.due(header[_REST_AFTER], header[_REST_AFTER_SAID]):
            rest.on = True
            header[_RESTS] = 1.0
            score.hold()

    def _delay_dry(self, latency: int, frames: int) -> None:
        """Have what is heard while nothing comes back: what went in, as late as the plug-in is."""
        if self._past.shape[1] != latency:
            self._past = np.zeros((self._dry_channels, latency))
        whole = np.concatenate((self._past, self._in[: self._dry_channels, :frames]), axis=1)
        self._dry, self._past = whole[:, :frames], whole[:, frames:]

    def _take(self, line: Line, plugged: Plugged, frames: int) -> bool:
        """Whether the block that was sent came, and can be played."""
        patience = self._patience
        patience.out -= 1
        try:
            self._owed = not line.comes(self._until, watch=not patience.out)
        except (OSError, EOFError):
            self._lose("ended")
            return False
        if self._owed:
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
        line.header[_SILENT] = float(score.silent)
        line.header[_RESTS] = 0.0
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
            np.copyto(out, outputs)
            np.multiply(out, FULL_SCALE_VOLTS, out=out)  # as doubles: no bit is lost
            if not self._score.sound(frames):
                self._lose("played what is no number")
                return False
            self._score.clear_nothing(frames)
        if plugged.answers:
            self._answers.take(_answers(line))
        latency = int(header[_LATENCY])
        if latency != plugged.latency:
            plugged.latency = latency
        return True

    def _lose(self, how: str) -> None:
        """Nothing more comes; the control thread closes the line and tells."""
        self.idle.append(self._line)
        self._line = None
        self._owed = False
        self._answers.end()
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

    def play_answers(self, plugged: Plugged, start: int, stop: int) -> None:
        """Write the notes that the plug-in sends; of two runs in a fade each writes the same."""
        answers = self._answers
        if self._answered:
            self._answered = False
            answers.play(start, stop)
        for place, jack in enumerate(plugged.answers):
            target, volts = jack.target, answers.volts[place]
            target.room()
            self._view(target.wide).reshape(QUANTUM, VOICES)[start:stop] = volts[start:stop]
            voices = answers.voices if place != BENT else 1
            self.carry(plugged, target, voices, start)
            if voices == 1:
                self._view(target.block)[start:stop] = volts[start:stop, 0]

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


def _answers(line: Line) -> list[Row]:
    """The events that came out."""
    count = int(line.header[_ANSWERS])
    rows: list[list[float]] = line.answers[: count * FIELDS].reshape(count, FIELDS).tolist()
    return [tuple(row) for row in rows]
