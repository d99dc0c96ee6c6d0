"""VCA: a level under voltage control."""

from livepatch.dsp import clamp, exp2
from livepatch.module import Module, inlet, knob, outlet, switch

DEPTH_OCTAVES = 9.965784284662087
"""The exponential response spans a factor of 1000: 60 dB."""


class Vca(Module):
    """Amplifier: 0 V at `cv` is silence, 10 V (or no cable) is the level of the knob."""

    level = knob(0.0, 1.0, 1.0, "Level", unit="%", multiplier=100.0)
    response = switch("linear", "exponential", label="Response", description="exponential: even steps in dB")
    audio = inlet("Audio")
    cv = inlet("Level", normal=10.0, description="0 to 10 V")
    out = outlet("Audio")
    bypass = {"audio": "out"}

    def step(self) -> None:
        gain = self.level * clamp(0.1 * self.cv, 0.0, 1.0)
        if self.response == 1:
            gain = (exp2(DEPTH_OCTAVES * gain) - 1.0) * (1.0 / 999.0)
        self.out = gain * self.audio
