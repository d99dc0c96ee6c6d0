"""Mutes: ten switches that silence what goes through."""

from livepatch.module import Module, inlet, outlet, switch


class Mutes(Module):
    """Ten signals, each let through or silenced. Without a cable an inlet takes what the one above does."""

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

    def step(self) -> None:
        self.out1 = self.in1 if self.mute1 == 0 else 0.0
        self.out2 = self.in2 if self.mute2 == 0 else 0.0
        self.out3 = self.in3 if self.mute3 == 0 else 0.0
        self.out4 = self.in4 if self.mute4 == 0 else 0.0
        self.out5 = self.in5 if self.mute5 == 0 else 0.0
        self.out6 = self.in6 if self.mute6 == 0 else 0.0
        self.out7 = self.in7 if self.mute7 == 0 else 0.0
        self.out8 = self.in8 if self.mute8 == 0 else 0.0
        self.out9 = self.in9 if self.mute9 == 0 else 0.0
        self.out10 = self.in10 if self.mute10 == 0 else 0.0
