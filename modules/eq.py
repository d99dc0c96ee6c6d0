"""EQ: four bands, two shelves and two bells.

Source: Andrew Simper, Solving the continuous SVF equations using trapezoidal integration, 2013.
"""

from math import pi

from livepatch.dsp import C4_HZ, SILENCE, clamp, divide, exp2, tan
from livepatch.module import Module, inlet, knob, outlet

SHELF_DAMPING = 1.4142135623730951
"""The damping of a shelf that neither dips nor overshoots."""
BELL = 0.08304820237218406
"""Octaves in half a decibel of amplitude: the gain of a bell is the square of what its formula takes."""
SHELF = 0.04152410118609203
"""Octaves in a quarter of a decibel."""


class Eq(Module):
    """Four bands in a row, each up to 18 dB up or down; at 0 dB a band leaves the sound as it is."""

    low = knob(-18.0, 18.0, 0.0, "Low", unit="dB", description="a shelf")
    low_pitch = knob(-4.0, 2.0, -1.2, "Low at", unit="Hz", base=2.0, multiplier=C4_HZ)
    mid = knob(-18.0, 18.0, 0.0, "Mid", unit="dB", description="a bell")
    mid_pitch = knob(-3.0, 5.0, 0.8, "Mid at", unit="Hz", base=2.0, multiplier=C4_HZ)
    mid_width = knob(-3.0, 2.0, 0.0, "Mid width", unit="octaves", base=2.0, description="between half its dB")
    presence = knob(-18.0, 18.0, 0.0, "Presence", unit="dB", description="a bell")
    presence_pitch = knob(-1.0, 6.25, 3.5, "Presence at", unit="Hz", base=2.0, multiplier=C4_HZ)
    presence_width = knob(
        -3.0, 2.0, 0.0, "Presence width", unit="octaves", base=2.0, description="between half its dB"
    )
    high = knob(-18.0, 18.0, 0.0, "High", unit="dB", description="a shelf")
    high_pitch = knob(2.0, 6.25, 4.9, "High at", unit="Hz", base=2.0, multiplier=C4_HZ)
    audio = inlet("Audio")
    out = outlet("Audio")
    bypass = {"audio": "out"}

    low1 = 0.0
    low2 = 0.0
    mid1 = 0.0
    mid2 = 0.0
    presence1 = 0.0
    presence2 = 0.0
    high1 = 0.0
    high2 = 0.0

    def step(self) -> None:
        turn = divide(pi * C4_HZ, self.sample_rate)

        root = exp2(SHELF * self.low)
        g = divide(tan(clamp(turn * exp2(self.low_pitch), 1e-5, 0.48 * pi)), root)
        a = divide(1.0, 1.0 + g * (g + SHELF_DAMPING))
        gain = root * root
        x = self.audio + SILENCE
        v1 = a * (self.low1 + g * (x - self.low2))
        v2 = self.low2 + g * v1
        self.low1 = 2.0 * v1 - self.low1
        self.low2 = 2.0 * v2 - self.low2
        x += SHELF_DAMPING * (gain - 1.0) * v1 + (gain * gain - 1.0) * v2

        gain = exp2(BELL * self.mid)
        width = exp2(self.mid_width - 1.0)
        k = divide(exp2(width) - exp2(-width), gain)
        g = tan(clamp(turn * exp2(self.mid_pitch), 1e-5, 0.48 * pi))
        a = divide(1.0, 1.0 + g * (g + k))
        v1 = a * (self.mid1 + g * (x - self.mid2))
        v2 = self.mid2 + g * v1
        self.mid1 = 2.0 * v1 - self.mid1
        self.mid2 = 2.0 * v2 - self.mid2
        x += k * (gain * gain - 1.0) * v1

        gain = exp2(BELL * self.presence)
        width = exp2(self.presence_width - 1.0)
        k = divide(exp2(width) - exp2(-width), gain)
        g = tan(clamp(turn * exp2(self.presence_pitch), 1e-5, 0.48 * pi))
        a = divide(1.0, 1.0 + g * (g + k))
        v1 = a * (self.presence1 + g * (x - self.presence2))
        v2 = self.presence2 + g * v1
        self.presence1 = 2.0 * v1 - self.presence1
        self.presence2 = 2.0 * v2 - self.presence2
        x += k * (gain * gain - 1.0) * v1

        root = exp2(SHELF * self.high)
        g = tan(clamp(turn * exp2(self.high_pitch), 1e-5, 0.48 * pi)) * root
        a = divide(1.0, 1.0 + g * (g + SHELF_DAMPING))
        gain = root * root
        v1 = a * (self.high1 + g * (x - self.high2))
        v2 = self.high2 + g * v1
        self.high1 = 2.0 * v1 - self.high1
        self.high2 = 2.0 * v2 - self.high2
        rest = SHELF_DAMPING * (1.0 - gain) * gain * v1 + (1.0 - gain * gain) * v2
        self.out = gain * gain * x + rest
