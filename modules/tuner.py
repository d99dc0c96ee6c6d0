"""Tuner: which note it hears, and how far it is off.

It times the rises of the signal through its middle, to a fraction of a sample, over some 0.15 s. A rise counts
only after a fall well below the middle, so that overtones do not count while there is one wave a period.
"""

import math

from livepatch.dsp import C4_HZ, absolute, divide, exp2, log2, maximum, nearest
from livepatch.module import Canvas, Module, each, inlet, knob, light, outlet

WINDOW_SECONDS = 0.15
PATIENCE_SECONDS = 0.5
"""After so long without a note it shows none."""
QUIETEST_VOLTS = 0.01
SHARE = 0.3
"""Of the peak: how far below the middle the signal must have been."""
LOWEST_HZ = 8.0
COLUMNS = 4
"""Of the notes of several voices."""
NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


class Tuner(Module):
    """The nearest note and the cents from there; its pitch as 1 V/octave too."""

    picture = 3
    reference = knob(400.0, 480.0, 440.0, "A4", unit="Hz", description="what the notes are counted from")
    audio = inlet("Audio")
    out = outlet("Audio")
    voct = outlet("1 V/octave pitch", description="of the last note that was heard")
    flat = light("Flat", colour="orange")
    tuned = light("In tune", colour="green", description="less than 3 cents off")
    sharp = light("Sharp", colour="orange")
    bypass = {"audio": "out"}

    middle = 0.0
    peak = 0.0
    last = 0.0
    armed = False
    since = 0.0
    """Samples since the rise that the measurement began with; below 0 none has been seen yet."""
    counted = -1.0
    """Periods since then."""
    hertz = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        audio = self.audio if absolute(self.audio) < 1e4 else 0.0
        self.middle += 60.0 * period * (audio - self.middle)
        wave = audio - self.middle
        self.peak = maximum(absolute(wave), self.peak * exp2(-4.0 * period))
        self.since += 1.0
        self.armed = self.armed or wave < -SHARE * self.peak
        if self.armed and self.last < 0.0 <= wave and self.peak > QUIETEST_VOLTS:
            self.armed = False
            after = divide(wave, wave - self.last)
            self.counted += 1.0
            if self.counted < 0.5 or self.since - after >= WINDOW_SECONDS * self.sample_rate:
                if self.counted > 0.5:
                    self.hertz = divide(self.counted * self.sample_rate, self.since - after)
                self.counted = 0.0
                self.since = after
        self.last = wave
        if self.since > PATIENCE_SECONDS * self.sample_rate:
            self.hertz = 0.0
            self.counted = -1.0
            self.since = 0.0

        heard = self.hertz > 8.0
        notes = 12.0 * log2(divide(self.hertz, self.reference) if heard else 1.0)
        cents = 100.0 * (notes - nearest(notes))
        self.flat = 1.0 if heard and cents <= -3.0 else 0.0
        self.tuned = 1.0 if heard and -3.0 < cents < 3.0 else 0.0
        self.sharp = 1.0 if heard and cents >= 3.0 else 0.0
        self.voct = log2(divide(self.hertz, C4_HZ)) if heard else self.voct
        self.out = self.audio

    def draw(self, canvas: Canvas) -> None:
        voices = each(self.hertz)
        if len(voices) > 1:
            self.draw_voices(canvas, voices)
            return
        canvas.line(0.0, 0.1, 1.0, 0.1, "dim")
        canvas.line(0.5, 0.0, 0.5, 0.3, "dim")
        if self.hertz <= LOWEST_HZ:
            canvas.text(0.5, 1.0, "-", "dim", align="centre")
            return
        name, cents, colour = note(self.hertz, self.reference)
        place = 0.5 + cents / 100.0
        canvas.box(place - 0.015, 0.0, place + 0.015, 0.3, colour)
        canvas.text(0.0, 1.0, name, colour)
        canvas.text(0.5, 0.5, f"{round(cents, 1) + 0.0:+.1f} cents", colour, align="centre")
        canvas.text(1.0, 1.0, f"{self.hertz:.2f} Hz", "dim", align="right")

    def draw_voices(self, canvas: Canvas, voices: list[float]) -> None:
        """The note of each voice, and how many cents it is off."""
        rows = (len(voices) + COLUMNS - 1) // COLUMNS
        for number, hertz in enumerate(voices):
            place = (number % COLUMNS) / COLUMNS
            height = 1.0 - (number // COLUMNS + 0.5) / max(rows, 3)
            if hertz <= LOWEST_HZ:
                canvas.text(place, height, "-", "dim")
            else:
                name, cents, colour = note(hertz, self.reference)
                canvas.text(place, height, f"{name}{round(cents) + 0:+d}", colour)


def note(hertz: float, reference: float) -> tuple[str, float, str]:
    """The nearest note, how many cents it is from there, and the colour of that."""
    notes = 12.0 * math.log2(hertz / reference)
    nearest_note = math.floor(notes + 0.5)
    cents = 100.0 * (notes - nearest_note)
    octave, name = divmod(nearest_note + 57, 12)
    return f"{NAMES[name]}{octave}", cents, "green" if abs(cents) < 3.0 else "orange"
