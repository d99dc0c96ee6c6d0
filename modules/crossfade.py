"""Crossfade: from one sound to another."""

from livepatch.dsp import clamp, cos1, sin1
from livepatch.module import Module, inlet, knob, outlet, switch


class Crossfade(Module):
    """A at 0 %, B at 100 %. `equal power` keeps two unlike sounds as loud in the middle as at the ends."""

    position = knob(0.0, 1.0, 0.5, "Position", unit="%", multiplier=100.0)
    cv_depth = knob(-1.0, 1.0, 1.0, "Position CV depth", unit="%", multiplier=100.0)
    law = switch("equal power", "linear", label="Law", description="linear suits two of a kind")
    a = inlet("A", voices=True)
    b = inlet("B", voices=True)
    cv = inlet("Position", description="at full depth 10 V is 100 %")
    out = outlet("Mix")
    other = outlet("The other way round", description="B at 0 %, A at 100 %")
    bypass = {"a": "out", "b": "other"}
    rack = {
        "Fundamental/Fade": {
            "params": {0: "position", 1: "cv_depth"},
            "inputs": {0: "cv", 1: "a", 2: "b"},
            "outputs": {0: "out", 1: "other"},
            "data": {"panLaw": ("law", -1.0, 1.0)},
        },
    }

    def step(self) -> None:
        position = clamp(self.position + 0.1 * self.cv_depth * self.cv, 0.0, 1.0)
        to = position if self.law == 1 else sin1(0.25 * position)
        away = 1.0 - position if self.law == 1 else cos1(0.25 * position)
        self.out = away * self.a + to * self.b
        self.other = to * self.a + away * self.b
