"""Delay: echoes, with a tone and a feedback that never runs away."""

from livepatch.dsp import C4_HZ, LOG2_10, SILENCE, clamp, crossfade, divide, exp2, floor, soft_limit
from livepatch.module import Module, buffer, inlet, knob, outlet

TURN_OCTAVES = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""
GLIDE_SECONDS = 0.05
RUMBLE_HZ = 20.0
KNEE_VOLTS = 8.0
CEILING_VOLTS = 12.0


class Delay(Module):
    """Echo from 1 ms to 2 s. A moved time glides there, as a tape would."""

    time = knob(-3.0, 0.30103, -0.5, "Time", unit="s", base=10.0)
    feedback = knob(0.0, 1.0, 0.4, "Feedback", unit="%", multiplier=100.0)
    tone = knob(0.0, 6.25, 4.5, "Tone", unit="Hz", base=2.0, multiplier=C4_HZ, description="each echo is duller")
    mix = knob(0.0, 1.0, 0.35, "Mix", unit="%", multiplier=100.0)
    audio = inlet("Audio")
    out = outlet("Audio and echoes")
    wet = outlet("Echoes")
    bypass = {"audio": "out"}

    line = buffer(seconds=2.01)
    position = 0
    aim = 0.0
    distance = 0.0
    dull = 0.0
    rumble = 0.0

    def step(self) -> None:
        period = divide(1.0, self.sample_rate)
        wanted = clamp(self.sample_rate * exp2(LOG2_10 * self.time), 3.0, 2.0 * self.sample_rate)
        glide = 1.0 - exp2(-1.4426950408889634 / GLIDE_SECONDS * period)
        brightness = 1.0 - exp2(-TURN_OCTAVES * C4_HZ * period * exp2(self.tone))
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
        back = self.feedback * (self.dull - self.rumble)
        line[position] = soft_limit(self.audio + back, KNEE_VOLTS, CEILING_VOLTS) + SILENCE
        self.wet = echo
        self.out = crossfade(self.audio, echo, self.mix)
        self.position = position + 1 if position + 1 < length else 0
        self.aim = aim
        self.distance = distance
