"""VU: how loud two signals are, on average and at their peaks.

Levels are in dB of the sound card's full scale, 10 V: a sine of ±10 V is at 0 dB by its peak and, as
AES17 counts it, on average too; ±5 V is at -6 dB. The needle takes 0.3 s to 99 %, as that of a VU meter.
"""

import math

from livepatch.dsp import FULL_SCALE_VOLTS, absolute, divide, exp2, maximum, minimum
from livepatch.module import Canvas, Module, each, inlet, light, outlet

NEEDLE_SECONDS = 0.065
"""The time constant that takes 0.3 s to 99 % of a level."""
FALL_DB = 20.0
"""How far a peak falls in a second."""
LOWEST_DB = -48.0
OCTAVES_PER_E = 1.4426950408889634
DB_PER_OCTAVE = 6.020599913279624
LOUDEST = 1e4
"""Volts beyond which it counts no further."""


class Vu(Module):
    """Average and peak of left and right, in dB of full scale, of each voice; what goes in comes out unchanged."""

    picture = 4
    left = inlet("Left", voices=True)
    right = inlet("Right", normal="left", voices=True)
    left_out = outlet("Left")
    right_out = outlet("Right")
    clip = light("Clip", colour="red", description="beyond ±10 V")
    bypass = {"left": "left_out", "right": "right_out"}

    left_square = 0.0
    right_square = 0.0
    left_peak = 0.0
    right_peak = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        follow = 1.0 - exp2(-OCTAVES_PER_E * period / NEEDLE_SECONDS)
        fall = exp2(-FALL_DB / DB_PER_OCTAVE * period)
        left = minimum(absolute(self.left), LOUDEST)
        right = minimum(absolute(self.right), LOUDEST)
        self.left_square += follow * (left * left - self.left_square)
        self.right_square += follow * (right * right - self.right_square)
        self.left_peak = maximum(left, self.left_peak * fall)
        self.right_peak = maximum(right, self.right_peak * fall)
        self.clip = 1.0 if maximum(left, right) > FULL_SCALE_VOLTS else 0.0
        self.left_out = self.left
        self.right_out = self.right

    def draw(self, canvas: Canvas) -> None:
        left = list(zip(each(self.left_square), each(self.left_peak), strict=True))
        right = list(zip(each(self.right_square), each(self.right_peak), strict=True))
        for bottom, side, voices in ((0.5, "L", left), (0.0, "R", right)):
            if len(voices) == 1:
                ((square, peak),) = voices
                meter(canvas, bottom, side, decibels(math.sqrt(2.0 * square)), decibels(peak))
            else:
                canvas.text(0.0, bottom + 0.3, side, "dim")
                for number, (square, peak) in enumerate(voices):
                    place = 0.1 + 0.9 * number / len(voices)
                    column(canvas, place, bottom, decibels(math.sqrt(2.0 * square)), decibels(peak))


def decibels(volts: float) -> float:
    """Volts in dB of full scale, -96 dB at least."""
    return 20.0 * math.log10(max(volts / FULL_SCALE_VOLTS, 10.0 ** (-96.0 / 20.0)))


def across(db: float) -> float:
    """Where a level stands, from the lowest at 0 to 6 dB above full scale at 1."""
    return min(max((db - LOWEST_DB) / (6.0 - LOWEST_DB), 0.0), 1.0)


def meter(canvas: Canvas, bottom: float, side: str, average: float, peak: float) -> None:
    """One side: its bar, a mark at its peak, and both numbers above."""
    canvas.line(across(0.0), bottom + 0.06, across(0.0), bottom + 0.25, "dim")
    for low, high, colour in ((LOWEST_DB, -12.0, "green"), (-12.0, -3.0, "yellow"), (-3.0, 6.0, "red")):
        if average > low:
            canvas.box(across(low), bottom + 0.06, across(min(average, high)), bottom + 0.25, colour)
    canvas.line(across(peak), bottom + 0.06, across(peak), bottom + 0.25, "red" if peak > 0.0 else "text")
    canvas.text(0.0, bottom + 0.3, side, "dim")
    canvas.text(0.5, bottom + 0.3, f"{average:.1f} dB" if average > -96.0 else "-inf dB", align="centre")
    canvas.text(1.0, bottom + 0.3, f"pk {peak:.1f}" if peak > -96.0 else "", "dim", align="right")


def column(canvas: Canvas, left: float, bottom: float, average: float, peak: float) -> None:
    """One of several voices: a bar upwards, in the colour of its peak."""
    colour = "green" if peak < -12.0 else "yellow" if peak < -3.0 else "red"
    canvas.box(left, bottom, left + 0.03, bottom + 0.02 + 0.46 * across(average), colour)
