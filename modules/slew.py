"""Slew: a voltage that takes its time to follow another, up and down at rates of their own."""

from livepatch.dsp import GATE_VOLTS, LOG2_10, clamp, divide, exp2
from livepatch.module import Module, inlet, knob, outlet


class Slew(Module):
    """Follows the inlet in a straight line. Rise and fall are the time for 10 V."""

    rise = knob(-3.0, 1.0, -1.0, "Rise", unit="s", base=10.0, description="time for 10 V")
    fall = knob(-3.0, 1.0, -1.0, "Fall", unit="s", base=10.0, description="time for 10 V")
    audio = inlet("In")
    out = outlet("Out")
    rising = outlet("Rising", description="10 V on the way up")
    falling = outlet("Falling", description="10 V on the way down")
    bypass = {"audio": "out"}
    # param 0, a shape that bends the line, is not there
    rack = {
        "Befaco/SlewLimiter": {
            "params": {1: ("rise", 5.0, -3.0), 2: ("fall", 5.0, -3.0)},
            "inputs": {0: "rise", 1: "fall", 2: "audio"},
            "outputs": {0: "out"},
            "gains": {"rise": 0.5, "fall": 0.5},
        }
    }

    level = 0.0

    def step(self) -> None:
        period = divide(10.0, self.sample_rate)
        up = period * exp2(-LOG2_10 * self.rise)
        down = period * exp2(-LOG2_10 * self.fall)
        way = self.audio - self.level
        self.level += clamp(way, -down, up)
        self.out = self.level
        self.rising = GATE_VOLTS if way > up else 0.0
        self.falling = GATE_VOLTS if way < -down else 0.0
