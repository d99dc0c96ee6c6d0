"""Counts the frames it has played, in volts."""

from livepatch.module import Module, outlet


class Counter(Module):
    number = outlet()
    count = 0.0

    def step(self) -> None:
        self.number = self.count
        self.count += 1.0
