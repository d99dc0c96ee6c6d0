"""ADSR: an envelope with attack, decay, sustain and release."""

from livepatch.dsp import GATE_VOLTS, LOG2_10, clamp, divide, exp2, maximum, minimum, schmitt
from livepatch.module import Module, button, connected, inlet, knob, light, outlet

ATTACK_TARGET = 1.2
"""Where the attack would go if the decay did not begin at 1: it bends the curve as Rack's does."""
ATTACK_OCTAVES = 2.584962500721156
"""How far the attack gets on its way there: log2(1.2 / 0.2)."""
FALL_REST = 0.001
"""What a decay or release would have left at its end if it did not end there: -60 dB."""
FALL_OCTAVES = 9.967226258835993
"""How far they get: log2(1.001 / 0.001)."""
LONGEST = 2.0
"""Decades of seconds of the longest segment: 100 s."""
DECADES_PER_VOLT = 0.4


class Adsr(Module):
    """Envelope, 0 to 10 V. Each time is that of its whole segment, wherever it begins or ends."""

    attack = knob(-3.0, LONGEST, -2.0, "Attack", unit="s", base=10.0)
    decay = knob(-3.0, LONGEST, -1.0, "Decay", unit="s", base=10.0)
    sustain = knob(0.0, 1.0, 0.5, "Sustain", unit="%", multiplier=100.0)
    release = knob(-3.0, LONGEST, -0.5, "Release", unit="s", base=10.0)
    attack_depth = knob(-1.0, 1.0, 0.0, "Attack CV depth", unit="%", multiplier=100.0)
    decay_depth = knob(-1.0, 1.0, 0.0, "Decay CV depth", unit="%", multiplier=100.0)
    sustain_depth = knob(-1.0, 1.0, 0.0, "Sustain CV depth", unit="%", multiplier=100.0)
    release_depth = knob(-1.0, 1.0, 0.0, "Release CV depth", unit="%", multiplier=100.0)
    push = button("Gate", description="the gate by hand")
    gate = inlet("Gate")
    retrigger = inlet("Retrigger", description="starts the attack again while the gate is on")
    attack_cv = inlet("Attack", description="at full depth 10 V is 10000 times as long")
    decay_cv = inlet("Decay", description="at full depth 10 V is 10000 times as long")
    sustain_cv = inlet("Sustain", description="at full depth 10 V is 100 %")
    release_cv = inlet("Release", description="at full depth 10 V is 10000 times as long")
    envelope = outlet("Envelope")
    active = light("Gate", colour="green")
    # Rack's knobs set the time to do 63 % of the way; these set the whole of it
    rack = {
        "Fundamental/ADSR": {
            "params": {
                0: ("attack", 4.0, -2.7467),
                1: ("decay", 4.0, -2.1606),
                2: "sustain",
                3: ("release", 4.0, -2.1606),
                4: "attack_depth",
                5: "decay_depth",
                6: "sustain_depth",
                7: "release_depth",
                8: "push",
            },
            "inputs": {
                0: "attack_cv",
                1: "decay_cv",
                2: "sustain_cv",
                3: "release_cv",
                4: "gate",
                5: "retrigger",
            },
            "outputs": {0: "envelope"},
        },
    }

    gate_edge = schmitt()
    retrigger_edge = schmitt()
    top = 0.0
    level = 0.0
    rest = 0.0

    def step(self) -> None:
        # what a sample leaves of the way to a segment's end, and where it gets from 0 V
        period = divide(1.0, self.sample_rate)
        attack_left = exp2(-ATTACK_OCTAVES * period * exp2(-LOG2_10 * self.attack))
        decay_left = exp2(-FALL_OCTAVES * period * exp2(-LOG2_10 * self.decay))
        release_left = exp2(-FALL_OCTAVES * period * exp2(-LOG2_10 * self.release))
        sustain = self.sustain
        rise = ATTACK_TARGET * (1.0 - attack_left)
        foot = sustain - FALL_REST * (1.0 - sustain) * (1.0 - decay_left)
        if connected(self.attack_cv):
            attack = clamp(self.attack + DECADES_PER_VOLT * self.attack_depth * self.attack_cv, -3.0, LONGEST)
            attack_left = exp2(-ATTACK_OCTAVES * period * exp2(-LOG2_10 * attack))
            rise = ATTACK_TARGET * (1.0 - attack_left)
        if connected(self.decay_cv) or connected(self.sustain_cv):
            decay = clamp(self.decay + DECADES_PER_VOLT * self.decay_depth * self.decay_cv, -3.0, LONGEST)
            decay_left = exp2(-FALL_OCTAVES * period * exp2(-LOG2_10 * decay))
            sustain = clamp(self.sustain + 0.1 * self.sustain_depth * self.sustain_cv, 0.0, 1.0)
            foot = sustain - FALL_REST * (1.0 - sustain) * (1.0 - decay_left)
        if connected(self.release_cv):
            release = clamp(self.release + DECADES_PER_VOLT * self.release_depth * self.release_cv, -3.0, LONGEST)
            release_left = exp2(-FALL_OCTAVES * period * exp2(-LOG2_10 * release))

        on = self.gate_edge.process(self.gate) or self.push
        top = self.top
        if connected(self.retrigger):
            top = 0.0 if self.retrigger_edge.rises(self.retrigger) else top
        attacking = on and top < 1.0

        # where each segment goes from here, of which one counts
        level = self.level
        up = minimum(rise + attack_left * level, 1.0)
        way = decay_left * (level - sustain)
        down = maximum(foot + way, sustain) + minimum(way, 0.0)
        off = maximum(self.rest + release_left * (level - self.rest), 0.0)
        level = (up if attacking else down) if on else off

        self.level = level
        self.top = maximum(top, level) if on else 0.0
        self.rest = -FALL_REST * level if on else self.rest
        self.envelope = GATE_VOLTS * level
        self.active = 1.0 if on else 0.0
