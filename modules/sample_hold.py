"""Sample and hold: takes a voltage at a trigger and keeps it, or lets it through while a gate is on."""

from livepatch.dsp import schmitt
from livepatch.module import Module, inlet, outlet, switch


class SampleHold(Module):
    """`sample` takes the voltage where the trigger rises; `track` follows it as long as the gate is on."""

    mode = switch("sample", "track", label="Mode")
    audio = inlet("In")
    trigger = inlet("Trigger")
    out = outlet("Out")
    bypass = {"audio": "out"}

    on = False
    held = 0.0

    def step(self) -> None:
        on = schmitt(self.on, self.trigger)
        if on and (self.mode == 1 or not self.on):
            self.held = self.audio
        self.on = on
        self.out = self.held
