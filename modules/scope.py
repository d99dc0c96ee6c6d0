"""Scope: draws two signals over time, standing still where a trigger finds them, or one over the other."""

from livepatch.dsp import LOG2_10, clamp, exp2, maximum, minimum
from livepatch.module import Canvas, Module, each, inlet, knob, outlet, switch, trace

POINTS = 128
PATIENCE_SECONDS = 0.5
"""How long it waits for a trigger before it draws what there is."""
DECADES_PER_OCTAVE = 0.3010299956639812
"""log10(2): Rack counts its time in octaves."""
TOP_VOLTS = 10.0
"""What fits from the middle to the top with the scale at 0."""


class Scope(Module):
    """Oscilloscope; what goes in comes out unchanged. Several voices are drawn one over the other."""

    picture = 7
    time = knob(-2.31, 1.7, -2.0, "Time", unit="s", base=10.0, description="what fits across")
    first_scale = knob(
        0.0, 8.0, 1.0, "First scale", unit="V", base=0.5, multiplier=TOP_VOLTS, description="from middle to top"
    )
    first_offset = knob(-10.0, 10.0, 0.0, "First offset", unit="V", description="how far it is drawn higher")
    second_scale = knob(
        0.0, 8.0, 1.0, "Second scale", unit="V", base=0.5, multiplier=TOP_VOLTS, description="from middle to top"
    )
    second_offset = knob(-10.0, 10.0, 0.0, "Second offset", unit="V", description="how far it is drawn higher")
    threshold = knob(-10.0, 10.0, 0.0, "Trigger level", unit="V")
    mode = switch("over time", "xy", label="Mode", description="xy: the first to the right, the second up")
    triggered = switch("off", "on", default=1, label="Trigger", description="off: one picture after the other")
    hold = switch("off", "on", label="Hold", description="keeps the picture")
    first = inlet("First signal", voices=True)
    second = inlet("Second signal", voices=True)
    trigger = inlet("Trigger", normal="first", description="a picture begins where it rises through the level")
    first_out = outlet("First signal")
    second_out = outlet("Second signal")
    first_low = trace(POINTS)
    first_high = trace(POINTS)
    second_low = trace(POINTS)
    second_high = trace(POINTS)
    bypass = {"first": "first_out", "second": "second_out"}
    rack = {
        "Fundamental/Scope": {
            "params": {
                0: "first_scale",
                1: "first_offset",
                2: "second_scale",
                3: "second_offset",
                4: ("time", -DECADES_PER_OCTAVE),
                5: "mode",
                6: "threshold",
                7: "triggered",
            },
            "inputs": {0: "first", 1: "second", 2: "trigger"},
            "outputs": {0: "first_out", 1: "second_out"},
        }
    }

    point = POINTS
    progress = 0.0
    waited = 0.0
    last = 0.0
    low1 = 0.0
    high1 = 0.0
    low2 = 0.0
    high2 = 0.0
    least = 0.0
    most = 0.0
    first_volts = 0.0
    """From the lowest to the highest of the first signal in the last whole picture."""

    def step(self) -> None:
        first = clamp((self.first + self.first_offset) * (exp2(self.first_scale) / TOP_VOLTS), -4.0, 4.0)
        second = clamp((self.second + self.second_offset) * (exp2(self.second_scale) / TOP_VOLTS), -4.0, 4.0)
        rises = self.last < self.threshold <= self.trigger
        self.last = self.trigger
        self.waited += 1.0 / self.sample_rate
        at_once = self.mode == 1 or self.triggered == 0 or self.waited >= PATIENCE_SECONDS
        if self.point >= POINTS and self.hold == 0 and (rises or at_once):
            self.point = 0
            self.progress = 1.0
            self.low1 = self.high1 = first
            self.low2 = self.high2 = second
            self.least = self.most = self.first
        if self.point < POINTS:
            self.waited = 0.0
            self.low1 = minimum(self.low1, first)
            self.high1 = maximum(self.high1, first)
            self.low2 = minimum(self.low2, second)
            self.high2 = maximum(self.high2, second)
            self.least = minimum(self.least, self.first)
            self.most = maximum(self.most, self.first)
            if self.progress >= 1.0:
                self.progress -= 1.0
                self.first_low[self.point] = first if self.mode == 1 else self.low1
                self.first_high[self.point] = first if self.mode == 1 else self.high1
                self.second_low[self.point] = second if self.mode == 1 else self.low2
                self.second_high[self.point] = second if self.mode == 1 else self.high2
                self.low1 = self.high1 = first
                self.low2 = self.high2 = second
                self.point += 1
                if self.point == POINTS:
                    self.first_volts = clamp(self.most - self.least, 0.0, 999.0)
            self.progress += minimum(POINTS / self.sample_rate * exp2(-LOG2_10 * self.time), 1.0)
        self.first_out = self.first
        self.second_out = self.second

    def draw(self, canvas: Canvas) -> None:
        canvas.line(0.0, 0.5, 1.0, 0.5, "dim")
        first = voices(each(self.first_low), each(self.first_high))
        second = voices(each(self.second_low), each(self.second_high))
        if self.mode == 1:
            canvas.line(0.5, 0.0, 0.5, 1.0, "dim")
            for (rights, _), (ups, _) in zip(first, second, strict=True):
                pairs = zip(rights, ups, strict=True)
                canvas.path([(0.5 + 0.5 * x, 0.5 + 0.5 * y) for x, y in pairs], "green")
        else:
            level = 0.5 + 0.5 * (self.threshold + self.first_offset) * 2.0**self.first_scale / TOP_VOLTS
            canvas.line(0.0, level, 0.06, level, "yellow")
            for lows, highs in reversed(second):
                if any(lows) or any(highs):
                    canvas.path(band(lows, highs), "pink")
            for lows, highs in reversed(first):
                canvas.path(band(lows, highs), "cyan")
            canvas.text(1.0, 0.0, duration(10.0**self.time), "dim", align="right")
        canvas.text(0.0, 1.0, f"{self.first_volts:.2f} Vpp", "cyan")
        canvas.text(1.0, 1.0, f"±{TOP_VOLTS / 2.0**self.first_scale:.3g} V", "dim", align="right")


def voices(lows: list[list[float]], highs: list[list[float]]) -> list[tuple[list[float], list[float]]]:
    """The lowest and highest places of each voice."""
    return list(zip(lows, highs, strict=True))


def band(lows: list[float], highs: list[float]) -> list[tuple[float, float]]:
    """A line through all that lies between `lows` and `highs`, up and down in turn."""
    points: list[tuple[float, float]] = []
    for index, ends in enumerate(zip(lows, highs, strict=True)):
        x = index / (len(lows) - 1)
        points += [(x, 0.5 + 0.5 * end) for end in (ends if index % 2 == 0 else ends[::-1])]
    return points


def duration(seconds: float) -> str:
    """Seconds as they are read."""
    return f"{seconds:.3g} s" if seconds >= 1.0 else f"{1000.0 * seconds:.3g} ms"
