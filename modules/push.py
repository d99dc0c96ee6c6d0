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
    # Rack's hold button (param 1) only flips what its patches keep outside the params: `hold` here.
    rack = {
        "Fundamental/Push": {
            "params": {0: "push"},
            "inputs": {0: "hold_flip", 1: "gate_in"},
            "outputs": {0: "trigger", 1: "gate"},
        }
    }

    flip_on = False
    flipped = False
    gate_on = False
    on = False
    left = 0.0

    def step(self) -> None:
        flip_on = schmitt(self.flip_on, self.hold_flip)
        flipped = self.flipped != (flip_on and not self.flip_on)
        held = (self.hold == 1) != flipped
        self.gate_on = schmitt(self.gate_on, self.gate_in)
        on = self.push != held or self.gate_on
        frames = TRIGGER_SECONDS * self.sample_rate
        self.left = frames if on and not self.on else maximum(self.left - 1.0, 0.0)
        self.trigger = GATE_VOLTS if self.left > 0.0 else 0.0
        self.gate = GATE_VOLTS if on else 0.0
        self.pushed = 1.0 if on else 0.0
        self.flip_on = flip_on
        self.flipped = flipped
        self.on = on
