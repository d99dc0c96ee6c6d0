"""A delay line of 100 samples."""

from livepatch.module import Module, buffer, inlet, outlet


class Line(Module):
    audio = inlet()
    out = outlet()
    kept = buffer(frames=100)
    place = 0

    def step(self) -> None:
        self.out = self.kept[self.place]
        self.kept[self.place] = self.audio
        self.place += 1
        if self.place == len(self.kept):
            self.place = 0
