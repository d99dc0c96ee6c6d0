"""Blocks: counts the rises of a gate, and repeats its count 100 frames late."""

from livepatch.dsp import delay_line, schmitt
from livepatch.module import Module, inlet, outlet


class Held(Module):
    gate = inlet(normal=10.0)
    out = outlet()
    late = outlet()
    edge = schmitt()
    line = delay_line(frames=100)
    rises = 0

    def step(self) -> None:
        if self.edge.rises(self.gate):
            self.rises += 1
        self.late = self.line.read(100.0)
        self.line.write(float(self.rises))
        self.out = 1.0 * float(self.rises)
