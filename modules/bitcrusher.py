"""Bitcrusher: fewer bits and fewer samples, as an old sampler with a rate of its own would have them."""

from livepatch.dsp import AUDIO_VOLTS, C4_HZ, add_step, clamp, crossfade, divide, exp2, nearest, take_edge
from livepatch.module import Module, buffer, inlet, knob, outlet

RANGE_VOLTS = 2.0 * AUDIO_VOLTS


class Bitcrusher(Module):
    """Samples the sound at any rate and rounds it to any number of bits of ±5 V; silence stays silence.

    It samples between the rack's samples and holds without aliases of its own, so only the images of the low
    rate are heard, wherever it goes.
    """

    bits = knob(1.0, 16.0, 8.0, "Bits")
    rate = knob(-3.0, 7.6, 5.0, "Rate", unit="Hz", base=2.0, multiplier=C4_HZ, description="Octaves above C4")
    mix = knob(0.0, 1.0, 1.0, "Mix", unit="%", multiplier=100.0)
    audio = inlet("Audio")
    voct = inlet("1 V/octave rate")
    out = outlet("Audio")
    bypass = {"audio": "out"}

    phase = 0.0
    held = 0.0
    last = 0.0
    before = 0.0
    position = 0
    queue = buffer(frames=16)

    def step(self) -> None:
        speed = clamp(divide(C4_HZ, self.sample_rate) * exp2(self.rate + self.voct), 0.0, 1.0)
        steps = exp2(self.bits) * (1.0 / RANGE_VOLTS)
        size = RANGE_VOLTS * exp2(-self.bits)
        audio = clamp(self.audio, -RANGE_VOLTS, RANGE_VOLTS)

        self.phase += speed
        if self.phase >= 1.0:
            self.phase = self.phase - 1.0 if speed < 1.0 else 0.0
            age = divide(self.phase, speed)
            slope = audio - self.last
            bend = slope - self.last + self.before
            then = audio - age * slope + 0.5 * age * (age - 1.0) * bend
            rounded = size * nearest(steps * clamp(then, -AUDIO_VOLTS, AUDIO_VOLTS))
            add_step(self.queue, self.position, age, rounded - self.held)
            self.held = rounded
        crushed = self.held + take_edge(self.queue, self.position)
        self.position = (self.position + 1) & 15
        self.before = self.last
        self.last = audio
        self.out = crossfade(self.audio, crushed, self.mix)
