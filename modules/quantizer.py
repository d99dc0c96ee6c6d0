"""Quantizer: any voltage to the nearest note of a scale."""

from typing import Final

from livepatch.dsp import GATE_VOLTS, TRIGGER_SECONDS, absolute, divide, floor
from livepatch.module import Module, inlet, knob, outlet, switch

SCALES: Final = (4095, 2741, 1453, 1709, 1451, 1193, 661, 1257, 1365)
"""One bit for each semitone above the root, in the order of the switch."""


class Quantizer(Module):
    """1 V per octave to the nearest note; where two are equally near, to the lower one."""

    root = knob(0.0, 11.0, 0.0, "Root", unit="semitones", description="0 is C")
    scale = switch(
        "chromatic",
        "major",
        "minor",
        "dorian",
        "phrygian",
        "minor pentatonic",
        "major pentatonic",
        "blues",
        "whole tone",
        label="Scale",
        default=1,
    )
    voct = inlet("1 V/octave pitch")
    out = outlet("Pitch")
    trigger = outlet("Trigger", description="10 V for 1 ms at each new note")
    bypass = {"voct": "out"}

    note = 0.0
    left = 0.0
    heard = -1000.0
    heard_root = 0.0
    heard_scale = -1

    def step(self) -> None:
        root = floor(self.root + 0.5)
        if self.voct != self.heard or root != self.heard_root or self.scale != self.heard_scale:
            wanted = 12.0 * self.voct - root
            octave = 12.0 * floor(wanted * (1.0 / 12.0))
            notes = SCALES[self.scale]
            best = 0.0
            distance = 100.0
            for semitone in range(-12, 25):
                away = absolute(semitone - (wanted - octave))
                if (notes >> ((semitone + 12) % 12)) & 1 == 1 and away < distance:
                    best = float(semitone)
                    distance = away
            note = octave + best + root
            if note != self.note:
                self.left = TRIGGER_SECONDS
            self.note = note
            self.heard = self.voct
            self.heard_root = root
            self.heard_scale = self.scale
        self.out = self.note * (1.0 / 12.0)
        self.trigger = GATE_VOLTS if self.left > 0.0 else 0.0
        self.left -= divide(1.0, self.sample_rate)
