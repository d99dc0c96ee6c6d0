"""Mult: one signal eight times."""

from livepatch.module import Module, inlet, outlet


class Mult(Module):
    """Repeats its inlet at eight outlets. A cable can start at any outlet as often as it likes, too."""

    audio = inlet("In")
    out1 = outlet("Out 1")
    out2 = outlet("Out 2")
    out3 = outlet("Out 3")
    out4 = outlet("Out 4")
    out5 = outlet("Out 5")
    out6 = outlet("Out 6")
    out7 = outlet("Out 7")
    out8 = outlet("Out 8")
    bypass = {"audio": "out1"}
    rack = {
        "Fundamental/Mult": {
            "inputs": {0: "audio"},
            "outputs": {0: "out1", 1: "out2", 2: "out3", 3: "out4", 4: "out5", 5: "out6", 6: "out7", 7: "out8"},
        }
    }

    def step(self) -> None:
        self.out1 = self.audio
        self.out2 = self.audio
        self.out3 = self.audio
        self.out4 = self.audio
        self.out5 = self.audio
        self.out6 = self.audio
        self.out7 = self.audio
        self.out8 = self.audio
