"""Chord: sixteen voices of pitch, pan and a common gate, for the workloads of `livepatch bench`."""

from livepatch.dsp import VOICES
from livepatch.module import Module, inlet, outlet, poly, set_channels, signal

LOWEST = -2.25
"""Octaves above C4: 55 Hz."""


class Chord(Module):
    """Voice c is c quarter octaves above 55 Hz."""

    gate = inlet("Gate")
    voct = outlet("Pitch")
    gates = outlet("Gates")
    pan = outlet("Pan", description="±5 V")

    def process(self, start: int, stop: int) -> None:
        """Write every voice."""
        set_channels(self.voct, VOICES)
        set_channels(self.gates, VOICES)
        set_channels(self.pan, VOICES)
        gate = signal(self.gate)
        voct = poly(self.voct)
        gates = poly(self.gates)
        pan = poly(self.pan)
        for i in range(start, stop):
            for voice in range(VOICES):
                voct[i * VOICES + voice] = LOWEST + 0.25 * float(voice)
            for voice in range(VOICES):
                gates[i * VOICES + voice] = gate[i]
            for voice in range(VOICES):
                pan[i * VOICES + voice] = 10.0 / 15.0 * float(voice) - 5.0
