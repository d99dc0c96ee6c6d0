"""Plate: a reverb like that of a sheet of steel.

Source: Jon Dattorro, Effect Design Part 1: Reverberator and Other Filters, 1997 (the plate of its figure 1).
"""

from librt.vecs import vec

from livepatch.dsp import (
    C4_HZ,
    LOG2_10,
    SCHMITT_HIGH,
    SCHMITT_LOW,
    SILENCE,
    crossfade,
    divide,
    exp2,
    floor,
    frac,
    maximum,
    minimum,
    schmitt,
    sin1,
)
from livepatch.module import Module, buffer, button, connected, inlet, knob, outlet, signal

FRAMES_PER_SECOND = 29761.0
"""The rate in which the lengths below are counted."""
LOOP_SECONDS = 0.7254124525385572
"""Once around both halves of the tank, at the size of the paper's."""
SHORT_SECONDS = 0.2028157655992743
"""What of that is there at any size."""
LARGEST = 1.5
GLIDE = 0.25
"""Frames that a delay becomes longer or shorter by in a frame, while the size is turned."""
BEND_OCTAVES = 0.31
THICK_OCTAVES = 0.9
"""Octaves that a diffuser's own echo loses at least in its time if the decay is a second: none outlasts it."""
LOOP_MODES = 1.045
SHORT_MODES = 0.18
SMALL_MODES = 0.11
"""How much longer the modes that outlast the others take around than all do on average; measured.

The second of short decays, the third of small plates."""
SWAY_FRAMES = 12.0
SWAY_HZ = 0.9
TURN_OCTAVES = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""
WET = 0.6
BLOCK = 64
"""Frames that go through each step together; no line is shorter."""
MOVING_BLOCK = 16
"""The same while a knob moves."""
TAIL = BLOCK + 4
"""Frames from the beginning of the memory that stand after its end once more, so that no block goes round."""


class Plate(Module):
    """A plate reverb, mono or stereo in, stereo out. Decay is the time for -60 dB, at any size.

    While the size is turned, what sounds goes down by a fourth or up by a third, as a tape would.
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
    size = knob(
        0.5, LARGEST, 1.0, "Size", unit="%", multiplier=100.0, description="how far it is around the plate"
    )
    mix = knob(0.0, 1.0, 0.35, "Mix", unit="%", multiplier=100.0)
    keep = button("Hold", description="held while pressed")
    polyphonic = True
    audio = inlet("Left, or mono")
    right = inlet("Right", normal="audio")
    hold = inlet("Hold", description="a gate")
    out = outlet("Left")
    right_out = outlet("Right")
    bypass = {"audio": "out", "right": "right_out"}
    # A relative after the same paper: its dry level (0), low damping (9), speed and shape of the sway
    # (10, 11), clearing (14), tuning, and voltages for knobs (17 on, inputs 2 to 14 and 16) have no counterpart
    rack = {
        "Valley/Plateau": {
            "params": {
                1: "mix",
                2: "predelay",
                3: ("low_cut", -1.0, 5.75),
                4: ("tone", 1.0, -4.25),
                5: ("size", 4.0, 0.0, "square"),
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

    memory = buffer(seconds=1.4)
    position = 0
    holding = schmitt()
    phase = 0.0
    rumble = 0.0
    bright = 0.0
    left_dull = 0.0
    right_dull = 0.0
    # what the knobs make, for so many frames more
    ahead = 0
    fading = 0.0
    dulling = 0.0
    opening = 0.0
    heavy = 0.0
    thin = 0.0
    thinner = 0.0
    thick = 0.0
    thicker = 0.0
    swing = 0.0
    middle_way = 0.0
    # how long the delays are, in frames, and are to be; 0 before the first
    left_way = 0.0
    left_goal = 0.0
    left_last_way = 0.0
    left_last_goal = 0.0
    right_way = 0.0
    right_goal = 0.0
    right_last_way = 0.0
    right_last_goal = 0.0
    # blocks on their way
    middle = buffer(frames=BLOCK)
    left = buffer(frames=BLOCK)
    side = buffer(frames=BLOCK)
    late = buffer(frames=BLOCK)
    way = buffer(frames=BLOCK)
    back = buffer(frames=BLOCK)

    def spot(self, age: int) -> int:
        """Where something is in the memory that went in so many frames ago."""
        place = self.position - age
        return place + len(self.memory) - TAIL if place < 0 else place

    def mend(self, place: int, count: int) -> None:
        """Let the end of the memory be its beginning, after a block was written."""
        memory = self.memory
        length = len(memory) - TAIL
        if TAIL <= place <= length - count:
            return
        for index in range(length, place + count):
            memory[index - length] = memory[index]
        for index in range(place, min(place + count, TAIL)):
            memory[length + index] = memory[index]

    def put(self, line: int, block: vec[float], count: int) -> None:
        """Let a block go into a line."""
        memory = self.memory
        place = self.spot(line)
        for i in range(count):
            memory[place + i] = block[i]
        self.mend(place, count)

    def between(self, line: int, count: int) -> None:
        """What went into a line some frames ago, `way` for each, between frames along a smooth curve: `late`."""
        memory, way, late = self.memory, self.way, self.late
        first = 0
        while first < count:
            whole = floor(way[first])
            others = 0
            for i in range(first, count):
                others += 1 if floor(way[i]) != whole else 0
            stop = count if others == 0 else first + 1
            while stop < count and floor(way[stop]) == whole:
                stop += 1
            place = self.spot(line + int(whole) + 2)
            for i in range(first, stop):
                t = way[i] - whole
                a = memory[place + i + 3]
                b = memory[place + i + 2]
                c = memory[place + i + 1]
                d = memory[place + i]
                curve = a - 2.5 * b + 2.0 * c - 0.5 * d
                bend = 0.5 * (d - a) + 1.5 * (b - c)
                late[i] = b + t * (0.5 * (c - a) + t * (curve + t * bend))
            first = stop

    def bring(self, line: int, length: float, goal: float, count: int) -> float:
        """What comes out of a delay on its way to another length: `back`; its length afterwards."""
        way, late, back = self.way, self.late, self.back
        longer = goal > length
        for i in range(count):
            now = length + GLIDE * float(i + 1) if longer else length - GLIDE * float(i + 1)
            way[i] = minimum(now, goal) if longer else maximum(now, goal)
        self.between(line, count)
        for i in range(count):
            back[i] = late[i]
        return way[count - 1]

    def resize(self, size: float, scale: float) -> None:
        """Follow the size; at first at once."""
        self.left_goal = floor(4453.0 * scale * size)
        self.left_last_goal = floor(3720.0 * scale * size)
        self.right_goal = floor(4217.0 * scale * size)
        self.right_last_goal = floor(3163.0 * scale * size)
        if self.left_way == 0.0:
            self.left_way, self.left_last_way = self.left_goal, self.left_last_goal
            self.right_way, self.right_last_way = self.right_goal, self.right_last_goal

    def diffuse(self, line: int, frames: int, block: vec[float], gain: float, count: int) -> None:
        """An allpass filter on a block."""
        memory = self.memory
        place = self.spot(line)
        late = self.spot(line + frames)
        for i in range(count):
            was = memory[late + i]
            mixed = block[i] - gain * was
            memory[place + i] = mixed
            block[i] = was + gain * mixed
        self.mend(place, count)

    def diffuse_on(self, line: int, frames: int, further: int, block: vec[float], count: int) -> None:
        """An allpass filter on a block, which goes into a further line."""
        memory = self.memory
        gain = self.thicker
        place = self.spot(line)
        late = self.spot(line + frames)
        on = self.spot(further)
        for i in range(count):
            was = memory[late + i]
            mixed = block[i] - gain * was
            memory[place + i] = mixed
            memory[on + i] = was + gain * mixed
        self.mend(place, count)
        self.mend(on, count)

    def bend_on(self, line: int, further: int, phase: float, block: vec[float], count: int) -> None:
        """An allpass filter on a block, whose length sways around `middle_way`; it goes into a further line."""
        memory, way, late = self.memory, self.way, self.late
        step = SWAY_HZ / self.sample_rate
        swing, thick, frames = self.swing, self.thick, self.middle_way
        for i in range(count):
            way[i] = frames + swing * sin1(phase + step * float(i + 1))
        self.between(line, count)
        place = self.spot(line)
        on = self.spot(further)
        for i in range(count):
            mixed = block[i] + thick * late[i]
            memory[place + i] = mixed
            memory[on + i] = late[i] - thick * mixed
        self.mend(place, count)
        self.mend(on, count)

    def fall(self, p1: int, p2: int, fading: float, dulling: float, count: int) -> None:
        """Both sides from where they come out of their delays: quieter and duller."""
        memory, left, side = self.memory, self.left, self.side
        bright = 1.0 - dulling
        for i in range(count):
            self.left_dull = bright * self.left_dull + dulling * memory[p1 + i]
            left[i] = fading * self.left_dull
            self.right_dull = bright * self.right_dull + dulling * memory[p2 + i]
            side[i] = fading * self.right_dull

    def hear(self, p1: int, p2: int, p3: int, block: vec[float], count: int) -> None:
        """Three places of the plate."""
        memory = self.memory
        for i in range(count):
            block[i] = memory[p1 + i] + memory[p2 + i] + memory[p3 + i]

    def unhear(self, p1: int, p2: int, p3: int, block: vec[float], count: int) -> None:
        """Three more, upside down."""
        memory = self.memory
        for i in range(count):
            block[i] -= memory[p1 + i] + memory[p2 + i] + memory[p3 + i]

    def fade(self, decay: float, diffusion: float) -> None:
        """Follow the time of the decay, by as far as it is around now."""
        around = SHORT_SECONDS
        around += (self.left_way + self.left_last_way + self.right_way + self.right_last_way) / self.sample_rate
        seconds = exp2(LOG2_10 * decay)
        rate = divide(1.0, seconds)
        slow = LOOP_MODES + SHORT_MODES * exp2(-seconds) + SMALL_MODES * (divide(LOOP_SECONDS, around) - 1.0)
        self.fading = exp2(-0.75 * LOG2_10 * around * slow * rate)
        self.thin = 0.75 * diffusion
        self.thinner = 0.625 * diffusion
        self.thick = minimum(0.7, exp2(-BEND_OCTAVES * rate)) * diffusion
        self.thicker = minimum(0.5, exp2(-THICK_OCTAVES * rate)) * diffusion

    def share(self, octaves: float) -> float:
        """How much of a new sample a one-pole takes."""
        return 1.0 - exp2(-divide(TURN_OCTAVES * C4_HZ, self.sample_rate) * exp2(octaves))

    def on_sample_rate_change(self) -> None:
        """Let the delays be as long as they are to be at once."""
        self.left_way = 0.0

    def process(self, start: int, stop: int) -> None:
        decay, damping, tone, low_cut = (
            signal(self.decay),
            signal(self.damping),
            signal(self.tone),
            signal(self.low_cut),
        )
        diffusion, sway, predelay, size, mix = (
            signal(self.diffusion),
            signal(self.sway),
            signal(self.predelay),
            signal(self.size),
            signal(self.mix),
        )
        audio, right, hold = signal(self.audio), signal(self.right), signal(self.hold)
        out, right_out = signal(self.out), signal(self.right_out)
        memory, middle, left, side = self.memory, self.middle, self.left, self.side
        late, way, back = self.late, self.way, self.back
        scale = self.sample_rate / FRAMES_PER_SECOND
        margin = floor(2.0 * SWAY_FRAMES * scale) + 4.0
        gap = BLOCK + 2
        thin1, thin1_frames = gap, int(142.0 * scale)
        thin2, thin2_frames = thin1 + thin1_frames + gap, int(107.0 * scale)
        thin3, thin3_frames = thin2 + thin2_frames + gap, int(379.0 * scale)
        thin4, thin4_frames = thin3 + thin3_frames + gap, int(277.0 * scale)
        left_bend, left_bend_frames = thin4 + thin4_frames + gap, floor(672.0 * scale) + 0.5 * margin
        left_delay, left_room = left_bend + int(left_bend_frames + margin) + gap, int(4453.0 * scale * LARGEST)
        left_thick, left_thick_frames = left_delay + left_room + gap, int(1800.0 * scale)
        left_last, left_last_room = left_thick + left_thick_frames + gap, int(3720.0 * scale * LARGEST)
        right_bend, right_bend_frames = left_last + left_last_room + gap, floor(908.0 * scale) + 0.5 * margin
        right_delay, right_room = right_bend + int(right_bend_frames + margin) + gap, int(4217.0 * scale * LARGEST)
        right_thick, right_thick_frames = right_delay + right_room + gap, int(2656.0 * scale)
        right_last, right_last_room = right_thick + right_thick_frames + gap, int(3163.0 * scale * LARGEST)
        early = right_last + right_last_room + gap

        frame = start
        while frame < stop:
            if self.ahead <= 0:
                self.ahead = min(BLOCK if self.still else MOVING_BLOCK, thin2_frames)
                self.resize(size[frame], scale)
                self.fade(decay[frame], diffusion[frame])
                self.dulling = self.share(damping[frame])
                self.opening = self.share(tone[frame])
                self.heavy = self.share(low_cut[frame])
                self.swing = SWAY_FRAMES * scale * sway[frame]
            count = min(self.ahead, stop - frame)
            held = self.holding.process(hold[frame])
            if connected(self.hold):
                same = 1
                while same < count and (
                    hold[frame + same] > SCHMITT_LOW if held else hold[frame + same] < SCHMITT_HIGH
                ):
                    same += 1
                count = same
            held = held or self.keep
            fading = 1.0 if held else self.fading
            dulling = 1.0 if held else self.dulling
            entering = 0.0 if held else 1.0
            high, closed = 1.0 - self.heavy, 1.0 - self.opening

            for i in range(count):
                middle[i] = 0.5 * (audio[frame + i] + right[frame + i]) + SILENCE
            for i in range(count):
                way[i] = 1.0 + predelay[frame + i] * self.sample_rate
            self.put(early, middle, count)
            self.between(early, count)
            for i in range(count):
                self.rumble = high * self.rumble + self.heavy * late[i]
                self.bright = closed * self.bright + self.opening * (late[i] - self.rumble)
                middle[i] = entering * self.bright
            self.diffuse(thin1, thin1_frames, middle, self.thin, count)
            self.diffuse(thin2, thin2_frames, middle, self.thin, count)
            self.diffuse(thin3, thin3_frames, middle, self.thinner, count)
            self.diffuse(thin4, thin4_frames, middle, self.thinner, count)

            if self.left_last_way == self.left_last_goal and self.right_last_way == self.right_last_goal:
                left_round = self.spot(left_last + int(self.left_last_way))
                right_round = self.spot(right_last + int(self.right_last_way))
                for i in range(count):
                    left[i] = middle[i] + fading * memory[right_round + i]
                    side[i] = middle[i] + fading * memory[left_round + i]
            else:
                self.right_last_way = self.bring(right_last, self.right_last_way, self.right_last_goal, count)
                for i in range(count):
                    left[i] = middle[i] + fading * back[i]
                self.left_last_way = self.bring(left_last, self.left_last_way, self.left_last_goal, count)
                for i in range(count):
                    side[i] = middle[i] + fading * back[i]
            self.middle_way = left_bend_frames
            self.bend_on(left_bend, left_delay, self.phase, left, count)
            self.middle_way = right_bend_frames
            self.bend_on(right_bend, right_delay, self.phase + 0.25, side, count)
            if self.left_way == self.left_goal and self.right_way == self.right_goal:
                left_late = self.spot(left_delay + int(self.left_way))
                right_late = self.spot(right_delay + int(self.right_way))
                self.fall(left_late, right_late, fading, dulling, count)
            else:
                clear = 1.0 - dulling
                self.left_way = self.bring(left_delay, self.left_way, self.left_goal, count)
                for i in range(count):
                    self.left_dull = clear * self.left_dull + dulling * back[i]
                    left[i] = fading * self.left_dull
                self.right_way = self.bring(right_delay, self.right_way, self.right_goal, count)
                for i in range(count):
                    self.right_dull = clear * self.right_dull + dulling * back[i]
                    side[i] = fading * self.right_dull
            self.diffuse_on(left_thick, left_thick_frames, left_last, left, count)
            self.diffuse_on(right_thick, right_thick_frames, right_last, side, count)

            p1 = self.spot(right_delay + int(266.0 * scale))
            p2 = self.spot(right_delay + int(2974.0 * scale))
            p3 = self.spot(right_last + int(1996.0 * scale))
            self.hear(p1, p2, p3, left, count)
            p1 = self.spot(right_thick + int(1913.0 * scale))
            p2 = self.spot(left_delay + int(1990.0 * scale))
            p3 = self.spot(left_thick + int(187.0 * scale))
            self.unhear(p1, p2, p3, left, count)
            last = self.spot(left_last + int(1066.0 * scale))
            for i in range(count):
                wet = WET * (left[i] - memory[last + i])
                out[frame + i] = crossfade(audio[frame + i], wet, mix[frame + i])
            p1 = self.spot(left_delay + int(353.0 * scale))
            p2 = self.spot(left_delay + int(3627.0 * scale))
            p3 = self.spot(left_last + int(2673.0 * scale))
            self.hear(p1, p2, p3, side, count)
            p1 = self.spot(left_thick + int(1228.0 * scale))
            p2 = self.spot(right_delay + int(2111.0 * scale))
            p3 = self.spot(right_thick + int(335.0 * scale))
            self.unhear(p1, p2, p3, side, count)
            last = self.spot(right_last + int(121.0 * scale))
            for i in range(count):
                wet = WET * (side[i] - memory[last + i])
                right_out[frame + i] = crossfade(right[frame + i], wet, mix[frame + i])
            self.phase = frac(self.phase + SWAY_HZ / self.sample_rate * float(count))
            place = self.position + count
            self.position = place - (len(memory) - TAIL) if place >= len(memory) - TAIL else place
            self.ahead -= count
            frame += count
