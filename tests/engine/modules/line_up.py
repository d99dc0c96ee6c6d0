"""A delay of eight samples, for each voice its own."""

from livepatch.module import Module, buffer, inlet, outlet


class LineUp(Module):
    a = inlet()
    out = outlet()
    line = buffer(frames=8)
    place = 0

    def step(self) -> None:
        self.out = self.line[self.place]
        self.line[self.place] = self.a
        self.place = (self.place + 1) % 8
