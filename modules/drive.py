"""Drive: overdrive, distortion and fuzz.

It distorts at four times the sample rate, and there takes the mean of its curve under a triangle, from the sample
before to the one after.
Source: Stefan Bilbao, Fabián Esqueda, Julian Parker and Vesa Välimäki, Antiderivative antialiasing for memoryless
nonlinearities, 2017; the mean of each half of the triangle is taken by itself here. The dilogarithm's series is
the one of Bernoulli numbers (Leonard Lewin, Polylogarithms and associated functions, 1981).
"""

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    SILENCE,
    absolute,
    clamp,
    crossfade,
    divide,
    exp,
    exp2,
    log,
    maximum,
    minimum,
    oversampling4,
    tanh,
)
from livepatch.module import Module, buffer, inlet, knob, outlet, signal, switch

OCTAVES = 0.16609640474436813
"""Octaves of amplitude in a decibel."""
TURN_OCTAVES = 9.064720283654388
"""Octaves that a one-pole loses in a radian's time, by a turn: 2 pi log2(e)."""
DC_HZ = 5.0
LN_2 = 0.6931471805599453
FOURTH_OF_ZETA = 0.41123351671205661
"""pi ** 2 / 24."""
CLOSE = 0.004
"""Below this step, or this times as much as the sample is high, the mean is that of a cubic."""
LOUDEST = 1e6
BLOCK = 64
FINE = 4 * BLOCK
SOFT = 0
TUBE = 1
HARD = 2


def bent(curve: int, x: float) -> float:
    """What a curve makes of `x`."""
    if curve == SOFT:
        return tanh(x)
    if curve == TUBE:
        return 1.5 * exp(minimum(x, 0.0) * (1.0 / 1.5)) - 0.5 - exp(-maximum(x, 0.0))
    if curve == HARD:
        return clamp(x, -1.0, 1.0)
    return tanh(absolute(x))


class Drive(Module):
    """Soft as tape, lopsided as a tube, hard as a fuzz, or an octave up; quiet sounds get the whole drive."""

    drive = knob(0.0, 48.0, 12.0, "Drive", unit="dB")
    bias = knob(-1.0, 1.0, 0.0, "Bias", unit="V", multiplier=AUDIO_VOLTS, description="makes even harmonics")
    tone = knob(0.0, 6.25, 6.25, "Tone", unit="Hz", base=2.0, multiplier=C4_HZ, description="duller below")
    level = knob(-36.0, 12.0, 0.0, "Level", unit="dB")
    mix = knob(0.0, 1.0, 1.0, "Mix", unit="%", multiplier=100.0)
    curve = switch("soft", "tube", "hard", "octave", label="Curve")
    oversampling = switch(
        "off", "4x", default=1, label="Oversampling", description="off costs a quarter, and folds aliases down"
    )
    polyphonic = True
    audio = inlet("Audio")
    out = outlet("Audio")
    bypass = {"audio": "out"}

    over = oversampling4()
    dry_over = oversampling4()
    dry_last = 0.0
    dull = 0.0
    rest = 0.0
    last = 0.0
    rising = 0.0
    # blocks on their way, at the sample rate
    wet = buffer(frames=BLOCK)
    dry = buffer(frames=BLOCK)
    opening = buffer(frames=BLOCK)
    loud = buffer(frames=BLOCK)
    # at four times that: what is to be bent, from the last sample of the block before on, and what becomes of it,
    # how steep the curve is there, the area under it, and the area under that
    x = buffer(frames=FINE + 1)
    value = buffer(frames=FINE + 1)
    slope = buffer(frames=FINE + 1)
    area = buffer(frames=FINE + 1)
    second = buffer(frames=FINE + 1)
    # of each step between two samples: its mean under a line that rises from 0 to 1, and under one that falls
    rise = buffer(frames=FINE + 1)
    fall = buffer(frames=FINE + 1)

    def fill(self, push: float, opening: float, loud: float, count: int) -> None:
        """What the knobs make, while they stand still."""
        openings, louds, wet, dry = self.opening, self.loud, self.wet, self.dry
        for i in range(count):
            openings[i] = opening
            louds[i] = loud
            wet[i] = push * dry[i]

    def bend_softly(self, size: int) -> None:
        """Soft: tanh. Octave: the same of the size of a sample, so that what is odd there is even here."""
        x, value, slope, area, second = self.x, self.value, self.slope, self.area, self.second
        odd = 1.0 if self.curve == SOFT else 0.0
        even = 1.0 - odd
        for j in range(size):
            high = absolute(x[j])
            sign = 1.0 if x[j] > 0.0 else -1.0
            e = exp(-2.0 * high)
            w = log(1.0 + e)
            z = w * w
            p = 1.898288619e-09 - z * 4.0593e-11
            p = 9.185773074661964e-08 - z * p
            p = 4.724111866969009e-06 - z * p
            p = 0.0002777777777777778 - z * p
            p = 0.027777777777777776 - z * p
            dilogarithm = w * (1.0 + w * (0.25 + w * p))
            t = divide(1.0 - e, 1.0 + e)
            value[j] = (odd * sign + even) * t
            slope[j] = (odd + even * sign) * (1.0 - t * t)
            area[j] = (odd + even * sign) * (high + w - LN_2)
            second[j] = (odd * sign + even) * (high * (0.5 * high - LN_2) + FOURTH_OF_ZETA - 0.5 * dilogarithm)

    def bend_as_a_tube(self, size: int) -> None:
        """Above 0 up to 1, below 0 down to -1.5."""
        x, value, slope, area, second = self.x, self.value, self.slope, self.area, self.second
        for j in range(size):
            high = absolute(x[j])
            up = x[j] > 0.0
            limit = 1.0 if up else 1.5
            e = exp(-high * (1.0 if up else 1.0 / 1.5))
            value[j] = (1.0 - e) * (limit if up else -limit)
            slope[j] = e
            area[j] = limit * (high - limit * (1.0 - e))
            above = limit * (0.5 * high * high - limit * (high - limit * (1.0 - e)))
            second[j] = above if up else -above

    def bend_hard(self, size: int) -> None:
        """A straight line from -1 to 1, and no further."""
        x, value, slope, area, second = self.x, self.value, self.slope, self.area, self.second
        for j in range(size):
            high = absolute(x[j])
            beyond = high > 1.0
            value[j] = clamp(x[j], -1.0, 1.0)
            slope[j] = 0.0 if beyond else 1.0
            area[j] = high - 0.5 if beyond else 0.5 * high * high
            above = 0.5 * high * (high - 1.0) + 1.0 / 6.0 if beyond else high * high * high * (1.0 / 6.0)
            second[j] = above if x[j] > 0.0 else -above

    def take_means(self, size: int) -> None:
        """The means of the curve over every step from one sample to the next."""
        x, value, slope, area, second = self.x, self.value, self.slope, self.area, self.second
        rise, fall = self.rise, self.fall
        for j in range(size):
            way = x[j + 1] - x[j]
            inverse = divide(1.0, way)
            mean = inverse * (second[j + 1] - second[j])
            far = absolute(way) > CLOSE * (1.0 + absolute(x[j + 1]))
            bow = way * (1.0 / 60.0)
            up = 0.15 * value[j] + 0.35 * value[j + 1] + bow * (2.0 * slope[j] - 3.0 * slope[j + 1])
            down = 0.35 * value[j] + 0.15 * value[j + 1] + bow * (3.0 * slope[j] - 2.0 * slope[j + 1])
            rise[j + 1] = inverse * (area[j + 1] - mean) if far else up
            fall[j] = inverse * (mean - area[j]) if far else down

    def bend_finely(self, count: int) -> None:
        """At four times the sample rate."""
        wet, x, rise, fall = self.wet, self.x, self.rise, self.fall
        x[0] = self.last
        rise[0] = self.rising
        for i in range(count):
            a, b, c, d = self.over.up(wet[i])
            x[4 * i + 1] = a
            x[4 * i + 2] = b
            x[4 * i + 3] = c
            x[4 * i + 4] = d
        size = 4 * count
        if self.curve == TUBE:
            self.bend_as_a_tube(size + 1)
        elif self.curve == HARD:
            self.bend_hard(size + 1)
        else:
            self.bend_softly(size + 1)
        self.take_means(size)
        self.last = x[size]
        self.rising = rise[size]
        for j in range(size):
            fall[j] += rise[j]
        for i in range(count):
            wet[i] = self.over.down(fall[4 * i], fall[4 * i + 1], fall[4 * i + 2], fall[4 * i + 3])

    def delay_dry(self, count: int) -> None:
        """Let what stays dry go the same way, and wait as long."""
        dry = self.dry
        for i in range(count):
            a, b, c, d = self.dry_over.up(dry[i])
            dry[i] = self.dry_over.down(self.dry_last, a, b, c)
            self.dry_last = d

    def bend_plainly(self, count: int) -> None:
        """At the sample rate."""
        wet = self.wet
        if self.curve == SOFT:
            for i in range(count):
                wet[i] = tanh(wet[i])
        else:
            for i in range(count):
                wet[i] = bent(self.curve, wet[i])

    def process(self, start: int, stop: int) -> None:
        audio, drive, bias, tone = signal(self.audio), signal(self.drive), signal(self.bias), signal(self.tone)
        level, mix, out = signal(self.level), signal(self.mix), signal(self.out)
        wet, dry, opening, loud = self.wet, self.dry, self.opening, self.loud
        turn = -divide(TURN_OCTAVES, self.sample_rate)
        heavy = 1.0 - exp2(turn * DC_HZ)
        light = 1.0 - heavy
        frame = start
        while frame < stop:
            count = min(BLOCK, stop - frame)
            for i in range(count):
                dry[i] = clamp(audio[frame + i], -LOUDEST, LOUDEST)
            if self.still:
                push = exp2(OCTAVES * drive[frame]) * (1.0 / AUDIO_VOLTS)
                high = AUDIO_VOLTS * exp2(OCTAVES * level[frame])
                self.fill(push, 1.0 - exp2(turn * C4_HZ * exp2(tone[frame])), high, count)
            else:
                for i in range(count):
                    wet[i] = exp2(OCTAVES * drive[frame + i]) * (1.0 / AUDIO_VOLTS) * dry[i]
                    opening[i] = 1.0 - exp2(turn * C4_HZ * exp2(tone[frame + i]))
                    loud[i] = AUDIO_VOLTS * exp2(OCTAVES * level[frame + i])
            for i in range(count):
                wet[i] += bias[frame + i]
            if self.oversampling == 1:
                self.bend_finely(count)
                if not (self.still and mix[frame] >= 1.0):
                    self.delay_dry(count)
            else:
                self.bend_plainly(count)
            for i in range(count):
                self.dull = (1.0 - opening[i]) * self.dull + opening[i] * (wet[i] + SILENCE)
                self.rest = light * self.rest + heavy * self.dull
                wet[i] = self.dull - self.rest
            for i in range(count):
                out[frame + i] = crossfade(dry[i], loud[i] * wet[i], mix[frame + i])
            frame += count
