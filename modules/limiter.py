"""Limiter: a ceiling that no peak goes through.

It looks ahead: the gain is already down when the peak comes out, a millisecond and a half late.

Source: Marcel van Herk, A fast algorithm for local minimum and maximum filters, 1992 (the largest of a window).
"""

from livepatch.dsp import AUDIO_VOLTS, LOG2_10, absolute, clamp, divide, exp2, maximum
from livepatch.module import Module, buffer, inlet, knob, light, outlet

OCTAVES = 0.16609640474436813
"""Octaves of amplitude in a decibel."""
LOG2_E = 1.4426950408889634
LOOK_SECONDS = 0.0015


class Limiter(Module):
    """Nothing above the ceiling, in dB of 5 V; both sides get the same gain. What stays below is left alone."""

    gain = knob(0.0, 24.0, 0.0, "Gain", unit="dB", description="into the ceiling")
    ceiling = knob(-24.0, 6.0, 0.0, "Ceiling", unit="dB")
    release = knob(-2.0, 0.5, -1.0, "Release", unit="s", base=10.0)
    audio = inlet("Left, or mono", voices=True)
    right = inlet("Right", normal="audio", voices=True)
    out = outlet("Left, or mono")
    right_out = outlet("Right")
    reduction = outlet("Gain reduction", description="10 V is all of it")
    working = light("Gain reduction", colour="red")
    bypass = {"audio": "out", "right": "right_out"}

    left_line = buffer(seconds=LOOK_SECONDS)
    right_line = buffer(seconds=LOOK_SECONDS)
    wanted = buffer(seconds=LOOK_SECONDS)
    later = buffer(seconds=LOOK_SECONDS)
    cuts = buffer(seconds=LOOK_SECONDS)
    position = 0
    largest = 0.0
    cut = 0.0
    sum = 0.0

    def step(self) -> None:
        volts = exp2(OCTAVES * self.ceiling) * AUDIO_VOLTS
        push = exp2(OCTAVES * self.gain)
        slow = 1.0 - exp2(-LOG2_E * divide(1.0, self.sample_rate) * exp2(-LOG2_10 * self.release))
        frames = len(self.wanted)
        position = self.position
        left = push * self.audio
        right = push * self.right

        peak = maximum(absolute(left), absolute(right))
        wanted = 1.0 - divide(volts, maximum(peak, volts))
        self.wanted[position] = wanted
        self.largest = maximum(self.largest, wanted)
        largest = self.largest
        if position + 1 < frames:
            largest = maximum(largest, self.later[position + 1])
        self.cut = maximum(largest, self.cut + slow * (largest - self.cut))
        self.sum += self.cut - self.cuts[position]
        self.cuts[position] = self.cut

        next = position + 1 if position + 1 < frames else 0
        if next == 0:
            most = 0.0
            sum = 0.0
            for index in range(frames - 1, -1, -1):
                most = maximum(most, self.wanted[index])
                self.later[index] = most
                sum += self.cuts[index]
            self.largest = 0.0
            self.sum = sum

        self.left_line[position] = left
        self.right_line[position] = right
        cut = divide(self.sum, float(frames))
        self.out = clamp((1.0 - cut) * self.left_line[next], -volts, volts)
        self.right_out = clamp((1.0 - cut) * self.right_line[next], -volts, volts)
        self.reduction = 10.0 * cut
        self.working = cut
        self.position = next
