"""The notes that a plug-in sends, as voltages."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from livepatch.engine.score import (
    BEND,
    BEND_VOLTS,
    FULL_VOLTS,
    MIDDLE_C,
    NOTE_OFF,
    NOTE_ON,
    NOTE_PRESSURE,
    PRESSURE,
    TUNING,
)
from livepatch.runtime import QUANTUM, VOICES

VOCT, GATE, VELOCITY, BENT, PRESSED = range(5)
"""The outlets, in the order of `livepatch.protocol.plugin_panel.NOTE_OUTLETS`."""
Row = tuple[float, ...]
"""Kind, frame, channel, key, value, extra, note: as in `livepatch.plugins.plugin.Event`."""


class Answers:
    """Pitch, gate, velocity, bend and pressure of what is sent, each note in a voice of its own.

    `voices` are as many as sounded at once so far, `volts` a quantum of shape (outlet, frame, voice). Bend is that
    of all. Audio callback.
    """

    def __init__(self) -> None:
        self.voices = 1
        self.volts: NDArray[np.float64] = np.zeros((5, QUANTUM, VOICES))
        self._waiting: list[Row] = []
        self._notes: dict[int, tuple[int, int, int]] = {}
        self._ending = False

    def take(self, rows: Iterable[Row], *, late: bool = False) -> None:
        """Note what was sent, but for what is no number; `late`: with the block before, which did not come."""
        sound = (row for row in rows if all(map(math.isfinite, row)))
        self._waiting += [(row[0], 0.0, *row[2:]) if late else row for row in sound]

    def end(self) -> None:
        """Nobody sends any more: every gate falls."""
        self._ending = True

    def play(self, start: int, stop: int) -> None:
        """Compute a part of the quantum."""
        self.volts[:, start:stop] = self.volts[:, start - 1 if start > 0 else QUANTUM - 1][:, np.newaxis]
        if self._ending:
            self._ending = False
            self._notes.clear()
            self._waiting.clear()
            self.volts[GATE, start:stop] = 0.0
        for row in self._waiting:
            at = start + min(max(int(row[1]), 0), stop - start - 1)
            self._hear(row, self.volts[:, at:stop])
        self._waiting.clear()

    def _hear(self, row: Row, volts: NDArray[np.float64]) -> None:
        kind, _, channel, key, value, extra, note = row
        if kind == NOTE_ON:
            voice = self._begin(int(channel), int(key), int(note))
            volts[VOCT, :, voice] = (key - MIDDLE_C + 0.01 * extra) / 12.0
            volts[GATE, :, voice] = FULL_VOLTS
            volts[VELOCITY, :, voice] = FULL_VOLTS * value
        elif kind == BEND:
            volts[BENT] = BEND_VOLTS * value
        elif kind == PRESSURE:
            volts[PRESSED] = FULL_VOLTS * value
        elif kind in {NOTE_OFF, TUNING, NOTE_PRESSURE}:
            voice = self._find(int(channel), int(key), int(note))
            if voice < 0:
                return
            if kind == NOTE_OFF:
                del self._notes[voice]
                volts[GATE, :, voice] = 0.0
            elif kind == TUNING:
                volts[VOCT, :, voice] = (key - MIDDLE_C + value) / 12.0
            else:
                volts[PRESSED, :, voice] = FULL_VOLTS * value

    def _begin(self, channel: int, key: int, note: int) -> int:
        """A voice for a note: the one that it has, one that is free, or the one that is taken longest."""
        voice = self._find(channel, key, note)
        if voice < 0:
            voice = next((each for each in range(VOICES) if each not in self._notes), -1)
        if voice < 0:
            voice = next(iter(self._notes))
        self._notes.pop(voice, None)
        self._notes[voice] = (channel, key, note)
        self.voices = max(self.voices, voice + 1)
        return voice

    def _find(self, channel: int, key: int, note: int) -> int:
        """The voice of a note, by its number or by its key, whichever is known; -1 if it does not sound."""
        for voice, (on, pressed, number) in self._notes.items():
            same = note == number if note >= 0 and number >= 0 else (on, pressed) == (channel, key)
            if same:
                return voice
        return -1
