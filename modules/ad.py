"""AD: an envelope with attack and decay, struck by a trigger or going round by itself."""

from livepatch.dsp import (
    GATE_VOLTS,
    LOG2_10,
    TRIGGER_SECONDS,
    absolute,
    clamp,
    divide,
    exp2,
    maximum,
    minimum,
    schmitt,
)
from livepatch.module import Module, button, inlet, knob, light, outlet, switch

BEND_OCTAVES = 8.0
"""Octaves between the ends of a curve that is bent all the way."""
STRAIGHT = 1e-4


class Ad(Module):
    """Up and down again, 0 to 10 V. A trigger on the way starts the attack from where the level is.

    Looped it is an LFO or, with 1 V per octave at `voct`, an oscillator: a cycle lasts attack plus decay.
    """

    attack = knob(-4.0, 1.5, -2.5, "Attack", unit="s", base=10.0)
    decay = knob(-4.0, 1.5, -0.5, "Decay", unit="s", base=10.0)
    curve = knob(
        -1.0,
        1.0,
        0.6,
        "Curve",
        unit="%",
        multiplier=100.0,
        description="0 % straight; 100 %: falls fast at first",
    )
    mode = switch("once", "loop", label="Mode")
    push = button("Trigger", description="a trigger by hand")
    trigger = inlet("Trigger")
    voct = inlet("1 V/octave speed")
    envelope = outlet("Envelope")
    rising = outlet("Rising", description="10 V during the attack")
    end = outlet("End", description="a trigger where the decay ends")
    active = light("Envelope", colour="green")

    edge = schmitt()
    on = False
    climbing = False
    way = 0.0
    end_seconds = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        speed = exp2(clamp(self.voct, -20.0, 20.0))
        up = minimum(period * exp2(-LOG2_10 * self.attack) * speed, 0.5)
        down = minimum(period * exp2(-LOG2_10 * self.decay) * speed, 0.5)
        octaves = BEND_OCTAVES * self.curve
        straight = absolute(octaves) < STRAIGHT
        scale = divide(1.0, exp2(octaves) - 1.0)

        on = self.edge.process(self.trigger) or self.push
        struck = on and not self.on
        looping = self.mode == 1
        climbing = self.climbing or struck or (looping and self.way <= 0.0)
        way = self.way + (up if climbing else -down)
        topped = climbing and way >= 1.0
        bottomed = not climbing and way <= 0.0
        ended = bottomed and self.way > 0.0
        if topped:
            way = 1.0 - (way - 1.0) * divide(down, up)
        if bottomed:
            way = -way * divide(up, down) if looping else 0.0
        climbing = (climbing and not topped) or (bottomed and looping)
        end_seconds = TRIGGER_SECONDS if ended else maximum(self.end_seconds - period, 0.0)

        self.on = on
        self.climbing = climbing
        self.way = way
        self.end_seconds = end_seconds
        level = way if straight else (exp2(octaves * way) - 1.0) * scale
        self.envelope = GATE_VOLTS * level
        self.rising = GATE_VOLTS if climbing else 0.0
        self.end = GATE_VOLTS if end_seconds > 0.5 * period else 0.0
        self.active = level
