"""Mutes: ten switches that silence what goes through."""

from librt.vecs import vec

from livepatch.dsp import VOICES
from livepatch.module import Module, channels, inlet, outlet, poly, set_channels, switch


def let_through(  # noqa: PLR0913, PLR0917  # two blocks and what of them
    target: vec[float], source: vec[float], mute: int, voices: int, start: int, stop: int
) -> None:
    """Write every voice of `source`, or silence."""
    share = 0.0 if mute == 1 else 1.0
    for i in range(start, stop):
        for voice in range(voices):
            target[i * VOICES + voice] = share * source[i * VOICES + voice]


class Mutes(Module):
    """Ten signals, each let through or silenced. Without a cable an inlet takes what the one above does.

    Each row carries as many voices as come in there.
    """

    mute1 = switch("off", "on", label="Mute 1")
    mute2 = switch("off", "on", label="Mute 2")
    mute3 = switch("off", "on", label="Mute 3")
    mute4 = switch("off", "on", label="Mute 4")
    mute5 = switch("off", "on", label="Mute 5")
    mute6 = switch("off", "on", label="Mute 6")
    mute7 = switch("off", "on", label="Mute 7")
    mute8 = switch("off", "on", label="Mute 8")
    mute9 = switch("off", "on", label="Mute 9")
    mute10 = switch("off", "on", label="Mute 10")
    in1 = inlet("In 1")
    in2 = inlet("In 2", normal="in1")
    in3 = inlet("In 3", normal="in2")
    in4 = inlet("In 4", normal="in3")
    in5 = inlet("In 5", normal="in4")
    in6 = inlet("In 6", normal="in5")
    in7 = inlet("In 7", normal="in6")
    in8 = inlet("In 8", normal="in7")
    in9 = inlet("In 9", normal="in8")
    in10 = inlet("In 10", normal="in9")
    out1 = outlet("Out 1")
    out2 = outlet("Out 2")
    out3 = outlet("Out 3")
    out4 = outlet("Out 4")
    out5 = outlet("Out 5")
    out6 = outlet("Out 6")
    out7 = outlet("Out 7")
    out8 = outlet("Out 8")
    out9 = outlet("Out 9")
    out10 = outlet("Out 10")
    bypass = {
        "in1": "out1",
        "in2": "out2",
        "in3": "out3",
        "in4": "out4",
        "in5": "out5",
        "in6": "out6",
        "in7": "out7",
        "in8": "out8",
        "in9": "out9",
        "in10": "out10",
    }
    rack = {
        "Fundamental/Mutes": {
            "params": {
                0: "mute1",
                1: "mute2",
                2: "mute3",
                3: "mute4",
                4: "mute5",
                5: "mute6",
                6: "mute7",
                7: "mute8",
                8: "mute9",
                9: "mute10",
            },
            "inputs": {
                0: "in1",
                1: "in2",
                2: "in3",
                3: "in4",
                4: "in5",
                5: "in6",
                6: "in7",
                7: "in8",
                8: "in9",
                9: "in10",
            },
            "outputs": {
                0: "out1",
                1: "out2",
                2: "out3",
                3: "out4",
                4: "out5",
                5: "out6",
                6: "out7",
                7: "out8",
                8: "out9",
                9: "out10",
            },
        }
    }

    def process(self, start: int, stop: int) -> None:
        set_channels(self.out1, channels(self.in1))
        let_through(poly(self.out1), poly(self.in1), self.mute1, channels(self.in1), start, stop)
        set_channels(self.out2, channels(self.in2))
        let_through(poly(self.out2), poly(self.in2), self.mute2, channels(self.in2), start, stop)
        set_channels(self.out3, channels(self.in3))
        let_through(poly(self.out3), poly(self.in3), self.mute3, channels(self.in3), start, stop)
        set_channels(self.out4, channels(self.in4))
        let_through(poly(self.out4), poly(self.in4), self.mute4, channels(self.in4), start, stop)
        set_channels(self.out5, channels(self.in5))
        let_through(poly(self.out5), poly(self.in5), self.mute5, channels(self.in5), start, stop)
        set_channels(self.out6, channels(self.in6))
        let_through(poly(self.out6), poly(self.in6), self.mute6, channels(self.in6), start, stop)
        set_channels(self.out7, channels(self.in7))
        let_through(poly(self.out7), poly(self.in7), self.mute7, channels(self.in7), start, stop)
        set_channels(self.out8, channels(self.in8))
        let_through(poly(self.out8), poly(self.in8), self.mute8, channels(self.in8), start, stop)
        set_channels(self.out9, channels(self.in9))
        let_through(poly(self.out9), poly(self.in9), self.mute9, channels(self.in9), start, stop)
        set_channels(self.out10, channels(self.in10))
        let_through(poly(self.out10), poly(self.in10), self.mute10, channels(self.in10), start, stop)
