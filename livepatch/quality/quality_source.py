"""Quality source: plays a tape once, which `livepatch quality` has filled."""

from livepatch.module import Module, buffer, outlet

LENGTH = 524288


class QualitySource(Module):
    """A recording into an inlet of the module that is measured."""

    out = outlet("Recording")
    tape = buffer(frames=LENGTH)
    place = 0

    def step(self) -> None:
        """Play one sample; silence from the end on."""
        self.out = self.tape[self.place] if self.place < LENGTH else 0.0
        self.place = self.place + 1 if self.place < LENGTH else LENGTH
