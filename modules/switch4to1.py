"""Switch 4 to 1: lets four signals through in turn."""

from livepatch.dsp import VOICES, clamp, divide, stepper
from livepatch.module import Module, channels, inlet, light, outlet, poly, set_channels, signal, switch

FADE_SECONDS = 0.005


class Switch4to1(Module):
    """Each rise of the clock lets the next inlet through to the outlet."""

    steps = switch("2", "3", "4", default=2, label="Steps")
    fade = switch("off", "on", label="Fade", description="over 5 ms, so that audio does not click")
    in1 = inlet("In 1")
    in2 = inlet("In 2")
    in3 = inlet("In 3")
    in4 = inlet("In 4")
    clock = inlet("Clock", description="each rise is a step")
    reset = inlet("Reset", description="back to the first")
    out = outlet("Out")
    bypass = {"in1": "out"}
    at1 = light("At 1", colour="green")
    at2 = light("At 2", colour="green")
    at3 = light("At 3", colour="green")
    at4 = light("At 4", colour="green")
    rack = {
        "Fundamental/SequentialSwitch2": {
            "params": {0: "steps"},
            "inputs": {0: "clock", 1: "reset", 2: "in1", 3: "in2", 4: "in3", 5: "in4"},
            "outputs": {0: "out"},
            "data": {"declick": "fade"},
        }
    }

    count = stepper()
    open1 = 1.0
    open2 = 0.0
    open3 = 0.0
    open4 = 0.0

    def process(self, start: int, stop: int) -> None:
        most = divide(1.0, FADE_SECONDS * self.sample_rate) if self.fade == 1 else 1.0
        clock = signal(self.clock)
        reset = signal(self.reset)
        in1 = poly(self.in1)
        in2 = poly(self.in2)
        in3 = poly(self.in3)
        in4 = poly(self.in4)
        out = poly(self.out)
        voices = max(channels(self.in1), channels(self.in2), channels(self.in3), channels(self.in4))
        set_channels(self.out, voices)
        for i in range(start, stop):
            place = self.count.process(clock[i], reset[i], self.steps + 2)
            self.open1 += clamp((1.0 if place == 0 else 0.0) - self.open1, -most, most)
            self.open2 += clamp((1.0 if place == 1 else 0.0) - self.open2, -most, most)
            self.open3 += clamp((1.0 if place == 2 else 0.0) - self.open3, -most, most)
            self.open4 += clamp((1.0 if place == 3 else 0.0) - self.open4, -most, most)
            for voice in range(voices):
                at = i * VOICES + voice
                first = self.open1 * in1[at] + self.open2 * in2[at]
                out[at] = first + self.open3 * in3[at] + self.open4 * in4[at]
        self.at1 = self.open1
        self.at2 = self.open2
        self.at3 = self.open3
        self.at4 = self.open4
