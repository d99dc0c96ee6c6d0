"""VCO: saw, square, triangle and sine without aliases, with sync, FM and pulse width."""

from math import tau

from livepatch.dsp import (
    AUDIO_VOLTS,
    C4_HZ,
    EDGE_DELAY,
    absolute,
    add_corners,
    add_steps,
    clamp,
    cos1,
    divide,
    exp2,
    floor,
    sin1,
    take_edge,
    triangle1,
)
from livepatch.module import Module, buffer, connected, inlet, knob, outlet, switch


class Vco(Module):
    """Oscillator, 1 V per octave; 0 V is C4."""

    tune = knob(-5.0, 5.0, 0.0, "Tune", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    fine = knob(-1.0, 1.0, 0.0, "Fine tune", unit="semitones")
    width = knob(0.01, 0.99, 0.5, "Pulse width", unit="%", multiplier=100.0)
    fm_depth = knob(-1.0, 1.0, 0.0, "FM depth", unit="%", multiplier=100.0)
    fm_kind = switch(
        "exponential", "linear", label="FM kind", description="octaves, or times the pitch, through 0"
    )
    voct = inlet("1 V/octave pitch")
    fm = inlet("FM", description="exponential: 1 V/octave at full depth; linear: 1 V is once the pitch")
    sync = inlet("Sync", description="restarts the cycle where it rises through 0 V")
    pwm = inlet("Pulse width", description="10 V is 100 %")
    saw = outlet("Saw")
    square = outlet("Square")
    triangle = outlet("Triangle")
    sine = outlet("Sine")

    phase = 0.0
    rising = True
    last_width = 0.5
    last_sync = 0.0
    position = 0
    queue = buffer(frames=64)

    def step(self) -> None:
        octaves = self.tune + self.fine * (1.0 / 12.0) + self.voct
        swing = self.fm_depth * self.fm
        linear = self.fm_kind == 1
        pitch = divide(C4_HZ, self.sample_rate) * exp2(octaves + (0.0 if linear else swing))
        speed = clamp(pitch * (1.0 + (swing if linear else 0.0)), -0.45, 0.45)
        width = clamp(self.width + 0.1 * self.pwm, 0.01, 0.99)

        synced = self.sync > 0.0 and self.last_sync <= 0.0
        late = divide(self.sync, self.sync - self.last_sync) if synced else 0.0
        early = 1.0 - late
        reach = speed * early
        phase = self.phase + reach
        position = self.position

        before = self.phase - self.last_width
        after = phase - width
        if (before < 0.0) != (after < 0.0):
            age = late + early * divide(after, after - before)
            add_steps(self.queue, position, age, 0.0, 2.0 if after < 0.0 else -2.0, 0.0, 0.0)
        turns = floor(phase)
        if turns != 0.0:
            phase -= turns
            age = late + early * divide(phase if turns > 0.0 else phase - 1.0, reach)
            add_steps(self.queue, position, age, -2.0 * turns, 2.0 * turns, 0.0, 0.0)
            if (phase < width) != (turns > 0.0):
                age = late + early * divide(phase - width, reach)
                add_steps(self.queue, position, age, 0.0, -2.0 * turns, 0.0, 0.0)
        rising = absolute(phase - 0.5) > 0.25
        if rising != self.rising:
            age = late + early * divide(phase - (0.25 if phase < 0.5 else 0.75), reach)
            bend = (8.0 if phase > 0.5 else -8.0) * absolute(speed)
            add_corners(self.queue, position, age, 0.0, 0.0, bend, 0.0)
        if synced:
            origin = 0.0 if speed >= 0.0 else 1.0
            jump = (1.0 - 2.0 * origin) - (1.0 if phase < width else -1.0)
            bend = tau * speed * (1.0 - cos1(phase))
            fall = EDGE_DELAY * bend - sin1(phase)
            add_steps(self.queue, position, late, 2.0 * (origin - phase), jump, -triangle1(phase), fall)
            add_corners(self.queue, position, late, 0.0, 0.0, 0.0 if rising else 8.0 * speed, bend)
            phase = origin + speed * late
            rising = absolute(phase - 0.5) > 0.25

        place = 4 * position
        lead = 2.0 * EDGE_DELAY * speed
        self.saw = AUDIO_VOLTS * (2.0 * phase - 1.0 - lead + take_edge(self.queue, place))
        self.square = AUDIO_VOLTS * ((1.0 if phase < width else -1.0) + take_edge(self.queue, place + 1))
        corner = take_edge(self.queue, place + 2)
        if connected(self.triangle):
            slope = 2.0 * lead if rising else -2.0 * lead
            self.triangle = AUDIO_VOLTS * clamp(triangle1(phase) - slope + corner, -1.2, 1.2)
        jump = take_edge(self.queue, place + 3)
        if connected(self.sine):
            self.sine = AUDIO_VOLTS * (sin1(phase) + jump)
        self.position = (position + 1) & 15
        self.phase = phase
        self.rising = rising
        self.last_width = width
        self.last_sync = self.sync
