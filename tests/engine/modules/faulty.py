"""Passes its inlet on, until a knob has it read past its buffer, or give what is no number."""

from livepatch.module import Module, buffer, inlet, knob, outlet


class Faulty(Module):
    bypass = {"audio": "out"}  # noqa: RUF012 - a declaration
    place = knob(0.0, 20.0, 0.0)
    audio = inlet()
    out = outlet()
    huge = outlet()
    kept = buffer(frames=4)

    def step(self) -> None:
        self.out = self.audio + self.kept[int(self.place)]
        self.huge = 1e308 * (1.0 + 10.0 * self.place)
