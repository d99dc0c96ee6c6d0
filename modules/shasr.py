"""SHASR: eight samples and holds, each of which hands its voltage on to the next: an analog shift register."""

import math
from typing import Any

from livepatch.dsp import crossfade, next_word, schmitt, uniform
from livepatch.module import Module, button, connected, inlet, knob, outlet, switch


class Shasr(Module):
    """Eight samples and holds in a chain.

    Without a cable a trigger takes the one above, the first the button, and an inlet takes what the outlet above
    held before; so one trigger moves all voltages down. The first inlet without a cable takes 0 V, or chance.
    """

    random = switch("off", "on", label="Random", description="a voltage by chance where the first has no cable")
    low = knob(-10.0, 10.0, 0.0, "Lowest", unit="V", description="of those by chance")
    high = knob(-10.0, 10.0, 10.0, "Highest", unit="V", description="of those by chance")
    push = button("Push", description="as good as a trigger where the first has no cable")
    clear = button("Clear", description="back to 0 V")
    in1 = inlet("In 1")
    in2 = inlet("In 2")
    in3 = inlet("In 3")
    in4 = inlet("In 4")
    in5 = inlet("In 5")
    in6 = inlet("In 6")
    in7 = inlet("In 7")
    in8 = inlet("In 8")
    trigger1 = inlet("Trigger 1")
    trigger2 = inlet("Trigger 2")
    trigger3 = inlet("Trigger 3")
    trigger4 = inlet("Trigger 4")
    trigger5 = inlet("Trigger 5")
    trigger6 = inlet("Trigger 6")
    trigger7 = inlet("Trigger 7")
    trigger8 = inlet("Trigger 8")
    out1 = outlet("Out 1")
    out2 = outlet("Out 2")
    out3 = outlet("Out 3")
    out4 = outlet("Out 4")
    out5 = outlet("Out 5")
    out6 = outlet("Out 6")
    out7 = outlet("Out 7")
    out8 = outlet("Out 8")
    rack = {
        "Fundamental/SHASR": {
            "params": {0: "random", 1: "push", 2: "clear"},
            "inputs": {
                0: "in1",
                1: "in2",
                2: "in3",
                3: "in4",
                4: "in5",
                5: "in6",
                6: "in7",
                7: "in8",
                8: "trigger1",
                9: "trigger2",
                10: "trigger3",
                11: "trigger4",
                12: "trigger5",
                13: "trigger6",
                14: "trigger7",
                15: "trigger8",
            },
            "outputs": {0: "out1", 1: "out2", 2: "out3", 3: "out4", 4: "out5", 5: "out6", 6: "out7", 7: "out8"},
            "data": {"randomOffset": "low", "randomGain": ("high", 1.0, "low")},
        }
    }

    word = 0
    pushed = False
    edge1 = schmitt()
    edge2 = schmitt()
    edge3 = schmitt()
    edge4 = schmitt()
    edge5 = schmitt()
    edge6 = schmitt()
    edge7 = schmitt()
    edge8 = schmitt()
    held1 = 0.0
    held2 = 0.0
    held3 = 0.0
    held4 = 0.0
    held5 = 0.0
    held6 = 0.0
    held7 = 0.0
    held8 = 0.0

    def step(self) -> None:
        self.word = next_word(self.word, self.seed)
        chance = crossfade(self.low, self.high, uniform(self.word)) if self.random == 1 else 0.0
        rise1 = self.edge1.rises(self.trigger1)
        rise2 = self.edge2.rises(self.trigger2)
        rise3 = self.edge3.rises(self.trigger3)
        rise4 = self.edge4.rises(self.trigger4)
        rise5 = self.edge5.rises(self.trigger5)
        rise6 = self.edge6.rises(self.trigger6)
        rise7 = self.edge7.rises(self.trigger7)
        rise8 = self.edge8.rises(self.trigger8)
        take1 = rise1 if connected(self.trigger1) else self.push and not self.pushed
        take2 = rise2 if connected(self.trigger2) else take1
        take3 = rise3 if connected(self.trigger3) else take2
        take4 = rise4 if connected(self.trigger4) else take3
        take5 = rise5 if connected(self.trigger5) else take4
        take6 = rise6 if connected(self.trigger6) else take5
        take7 = rise7 if connected(self.trigger7) else take6
        take8 = rise8 if connected(self.trigger8) else take7
        self.held8 = (self.in8 if connected(self.in8) else self.held7) if take8 else self.held8
        self.held7 = (self.in7 if connected(self.in7) else self.held6) if take7 else self.held7
        self.held6 = (self.in6 if connected(self.in6) else self.held5) if take6 else self.held6
        self.held5 = (self.in5 if connected(self.in5) else self.held4) if take5 else self.held5
        self.held4 = (self.in4 if connected(self.in4) else self.held3) if take4 else self.held4
        self.held3 = (self.in3 if connected(self.in3) else self.held2) if take3 else self.held3
        self.held2 = (self.in2 if connected(self.in2) else self.held1) if take2 else self.held2
        self.held1 = (self.in1 if connected(self.in1) else chance) if take1 else self.held1
        self.held1 = 0.0 if self.clear else self.held1
        self.held2 = 0.0 if self.clear else self.held2
        self.held3 = 0.0 if self.clear else self.held3
        self.held4 = 0.0 if self.clear else self.held4
        self.held5 = 0.0 if self.clear else self.held5
        self.held6 = 0.0 if self.clear else self.held6
        self.held7 = 0.0 if self.clear else self.held7
        self.held8 = 0.0 if self.clear else self.held8
        self.out1 = self.held1
        self.out2 = self.held2
        self.out3 = self.held3
        self.out4 = self.held4
        self.out5 = self.held5
        self.out6 = self.held6
        self.out7 = self.held7
        self.out8 = self.held8
        self.pushed = self.push

    def to_json(self) -> dict[str, Any]:
        """The voltages that it holds, as Rack has them."""
        held = [self.held1, self.held2, self.held3, self.held4, self.held5, self.held6, self.held7, self.held8]
        return {"values": held}

    def from_json(self, data: dict[str, Any]) -> None:
        """The voltages that it held."""
        found = data.get("values")
        held = [self.volts(each) for each in found] if isinstance(found, list) and len(found) == 8 else [0.0] * 8
        self.held1, self.held2, self.held3, self.held4 = held[:4]
        self.held5, self.held6, self.held7, self.held8 = held[4:]

    def volts(self, held: Any) -> float:
        """A voltage of a patch, which may say anything."""
        return float(held) if isinstance(held, int | float) and math.isfinite(held) else 0.0
