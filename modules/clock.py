"""Clock: the beat, its divisions and multiples, and swing."""

from livepatch.dsp import (
    GATE_VOLTS,
    TRIGGER_SECONDS,
    clamp,
    divide,
    exp2,
    floor,
    frac,
    maximum,
    nearest,
    schmitt,
)
from livepatch.module import (
    Module,
    buffer,
    button,
    connected,
    inlet,
    knob,
    light,
    outlet,
    signal,
    switch,
    transport,
)

BLOCK = 64
LOOKS = 16
"""An outlet without a cable is computed once in so many blocks: only its meter looks at it."""


def gate_volts(gates: float, length: float) -> float:
    """The gate, so many of them after the first."""
    return GATE_VOLTS if frac(gates) < length else 0.0


class Clock(Module):
    """Gates from a 24th of a beat to four bars of four, and two ratios of your own.

    It follows the transport, its tempo, bars and swing; or it runs free at a tempo of its own, 2 Hz for 120 BPM.
    """

    polyphonic = True
    follow = switch("free", "transport", default=1, label="Follows", randomize=False)
    tempo = knob(20.0, 300.0, 120.0, "Tempo", unit="BPM", description="while it runs free", randomize=False)
    swing = knob(
        0.5, 0.75, 0.5, "Swing", unit="%", multiplier=100.0, description="where in the eighth its second half is"
    )
    length = knob(0.05, 0.95, 0.5, "Gate length", unit="%", multiplier=100.0)
    multiply1 = knob(1.0, 32.0, 3.0, "Multiply 1", description="how many gates of ratio1")
    divide1 = knob(1.0, 32.0, 2.0, "Divide 1", description="in how many beats")
    multiply2 = knob(1.0, 32.0, 5.0, "Multiply 2", description="how many gates of ratio2")
    divide2 = knob(1.0, 32.0, 4.0, "Divide 2", description="in how many beats")
    run = switch("stopped", "running", default=1, label="Run", randomize=False)
    restart = button("Reset")
    reset = inlet("Reset", description="back to the first beat of the bar, while it runs free")
    run_flip = inlet("Run", description="each rise starts it, or stops it")
    voct = inlet("1 V/octave tempo", description="1 V is twice as fast, while it runs free")
    sixteenth = outlet("Sixteenths")
    eighth = outlet("Eighths")
    quarter = outlet("Quarters")
    bar = outlet("Bars")
    half = outlet("Halves", description="every two beats")
    phrase = outlet("Phrases", description="every four bars")
    triplet = outlet("Triplets", description="three in a beat")
    thirtysecond = outlet("Thirty-seconds")
    sync = outlet("Sync", description="24 in a beat, as MIDI clocks")
    ratio1 = outlet("Ratio 1", description="multiply1 in the time of divide1 beats")
    ratio2 = outlet("Ratio 2", description="multiply2 in the time of divide2 beats")
    running = outlet("Running", description="10 V while it runs")
    run_out = outlet("Run", description="10 V for 1 ms where it starts or stops")
    reset_out = outlet("Reset", description="10 V for 1 ms where it begins again")
    beat = light("Beat", colour="green")
    beats = transport("beats")
    beat_of_bar = transport("place")
    swung = transport("swung")
    plays = transport("running")

    place = 0.0
    bars = 0.0
    reset_edge = schmitt()
    flip_edge = schmitt()
    pushed = False
    flipped = False
    ran = -1
    run_left = 0.0
    reset_left = 0.0
    before = 0.0
    blocks = 0
    # a block on its way: 1 while it runs, the beats, those of the bar, and swung ones
    on = buffer(frames=BLOCK)
    counted = buffer(frames=BLOCK)
    barred = buffer(frames=BLOCK)
    swinging = buffer(frames=BLOCK)

    def even(self, start: int, stop: int) -> bool:
        """Whether nothing happens in a block: it follows the transport, which goes on or stands."""
        patched = connected(self.reset) or connected(self.run_flip) or connected(self.voct)
        pressed = self.restart or self.pushed
        if patched or pressed or self.follow == 0 or self.run_left > 0.0 or self.reset_left > 0.0:
            return False
        beats, plays = signal(self.beats), signal(self.plays)
        runs = plays[start] > 0.5
        others = 1 if beats[start] < self.before else 0
        for i in range(start, stop):
            others += 1 if (plays[i] > 0.5) != runs else 0
        for i in range(start + 1, stop):
            others += 1 if beats[i] < beats[i - 1] else 0
        ran = 1 if runs and (self.run == 1) != self.flipped else 0
        return others == 0 and ran == self.ran

    def follow_evenly(self, start: int, stop: int) -> None:
        """Take a block from the transport, while its own count goes on beside it."""
        on, counted, barred, swinging = self.on, self.counted, self.barred, self.swinging
        beats, places, swung = signal(self.beats), signal(self.beat_of_bar), signal(self.swung)
        share = 1.0 if self.ran == 1 else 0.0
        for i in range(stop - start):
            on[i] = share
            counted[i] = beats[start + i]
            barred[i] = places[start + i]
            swinging[i] = swung[start + i]
        self.reset_edge.rises(0.0)
        self.flip_edge.rises(0.0)
        tempo = signal(self.tempo)
        place = self.place + share * float(stop - start) * divide(tempo[start] * (1.0 / 60.0), self.sample_rate)
        turns = floor(0.25 * place)
        self.place = place - 4.0 * turns
        self.bars += turns
        self.before = beats[stop - 1]
        running, run_out, reset_out = signal(self.running), signal(self.run_out), signal(self.reset_out)
        for i in range(start, stop):
            running[i] = GATE_VOLTS * share
            run_out[i] = 0.0
            reset_out[i] = 0.0

    def count(self, start: int, stop: int) -> None:
        """Count a block in which something may happen, frame by frame."""
        on, counted, barred, swinging = self.on, self.counted, self.barred, self.swinging
        beats, places, swung, plays = (
            signal(self.beats),
            signal(self.beat_of_bar),
            signal(self.swung),
            signal(self.plays),
        )
        tempo, reset, run_flip = signal(self.tempo), signal(self.reset), signal(self.run_flip)
        running, run_out, reset_out = signal(self.running), signal(self.run_out), signal(self.reset_out)
        trigger = TRIGGER_SECONDS * self.sample_rate
        follows = self.follow == 1
        for i in range(start, stop):
            asked = self.reset_edge.rises(reset[i]) or (self.restart and not self.pushed)
            restarted = beats[i] < self.before if follows else asked
            self.flipped = self.flipped != self.flip_edge.rises(run_flip[i])
            runs = ((self.run == 1) != self.flipped) and (plays[i] > 0.5 or not follows)
            ran = 1 if runs else 0
            self.run_left = trigger if ran != self.ran and self.ran >= 0 else maximum(self.run_left - 1.0, 0.0)
            self.reset_left = trigger if restarted else maximum(self.reset_left - 1.0, 0.0)
            place = 0.0 if restarted else self.place
            bars = 0.0 if restarted else self.bars
            counts = runs and (follows or not restarted)
            on[i - start] = 1.0 if counts else 0.0
            counted[i - start] = beats[i] if follows else place + 4.0 * bars
            barred[i - start] = places[i] if follows else place
            swinging[i - start] = swung[i] if follows else place
            running[i] = GATE_VOLTS if runs else 0.0
            run_out[i] = GATE_VOLTS if self.run_left > 0.0 else 0.0
            reset_out[i] = GATE_VOLTS if self.reset_left > 0.0 else 0.0

            advance = divide(tempo[i] * (1.0 / 60.0), self.sample_rate)
            if connected(self.voct):
                volts = signal(self.voct)
                advance *= exp2(clamp(volts[i], -10.0, 10.0))
            place += advance if counts else 0.0
            turned = place >= 4.0
            self.bars = bars + (1.0 if turned else 0.0)
            self.place = place - 4.0 if turned else place
            self.pushed = self.restart
            self.ran = ran
            self.before = beats[i]

    def swing_gates(self, start: int, stop: int) -> None:
        """The gates that swing."""
        on, swinging = self.on, self.swinging
        sixteenth, eighth = signal(self.sixteenth), signal(self.eighth)
        length, swing = signal(self.length), signal(self.swing)
        for i in range(start, stop):
            half = frac(2.0 * swinging[i - start])
            second = half >= swing[i]
            since = half - (swing[i] if second else 0.0)
            share = 1.0 - swing[i] if second else swing[i]
            gate = GATE_VOLTS * on[i - start]
            sixteenth[i] = gate if since < length[i] * share else 0.0
            eighth[i] = gate if half < length[i] else 0.0

    def gates(self, start: int, stop: int, every: bool) -> None:  # noqa: FBT001 - it is what is asked for
        """The gates that are counted from the beginning, those with cables or `every` one."""
        on, counted, length = self.on, self.counted, signal(self.length)
        halves, phrases, triplets = signal(self.half), signal(self.phrase), signal(self.triplet)
        thirties, syncs = signal(self.thirtysecond), signal(self.sync)
        ratio1, ratio2 = signal(self.ratio1), signal(self.ratio2)
        up1, down1 = signal(self.multiply1), signal(self.divide1)
        up2, down2 = signal(self.multiply2), signal(self.divide2)
        if every or connected(self.half):
            for i in range(start, stop):
                halves[i] = on[i - start] * gate_volts(0.5 * counted[i - start], length[i])
        if every or connected(self.phrase):
            for i in range(start, stop):
                phrases[i] = on[i - start] * gate_volts(counted[i - start] / 16.0, length[i])
        if every or connected(self.triplet):
            for i in range(start, stop):
                triplets[i] = on[i - start] * gate_volts(3.0 * counted[i - start], length[i])
        if every or connected(self.thirtysecond):
            for i in range(start, stop):
                thirties[i] = on[i - start] * gate_volts(8.0 * counted[i - start], length[i])
        if every or connected(self.sync):
            for i in range(start, stop):
                syncs[i] = on[i - start] * gate_volts(24.0 * counted[i - start], length[i])
        if every or connected(self.ratio1):
            for i in range(start, stop):
                turns = divide(counted[i - start] * nearest(up1[i]), nearest(down1[i]))
                ratio1[i] = on[i - start] * gate_volts(turns, length[i])
        if every or connected(self.ratio2):
            for i in range(start, stop):
                turns = divide(counted[i - start] * nearest(up2[i]), nearest(down2[i]))
                ratio2[i] = on[i - start] * gate_volts(turns, length[i])

    def play(self, start: int, stop: int) -> None:
        """Play a block."""
        if self.even(start, stop):
            self.follow_evenly(start, stop)
        else:
            self.count(start, stop)
        on, barred, length = self.on, self.barred, signal(self.length)
        quarter, bar = signal(self.quarter), signal(self.bar)
        for i in range(start, stop):
            gate = GATE_VOLTS * on[i - start]
            place = barred[i - start]
            quarter[i] = gate if frac(place) < length[i] else 0.0
            bar[i] = gate if place < length[i] else 0.0
        self.blocks = (self.blocks + 1) % LOOKS
        every = self.blocks == 0
        if every or connected(self.sixteenth) or connected(self.eighth):
            self.swing_gates(start, stop)
        self.gates(start, stop, every)
        last = stop - start - 1
        self.beat = on[last] if frac(barred[last]) < 0.2 else 0.0

    def process(self, start: int, stop: int) -> None:
        frame = start
        while frame < stop:
            until = min(frame + BLOCK, stop)
            self.play(frame, until)
            frame = until
