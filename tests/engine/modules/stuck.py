"""Never comes back once its knob is up."""

from livepatch.module import Module, knob, outlet


class Stuck(Module):
    stop = knob(0.0, 1.0, 0.0)
    out = outlet()
    turns = 0

    def step(self) -> None:
        while self.stop > 0.5:
            self.turns += 1
        self.out = self.stop
