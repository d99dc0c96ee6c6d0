"""Ring modulator: one sound times another."""

from livepatch.dsp import AUDIO_VOLTS, clamp
from livepatch.module import Module, inlet, knob, outlet


class Ring(Module):
    """Two sounds of ±5 V multiplied: the sums and differences of their frequencies, at ±5 V again."""

    amount = knob(0.0, 1.0, 1.0, "Amount", unit="%", multiplier=100.0, description="0 %: the sound as it is")
    audio = inlet("Sound", voices=True)
    carrier = inlet("Carrier", voices=True)
    out = outlet("Out")
    bypass = {"audio": "out"}

    def step(self) -> None:
        product = self.audio * clamp(self.carrier, -100.0, 100.0) * (1.0 / AUDIO_VOLTS)
        self.out = self.audio + self.amount * (product - self.audio)
