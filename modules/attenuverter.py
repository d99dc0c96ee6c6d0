"""Attenuverter: eight knobs that make a voltage smaller or turn it over; without a cable, a steady voltage."""

from librt.vecs import vec

from livepatch.dsp import VOICES
from livepatch.module import Module, channels, inlet, knob, outlet, poly, set_channels, signal


def scale(  # noqa: PLR0913, PLR0917  # three blocks and what of them
    target: vec[float], source: vec[float], gain: vec[float], voices: int, start: int, stop: int
) -> None:
    """Write every voice of `source` times `gain`."""
    for i in range(start, stop):
        for voice in range(voices):
            target[i * VOICES + voice] = gain[i] * source[i * VOICES + voice]


class Attenuverter(Module):
    """Eight voltages times -1 to 1. Without a cable an inlet takes what the one above does; the first 10 V.

    Each row carries as many voices as come in there.
    """

    gain1 = knob(-1.0, 1.0, 0.0, "Gain 1", unit="%", multiplier=100.0)
    gain2 = knob(-1.0, 1.0, 0.0, "Gain 2", unit="%", multiplier=100.0)
    gain3 = knob(-1.0, 1.0, 0.0, "Gain 3", unit="%", multiplier=100.0)
    gain4 = knob(-1.0, 1.0, 0.0, "Gain 4", unit="%", multiplier=100.0)
    gain5 = knob(-1.0, 1.0, 0.0, "Gain 5", unit="%", multiplier=100.0)
    gain6 = knob(-1.0, 1.0, 0.0, "Gain 6", unit="%", multiplier=100.0)
    gain7 = knob(-1.0, 1.0, 0.0, "Gain 7", unit="%", multiplier=100.0)
    gain8 = knob(-1.0, 1.0, 0.0, "Gain 8", unit="%", multiplier=100.0)
    in1 = inlet("In 1", normal=10.0)
    in2 = inlet("In 2", normal="in1")
    in3 = inlet("In 3", normal="in2")
    in4 = inlet("In 4", normal="in3")
    in5 = inlet("In 5", normal="in4")
    in6 = inlet("In 6", normal="in5")
    in7 = inlet("In 7", normal="in6")
    in8 = inlet("In 8", normal="in7")
    out1 = outlet("Out 1")
    out2 = outlet("Out 2")
    out3 = outlet("Out 3")
    out4 = outlet("Out 4")
    out5 = outlet("Out 5")
    out6 = outlet("Out 6")
    out7 = outlet("Out 7")
    out8 = outlet("Out 8")
    rack = {
        "Fundamental/8vert": {
            "params": {
                0: "gain1",
                1: "gain2",
                2: "gain3",
                3: "gain4",
                4: "gain5",
                5: "gain6",
                6: "gain7",
                7: "gain8",
            },
            "inputs": {0: "in1", 1: "in2", 2: "in3", 3: "in4", 4: "in5", 5: "in6", 6: "in7", 7: "in8"},
            "outputs": {0: "out1", 1: "out2", 2: "out3", 3: "out4", 4: "out5", 5: "out6", 6: "out7", 7: "out8"},
        }
    }

    def process(self, start: int, stop: int) -> None:
        set_channels(self.out1, channels(self.in1))
        scale(poly(self.out1), poly(self.in1), signal(self.gain1), channels(self.in1), start, stop)
        set_channels(self.out2, channels(self.in2))
        scale(poly(self.out2), poly(self.in2), signal(self.gain2), channels(self.in2), start, stop)
        set_channels(self.out3, channels(self.in3))
        scale(poly(self.out3), poly(self.in3), signal(self.gain3), channels(self.in3), start, stop)
        set_channels(self.out4, channels(self.in4))
        scale(poly(self.out4), poly(self.in4), signal(self.gain4), channels(self.in4), start, stop)
        set_channels(self.out5, channels(self.in5))
        scale(poly(self.out5), poly(self.in5), signal(self.gain5), channels(self.in5), start, stop)
        set_channels(self.out6, channels(self.in6))
        scale(poly(self.out6), poly(self.in6), signal(self.gain6), channels(self.in6), start, stop)
        set_channels(self.out7, channels(self.in7))
        scale(poly(self.out7), poly(self.in7), signal(self.gain7), channels(self.in7), start, stop)
        set_channels(self.out8, channels(self.in8))
        scale(poly(self.out8), poly(self.in8), signal(self.gain8), channels(self.in8), start, stop)
