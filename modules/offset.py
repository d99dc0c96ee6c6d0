"""Offset: a voltage made smaller or turned over, and moved."""

from livepatch.module import Module, inlet, knob, outlet


class Offset(Module):
    """`scale` times the inlet, plus `offset`. Without a cable it is a steady voltage."""

    offset = knob(-10.0, 10.0, 0.0, "Offset", unit="V")
    scale = knob(-1.0, 1.0, 1.0, "Scale", unit="%", multiplier=100.0)
    audio = inlet("In")
    out = outlet("Out")
    bypass = {"audio": "out"}

    def step(self) -> None:
        self.out = self.scale * self.audio + self.offset
