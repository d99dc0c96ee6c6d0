"""A delay of eight samples in a buffer too long to have one for every voice all the time."""

from livepatch.module import Module, buffer, inlet, outlet


class LongLine(Module):
    a = inlet()
    out = outlet()
    line = buffer(frames=5000)
    place = 0

    def step(self) -> None:
        self.out = self.line[self.place]
        self.line[self.place] = self.a
        self.place = (self.place + 1) % 8
