"""Switch 1 to 4: sends one signal to four places in turn."""

from livepatch.dsp import VOICES, clamp, divide, stepper
from livepatch.module import Module, channels, inlet, light, outlet, poly, set_channels, signal, switch

FADE_SECONDS = 0.005


class Switch1to4(Module):
    """Each rise of the clock sends the inlet on to the next outlet; the others are silent."""

    steps = switch("2", "3", "4", default=2, label="Steps")
    fade = switch("off", "on", label="Fade", description="over 5 ms, so that audio does not click")
    audio = inlet("In")
    clock = inlet("Clock", description="each rise is a step")
    reset = inlet("Reset", description="back to the first")
    out1 = outlet("Out 1")
    out2 = outlet("Out 2")
    out3 = outlet("Out 3")
    out4 = outlet("Out 4")
    bypass = {"audio": "out1"}
    at1 = light("At 1", colour="green")
    at2 = light("At 2", colour="green")
    at3 = light("At 3", colour="green")
    at4 = light("At 4", colour="green")
    rack = {
        "Fundamental/SequentialSwitch1": {
            "params": {0: "steps"},
            "inputs": {0: "clock", 1: "reset", 2: "audio"},
            "outputs": {0: "out1", 1: "out2", 2: "out3", 3: "out4"},
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
        audio = poly(self.audio)
        voices = channels(self.audio)
        out1 = poly(self.out1)
        out2 = poly(self.out2)
        out3 = poly(self.out3)
        out4 = poly(self.out4)
        set_channels(self.out1, voices)
        set_channels(self.out2, voices)
        set_channels(self.out3, voices)
        set_channels(self.out4, voices)
        for i in range(start, stop):
            place = self.count.process(clock[i], reset[i], self.steps + 2)
            self.open1 += clamp((1.0 if place == 0 else 0.0) - self.open1, -most, most)
            self.open2 += clamp((1.0 if place == 1 else 0.0) - self.open2, -most, most)
            self.open3 += clamp((1.0 if place == 2 else 0.0) - self.open3, -most, most)
            self.open4 += clamp((1.0 if place == 3 else 0.0) - self.open4, -most, most)
            for voice in range(voices):
                at = i * VOICES + voice
                out1[at] = self.open1 * audio[at]
                out2[at] = self.open2 * audio[at]
                out3[at] = self.open3 * audio[at]
                out4[at] = self.open4 * audio[at]
        self.at1 = self.open1
        self.at2 = self.open2
        self.at3 = self.open3
        self.at4 = self.open4
