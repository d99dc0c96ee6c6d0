"""Attenuverter: eight knobs that make a voltage smaller or turn it over; without a cable, a steady voltage."""

from livepatch.module import Module, inlet, knob, outlet


class Attenuverter(Module):
    """Eight voltages times -1 to 1. Without a cable an inlet takes what the one above does; the first 10 V."""

    gain1 = knob(-1.0, 1.0, 0.0, "Gain 1", unit="%", multiplier=100.0)
    gain2 = knob(-1.0, 1.0, 0.0, "Gain 2", unit="%", multiplier=100.0)
    gain3 = knob(-1.0, 1.0, 0.0, "Gain 3", unit="%", multiplier=100.0)
    gain4 = knob(-1.0, 1.0, 0.0, "Gain 4", unit="%", multiplier=100.0)
    gain5 = knob(-1.0, 1.0, 0.0, "Gain 5", unit="%", multiplier=100.0)
    gain6 = knob(-1.0, 1.0, 0.0, "Gain 6", unit="%", multiplier=100.0)
    gain7 = knob(-1.0, 1.0, 0.0, "Gain 7", unit="%", multiplier=100.0)
    gain8 = knob(-1.0, 1.0, 0.0, "Gain 8", unit="%", multiplier=100.0)
    in1 = inlet("In 1", normal=10.0)
    in2 = inlet("In 2", normal="in1")
    in3 = inlet("In 3", normal="in2")
    in4 = inlet("In 4", normal="in3")
    in5 = inlet("In 5", normal="in4")
    in6 = inlet("In 6", normal="in5")
    in7 = inlet("In 7", normal="in6")
    in8 = inlet("In 8", normal="in7")
    out1 = outlet("Out 1")
    out2 = outlet("Out 2")
    out3 = outlet("Out 3")
    out4 = outlet("Out 4")
    out5 = outlet("Out 5")
    out6 = outlet("Out 6")
    out7 = outlet("Out 7")
    out8 = outlet("Out 8")
    rack = {
        "Fundamental/8vert": {
            "params": {
                0: "gain1",
                1: "gain2",
                2: "gain3",
                3: "gain4",
                4: "gain5",
                5: "gain6",
                6: "gain7",
                7: "gain8",
            },
            "inputs": {0: "in1", 1: "in2", 2: "in3", 3: "in4", 4: "in5", 5: "in6", 6: "in7", 7: "in8"},
            "outputs": {0: "out1", 1: "out2", 2: "out3", 3: "out4", 4: "out5", 5: "out6", 6: "out7", 7: "out8"},
        }
    }

    def step(self) -> None:
        self.out1 = self.gain1 * self.in1
        self.out2 = self.gain2 * self.in2
        self.out3 = self.gain3 * self.in3
        self.out4 = self.gain4 * self.in4
        self.out5 = self.gain5 * self.in5
        self.out6 = self.gain6 * self.in6
        self.out7 = self.gain7 * self.in7
        self.out8 = self.gain8 * self.in8
