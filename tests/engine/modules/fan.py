"""Gives as many voices as its knob says: voice c holds c + 1 V, plus what comes in."""

from livepatch.dsp import VOICES
from livepatch.module import Module, inlet, knob, outlet, poly, set_channels


class Fan(Module):
    voices = knob(1.0, 16.0, 4.0)
    a = inlet()
    out = outlet()

    def process(self, start: int, stop: int) -> None:
        count = int(self.voices + 0.5)
        set_channels(self.out, count)
        out = poly(self.out)
        a = poly(self.a)
        for i in range(start, stop):
            for voice in range(VOICES):
                out[i * VOICES + voice] = float(voice) + 1.0 + a[i * VOICES + voice]
