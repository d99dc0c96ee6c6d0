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
    )
    note1 = switch("off", "on", default=1, label="Root")
    note2 = switch("off", "on", default=1, label="Minor second")
    note3 = switch("off", "on", default=1, label="Major second")
    note4 = switch("off", "on", default=1, label="Minor third")
    note5 = switch("off", "on", default=1, label="Major third")
    note6 = switch("off", "on", default=1, label="Fourth")
    note7 = switch("off", "on", default=1, label="Tritone")
    note8 = switch("off", "on", default=1, label="Fifth")
    note9 = switch("off", "on", default=1, label="Minor sixth")
    note10 = switch("off", "on", default=1, label="Major sixth")
    note11 = switch("off", "on", default=1, label="Minor seventh")
    note12 = switch("off", "on", default=1, label="Major seventh")
    offset = knob(
        -1.0, 1.0, 0.0, "Offset", unit="semitones", multiplier=12.0, description="added to the pitch beforehand"
    )
    voct = inlet("1 V/octave pitch")
    out = outlet("Pitch")
    trigger = outlet("Trigger", description="10 V for 1 ms at each new note")
    bypass = {"voct": "out"}
    rack = {
        "Fundamental/Quantizer": {
            "params": {0: "offset"},
            "inputs": {0: "voct"},
            "outputs": {0: "out"},
            "data": {
                "enabledNotes": (
                    "note1",
                    "note2",
                    "note3",
                    "note4",
                    "note5",
                    "note6",
                    "note7",
                    "note8",
                    "note9",
                    "note10",
                    "note11",
                    "note12",
                )
            },
        }
    }

    note = 0.0
    left = 0.0
    heard = -1000.0
    heard_root = 0.0
    heard_notes = 0

    def step(self) -> None:
        root = floor(self.root + 0.5)
        pitch = self.voct + self.offset
        low = self.note1 + 2 * self.note2 + 4 * self.note3 + 8 * self.note4 + 16 * self.note5 + 32 * self.note6
        high = self.note7 + 2 * self.note8 + 4 * self.note9 + 8 * self.note10 + 16 * self.note11 + 32 * self.note12
        notes = SCALES[self.scale] & (low + 64 * high)
        if pitch != self.heard or root != self.heard_root or notes != self.heard_notes:
            wanted = 12.0 * pitch - root
            octave = 12.0 * floor(wanted * (1.0 / 12.0))
            above = wanted - octave
            best = 0.0
            distance = 100.0
            for semitone in range(12):
                nearest = semitone + (
                    12.0 if above - semitone > 6.0 else -12.0 if above - semitone <= -6.0 else 0.0
                )
                away = absolute(nearest - above)
                on = notes == 0 or (notes >> semitone) & 1 == 1
                if on and (away < distance or (away == distance and nearest < best)):
                    best = nearest
                    distance = away
            note = octave + best + root
            if note != self.note:
                self.left = TRIGGER_SECONDS
            self.note = note
            self.heard = pitch
            self.heard_root = root
            self.heard_notes = notes
        self.out = self.note * (1.0 / 12.0)
        self.trigger = GATE_VOLTS if self.left > 0.0 else 0.0
        self.left -= divide(1.0, self.sample_rate)
