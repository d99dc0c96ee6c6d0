"""Carrying: blocks that have heard something, and say what is left of it."""

from livepatch.dsp import double_ring_buffer, midi_generator, resampler
from livepatch.module import Module, inlet, outlet


class Carrying(Module):
    """A voltage at two thirds of the rate and back, its last 64 samples added up, and messages of its gate."""

    volts = inlet()
    out = outlet()
    sum = outlet()
    said = outlet()
    down = resampler()
    up = resampler()
    last = double_ring_buffer(64)
    midi = midi_generator()
    total = 0.0

    def step(self) -> None:
        self.down.set_ratio(2.0 / 3.0)
        self.up.set_ratio(1.5)
        self.down.push(self.volts)
        while self.down.is_ready():
            self.up.push(self.down.pull())
        self.out = self.up.pull()
        self.total += self.volts - self.last.push(self.volts)
        self.sum = self.total
        self.midi.play(0, 0.0, self.volts, 5.0)
        self.midi.control(1, self.volts)
        self.said = float(self.midi.take())
