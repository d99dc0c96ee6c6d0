"""A polyphonic module that begins with something, and remembers something."""

from livepatch.module import Module, inlet, outlet


class Memory(Module):
    """`out` is what it began with, and what it was given."""

    a = inlet()
    out = outlet()
    offset = 0.0
    volts = 0.0
    count = 0

    def on_add(self) -> None:
        """Begin."""
        self.offset = 2.0

    def step(self) -> None:
        """One sample."""
        self.count += 1
        self.out = self.a - self.a + self.offset + self.volts
