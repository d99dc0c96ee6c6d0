"""A light that is on for one sample, and one of two colours."""

from livepatch.module import Module, inlet, light, outlet


class Blink(Module):
    """The lamp is on in sample 70, the pair at 0.5 and then at -0.75 for a sample; the third hears the inlet."""

    a = inlet()
    out = outlet()
    lamp = light("Lamp")
    pair = light("Pair", colour="green", below="red")
    heard = light("Heard")
    count = 0

    def step(self) -> None:
        self.count += 1
        self.heard = 0.1 * self.a
        self.lamp = 1.0 if self.count == 70 else 0.0
        self.pair = 0.5 if self.count == 80 else (-0.75 if self.count == 90 else 0.0)
