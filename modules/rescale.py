"""Rescale: a voltage made larger or smaller, moved, and kept between two limits."""

from livepatch.dsp import GATE_VOLTS, absolute, divide, floor, maximum, minimum
from livepatch.module import Module, inlet, knob, outlet, switch


class Rescale(Module):
    """`gain` times the inlet, plus `offset`, between `lowest` and `highest` (whichever way round they are)."""

    gain = knob(-10.0, 10.0, 1.0, "Gain", description="times the voltage")
    offset = knob(-10.0, 10.0, 0.0, "Offset", unit="V")
    lowest = knob(-10.0, 10.0, -10.0, "Lowest", unit="V")
    highest = knob(-10.0, 10.0, 10.0, "Highest", unit="V")
    at_lowest = switch("hold", "fold", label="At the lowest", description="held there, or folded back up")
    at_highest = switch("hold", "fold", label="At the highest", description="held there, or folded back down")
    audio = inlet("In")
    out = outlet("Out")
    above = outlet("Above", description="10 V while it would be above the highest")
    below = outlet("Below", description="10 V while it would be below the lowest")
    bypass = {"audio": "out"}
    # Rack's data also has what its gain is multiplied by, 1 to 1000, which no knob of ours is.
    rack = {
        "Fundamental/Rescale": {
            "params": {0: "gain", 1: "offset", 2: "highest", 3: "lowest"},
            "inputs": {0: "audio"},
            "outputs": {0: "out"},
            "data": {"reflectMin": "at_lowest", "reflectMax": "at_highest"},
        }
    }

    def step(self) -> None:
        low = minimum(self.lowest, self.highest)
        high = maximum(self.lowest, self.highest)
        wanted = self.gain * self.audio + self.offset
        folded = wanted
        if self.at_lowest == 1 and self.at_highest == 1:
            turn = divide(0.5 * (wanted - low), high - low)
            folded = low + (high - low) * (1.0 - absolute(1.0 - 2.0 * (turn - floor(turn))))
        elif self.at_lowest == 1:
            folded = low + absolute(wanted - low)
        elif self.at_highest == 1:
            folded = high - absolute(high - wanted)
        self.out = minimum(maximum(folded, low), high)
        self.above = GATE_VOLTS if wanted > high else 0.0
        self.below = GATE_VOLTS if wanted < low else 0.0
