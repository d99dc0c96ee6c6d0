"""VCO: saw, square, triangle and sine without aliases, with sync, FM and pulse width."""

from math import tau
from typing import Final

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    EDGE_DELAY,
    absolute,
    add_corners,
    add_steps,
    advance_wave,
    clamp,
    cos1,
    divide,
    exp2,
    frac,
    minimum,
    place_of,
    sine1,
    start_wave,
    take_edge,
    triangle1,
)
from livepatch.module import Module, buffer, connected, inlet, knob, outlet, switch

HERTZ: Final = 2
"""The kind of FM that adds hertz."""
FASTEST: Final = 0.45
"""Cycles in a sample: 21.6 kHz at 48 kHz."""
RISE: Final = 2.0 * EDGE_DELAY
"""How far a saw between -1 and 1 gets at one cycle a sample in the time that edges are late."""


class Vco(Module):
    """Oscillator, 1 V per octave; 0 V is C4."""

    tune = knob(-5.0, 5.0, 0.0, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    fine = knob(-1.0, 1.0, 0.0, "Fine tune", unit="semitones")
    width = knob(0.01, 0.99, 0.5, "Pulse width", unit="%", multiplier=100.0)
    fm_depth = knob(-1.0, 1.0, 0.0, "FM depth", unit="%", multiplier=100.0)
    fm_kind = switch(
        "exponential",
        "linear",
        "hertz",
        label="FM kind",
        description="octaves; times the pitch, through 0; hertz, down to 0, as in VCV Rack",
    )
    sync_kind = switch("soft", "hard", default=1, label="Sync kind", description="soft: turns back instead")
    width_depth = knob(-1.0, 1.0, 1.0, "Pulse width depth", unit="%", multiplier=100.0)
    voct = inlet("1 V/octave pitch", voices=True)
    fm = inlet(
        "FM",
        description="at full depth 1 V is an octave; linear: once the pitch; hertz: 261.63 Hz, whatever the pitch",
        voices=True,
    )
    sync = inlet("Sync", description="restarts the cycle where it rises through 0 V")
    pwm = inlet("Pulse width", description="10 V is 100 % at full depth")
    saw = outlet("Saw")
    square = outlet("Square")
    triangle = outlet("Triangle")
    sine = outlet("Sine")
    rack = {
        "Fundamental/VCO": {
            # 0 and 3, an analogue mode and a fine tune, are gone since Rack 2
            "params": {
                1: "sync_kind",
                2: ("tune", 1 / 12),
                4: "fm_depth",
                5: "width",
                6: "width_depth",
                7: ("fm_kind", 2.0),
            },
            "inputs": {0: "voct", 1: "fm", 2: "sync", 3: "pwm"},
            "outputs": {0: "sine", 1: "triangle", 2: "saw", 3: "square"},
        }
    }

    phase = 0.5
    direction = 1.0
    last_width = 0.5
    last_sync = 0.0
    position = 0
    queue = buffer(frames=64)

    def step(self) -> None:
        octaves = self.tune + self.fine * (1.0 / 12.0) + self.voct
        swing = self.fm_depth * self.fm
        middle = divide(C4_HZ, self.sample_rate)
        if self.fm_kind == 0:
            octaves += swing
        pitch = middle * exp2(octaves)
        speed = minimum(pitch, FASTEST)
        if self.fm_kind == 1:
            speed = clamp(pitch * (1.0 + swing), -FASTEST, FASTEST)
        if self.fm_kind == HERTZ:
            speed = clamp(pitch + middle * swing, 0.0, FASTEST)
        width = self.last_width
        if connected(self.square):
            width = clamp(self.width + 0.1 * self.width_depth * self.pwm, 0.01, 0.99)

        hard = self.sync_kind == 1
        synced = False
        late = 0.0
        if connected(self.sync):
            synced = self.sync > 0.0 and self.last_sync <= 0.0
            late = divide(self.sync, self.sync - self.last_sync) if synced else 0.0
            speed *= 1.0 if hard else self.direction
            self.last_sync = self.sync
        place = self.position
        saw, square, triangle = connected(self.saw), connected(self.square), connected(self.triangle)
        phase, last_width = self.phase, self.last_width
        phase = advance_wave(self.queue, place, phase, speed, late, last_width, width, saw, square, triangle)
        if connected(self.sync):
            if synced and hard:
                phase = start_wave(self.queue, place, phase, speed, late, width)
            elif synced:
                self.direction = -self.direction
                speed = -speed
                bend = -2.0 * tau * speed * cos1(phase)
                fold = 8.0 * speed if absolute(phase - 0.5) < 0.25 else -8.0 * speed
                add_steps(self.queue, place, late, 0.0, 0.0, 0.0, EDGE_DELAY * bend)
                add_corners(self.queue, place, late, 4.0 * speed, 0.0, fold, bend)
                phase = frac(phase + speed * late)

        jump = take_edge(self.queue, 4 * place) if saw else 0.0
        self.saw = 2.0 * AUDIO_VOLTS * phase - AUDIO_VOLTS - AUDIO_VOLTS * RISE * speed + AUDIO_VOLTS * jump
        flip, corner, rest = 0.0, 0.0, 0.0
        if square or triangle or connected(self.sync):
            flip = take_edge(self.queue, 4 * place + 1) if square else 0.0
            corner = take_edge(self.queue, 4 * place + 2) if triangle else 0.0
            rest = take_edge(self.queue, 4 * place + 3) if connected(self.sync) else 0.0
        self.square = AUDIO_VOLTS * ((1.0 if place_of(phase) < width else -1.0) + flip)
        slope = 2.0 * RISE * speed if absolute(phase - 0.5) < 0.25 else -2.0 * RISE * speed
        self.triangle = AUDIO_VOLTS * clamp(corner - triangle1(phase) - slope, -1.2, 1.2)
        self.sine = AUDIO_VOLTS * (rest - sine1(phase))
        self.position = (place + 1) & 15
        self.phase = phase
        self.last_width = width
