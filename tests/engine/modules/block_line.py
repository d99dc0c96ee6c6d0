"""Block line: adds up what comes in, over blocks, each voice by itself."""

from livepatch.module import Module, inlet, outlet, signal


class BlockLine(Module):
    """Adds up."""

    polyphonic = True
    a = inlet("A")
    out = outlet("Out")
    sum = 0.0

    def process(self, start: int, stop: int) -> None:
        a, out = signal(self.a), signal(self.out)
        for i in range(start, stop):
            self.sum += 0.01 * a[i]
            out[i] = self.sum
