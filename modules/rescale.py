"""Rescale: a voltage made larger or smaller, moved, and kept between two limits."""

from livepatch.dsp import GATE_VOLTS, maximum, minimum
from livepatch.module import Module, inlet, knob, outlet


class Rescale(Module):
    """`gain` times the inlet, plus `offset`, between `lowest` and `highest` (whichever way round they are)."""

    gain = knob(-10.0, 10.0, 1.0, "Gain", description="times the voltage")
    offset = knob(-10.0, 10.0, 0.0, "Offset", unit="V")
    lowest = knob(-10.0, 10.0, -10.0, "Lowest", unit="V")
    highest = knob(-10.0, 10.0, 10.0, "Highest", unit="V")
    audio = inlet("In")
    out = outlet("Out")
    above = outlet("Above", description="10 V while the highest holds it down")
    below = outlet("Below", description="10 V while the lowest holds it up")
    bypass = {"audio": "out"}

    def step(self) -> None:
        low = minimum(self.lowest, self.highest)
        high = maximum(self.lowest, self.highest)
        wanted = self.gain * self.audio + self.offset
        self.out = minimum(maximum(wanted, low), high)
        self.above = GATE_VOLTS if wanted > high else 0.0
        self.below = GATE_VOLTS if wanted < low else 0.0
