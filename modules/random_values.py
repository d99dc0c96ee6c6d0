"""Random values: seven new voltages by chance at each trigger."""

import math
from typing import Any

from livepatch.dsp import crossfade, next_word, schmitt, uniform
from livepatch.module import Module, button, inlet, knob, outlet


class RandomValues(Module):
    """Seven voltages, each as likely anywhere between the lowest and the highest, until the next trigger."""

    low = knob(-10.0, 10.0, 0.0, "Lowest", unit="V")
    high = knob(-10.0, 10.0, 10.0, "Highest", unit="V")
    push = button("Push", description="as a trigger")
    trigger = inlet("Trigger")
    out1 = outlet("Random 1")
    out2 = outlet("Random 2")
    out3 = outlet("Random 3")
    out4 = outlet("Random 4")
    out5 = outlet("Random 5")
    out6 = outlet("Random 6")
    out7 = outlet("Random 7")
    rack = {
        "Fundamental/RandomValues": {
            "params": {0: "push"},
            "inputs": {0: "trigger"},
            "outputs": {0: "out1", 1: "out2", 2: "out3", 3: "out4", 4: "out5", 5: "out6", 6: "out7"},
            "data": {"randomOffset": "low", "randomGain": ("high", 1.0, "low")},
        }
    }

    edge = schmitt()
    on = False
    word = 0
    share1 = 0.0
    share2 = 0.0
    share3 = 0.0
    share4 = 0.0
    share5 = 0.0
    share6 = 0.0
    share7 = 0.0

    def step(self) -> None:
        on = self.edge.process(self.trigger) or self.push
        if on and not self.on:
            word1 = next_word(self.word, self.seed)
            word2 = next_word(word1, self.seed)
            word3 = next_word(word2, self.seed)
            word4 = next_word(word3, self.seed)
            word5 = next_word(word4, self.seed)
            word6 = next_word(word5, self.seed)
            word7 = next_word(word6, self.seed)
            self.word = word7
            self.share1 = uniform(word1)
            self.share2 = uniform(word2)
            self.share3 = uniform(word3)
            self.share4 = uniform(word4)
            self.share5 = uniform(word5)
            self.share6 = uniform(word6)
            self.share7 = uniform(word7)
        self.on = on
        self.out1 = crossfade(self.low, self.high, self.share1)
        self.out2 = crossfade(self.low, self.high, self.share2)
        self.out3 = crossfade(self.low, self.high, self.share3)
        self.out4 = crossfade(self.low, self.high, self.share4)
        self.out5 = crossfade(self.low, self.high, self.share5)
        self.out6 = crossfade(self.low, self.high, self.share6)
        self.out7 = crossfade(self.low, self.high, self.share7)

    def to_json(self) -> dict[str, Any]:
        """The voltages that it holds."""
        shares = (self.share1, self.share2, self.share3, self.share4, self.share5, self.share6, self.share7)
        return {"values": [crossfade(self.low, self.high, share) for share in shares]}

    def from_json(self, data: dict[str, Any]) -> None:
        """The voltages that it held; Rack has those of every voice, of which each gets the first's."""
        held = data.get("values")
        shares = [self.share(volts) for volts in held] if isinstance(held, list) and len(held) == 7 else [0.0] * 7
        self.share1, self.share2, self.share3, self.share4, self.share5, self.share6, self.share7 = shares

    def share(self, held: Any) -> float:
        """Where a voltage is between the lowest and the highest."""
        volts = held[0] if isinstance(held, list) and held else held
        if not isinstance(volts, int | float) or not math.isfinite(volts) or self.high == self.low:
            return 0.0
        return (volts - self.low) / (self.high - self.low)
