"""Mixer: six channels into one."""

from livepatch.dsp import VOICES, divide
from livepatch.module import Module, channels, connected, inlet, knob, outlet, poly, set_channels, signal, switch


class Mixer(Module):
    """Adds six channels, voice by voice: the mix has as many as the channel with the most."""

    level1 = knob(0.0, 1.0, 1.0, "Level 1", unit="dB", base=-10.0, multiplier=20.0)
    level2 = knob(0.0, 1.0, 1.0, "Level 2", unit="dB", base=-10.0, multiplier=20.0)
    level3 = knob(0.0, 1.0, 1.0, "Level 3", unit="dB", base=-10.0, multiplier=20.0)
    level4 = knob(0.0, 1.0, 1.0, "Level 4", unit="dB", base=-10.0, multiplier=20.0)
    level5 = knob(0.0, 1.0, 1.0, "Level 5", unit="dB", base=-10.0, multiplier=20.0)
    level6 = knob(0.0, 1.0, 1.0, "Level 6", unit="dB", base=-10.0, multiplier=20.0)
    level = knob(0.0, 2.0, 1.0, "Level of all", unit="dB", base=-10.0, multiplier=20.0)
    mode = switch("sum", "average", label="Mode", description="the average is of the channels with cables")
    polarity = switch("as it is", "turned over", label="Polarity")
    in1 = inlet("Channel 1")
    in2 = inlet("Channel 2")
    in3 = inlet("Channel 3")
    in4 = inlet("Channel 4")
    in5 = inlet("Channel 5")
    in6 = inlet("Channel 6")
    mix = outlet("Mix")
    bypass = {"in1": "mix"}
    rack = {
        "Fundamental/Mixer": {
            "params": {0: "level"},
            "inputs": {0: "in1", 1: "in2", 2: "in3", 3: "in4", 4: "in5", 5: "in6"},
            "outputs": {0: "mix"},
            "data": {"average": "mode", "invert": "polarity"},
        }
    }

    def process(self, start: int, stop: int) -> None:
        voices = max(channels(self.in1), channels(self.in2), channels(self.in3))
        voices = max(voices, channels(self.in4), channels(self.in5), channels(self.in6))
        cables = 1.0 if connected(self.in1) else 0.0
        cables += 1.0 if connected(self.in2) else 0.0
        cables += 1.0 if connected(self.in3) else 0.0
        cables += 1.0 if connected(self.in4) else 0.0
        cables += 1.0 if connected(self.in5) else 0.0
        cables += 1.0 if connected(self.in6) else 0.0
        share = divide(1.0, cables) if self.mode == 1 and cables > 0.0 else 1.0
        share = -share if self.polarity == 1 else share
        level1 = signal(self.level1)
        level2 = signal(self.level2)
        level3 = signal(self.level3)
        level4 = signal(self.level4)
        level5 = signal(self.level5)
        level6 = signal(self.level6)
        in1 = poly(self.in1)
        in2 = poly(self.in2)
        in3 = poly(self.in3)
        in4 = poly(self.in4)
        in5 = poly(self.in5)
        in6 = poly(self.in6)
        level = signal(self.level)
        mix = poly(self.mix)
        set_channels(self.mix, voices)
        for i in range(start, stop):
            gain = share * level[i]
            gain1 = gain * level1[i]
            gain2 = gain * level2[i]
            gain3 = gain * level3[i]
            gain4 = gain * level4[i]
            gain5 = gain * level5[i]
            gain6 = gain * level6[i]
            for voice in range(voices):
                place = i * VOICES + voice
                first = gain1 * in1[place] + gain2 * in2[place] + gain3 * in3[place]
                mix[place] = first + gain4 * in4[place] + gain5 * in5[place] + gain6 * in6[place]
