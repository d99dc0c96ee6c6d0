"""CV mix: three voltages made smaller or turned over, and added."""

from livepatch.module import Module, inlet, knob, outlet


class Cvmix(Module):
    """Three voltages times -1 to 1, and their sum; the first is 10 V where it has no cable."""

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

    def step(self) -> None:
        self.mix = self.level1 * self.in1 + self.level2 * self.in2 + self.level3 * self.in3
