"""The transport: which beat it is, at every frame, and at which frame a beat will be.

Native code in the engine process. Only the audio callback changes what is here. Positions are whole numbers, and a
frame adds a whole number to them: nothing drifts, and another tempo goes on from the very place.
"""

from typing import Final

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.arithmetic import round_to_int, to_float
from livepatch.dsp.blocks import blank, copy, fill, poke
from livepatch.runtime import QUANTUM

TEMPO: Final = 120.0
BEATS_PER_BAR: Final = 4.0
STRAIGHT: Final = 0.5
PARTS: Final = 1e6
"""A tempo is kept in so many parts of a beat a minute."""
NEVER: Final = 1 << 60
"""Frames until a position that is not reached while the transport stands."""


class Transport:
    """Beats, bars and swing on the clock of the frames.

    `position` is where the next frame is, `per_beat` how far apart beats are, `advance` how far apart frames are.
    The bar number `bar`, from 0 on, began at `origin` and is `per_bar` long. In every `pair_beats` the second half
    begins when `swing` of their time is over. `jumps` counts where positions ahead came to mean something else.

    The blocks hold each frame of a quantum: beats and bars since the beginning, beats since the bar began, beats
    in swung time, the tempo in beats a minute, and 1 while it runs. They are written once a module listens:
    `heard`, bars once one listens to them: `bars_heard`. `passed` are the frames that were played before this part
    of the quantum, which begins at the position `first`.
    """

    def __init__(self, sample_rate: float) -> None:
        self.per_beat: i64 = round_to_int(60.0 * PARTS * sample_rate)
        self.position: i64 = 0
        self.bpm: float = TEMPO
        self.advance: i64 = round_to_int(TEMPO * PARTS)
        self.running: bool = True
        self.bar: i64 = 0
        self.origin: i64 = 0
        self.beats_per_bar: float = BEATS_PER_BAR
        self.per_bar: i64 = self.units(BEATS_PER_BAR)
        self.swing: float = STRAIGHT
        self.pair_beats: float = 0.5
        self.jumps: i64 = 0
        self.heard: bool = False
        self.bars_heard: bool = False
        self.passed: i64 = 0
        self.next: i64 = 0
        self.first: i64 = 0
        self.beats: vec[float] = blank(QUANTUM, 0.0)
        self.bars: vec[float] = blank(QUANTUM, 0.0)
        self.places: vec[float] = blank(QUANTUM, 0.0)
        self.swung: vec[float] = blank(QUANTUM, 0.0)
        self.tempo: vec[float] = blank(QUANTUM, TEMPO)
        self.runs: vec[float] = blank(QUANTUM, 1.0)

    def block(self, what: str) -> vec[float]:
        """What a module reads of it: beats, bars, place, swung, tempo or running."""
        self.heard = True
        if what == "beats":
            return self.beats
        if what == "bars":
            self.bars_heard = True
            return self.bars
        if what == "place":
            return self.places
        if what == "swung":
            return self.swung
        return self.tempo if what == "tempo" else self.runs

    def units(self, beats: float) -> i64:
        """So many beats, as a difference of positions."""
        return round_to_int(beats * to_float(self.per_beat))

    def beat(self) -> float:
        """Beats since the beginning."""
        return to_float(self.position) / to_float(self.per_beat)

    def beats_at(self, position: i64) -> float:
        """A position in beats."""
        return to_float(position) / to_float(self.per_beat)

    def bar_now(self) -> float:
        """Bars since the beginning."""
        return self.bars_at(self.position)

    def bars_at(self, position: i64) -> float:
        """A position in bars."""
        return to_float(self.bar) + to_float(position - self.origin) / to_float(self.per_bar)

    def retune(self, sample_rate: float) -> None:
        """Follow another sample rate: the place stays."""
        beat = self.beat()
        origin = self.beats_at(self.origin)
        self.per_beat = round_to_int(60.0 * PARTS * sample_rate)
        self.position = self.units(beat)
        self.origin = self.units(origin)
        self.per_bar = self.units(self.beats_per_bar)
        self.jumps += 1

    def set(self, name: str, value: float) -> None:
        """Change one value from the next frame on; what it does not know it leaves alone."""
        if name == "tempo":
            self.bpm = value
            self.advance = max(round_to_int(value * PARTS), 1)
        elif name == "beats_per_bar":
            self.beats_per_bar = value
            self.per_bar = max(self.units(value), 1)
            self._find_bar()
            self.jumps += 1
        elif name == "swing":
            self.swing = value
        elif name == "swing_beats":
            self.pair_beats = value
        elif name == "running":
            self.running = value >= 0.5
        elif name == "position":
            self.position = self.units(value)
            self.bar = self.position // self.per_bar
            self.origin = self.bar * self.per_bar
            self.jumps += 1

    def play(self, start: i64, stop: i64) -> None:
        """Go on from frame `start` to `stop` of the quantum."""
        step: i64 = 0
        if self.running:
            step = self.advance
        self.passed = self.next
        self.next += stop - start
        self.first = self.position
        if self.heard:
            self._write(start, stop, step)
        self.position += (stop - start) * step
        self._find_bar()

    def _find_bar(self) -> None:
        if self.position - self.origin >= self.per_bar:
            more = (self.position - self.origin) // self.per_bar
            self.bar += more
            self.origin += more * self.per_bar

    def _write(self, start: i64, stop: i64, step: i64) -> None:
        per_beat = to_float(self.per_beat)
        per_bar = to_float(self.per_bar)
        first = to_float(self.bar)
        position = self.position
        since = position - self.origin
        beats, bars, places = self.beats, self.bars, self.places
        for index in range(start, stop):
            poke(beats, index, to_float(position + (index - start) * step) / per_beat)
        if self.bars_heard:
            for index in range(start, stop):
                poke(bars, index, first + to_float(since + (index - start) * step) / per_bar)
        for index in range(start, stop):
            poke(places, index, to_float(since + (index - start) * step) / per_beat)
        if since + (stop - start) * step > self.per_bar:
            self._begin_bar(start, stop, step)
        if self.swing == STRAIGHT:
            copy(self.swung, self.beats, start, stop)
        else:
            self._swing(start, stop, step)
        fill(self.tempo, self.bpm, start, stop)
        fill(self.runs, 1.0 if self.running else 0.0, start, stop)

    def _begin_bar(self, start: i64, stop: i64, step: i64) -> None:
        """The places from where a bar begins inside the quantum."""
        per_beat = to_float(self.per_beat)
        for index in range(start, stop):
            since = self.position - self.origin + (index - start) * step
            if since >= self.per_bar:
                poke(self.places, index, to_float(since % self.per_bar) / per_beat)

    def _swing(self, start: i64, stop: i64, step: i64) -> None:
        """Beats in a time in which both parts of every pair are equally long."""
        pair = max(self.units(self.pair_beats), 1)
        whole = to_float(pair)
        for index in range(start, stop):
            place = self.position + (index - start) * step
            pairs = place // pair
            share = to_float(place - pairs * pair) / whole
            if share < self.swing:
                even = 0.5 * share / self.swing
            else:
                even = 0.5 + 0.5 * (share - self.swing) / (1.0 - self.swing)
            poke(self.swung, index, self.pair_beats * (to_float(pairs) + even))

    def frames_to(self, position: i64) -> i64:
        """Frames until a position is reached, 0 if it is; NEVER while the transport stands."""
        if position <= self.position:
            return 0
        if not self.running:
            return NEVER
        return (position - self.position + self.advance - 1) // self.advance

    def after(self, frames: i64) -> i64:
        """The position so many frames from now."""
        return self.position + frames * self.advance

    def next_bar(self, after: i64) -> i64:
        """Where the next bar begins after a position."""
        return self.origin + ((after - self.origin) // self.per_bar + 1) * self.per_bar

    def next_beat(self, after: i64) -> i64:
        """Where the next beat of a bar begins after a position."""
        since = (after - self.origin) % self.per_bar
        beat = after - since + (since // self.per_beat + 1) * self.per_beat
        return min(beat, self.next_bar(after))

    def next_multiple(self, beats: float, after: i64) -> i64:
        """Where the next multiple of so many beats since the beginning is after a position."""
        grid = max(self.units(beats), 1)
        return (after // grid + 1) * grid
