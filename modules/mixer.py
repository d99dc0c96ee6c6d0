"""Mixer: four channels with level and pan."""

from livepatch.dsp import cos1, sin1
from livepatch.module import Module, inlet, knob, outlet


class Mixer(Module):
    """Four channels into one mono and one stereo mix; panning keeps the loudness."""

    level1 = knob(0.0, 1.0, 0.8, "Level 1", unit="dB", base=-10.0, multiplier=20.0)
    level2 = knob(0.0, 1.0, 0.8, "Level 2", unit="dB", base=-10.0, multiplier=20.0)
    level3 = knob(0.0, 1.0, 0.8, "Level 3", unit="dB", base=-10.0, multiplier=20.0)
    level4 = knob(0.0, 1.0, 0.8, "Level 4", unit="dB", base=-10.0, multiplier=20.0)
    pan1 = knob(-1.0, 1.0, 0.0, "Pan 1", unit="%", multiplier=100.0)
    pan2 = knob(-1.0, 1.0, 0.0, "Pan 2", unit="%", multiplier=100.0)
    pan3 = knob(-1.0, 1.0, 0.0, "Pan 3", unit="%", multiplier=100.0)
    pan4 = knob(-1.0, 1.0, 0.0, "Pan 4", unit="%", multiplier=100.0)
    level = knob(0.0, 2.0, 1.0, "Level of all", unit="dB", base=-10.0, multiplier=20.0)
    in1 = inlet("Channel 1")
    in2 = inlet("Channel 2")
    in3 = inlet("Channel 3")
    in4 = inlet("Channel 4")
    mix = outlet("Mono mix", description="without the pans")
    left = outlet("Left")
    right = outlet("Right")

    def step(self) -> None:
        one = self.level * self.level1 * self.in1
        two = self.level * self.level2 * self.in2
        three = self.level * self.level3 * self.in3
        four = self.level * self.level4 * self.in4
        turn1 = 0.125 * (1.0 + self.pan1)
        turn2 = 0.125 * (1.0 + self.pan2)
        turn3 = 0.125 * (1.0 + self.pan3)
        turn4 = 0.125 * (1.0 + self.pan4)
        self.mix = one + two + three + four
        self.left = one * cos1(turn1) + two * cos1(turn2) + three * cos1(turn3) + four * cos1(turn4)
        self.right = one * sin1(turn1) + two * sin1(turn2) + three * sin1(turn3) + four * sin1(turn4)
