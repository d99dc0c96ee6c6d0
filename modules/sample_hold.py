"""Sample and hold: takes a voltage at a trigger and keeps it, or lets it through while a gate is on."""

from livepatch.dsp import schmitt
from livepatch.module import Module, inlet, outlet, switch


class SampleHold(Module):
    """`sample` takes the voltage where the trigger rises; `track` follows it as long as the gate is on."""

    mode = switch("sample", "track", label="Mode")
    audio = inlet("In", voices=True)
    trigger = inlet("Trigger", voices=True)
    out = outlet("Out")
    bypass = {"audio": "out"}

    edge = schmitt()
    held = 0.0

    def step(self) -> None:
        rises = self.edge.rises(self.trigger)
        if rises or (self.mode == 1 and self.edge.on):
            self.held = self.audio
        self.out = self.held
