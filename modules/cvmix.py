"""CV mix: three voltages made smaller or turned over, and added."""

from livepatch.dsp import VOICES
from livepatch.module import Module, channels, inlet, knob, outlet, poly, set_channels, signal


class Cvmix(Module):
    """Three voltages times -1 to 1, and their sum, voice by voice. The first is 10 V where it has no cable."""

    level1 = knob(-1.0, 1.0, 0.0, "Level 1", unit="%", multiplier=100.0)
    level2 = knob(-1.0, 1.0, 0.0, "Level 2", unit="%", multiplier=100.0)
    level3 = knob(-1.0, 1.0, 0.0, "Level 3", unit="%", multiplier=100.0)
    in1 = inlet("In 1", normal=10.0)
    in2 = inlet("In 2")
    in3 = inlet("In 3")
    mix = outlet("Mix")
    rack = {
        "Fundamental/CVMix": {
            "params": {0: "level1", 1: "level2", 2: "level3"},
            "inputs": {0: "in1", 1: "in2", 2: "in3"},
            "outputs": {0: "mix"},
        }
    }

    def process(self, start: int, stop: int) -> None:
        voices = max(channels(self.in1), channels(self.in2), channels(self.in3))
        level1 = signal(self.level1)
        level2 = signal(self.level2)
        level3 = signal(self.level3)
        in1 = poly(self.in1)
        in2 = poly(self.in2)
        in3 = poly(self.in3)
        mix = poly(self.mix)
        set_channels(self.mix, voices)
        for i in range(start, stop):
            for voice in range(voices):
                place = i * VOICES + voice
                mix[place] = level1[i] * in1[place] + level2[i] * in2[place] + level3[i] * in3[place]
