"""Track and hold: samples, holds, tracks and glides, all at one gate."""

from livepatch.dsp import TRIGGER_SECONDS, clamp, divide, exp2, schmitt
from livepatch.module import Module, button, inlet, knob, light, outlet

MILLISECOND = -9.965784284662087
TEN_SECONDS = 3.321928094887362
"""In octaves of a second, as the knob counts."""
AT_ONCE = 1e300


class TrackHold(Module):
    """What a gate can do to a voltage. The glide begins 1 ms into the gate, so that a new note starts in tune."""

    time = knob(
        MILLISECOND,
        TEN_SECONDS,
        MILLISECOND,
        "Slew",
        unit="s",
        base=2.0,
        description="time for 1 V, of all but `tracked` and `held`; none at its lowest",
    )
    push = button("Gate")
    audio = inlet("In")
    gate = inlet("Gate")
    sampled = outlet("Sample and hold", description="the voltage where the gate began")
    sampled_before = outlet("Sample before", description="the voltage where the gate before began")
    tracked = outlet("Track and hold", description="follows while the gate is off, holds while it is on")
    held = outlet("Hold and track", description="holds while the gate is off, follows while it is on")
    slewed = outlet("Slew", description="follows slowly while the gate is off, at once while it is on")
    glided = outlet("Glide", description="follows slowly while the gate is on, at once while it is off")
    on_light = light("Gate", colour="green")
    rack = {
        "Fundamental/Process": {
            "params": {0: "time", 1: "push"},
            "inputs": {0: "time", 1: "audio", 2: "gate"},
            "outputs": {0: "sampled", 1: "sampled_before", 2: "tracked", 3: "held", 4: "slewed", 5: "glided"},
        }
    }

    gate_edge = schmitt()
    on = False
    seconds = 0.0
    sample = 0.0
    before = 0.0
    kept = 0.0
    sample_level = 0.0
    before_level = 0.0
    slew_level = 0.0
    glide_level = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        most = AT_ONCE if self.time <= MILLISECOND else period * exp2(-self.time)
        volts = self.audio
        on = self.gate_edge.process(self.gate) or self.push
        begins = on and not self.on
        self.before = self.sample if begins else self.before
        self.sample = volts if begins else self.sample
        self.kept = volts if on != self.on else self.kept
        self.seconds = 0.0 if begins else self.seconds + period
        slow = on and self.seconds > TRIGGER_SECONDS
        self.sample_level += clamp(self.sample - self.sample_level, -most, most)
        self.before_level += clamp(self.before - self.before_level, -most, most)
        self.slew_level = volts if on else self.slew_level + clamp(volts - self.slew_level, -most, most)
        self.glide_level = self.glide_level + clamp(volts - self.glide_level, -most, most) if slow else volts
        self.sampled = self.sample_level
        self.sampled_before = self.before_level
        self.tracked = self.kept if on else volts
        self.held = volts if on else self.kept
        self.slewed = self.slew_level
        self.glided = self.glide_level
        self.on_light = 1.0 if on else 0.0
        self.on = on
