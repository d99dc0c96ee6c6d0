"""VC mixer: four channels under voltage control, and their mix."""

from librt.vecs import vec

from livepatch.dsp import VOICES, clamp
from livepatch.module import Module, channels, inlet, knob, outlet, poly, set_channels, signal, switch

LOUDEST = 1.4142135623730951
"""The knob of a channel is squared: this is +6 dB."""


def share(volts: float, response: int) -> float:
    """What 0 to 10 V let through: as they are, or to the fourth power."""
    open = clamp(0.1 * volts, 0.0, 1.0)
    return open * open * open * open if response == 1 else open


def amplify(  # noqa: PLR0913, PLR0917  # a channel's whole strip
    target: vec[float],
    source: vec[float],
    level: vec[float],
    cv: vec[float],
    response: int,
    voices: int,
    start: int,
    stop: int,
) -> None:
    """Write every voice of a channel at its level."""
    for i in range(start, stop):
        gain = level[i] * level[i]
        for voice in range(voices):
            place = i * VOICES + voice
            target[place] = gain * share(cv[place], response) * source[place]


class Vcmixer(Module):
    """Four channels, each with a level, a voltage for it and an outlet; the mix adds them voice by voice.

    0 V at a level inlet is silence, 10 V (or no cable) is the level of the knob.
    """

    level1 = knob(0.0, LOUDEST, 1.0, "Level 1", unit="dB", base=-10.0, multiplier=40.0)
    level2 = knob(0.0, LOUDEST, 1.0, "Level 2", unit="dB", base=-10.0, multiplier=40.0)
    level3 = knob(0.0, LOUDEST, 1.0, "Level 3", unit="dB", base=-10.0, multiplier=40.0)
    level4 = knob(0.0, LOUDEST, 1.0, "Level 4", unit="dB", base=-10.0, multiplier=40.0)
    level = knob(0.0, 2.0, 1.0, "Level of the mix", unit="dB", base=-10.0, multiplier=20.0)
    response = switch("linear", "fourth power", label="Response", description="of the channels to their voltages")
    mix_response = switch("linear", "fourth power", label="Response of the mix")
    in1 = inlet("Channel 1")
    in2 = inlet("Channel 2")
    in3 = inlet("Channel 3")
    in4 = inlet("Channel 4")
    cv1 = inlet("Level 1", normal=10.0, description="0 to 10 V")
    cv2 = inlet("Level 2", normal=10.0, description="0 to 10 V")
    cv3 = inlet("Level 3", normal=10.0, description="0 to 10 V")
    cv4 = inlet("Level 4", normal=10.0, description="0 to 10 V")
    mix_cv = inlet("Level of the mix", normal=10.0, description="0 to 10 V")
    mix = outlet("Mix")
    out1 = outlet("Channel 1")
    out2 = outlet("Channel 2")
    out3 = outlet("Channel 3")
    out4 = outlet("Channel 4")
    rack = {
        "Fundamental/VCMixer": {
            "params": {0: "level", 1: "level1", 2: "level2", 3: "level3", 4: "level4"},
            "inputs": {
                0: "mix_cv",
                1: "in1",
                2: "in2",
                3: "in3",
                4: "in4",
                5: "cv1",
                6: "cv2",
                7: "cv3",
                8: "cv4",
            },
            "outputs": {0: "mix", 1: "out1", 2: "out2", 3: "out3", 4: "out4"},
            "data": {"chExp": "response", "mixExp": "mix_response"},
        }
    }

    def process(self, start: int, stop: int) -> None:
        response = self.response
        mix_response = self.mix_response
        voices = max(channels(self.in1), channels(self.in2), channels(self.in3), channels(self.in4))
        out1 = poly(self.out1)
        set_channels(self.out1, channels(self.in1))
        amplify(out1, poly(self.in1), signal(self.level1), poly(self.cv1), response, voices, start, stop)
        out2 = poly(self.out2)
        set_channels(self.out2, channels(self.in2))
        amplify(out2, poly(self.in2), signal(self.level2), poly(self.cv2), response, voices, start, stop)
        out3 = poly(self.out3)
        set_channels(self.out3, channels(self.in3))
        amplify(out3, poly(self.in3), signal(self.level3), poly(self.cv3), response, voices, start, stop)
        out4 = poly(self.out4)
        set_channels(self.out4, channels(self.in4))
        amplify(out4, poly(self.in4), signal(self.level4), poly(self.cv4), response, voices, start, stop)
        level = signal(self.level)
        mix_cv = poly(self.mix_cv)
        mix = poly(self.mix)
        set_channels(self.mix, voices)
        for i in range(start, stop):
            for voice in range(voices):
                place = i * VOICES + voice
                gain = level[i] * share(mix_cv[place], mix_response)
                mix[place] = gain * (out1[place] + out2[place] + out3[place] + out4[place])
