"""ADSR: an envelope with attack, decay, sustain and release."""

from livepatch.dsp import GATE_VOLTS, LOG2_10, divide, exp2, maximum, schmitt
from livepatch.module import Module, inlet, knob, light, outlet

ATTACK_TARGET = 1.3
"""Where the attack would go if the decay did not begin at 1: it bends the curve as a capacitor would."""
ATTACK_OCTAVES = 2.1154772174199365
"""How far the attack gets on its way there: log2(1.3 / 0.3)."""
FALL_REST = 0.001
"""What a decay or release would have left at its end if it did not end there: -60 dB."""
FALL_OCTAVES = 9.967226258835993
"""How far they get: log2(1.001 / 0.001)."""


class Adsr(Module):
    """Envelope, 0 to 10 V. Each time is that of its whole segment, wherever it begins or ends."""

    attack = knob(-3.0, 1.0, -2.0, "Attack", unit="s", base=10.0)
    decay = knob(-3.0, 1.0, -1.0, "Decay", unit="s", base=10.0)
    sustain = knob(0.0, 1.0, 0.5, "Sustain", unit="%", multiplier=100.0)
    release = knob(-3.0, 1.0, -0.5, "Release", unit="s", base=10.0)
    gate = inlet("Gate")
    retrigger = inlet("Retrigger", description="starts the attack again while the gate is on")
    envelope = outlet("Envelope")
    active = light("Gate", colour="green")

    on = False
    retrigger_on = False
    attacking = False
    level = 0.0
    rest = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        attack_left = exp2(-ATTACK_OCTAVES * period * exp2(-LOG2_10 * self.attack))
        decay_left = exp2(-FALL_OCTAVES * period * exp2(-LOG2_10 * self.decay))
        release_left = exp2(-FALL_OCTAVES * period * exp2(-LOG2_10 * self.release))

        on = schmitt(self.on, self.gate)
        retrigger_on = schmitt(self.retrigger_on, self.retrigger)
        level = self.level
        if on and (not self.on or (retrigger_on and not self.retrigger_on)):
            self.attacking = True
        if self.on and not on:
            self.attacking = False
            self.rest = -FALL_REST * level

        if not on:
            level = self.rest + (level - self.rest) * release_left
            level = maximum(level, 0.0)
        elif self.attacking:
            level = ATTACK_TARGET + (level - ATTACK_TARGET) * attack_left
            if level >= 1.0:
                level = 1.0
                self.attacking = False
        elif level > self.sustain:
            rest = self.sustain - FALL_REST * (1.0 - self.sustain)
            level = rest + (level - rest) * decay_left
            level = maximum(level, self.sustain)
        else:
            level = self.sustain + (level - self.sustain) * decay_left

        self.on = on
        self.retrigger_on = retrigger_on
        self.level = level
        self.envelope = GATE_VOLTS * level
        self.active = 1.0 if on else 0.0
