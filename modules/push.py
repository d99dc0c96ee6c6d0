"""Push: a button, with a trigger and a gate."""

from livepatch.dsp import GATE_VOLTS, TRIGGER_SECONDS, maximum, schmitt
from livepatch.module import Module, button, inlet, light, outlet, switch


class Push(Module):
    """A gate while it is pushed, and a trigger where that begins. On hold the gate is on until it is pushed."""

    push = button("Push")
    hold = switch("off", "on", label="Hold", description="turns the gate over")
    hold_flip = inlet("Hold", description="each rise holds, or lets go")
    gate_in = inlet("Push", description="as good as the button while it is on")
    trigger = outlet("Trigger")
    gate = outlet("Gate")
    pushed = light("Gate", colour="green")
    # Rack's hold button (param 1) only flips what is in the data.
    rack = {
        "Fundamental/Push": {
            "params": {0: "push"},
            "inputs": {0: "hold_flip", 1: "gate_in"},
            "outputs": {0: "trigger", 1: "gate"},
            "data": {"hold": "hold"},
        }
    }

    flip = schmitt()
    flipped = False
    gate_edge = schmitt()
    on = False
    left = 0.0

    def step(self) -> None:
        flipped = self.flipped != self.flip.rises(self.hold_flip)
        held = (self.hold == 1) != flipped
        self.gate_edge.process(self.gate_in)
        on = self.push != held or self.gate_edge.on
        frames = TRIGGER_SECONDS * self.sample_rate
        self.left = frames if on and not self.on else maximum(self.left - 1.0, 0.0)
        self.trigger = GATE_VOLTS if self.left > 0.0 else 0.0
        self.gate = GATE_VOLTS if on else 0.0
        self.pushed = 1.0 if on else 0.0
        self.flipped = flipped
        self.on = on
