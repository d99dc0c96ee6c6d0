"""Quality sink: records a tape once, which `livepatch quality` reads."""

from livepatch.module import Module, buffer, inlet, outlet

LENGTH = 524288


class QualitySink(Module):
    """What comes out of the module that is measured."""

    audio = inlet("Volts")
    out = outlet("The same")
    tape = buffer(frames=LENGTH)
    place = 0

    def step(self) -> None:
        """Record one sample; nothing from the end on."""
        if self.place < LENGTH:
            self.tape[self.place] = self.audio
            self.place += 1
        self.out = self.audio
