"""Scope: draws two signals, standing still where a trigger finds them."""

from livepatch.dsp import LOG2_10, clamp, exp2, minimum
from livepatch.module import Module, inlet, knob, outlet, switch, trace

POINTS = 256
PATIENCE_SECONDS = 0.1
"""How long it waits for a trigger before it draws what there is."""


class Scope(Module):
    """Oscilloscope; what goes in comes out unchanged."""

    time = knob(-2.25, 1.0, -2.0, "Time", unit="s", base=10.0, description="what fits across")
    scale = knob(0.1, 12.0, 5.0, "Scale", unit="V", description="what fits from the middle to the top")
    threshold = knob(-10.0, 10.0, 0.0, "Trigger level", unit="V")
    hold = switch("off", "on", label="Hold", description="keeps the picture")
    first = inlet("First signal")
    second = inlet("Second signal")
    trigger = inlet("Trigger", normal="first", description="a picture begins where it rises through the level")
    first_out = outlet("First signal")
    second_out = outlet("Second signal")
    first_trace = trace(POINTS)
    second_trace = trace(POINTS)
    bypass = {"first": "first_out", "second": "second_out"}

    point = POINTS
    progress = 0.0
    waited = 0.0
    last = 0.0

    def step(self) -> None:
        rises = self.last < self.threshold <= self.trigger
        self.last = self.trigger
        self.waited += 1.0 / self.sample_rate
        if self.point >= POINTS and self.hold == 0 and (rises or self.waited >= PATIENCE_SECONDS):
            self.point = 0
            self.progress = 1.0
        if self.point < POINTS:
            self.waited = 0.0
            if self.progress >= 1.0:
                self.progress -= 1.0
                self.first_trace[self.point] = clamp(self.first / self.scale, -1.0, 1.0)
                self.second_trace[self.point] = clamp(self.second / self.scale, -1.0, 1.0)
                self.point += 1
            self.progress += minimum(POINTS / self.sample_rate * exp2(-LOG2_10 * self.time), 1.0)
        self.first_out = self.first
        self.second_out = self.second
