"""VCA: a level under voltage control."""

from livepatch.dsp import clamp, exp2
from livepatch.module import Module, inlet, knob, outlet, switch

DEPTH_OCTAVES = 9.965784284662087
"""The exponential response spans a factor of 1000: 60 dB."""
EXPONENTIAL = 1
FOURTH_POWER = 2


class Vca(Module):
    """Amplifier: 0 V at `cv` is silence, 10 V (or no cable) is the level of the knob.

    `exponential` goes in even steps of decibels over 60 dB; `fourth power` takes the voltage to the fourth
    power, half of it is -24 dB, and the knob stays linear.
    """

    level = knob(0.0, 1.0, 1.0, "Level", unit="%", multiplier=100.0)
    response = switch("linear", "exponential", "fourth power", label="Response")
    audio = inlet("Audio", voices=True)
    cv = inlet("Level", normal=10.0, description="0 to 10 V", voices=True)
    out = outlet("Audio")
    bypass = {"audio": "out"}
    rack = {
        "Fundamental/VCA-1": {
            "params": {0: "level", 1: ("response", -2.0, 2.0)},
            "inputs": {0: "cv", 1: "audio"},
            "outputs": {0: "out"},
        },
    }

    def step(self) -> None:
        share = clamp(0.1 * self.cv, 0.0, 1.0)
        gain = self.level * share
        if self.response == EXPONENTIAL:
            gain = (exp2(DEPTH_OCTAVES * gain) - 1.0) * (1.0 / 999.0)
        elif self.response == FOURTH_POWER:
            gain *= share * share * share
        self.out = gain * self.audio
