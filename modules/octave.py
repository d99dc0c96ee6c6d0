"""Octave: moves a pitch up or down by whole octaves."""

from livepatch.dsp import clamp, nearest
from livepatch.module import Module, inlet, knob, outlet


class Octave(Module):
    """Adds whole volts to a pitch: those of the knob and of the cable at `cv`, each to the nearest."""

    octave = knob(-4.0, 4.0, 0.0, "Octave", unit="oct")
    voct = inlet("1 V/octave pitch")
    cv = inlet("Octave", description="1 V per octave, to the nearest")
    out = outlet("Pitch")
    bypass = {"voct": "out"}
    rack = {"Fundamental/Octave": {"params": {0: "octave"}, "inputs": {0: "voct", 1: "cv"}, "outputs": {0: "out"}}}

    def step(self) -> None:
        self.out = self.voct + nearest(self.octave) + clamp(nearest(self.cv), -10.0, 10.0)
