"""Takes four signals to the sound card."""

from livepatch.module import Module, inlet, knob, outlet


class Quad(Module):
    """A voltage to each of four channels, and what comes in to the third."""

    speakers = ("one", "two", "three", "four")
    volts = knob(0.0, 10.0, 1.0)
    third = inlet()
    one = outlet()
    two = outlet()
    three = outlet()
    four = outlet()

    def step(self) -> None:
        """One sample."""
        self.one = self.volts
        self.two = 2.0 * self.volts
        self.three = self.third
        self.four = 4.0 * self.volts
