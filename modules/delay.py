"""Delay: echoes, with a tone and a feedback that never runs away."""

from livepatch.dsp import (
    C4_HZ,
    LFO_HZ,
    LOG2_10,
    SILENCE,
    clamp,
    crossfade,
    divide,
    exp2,
    floor,
    schmitt,
    soft_limit,
)
from livepatch.module import Module, buffer, connected, inlet, knob, outlet

TURN_OCTAVES = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""
GLIDE_SECONDS = 0.05
RUMBLE_HZ = 20.0
KNEE_VOLTS = 8.0
CEILING_VOLTS = 12.0
LONGEST_SECONDS = 10.0
NO_CLOCK = 1e12
"""Frames since a clock that never was: too long for a beat."""
TONE_OCTAVES = 13.287712379549449
"""How far 10 V move the tone: a factor of 10000."""


class Delay(Module):
    """Echo from 1 ms to 10 s. A moved time glides there, as a tape would.

    A clock stretches the time: at 2 Hz (120 beats a minute) it is what the knob says, at 1 Hz twice that; so half
    a second is one beat of any clock.
    """

    time = knob(-3.0, 1.0, -0.5, "Time", unit="s", base=10.0)
    feedback = knob(0.0, 1.0, 0.4, "Feedback", unit="%", multiplier=100.0)
    tone = knob(-0.5, 6.25, 4.5, "Tone", unit="Hz", base=2.0, multiplier=C4_HZ, description="each echo is duller")
    mix = knob(0.0, 1.0, 0.35, "Mix", unit="%", multiplier=100.0)
    time_depth = knob(-1.0, 1.0, 1.0, "Time CV depth", unit="%", multiplier=100.0)
    feedback_depth = knob(-1.0, 1.0, 0.0, "Feedback CV depth", unit="%", multiplier=100.0)
    tone_depth = knob(-1.0, 1.0, 0.0, "Tone CV depth", unit="%", multiplier=100.0)
    mix_depth = knob(-1.0, 1.0, 0.0, "Mix CV depth", unit="%", multiplier=100.0)
    audio = inlet("Audio")
    clock = inlet("Clock")
    voct = inlet("1 V/octave time", description="at full depth each volt halves the time")
    feedback_cv = inlet("Feedback", description="at full depth 10 V is 100 %")
    tone_cv = inlet("Tone", description="at full depth 10 V is from one end to the other")
    mix_cv = inlet("Mix", description="at full depth 10 V is 100 %")
    out = outlet("Audio and echoes")
    wet = outlet("Echoes")
    # Rack's tone also thins the echoes from 50 % up; here it ends where nothing is taken away
    rack = {
        "Fundamental/Delay": {
            "params": {
                0: ("time", 4.0, -3.0),
                1: "feedback",
                2: ("tone", TONE_OCTAVES, -0.388),
                3: "mix",
                4: "time_depth",
                5: "feedback_depth",
                6: "tone_depth",
                7: "mix_depth",
            },
            "inputs": {0: "voct", 1: "feedback_cv", 2: "tone_cv", 3: "mix_cv", 4: "audio", 5: "clock"},
            "outputs": {0: "out", 1: "wet"},
        },
    }

    line = buffer(seconds=10.01)
    position = 0
    aim = 0.0
    distance = 0.0
    dull = 0.0
    rumble = 0.0
    clock_edge = schmitt()
    clock_frames = NO_CLOCK
    beat_frames = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        wanted = self.sample_rate * exp2(LOG2_10 * self.time)
        glide = 1.0 - exp2(-1.4426950408889634 / GLIDE_SECONDS * period)
        brightness = 1.0 - exp2(-TURN_OCTAVES * C4_HZ * period * exp2(self.tone))
        if connected(self.voct):
            wanted *= exp2(-self.time_depth * self.voct)
        if connected(self.tone_cv):
            tone = clamp(self.tone + 0.1 * TONE_OCTAVES * self.tone_depth * self.tone_cv, -0.5, 6.25)
            brightness = 1.0 - exp2(-TURN_OCTAVES * C4_HZ * period * exp2(tone))
        if connected(self.clock):
            self.clock_frames += 1.0
            if self.clock_edge.rises(self.clock):
                if self.clock_frames < 1000.0 * self.sample_rate:
                    self.beat_frames = self.clock_frames
                self.clock_frames = 0.0
            if self.beat_frames > 0.0:
                wanted *= LFO_HZ * period * self.beat_frames
        wanted = clamp(wanted, 3.0, LONGEST_SECONDS * self.sample_rate)
        feedback = clamp(self.feedback + 0.1 * self.feedback_depth * self.feedback_cv, 0.0, 1.0)
        mix = clamp(self.mix + 0.1 * self.mix_depth * self.mix_cv, 0.0, 1.0)
        heavy = 1.0 - exp2(-TURN_OCTAVES * RUMBLE_HZ * period)

        line = self.line
        length = len(line)
        position = self.position
        aim = wanted if self.aim == 0.0 else self.aim + glide * (wanted - self.aim)
        distance = aim if self.distance == 0.0 else self.distance + glide * (aim - self.distance)
        whole = floor(distance)
        t = distance - whole
        near = position - int(whole)
        near = near + length if near < 0 else near
        newer = near + 1 if near + 1 < length else 0
        older = near - 1 if near > 0 else length - 1
        oldest = older - 1 if older > 0 else length - 1
        a = line[newer]
        b = line[near]
        c = line[older]
        d = line[oldest]
        slope = 0.5 * (c - a)
        curve = a - 2.5 * b + 2.0 * c - 0.5 * d
        bend = 0.5 * (d - a) + 1.5 * (b - c)
        echo = b + t * (slope + t * (curve + t * bend))

        self.dull += brightness * (echo - self.dull)
        self.rumble += heavy * (self.dull - self.rumble)
        back = feedback * (self.dull - self.rumble)
        line[position] = soft_limit(self.audio + back, KNEE_VOLTS, CEILING_VOLTS) + SILENCE
        self.wet = echo
        self.out = crossfade(self.audio, echo, mix)
        self.position = position + 1 if position + 1 < length else 0
        self.aim = aim
        self.distance = distance

    def step_bypass(self) -> None:
        self.out = self.audio
        self.wet = self.audio
