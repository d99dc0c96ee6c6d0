"""Adds the voices that come in, and says how many there are."""

from livepatch.dsp import VOICES
from livepatch.module import Module, channels, inlet, outlet, poly, signal


class Gather(Module):
    a = inlet()
    b = inlet()
    out = outlet()
    count = outlet()
    first = outlet()

    def process(self, start: int, stop: int) -> None:
        a = poly(self.a)
        b = signal(self.b)
        out = signal(self.out)
        count = signal(self.count)
        first = signal(self.first)
        for i in range(start, stop):
            total = 0.0
            for voice in range(channels(self.a)):
                total += a[i * VOICES + voice]
            out[i] = total
            count[i] = float(channels(self.a))
            first[i] = b[i]
