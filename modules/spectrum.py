"""Spectrum: how loud each frequency is, from 20 Hz to 20 kHz.

A Fourier transform (Cooley and Tukey, An algorithm for the machine calculation of complex Fourier series, 1965)
of the last 4096 samples under a window whose side lobes are at -92 dB (Harris, On the use of windows for harmonic
analysis, 1978). Levels are in dB of a sine of ±10 V, the sound card's full scale.
"""

import math

from livepatch.dsp import FULL_SCALE_VOLTS, VOICES, clamp, cos1, divide, exp2, log2, maximum, sin1
from livepatch.module import Canvas, Module, buffer, channels, inlet, knob, outlet, poly, set_channels

SIZE = 4096
HALF = SIZE // 2
HOP = SIZE // 2
"""Samples from one transform to the next."""
WINDOW_SUM = 0.35875 * SIZE
BANDS = 96
LOWEST_HZ = 20.0
OCTAVES = 9.965784284662087
"""From 20 Hz to 20 kHz."""
FLOOR_DB = -120.0
BOTTOM_DB = -90.0
TOP_DB = 6.0
DB_PER_POWER_OCTAVE = 3.0102999566398120


class Spectrum(Module):
    """Spectrum analyser of the sum of all voices; what goes in comes out unchanged."""

    picture = 7
    fall = knob(6.0, 240.0, 60.0, "Fall", unit="dB/s", description="how fast a level falls")
    audio = inlet("Audio")
    out = outlet("Audio")
    levels = buffer(frames=BANDS)
    """Of each band, in dB above the floor."""
    ring = buffer(frames=SIZE)
    real = buffer(frames=SIZE)
    imaginary = buffer(frames=SIZE)
    window = buffer(frames=SIZE)
    cosines = buffer(frames=HALF)
    sines = buffer(frames=HALF)
    bypass = {"audio": "out"}

    place = 0
    fresh = 0
    prepared = False
    peak_hz = 0.0
    peak_db = FLOOR_DB

    def process(self, start: int, stop: int) -> None:
        audio, out = poly(self.audio), poly(self.out)
        voices = channels(self.audio)
        set_channels(self.out, voices)
        for i in range(start, stop):
            total = 0.0
            for voice in range(voices):
                out[i * VOICES + voice] = audio[i * VOICES + voice]
                total += audio[i * VOICES + voice]
            self.ring[self.place] = clamp(total, -1000.0, 1000.0)
            self.place = self.place + 1 if self.place + 1 < SIZE else 0
            self.fresh += 1
            if self.fresh == HOP:
                self.fresh = 0
                self.prepare_tables()
                self.transform()
                self.find_peak()
                self.fill_bands(self.fall * HOP / self.sample_rate)

    def prepare_tables(self) -> None:
        if self.prepared:
            return
        self.prepared = True
        for index in range(SIZE):
            turn = float(index) / SIZE
            self.window[index] = (
                0.35875 - 0.48829 * cos1(turn) + 0.14128 * cos1(2.0 * turn) - 0.01168 * cos1(3.0 * turn)
            )
        for index in range(HALF):
            self.cosines[index] = cos1(float(index) / SIZE)
            self.sines[index] = -sin1(float(index) / SIZE)

    def transform(self) -> None:
        """Of the ring, oldest sample first; powers of the sines it consists of go to `real`."""
        mirrored = 0
        for index in range(SIZE):
            sample = self.place + index
            self.real[mirrored] = self.ring[sample if sample < SIZE else sample - SIZE] * self.window[index]
            self.imaginary[mirrored] = 0.0
            bit = HALF
            while bit > 0 and mirrored >= bit:
                mirrored -= bit
                bit = bit // 2
            mirrored += bit
        width = 1
        while width < SIZE:
            stride = HALF // width
            for first in range(0, SIZE, 2 * width):
                for index in range(width):
                    here, there = first + index, first + index + width
                    c, s = self.cosines[index * stride], self.sines[index * stride]
                    x = self.real[there] * c - self.imaginary[there] * s
                    y = self.real[there] * s + self.imaginary[there] * c
                    self.real[there] = self.real[here] - x
                    self.imaginary[there] = self.imaginary[here] - y
                    self.real[here] += x
                    self.imaginary[here] += y
            width *= 2
        scale = 2.0 / (WINDOW_SUM * FULL_SCALE_VOLTS)
        for index in range(HALF):
            x, y = scale * self.real[index], scale * self.imaginary[index]
            self.real[index] = x * x + y * y

    def find_peak(self) -> None:
        """The loudest sine, where a parabola through the three loudest places has its top."""
        best = 1
        for index in range(2, HALF - 1):
            if self.real[index] > self.real[best]:
                best = index
        below, top, above = decibels(self.real[best - 1]), decibels(self.real[best]), decibels(self.real[best + 1])
        off = clamp(divide(0.5 * (below - above), below - 2.0 * top + above), -0.5, 0.5)
        self.peak_hz = (float(best) + off) * self.sample_rate / SIZE
        self.peak_db = top - 0.25 * (below - above) * off

    def fill_bands(self, faded: float) -> None:
        per_bin = divide(SIZE, self.sample_rate)
        low = LOWEST_HZ * per_bin
        for band in range(BANDS):
            high = LOWEST_HZ * exp2(OCTAVES * float(band + 1) / BANDS) * per_bin
            power = 0.0
            first = int(low) + 1
            if float(first) >= high:
                share = 0.5 * (low + high) - float(first - 1)
                power = (1.0 - share) * self.real[first - 1] + share * self.real[minimum_index(first, HALF - 1)]
            else:
                for index in range(first, minimum_index(int(high) + 1, HALF)):
                    power = maximum(power, self.real[index])
            self.levels[band] = maximum(decibels(power) - FLOOR_DB, maximum(self.levels[band] - faded, 0.0))
            low = high

    def draw(self, canvas: Canvas) -> None:
        for hertz, name in ((100.0, "100"), (1000.0, "1k"), (10000.0, "10k")):
            x = math.log2(hertz / LOWEST_HZ) / OCTAVES
            canvas.line(x, 0.0, x, 1.0, "dim")
            canvas.text(x, 0.0, name, "dim")
        for band, level in enumerate(self.levels):
            height = (level + FLOOR_DB - BOTTOM_DB) / (TOP_DB - BOTTOM_DB)
            if height > 0.0:
                canvas.box(band / BANDS, 0.15, (band + 1) / BANDS, 0.15 + 0.85 * height)
        if self.peak_db > BOTTOM_DB:
            canvas.text(0.0, 1.0, f"{self.peak_hz:.1f} Hz")
            canvas.text(1.0, 1.0, f"{self.peak_db:.1f} dB", "dim", align="right")


def decibels(power: float) -> float:
    """A power in dB, the floor at least."""
    return maximum(DB_PER_POWER_OCTAVE * log2(maximum(power, 1e-30)), FLOOR_DB)


def minimum_index(a: int, b: int) -> int:
    """The smaller of two whole numbers."""
    return min(b, a)
