"""Adds two inlets, and an impulse of 8 V whenever its switch goes on; the second inlet follows the first."""

from livepatch.module import Module, connected, inlet, light, outlet, switch


class Total(Module):
    impulse = switch("off", "on")
    a = inlet()
    b = inlet(normal="a")
    bias = inlet(normal=0.5)
    out = outlet()
    biased = outlet()
    lamp = light()
    fired = False

    def step(self) -> None:
        self.out = self.a + (self.b if connected(self.b) else 0.0)
        if self.impulse == 1 and not self.fired:
            self.out = self.out + 8.0
        self.fired = self.impulse == 1
        self.biased = self.bias
        self.lamp = 1.0 if connected(self.out) else 0.0
