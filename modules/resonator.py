"""Resonator: something struck, with twelve modes that ring: a string, a bar, a skin, a plate or a bell.

Source: the modes: Neville Fletcher and Thomas Rossing, The Physics of Musical Instruments, 1998.
"""

from typing import Final

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    LOG2_10,
    SILENCE,
    absolute,
    clamp,
    cos1,
    divide,
    exp2,
    log2,
    maximum,
    schmitt,
    sin1,
    soft_limit,
    sqrt,
)
from livepatch.module import Module, buffer, inlet, knob, outlet, switch

MODES: Final = 12
BAR: Final = (1.0, 2.7565, 5.4039, 8.933, 13.3443, 18.6379, 24.8138, 31.8719, 39.8123, 48.635, 58.3399, 68.9271)
SKIN: Final = (1.0, 1.5933, 2.1355, 2.2954, 2.6531, 2.9173, 3.1555, 3.5001, 3.5985, 3.6475, 4.0589, 4.1317)
PLATE: Final = (1.0, 2.0428, 2.9572, 3.7808, 4.0, 5.738, 6.2139, 6.2192, 7.262, 8.1712, 9.0, 9.3423)
BELL: Final = (0.5, 1.0, 1.183, 1.506, 2.0, 2.514, 2.662, 3.011, 4.166, 5.433, 6.796, 8.215)
"""The pitches of the modes of each body, times the note; a string's are 1, 2, 3 and so on."""
HIGHEST: Final = 0.45
"""Of the sample rate: modes above are silent."""


def ratio(body: int, mode: int) -> float:
    """The pitch of a mode of a body, times the note."""
    if body == 1:
        return BAR[mode]
    if body == 2:
        return SKIN[mode]
    if body == 3:
        return PLATE[mode]
    return BELL[mode] if body == 4 else float(mode + 1)


class Resonator(Module):
    """A struck body, 1 V per octave; 0 V is C4. What is patched into Audio makes it ring too."""

    tune = knob(-5.0, 5.0, 0.0, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    fine = knob(-1.0, 1.0, 0.0, "Fine tune", unit="semitones")
    stretch = knob(
        0.8, 1.25, 1.0, "Stretch", description="the modes are this power of their pitches: stiffer, or looser"
    )
    decay = knob(-1.5, 1.5, 0.3, "Decay", unit="s", base=10.0, description="in which the note loses 60 dB")
    damping = knob(
        0.0, 1.0, 0.4, "Damping", unit="%", multiplier=100.0, description="how much sooner the higher modes end"
    )
    brightness = knob(
        0.0, 1.0, 0.6, "Brightness", unit="%", multiplier=100.0, description="how loud the higher modes are"
    )
    place = knob(0.02, 0.5, 0.23, "Place", unit="%", multiplier=100.0, description="where it is struck")
    body = switch("string", "bar", "skin", "plate", "bell", label="Body", default=1)
    trigger = inlet("Trigger", voices=True)
    voct = inlet("1 V/octave pitch", voices=True)
    accent = inlet("Accent", normal=10.0, description="how hard it is struck: 10 V fully, 0 V not at all")
    audio = inlet("Audio", description="makes it ring", voices=True)
    out = outlet("Out")
    odd = outlet("Odd modes")
    even = outlet("Even modes")

    edge = schmitt()
    force = 1.0
    last_freq = -1.0
    last_stretch = -1.0
    last_decay = -1.0
    last_damping = -1.0
    last_brightness = -1.0
    last_place = -1.0
    last_body = -1
    last_force = -1.0
    ratios = buffer(frames=12)
    radii = buffer(frames=12)
    strengths = buffer(frames=12)
    cosines = buffer(frames=12)
    sines = buffer(frames=12)
    levels = buffer(frames=12)
    inputs = buffer(frames=12)
    xs = buffer(frames=12)
    ys = buffer(frames=12)

    def step(self) -> None:
        freq = divide(C4_HZ, self.sample_rate) * exp2(self.tune + self.fine * (1.0 / 12.0) + self.voct)
        struck = self.edge.rises(self.trigger)
        self.force = clamp(0.1 * self.accent, 0.0, 1.0) if struck else self.force
        still = self.stretch == self.last_stretch and self.decay == self.last_decay and self.body == self.last_body
        still = still and self.damping == self.last_damping and self.brightness == self.last_brightness
        still = still and self.place == self.last_place and self.force == self.last_force
        if not still:
            self.last_stretch = self.stretch
            self.last_decay = self.decay
            self.last_damping = self.damping
            self.last_brightness = self.brightness
            self.last_place = self.place
            self.last_body = self.body
            self.last_force = self.force
            bright = 3.0 * (1.0 - self.brightness * (0.6 + 0.4 * self.force))
            pace = divide(exp2(-LOG2_10 * self.decay), self.sample_rate)
            for mode in range(MODES):
                octaves = self.stretch * log2(ratio(self.body, mode))
                radius = exp2(-3.0 * LOG2_10 * pace * exp2(2.0 * self.damping * maximum(octaves, 0.0)))
                self.ratios[mode] = exp2(octaves)
                self.radii[mode] = radius
                self.inputs[mode] = 1.5 * sqrt(1.0 - radius)
                self.strengths[mode] = sin1(0.5 * float(mode + 1) * self.place) * exp2(
                    -bright * maximum(octaves, 0.0)
                )
        if not still or freq != self.last_freq:
            self.last_freq = freq
            total = 0.01
            for mode in range(MODES):
                pitch = freq * self.ratios[mode]
                total += absolute(self.strengths[mode]) if pitch < HIGHEST else 0.0
            share = divide(1.0, total)
            for mode in range(MODES):
                pitch = freq * self.ratios[mode]
                turn = clamp(pitch, 0.0, HIGHEST)
                self.cosines[mode] = self.radii[mode] * cos1(turn)
                self.sines[mode] = self.radii[mode] * sin1(turn)
                self.levels[mode] = share * self.strengths[mode] if pitch < HIGHEST else 0.0

        blow = 1.2 * AUDIO_VOLTS * self.force if struck else 0.0
        push = clamp(self.audio, -12.0, 12.0) + SILENCE
        odd = 0.0
        even = 0.0
        for mode in range(MODES):
            x = self.xs[mode] + blow + push * self.inputs[mode]
            y = self.ys[mode]
            cosine = self.cosines[mode]
            sine = self.sines[mode]
            self.xs[mode] = cosine * x - sine * y
            y = sine * x + cosine * y
            self.ys[mode] = y
            sound = self.levels[mode] * y
            odd += sound if mode % 2 == 0 else 0.0
            even += sound if mode % 2 == 1 else 0.0
        self.odd = soft_limit(odd, 8.0, 12.0)
        self.even = soft_limit(even, 8.0, 12.0)
        self.out = soft_limit(odd + even, 8.0, 12.0)
