"""VCA2: two amplifiers, each with a linear and an exponential inlet."""

from livepatch.dsp import clamp, exp2
from livepatch.module import Module, inlet, knob, outlet

DEPTH_OCTAVES = 5.643856189774724
"""The exponential inlets span a factor of 50: 34 dB."""


def curve(volts: float) -> float:
    """The gain of an exponential inlet: 0 at 0 V, 1 at 10 V."""
    return (exp2(DEPTH_OCTAVES * clamp(0.1 * volts, 0.0, 1.0)) - 1.0) * (1.0 / 49.0)


class Vca2(Module):
    """Two amplifiers. The gain is the product of the knob and both inlets; 10 V, or no cable, is all of it."""

    level1 = knob(0.0, 1.0, 1.0, "Level 1", unit="%", multiplier=100.0)
    level2 = knob(0.0, 1.0, 1.0, "Level 2", unit="%", multiplier=100.0)
    in1 = inlet("Audio 1", voices=True)
    linear1 = inlet("Linear level 1", normal=10.0, description="0 to 10 V")
    exponential1 = inlet("Exponential level 1", normal=10.0, description="0 to 10 V; 5 V is -18 dB")
    in2 = inlet("Audio 2", voices=True)
    linear2 = inlet("Linear level 2", normal=10.0, description="0 to 10 V")
    exponential2 = inlet("Exponential level 2", normal=10.0, description="0 to 10 V; 5 V is -18 dB")
    out1 = outlet("Audio 1")
    out2 = outlet("Audio 2")
    bypass = {"in1": "out1", "in2": "out2"}
    rack = {
        "Fundamental/VCA": {
            "params": {0: "level1", 1: "level2"},
            "inputs": {
                0: "exponential1",
                1: "linear1",
                2: "in1",
                3: "exponential2",
                4: "linear2",
                5: "in2",
            },
            "outputs": {0: "out1", 1: "out2"},
        },
    }

    def step(self) -> None:
        gain1 = self.level1 * clamp(0.1 * self.linear1, 0.0, 1.0) * curve(self.exponential1)
        gain2 = self.level2 * clamp(0.1 * self.linear2, 0.0, 1.0) * curve(self.exponential2)
        self.out1 = gain1 * self.in1
        self.out2 = gain2 * self.in2
