"""Euclidean: as many hits as you like, spread over the steps as evenly as it goes.

Source: Godfried Toussaint, The Euclidean Algorithm Generates Traditional Musical Rhythms, 2005.
"""

from livepatch.dsp import GATE_VOLTS, TRIGGER_SECONDS, divide, floor, minimum, nearest, schmitt
from livepatch.module import Module, inlet, knob, light, outlet


class Euclidean(Module):
    """Three in eight is the tresillo, five in eight the cinquillo. After a reset the next clock is the first step.

    That may be a clock up to 1 ms before the reset, too.
    """

    steps = knob(1.0, 32.0, 16.0, "Steps")
    hits = knob(0.0, 32.0, 4.0, "Hits", description="of the steps; more than there are steps is all of them")
    rotation = knob(-32.0, 32.0, 0.0, "Rotation", description="how many steps later the rhythm begins")
    clock = inlet("Clock", description="each rise is a step; the gates are as long as it is high")
    reset = inlet("Reset", description="back to the first step")
    gate = outlet("Hits")
    rest = outlet("Rests", description="the steps without a hit")
    first = outlet("First", description="the first step, hit or not")
    sounding = light("Hit", colour="green")

    place = -1.0
    clock_edge = schmitt()
    reset_edge = schmitt()
    since_clock = 1.0

    def step(self) -> None:
        steps = nearest(self.steps)
        hits = minimum(nearest(self.hits), steps)
        clocked = self.clock_edge.rises(self.clock)
        restarted = self.reset_edge.rises(self.reset)
        since_clock = 0.0 if clocked else self.since_clock + divide(1.0, self.sample_rate)
        begun = -1.0 if restarted else self.place
        place = begun + 1.0 if clocked else begun
        place = 0.0 if (restarted and since_clock < TRIGGER_SECONDS) or place >= steps else place

        turned = place - nearest(self.rotation)
        turned -= steps * floor(divide(turned, steps))
        share = hits * turned
        hit = share - steps * floor(divide(share, steps)) < hits
        playing = self.clock_edge.on and place >= 0.0
        self.gate = GATE_VOLTS if playing and hit else 0.0
        self.rest = GATE_VOLTS if playing and not hit else 0.0
        self.first = GATE_VOLTS if playing and place == 0.0 else 0.0
        self.sounding = 1.0 if playing and hit else 0.0
        self.place = place
        self.since_clock = since_clock
