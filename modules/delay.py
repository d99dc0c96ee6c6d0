"""Delay: echoes, with a tone and a feedback that never runs away."""

from livepatch.dsp import (
    C4_HZ,
    LFO_HZ,
    LOG2_10,
    SILENCE,
    absolute,
    clamp,
    crossfade,
    divide,
    exp2,
    floor,
    minimum,
    schmitt,
)
from livepatch.module import Module, buffer, connected, inlet, knob, outlet, signal

TURN_OCTAVES = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""
GLIDE_SECONDS = 0.05
RUMBLE_HZ = 20.0
KNEE_VOLTS = 8.0
CEILING_VOLTS = 12.0
LONGEST_SECONDS = 10.0
NO_CLOCK = 1e12
"""Frames since a clock that never was: too long for a beat."""
SETTLED = 1e-7
"""Frames between a time and where it glides to that nobody hears."""
BLOCK = 64
TAIL = BLOCK + 4
"""Samples from the beginning of the line that stand after its end once more, so that no block goes round."""
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
    polyphonic = True
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

    line = buffer(seconds=10.02)
    position = 0
    aim = 0.0
    distance = 0.0
    dull = 0.0
    rumble = 0.0
    clock_edge = schmitt()
    clock_frames = NO_CLOCK
    beat_frames = 0.0
    # blocks on their way: how many frames ago, how bright, what comes from there, and what goes back
    way = buffer(frames=BLOCK)
    brightness = buffer(frames=BLOCK)
    echo = buffer(frames=BLOCK)
    back = buffer(frames=BLOCK)

    def glide(self, count: int) -> None:
        """Let the distance follow the block of times, which it becomes."""
        way = self.way
        share = 1.0 - exp2(-1.4426950408889634 / GLIDE_SECONDS * divide(1.0, self.sample_rate))
        for i in range(count):
            wanted = way[i]
            aim = wanted if self.aim == 0.0 else self.aim + share * (wanted - self.aim)
            distance = aim if self.distance == 0.0 else self.distance + share * (aim - self.distance)
            settled = absolute(wanted - aim) + absolute(wanted - distance) < SETTLED
            self.aim = wanted if settled else aim
            self.distance = wanted if settled else distance
            way[i] = self.distance

    def look_back(self, first: int, stop: int) -> None:
        """Read along a smooth curve between the samples."""
        line, way, echo = self.line, self.way, self.echo
        length = len(line) - TAIL
        whole = floor(way[first])
        others = 0
        for i in range(first, stop):
            others += 1 if floor(way[i]) != whole else 0
        if others == 0:
            place = self.position - int(whole) - 2
            place = (place + length if place < 0 else place) - first
            for i in range(first, stop):
                t = way[i] - whole
                a = line[place + i + 3]
                b = line[place + i + 2]
                c = line[place + i + 1]
                d = line[place + i]
                curve = a - 2.5 * b + 2.0 * c - 0.5 * d
                bend = 0.5 * (d - a) + 1.5 * (b - c)
                echo[i] = b + t * (0.5 * (c - a) + t * (curve + t * bend))
            return
        for i in range(first, stop):
            whole = floor(way[i])
            t = way[i] - whole
            place = self.position + i - first - int(whole) - 2
            place = place + length if place < 0 else place
            a = line[place + 3]
            b = line[place + 2]
            c = line[place + 1]
            d = line[place]
            curve = a - 2.5 * b + 2.0 * c - 0.5 * d
            bend = 0.5 * (d - a) + 1.5 * (b - c)
            echo[i] = b + t * (0.5 * (c - a) + t * (curve + t * bend))

    def write(self, first: int, count: int) -> None:
        """Put what goes back into the line, no louder than the ceiling."""
        line, back = self.line, self.back
        length = len(line) - TAIL
        place = self.position
        room = CEILING_VOLTS - KNEE_VOLTS
        for i in range(count):
            volts = back[first + i]
            over = absolute(volts) - KNEE_VOLTS
            bent = KNEE_VOLTS + divide(room * over, room + over)
            limited = bent if volts > 0.0 else -bent
            line[place + i] = (limited if over > 0.0 else volts) + SILENCE
        for index in range(length, place + count):
            line[index - length] = line[index]
        for index in range(place, min(place + count, TAIL)):
            line[length + index] = line[index]
        place += count
        self.position = place - length if place >= length else place

    def process(self, start: int, stop: int) -> None:
        time, feedback, tone, mix = signal(self.time), signal(self.feedback), signal(self.tone), signal(self.mix)
        time_depth, feedback_depth = signal(self.time_depth), signal(self.feedback_depth)
        tone_depth, mix_depth = signal(self.tone_depth), signal(self.mix_depth)
        audio, clock, voct = signal(self.audio), signal(self.clock), signal(self.voct)
        feedback_cv, tone_cv, mix_cv = signal(self.feedback_cv), signal(self.tone_cv), signal(self.mix_cv)
        out, wet = signal(self.out), signal(self.wet)
        way, brightness, echo, back = self.way, self.brightness, self.echo, self.back
        period = divide(1.0, self.sample_rate)
        turn = -TURN_OCTAVES * period
        longest = LONGEST_SECONDS * self.sample_rate
        heavy = 1.0 - exp2(turn * RUMBLE_HZ)
        light = 1.0 - heavy
        frame = start
        while frame < stop:
            count = min(BLOCK, stop - frame)
            if self.still:
                seconds = exp2(LOG2_10 * time[frame])
                for i in range(count):
                    way[i] = self.sample_rate * seconds
            else:
                for i in range(count):
                    way[i] = self.sample_rate * exp2(LOG2_10 * time[frame + i])
            if connected(self.voct):
                for i in range(count):
                    way[i] *= exp2(-time_depth[frame + i] * voct[frame + i])
            if connected(self.clock):
                for i in range(count):
                    self.clock_frames += 1.0
                    if self.clock_edge.rises(clock[frame + i]):
                        if self.clock_frames < 1000.0 * self.sample_rate:
                            self.beat_frames = self.clock_frames
                        self.clock_frames = 0.0
                    if self.beat_frames > 0.0:
                        way[i] *= LFO_HZ * period * self.beat_frames
            steady = self.still and not connected(self.voct) and not connected(self.clock)
            for i in range(count):
                way[i] = clamp(way[i], 3.0, longest)
            steady = steady and way[0] == self.aim and way[0] == self.distance
            if not steady:
                self.glide(count)
            if self.still and not connected(self.tone_cv):
                bright = 1.0 - exp2(turn * C4_HZ * exp2(clamp(tone[frame], -0.5, 6.25)))
                for i in range(count):
                    brightness[i] = bright
            else:
                for i in range(count):
                    cv = 0.1 * TONE_OCTAVES * tone_depth[frame + i] * tone_cv[frame + i]
                    octaves = clamp(tone[frame + i] + cv, -0.5, 6.25)
                    brightness[i] = 1.0 - exp2(turn * C4_HZ * exp2(octaves))

            first = 0
            while first < count:
                shortest = way[first]
                if not steady:
                    for i in range(first, count):
                        shortest = minimum(shortest, way[i])
                last = min(count, first + int(shortest) - 1)
                self.look_back(first, last)
                for i in range(first, last):
                    self.dull = (1.0 - brightness[i]) * self.dull + brightness[i] * echo[i]
                    self.rumble = light * self.rumble + heavy * self.dull
                    back[i] = self.dull - self.rumble
                for i in range(first, last):
                    share = clamp(
                        feedback[frame + i] + 0.1 * feedback_depth[frame + i] * feedback_cv[frame + i], 0.0, 1.0
                    )
                    back[i] = audio[frame + i] + share * back[i]
                self.write(first, last - first)
                first = last
            for i in range(count):
                share = clamp(mix[frame + i] + 0.1 * mix_depth[frame + i] * mix_cv[frame + i], 0.0, 1.0)
                wet[frame + i] = echo[i]
                out[frame + i] = crossfade(audio[frame + i], echo[i], share)
            frame += count

    def process_bypass(self, start: int, stop: int) -> None:
        audio, out, wet = signal(self.audio), signal(self.out), signal(self.wet)
        for i in range(start, stop):
            out[i] = audio[i]
            wet[i] = audio[i]
