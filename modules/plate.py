"""Plate: a reverb like that of a sheet of steel.

Source: Jon Dattorro, Effect Design Part 1: Reverberator and Other Filters, 1997 (the plate of its figure 1).
"""

from livepatch.dsp import (
    C4_HZ,
    LOG2_10,
    SILENCE,
    crossfade,
    divide,
    exp2,
    floor,
    frac,
    minimum,
    schmitt,
    sin1,
)
from livepatch.module import Module, buffer, button, inlet, knob, outlet

FRAMES_PER_SECOND = 29761.0
"""The rate in which the lengths below are counted."""
LOOP_SECONDS = 0.7254124525385572
"""Once around both halves of the tank."""
BEND_OCTAVES = 0.31
THICK_OCTAVES = 0.9
"""Octaves that a diffuser's own echo loses at least in its time if the decay is a second: none outlasts it."""
LOOP_MODES = 1.045
SHORT_MODES = 0.18
"""How much longer the modes that outlast the others take around than all do on average; measured."""
SWAY_FRAMES = 12.0
SWAY_HZ = 0.9
TURN_OCTAVES = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""
WET = 0.6


class Plate(Module):
    """A plate reverb, mono or stereo in, stereo out. Decay is the time for -60 dB.

    While `hold` is on, what sounds goes on sounding and nothing comes in.
    """

    decay = knob(-0.6, 1.5, 0.4, "Decay", unit="s", base=10.0)
    predelay = knob(0.0, 0.25, 0.01, "Pre-delay", unit="ms", multiplier=1000.0)
    tone = knob(
        1.0, 6.25, 5.3, "Tone", unit="Hz", base=2.0, multiplier=C4_HZ, description="what is bright goes in"
    )
    damping = knob(
        0.0, 6.25, 4.5, "Damping", unit="Hz", base=2.0, multiplier=C4_HZ, description="above dies away sooner"
    )
    low_cut = knob(-3.7, 1.0, -3.0, "Low cut", unit="Hz", base=2.0, multiplier=C4_HZ)
    diffusion = knob(0.0, 1.0, 1.0, "Diffusion", unit="%", multiplier=100.0)
    sway = knob(0.0, 1.0, 0.5, "Sway", unit="%", multiplier=100.0, description="how far the plate bends")
    mix = knob(0.0, 1.0, 0.35, "Mix", unit="%", multiplier=100.0)
    keep = button("Hold", description="held while pressed")
    audio = inlet("Left, or mono")
    right = inlet("Right", normal="audio")
    hold = inlet("Hold", description="a gate")
    out = outlet("Left")
    right_out = outlet("Right")
    bypass = {"audio": "out", "right": "right_out"}
    # A relative after the same paper: its dry level (0), size (5), low damping (9), speed and shape of the sway
    # (10, 11), clearing (14), tuning, and voltages for knobs (17 on, inputs 2 to 14 and 16) have no counterpart
    rack = {
        "Valley/Plateau": {
            "params": {
                1: "mix",
                2: "predelay",
                3: ("low_cut", -1.0, 5.75),
                4: ("tone", 1.0, -4.25),
                6: ("diffusion", 0.1),
                7: ("decay", 2.2, -0.45),
                8: ("damping", 1.0, -4.25),
                12: ("sway", 1 / 16),
                13: "keep",
            },
            "inputs": {0: "audio", 1: "right", 15: "hold"},
            "outputs": {0: "out", 1: "right_out"},
        },
    }

    memory = buffer(seconds=1.05)
    position = 0
    holding = schmitt()
    phase = 0.0
    rumble = 0.0
    bright = 0.0
    left_dull = 0.0
    right_dull = 0.0

    def at(self, frames: float) -> float:
        """What stands in the memory `frames` after the position."""
        place = self.position + int(frames)
        place = place - len(self.memory) if place >= len(self.memory) else place
        return self.memory[place]

    def put(self, frames: float, volts: float) -> None:
        """Write to the memory `frames` after the position."""
        place = self.position + int(frames)
        place = place - len(self.memory) if place >= len(self.memory) else place
        self.memory[place] = volts

    def between(self, frames: float) -> float:
        """What stands between two frames of the memory, along a smooth curve."""
        whole = floor(frames)
        t = frames - whole
        a = self.at(whole - 1.0)
        b = self.at(whole)
        c = self.at(whole + 1.0)
        d = self.at(whole + 2.0)
        curve = a - 2.5 * b + 2.0 * c - 0.5 * d
        bend = 0.5 * (d - a) + 1.5 * (b - c)
        return b + t * (0.5 * (c - a) + t * (curve + t * bend))

    def diffuse(self, start: float, late: float, volts: float, gain: float) -> float:
        """An allpass filter, whose line begins at `start` and ends with `late`."""
        mixed = volts - gain * late
        self.put(start, mixed)
        return late + gain * mixed

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        scale = divide(self.sample_rate, FRAMES_PER_SECOND)
        margin = floor(2.0 * SWAY_FRAMES * scale) + 4.0
        thin1 = 1.0
        thin1_frames = floor(142.0 * scale)
        thin2 = thin1 + thin1_frames + 1.0
        thin2_frames = floor(107.0 * scale)
        thin3 = thin2 + thin2_frames + 1.0
        thin3_frames = floor(379.0 * scale)
        thin4 = thin3 + thin3_frames + 1.0
        thin4_frames = floor(277.0 * scale)
        left_bend = thin4 + thin4_frames + 1.0
        left_bend_frames = floor(672.0 * scale)
        left_delay = left_bend + left_bend_frames + 1.0 + margin
        left_delay_frames = floor(4453.0 * scale)
        left_thick = left_delay + left_delay_frames + 1.0
        left_thick_frames = floor(1800.0 * scale)
        left_last = left_thick + left_thick_frames + 1.0
        left_last_frames = floor(3720.0 * scale)
        right_bend = left_last + left_last_frames + 1.0
        right_bend_frames = floor(908.0 * scale)
        right_delay = right_bend + right_bend_frames + 1.0 + margin
        right_delay_frames = floor(4217.0 * scale)
        right_thick = right_delay + right_delay_frames + 1.0
        right_thick_frames = floor(2656.0 * scale)
        right_last = right_thick + right_thick_frames + 1.0
        right_last_frames = floor(3163.0 * scale)
        early = right_last + right_last_frames + 1.0

        seconds = exp2(LOG2_10 * self.decay)
        rate = divide(1.0, seconds)
        slow = LOOP_MODES + SHORT_MODES * exp2(-seconds)
        decay = exp2(-0.75 * LOG2_10 * LOOP_SECONDS * slow * rate)
        dulling = 1.0 - exp2(-TURN_OCTAVES * C4_HZ * period * exp2(self.damping))
        opening = 1.0 - exp2(-TURN_OCTAVES * C4_HZ * period * exp2(self.tone))
        heavy = 1.0 - exp2(-TURN_OCTAVES * C4_HZ * period * exp2(self.low_cut))
        entering = 1.0
        if self.holding.process(self.hold) or self.keep:
            decay = 1.0
            dulling = 1.0
            entering = 0.0
        thin = 0.75 * self.diffusion
        thinner = 0.625 * self.diffusion
        thick = minimum(0.7, exp2(-BEND_OCTAVES * rate)) * self.diffusion
        thicker = minimum(0.5, exp2(-THICK_OCTAVES * rate)) * self.diffusion
        self.phase = frac(self.phase + SWAY_HZ * period)
        sway = SWAY_FRAMES * scale * self.sway
        left_sway = 0.5 * margin + sway * sin1(self.phase)
        right_sway = 0.5 * margin + sway * sin1(self.phase + 0.25)

        self.put(early, 0.5 * (self.audio + self.right) + SILENCE)
        x = self.between(early + 1.0 + self.predelay * self.sample_rate)
        self.rumble += heavy * (x - self.rumble)
        self.bright += opening * (x - self.rumble - self.bright)
        x = entering * self.bright
        x = self.diffuse(thin1, self.at(thin1 + thin1_frames), x, thin)
        x = self.diffuse(thin2, self.at(thin2 + thin2_frames), x, thin)
        x = self.diffuse(thin3, self.at(thin3 + thin3_frames), x, thinner)
        x = self.diffuse(thin4, self.at(thin4 + thin4_frames), x, thinner)

        left = x + decay * self.at(right_last + right_last_frames)
        right = x + decay * self.at(left_last + left_last_frames)
        late = self.between(left_bend + left_bend_frames + left_sway)
        self.put(left_delay, self.diffuse(left_bend, late, left, -thick))
        self.left_dull += dulling * (self.at(left_delay + left_delay_frames) - self.left_dull)
        late = self.at(left_thick + left_thick_frames)
        self.put(left_last, self.diffuse(left_thick, late, decay * self.left_dull, thicker))
        late = self.between(right_bend + right_bend_frames + right_sway)
        self.put(right_delay, self.diffuse(right_bend, late, right, -thick))
        self.right_dull += dulling * (self.at(right_delay + right_delay_frames) - self.right_dull)
        late = self.at(right_thick + right_thick_frames)
        self.put(right_last, self.diffuse(right_thick, late, decay * self.right_dull, thicker))

        wet = self.at(right_delay + 266.0 * scale) + self.at(right_delay + 2974.0 * scale)
        wet += self.at(right_last + 1996.0 * scale) - self.at(right_thick + 1913.0 * scale)
        wet -= self.at(left_delay + 1990.0 * scale) + self.at(left_thick + 187.0 * scale)
        wet -= self.at(left_last + 1066.0 * scale)
        right_wet = self.at(left_delay + 353.0 * scale) + self.at(left_delay + 3627.0 * scale)
        right_wet += self.at(left_last + 2673.0 * scale) - self.at(left_thick + 1228.0 * scale)
        right_wet -= self.at(right_delay + 2111.0 * scale) + self.at(right_thick + 335.0 * scale)
        right_wet -= self.at(right_last + 121.0 * scale)
        self.position = self.position - 1 if self.position > 0 else len(self.memory) - 1
        self.out = crossfade(self.audio, WET * wet, self.mix)
        self.right_out = crossfade(self.right, WET * right_wet, self.mix)
