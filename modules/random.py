"""Random: voltages by chance, at a rate or at each trigger, with four ways from one to the next."""

from livepatch.dsp import (
    AUDIO_VOLTS,
    GATE_VOLTS,
    LFO_HZ,
    TRIGGER_SECONDS,
    clamp,
    cos1,
    crossfade,
    divide,
    exp2,
    floor,
    log2,
    maximum,
    minimum,
    next_word,
    schmitt,
    uniform,
)
from livepatch.module import Module, connected, inlet, knob, light, outlet, switch

LONGEST_SECONDS = 1000.0
"""Between two triggers; what comes later begins anew."""


class Random(Module):
    """A new voltage each time, ±5 V or 0 to 10 V, or a sample of what is patched in."""

    rate = knob(
        -9.965784284662087,
        9.965784284662087,
        0.0,
        "Rate",
        unit="Hz",
        base=2.0,
        multiplier=LFO_HZ,
        description="Octaves above 2 Hz; triggers patched in replace it",
    )
    shape = knob(
        0.0,
        1.0,
        1.0,
        "Shape",
        unit="%",
        multiplier=100.0,
        description="how long the way takes: from a jump at 0 to all the time there is, and to 16 steps",
    )
    probability = knob(
        0.0, 1.0, 1.0, "Probability", unit="%", multiplier=100.0, description="of a new voltage each time"
    )
    spread = knob(
        0.0, 1.0, 1.0, "Spread", unit="%", multiplier=100.0, description="how far the new may be from the last"
    )
    rate_depth = knob(-1.0, 1.0, 0.0, "Rate depth", unit="%", multiplier=100.0)
    shape_depth = knob(-1.0, 1.0, 0.0, "Shape depth", unit="%", multiplier=100.0)
    probability_depth = knob(-1.0, 1.0, 0.0, "Probability depth", unit="%", multiplier=100.0)
    spread_depth = knob(-1.0, 1.0, 0.0, "Spread depth", unit="%", multiplier=100.0)
    polarity = switch("bipolar", "unipolar", label="Polarity")
    rate_cv = inlet("Rate", description="1 V/octave at full depth")
    shape_cv = inlet("Shape", description="10 V is 100 % at full depth")
    probability_cv = inlet("Probability", description="10 V is 100 % at full depth")
    spread_cv = inlet("Spread", description="10 V is 100 % at full depth")
    trigger = inlet("Trigger", description="a new voltage at each", voices=True)
    external = inlet("External", description="sampled instead of chance", voices=True)
    stepped = outlet("Stepped")
    linear = outlet("Linear", description="in a straight line")
    smooth = outlet("Smooth", description="along a cosine")
    exponential = outlet("Exponential", description="fast at first")
    triggered = outlet("Trigger", description="10 V for 1 ms at each new voltage")
    fresh = light("New voltage", colour="yellow")
    rack = {
        "Fundamental/Random": {
            # 3, a mode, is gone since Rack 2
            "params": {
                0: ("rate", 1.0, -1.0),
                1: "shape",
                2: "polarity",
                4: "probability",
                5: "spread",
                6: "rate_depth",
                7: "shape_depth",
                8: "probability_depth",
                9: "spread_depth",
            },
            "inputs": {
                0: "rate_cv",
                1: "shape_cv",
                2: "trigger",
                3: "external",
                4: "probability_cv",
                5: "spread_cv",
            },
            "outputs": {0: "stepped", 1: "linear", 2: "smooth", 3: "exponential", 4: "triggered"},
        }
    }

    word = 0
    last = 0.0
    next = 0.0
    way = 0.0
    cycle = 0.0
    edge = schmitt()
    since = LONGEST_SECONDS
    seconds = LONGEST_SECONDS
    left = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        risen = self.edge.rises(self.trigger)
        since = self.since + period
        self.seconds = since if risen and since < LONGEST_SECONDS else self.seconds
        self.since = 0.0 if risen else since
        own = minimum(LFO_HZ * period * exp2(self.rate + self.rate_depth * self.rate_cv), 0.5)
        cycle = self.cycle + own
        patched = connected(self.trigger)
        due = risen if patched else cycle >= 1.0
        self.cycle = cycle - 1.0 if cycle >= 1.0 else cycle
        turn = minimum(divide(period, self.seconds), 0.5) if patched else own

        likely = clamp(self.probability + 0.1 * self.probability_depth * self.probability_cv, 0.0, 1.0)
        spread = clamp(self.spread + 0.1 * self.spread_depth * self.spread_cv, 0.0, 1.0)
        if due:
            self.word = next_word(self.word, self.seed)
            if uniform(self.word) < likely:
                self.word = next_word(self.word, self.seed)
                chance = 2.0 * AUDIO_VOLTS * uniform(self.word) - (0.0 if self.polarity == 1 else AUDIO_VOLTS)
                drawn = crossfade(self.next, chance, spread)
                self.last = self.next
                self.next = self.external if connected(self.external) else drawn
                self.way = 0.0
                self.left = TRIGGER_SECONDS
        way = minimum(self.way + turn, 1.0)
        self.way = way
        self.triggered = GATE_VOLTS if self.left > 0.0 else 0.0
        self.fresh = 1.0 if self.left > 0.0 else 0.0
        self.left = maximum(self.left - period, 0.0)

        shape = clamp(self.shape + 0.1 * self.shape_depth * self.shape_cv, 0.0, 1.0)
        steps = -floor(-15.0 * shape * shape) + 1.0
        line = minimum(divide(way, maximum(shape, 1e-9)), 1.0)
        lean = 8.0 * log2(maximum(shape, 0.003))
        curve = divide(1.0 - exp2(lean * way), 1.0 - exp2(lean)) if shape < 0.9999 else way
        self.stepped = crossfade(self.last, self.next, divide(-floor(-way * steps), steps))
        self.linear = crossfade(self.last, self.next, line)
        self.smooth = crossfade(self.last, self.next, 0.5 - 0.5 * cos1(0.5 * line))
        self.exponential = crossfade(self.last, self.next, curve)
