"""Freeze: holds a moment of sound still for as long as you like.

Source: James Flanagan and Roger Golden, Phase Vocoder, 1966 (each frequency goes on turning as fast as it did).
"""

from livepatch.dsp import clamp, cos1, crossfade, divide, hann, next_word, real_fft, schmitt, sin1, sqrt, uniform
from livepatch.module import Module, buffer, button, inlet, knob, light, outlet

FRAMES = 4096
HOP = 1024
BINS = 2049
LOUDEST = 1e6
HISTORY = 5120
"""A window and a hop."""
SHARE = 2.0 / 3.0
"""Four windows at once, squared, add up to 3 halves."""


class Freeze(Module):
    """Holds the sound of the moment that the gate goes on, until it goes off.

    A steady tone goes on seamlessly; blur takes away what is left of its movement. A gate that comes back within
    20 ms holds the same moment.
    """

    blur = knob(0.0, 1.0, 0.0, "Blur", unit="%", multiplier=100.0)
    mix = knob(0.0, 1.0, 1.0, "Mix", unit="%", multiplier=100.0)
    keep = button("Freeze", description="frozen while held")
    audio = inlet("Audio")
    freeze = inlet("Freeze", description="a gate")
    out = outlet("Audio")
    held = outlet("Held", description="the frozen sound alone")
    frozen = light("Frozen", colour="blue")
    bypass = {"audio": "out"}

    transform = real_fft(FRAMES)
    gate = schmitt()
    history = buffer(frames=HISTORY)
    samples = buffer(frames=FRAMES)
    real = buffer(frames=BINS)
    imaginary = buffer(frames=BINS)
    turn_real = buffer(frames=BINS)
    turn_imaginary = buffer(frames=BINS)
    now_real = buffer(frames=BINS)
    now_imaginary = buffer(frames=BINS)
    sound = buffer(frames=FRAMES)
    shares = buffer(frames=FRAMES)
    place = 0
    written = 0
    wait = 0
    sounding = False
    word = 0

    def look(self, back: int) -> None:
        """Take the spectrum of the window that ended `back` frames ago."""
        for index in range(FRAMES):
            place = (self.written + HISTORY - FRAMES - back + index) % HISTORY
            self.samples[index] = hann(index / FRAMES) * self.history[place]
        self.transform.forward(self.samples, self.real, self.imaginary)

    def catch(self) -> None:
        """Keep the moment: what each frequency is, and how far it turns in a hop."""
        self.look(HOP)
        for index in range(BINS):
            self.turn_real[index] = self.real[index]
            self.turn_imaginary[index] = -self.imaginary[index]
        self.look(0)
        for index in range(BINS):
            a, b = self.real[index], self.imaginary[index]
            c, d = self.turn_real[index], self.turn_imaginary[index]
            scale = divide(1.0, sqrt((a * a + b * b) * (c * c + d * d)))
            self.turn_real[index] = scale * (a * c - b * d)
            self.turn_imaginary[index] = scale * (a * d + b * c)
            self.now_real[index] = a
            self.now_imaginary[index] = b
        for _ in range(3):
            self.turn(0.0)

    def turn(self, blur: float) -> None:
        """Go a hop on."""
        for index in range(BINS):
            a, b = self.now_real[index], self.now_imaginary[index]
            c, d = self.turn_real[index], self.turn_imaginary[index]
            x = a * c - b * d
            y = a * d + b * c
            if blur > 0.0:
                self.word = next_word(self.word, self.seed)
                angle = blur * (uniform(self.word) - 0.5)
                c = cos1(angle)
                d = sin1(angle)
                a = x
                x = a * c - y * d
                y = a * d + y * c
            self.now_real[index] = x
            self.now_imaginary[index] = y

    def sing(self, gain: float) -> None:
        """Add a window of the held sound to what is to come."""
        for index in range(BINS):
            self.real[index] = self.now_real[index]
            self.imaginary[index] = self.now_imaginary[index]
        self.transform.inverse(self.real, self.imaginary, self.samples)
        for index in range(FRAMES):
            place = (self.place + index) % FRAMES
            window = SHARE * hann(index / FRAMES)
            self.sound[place] += gain * window * self.samples[index]
            self.shares[place] += window * hann(index / FRAMES)

    def step(self) -> None:
        audio = clamp(self.audio, -LOUDEST, LOUDEST)
        holding = self.gate.process(self.freeze) or self.keep
        if holding and self.wait == 0:
            if not self.sounding:
                self.catch()
            self.turn(self.blur)
            self.sing(1.0 + self.blur)
            self.wait = HOP
        self.sounding = holding or (self.sounding and self.wait > 0)
        self.wait = self.wait - 1 if self.wait > 0 else 0
        self.held = self.sound[self.place]
        rest = (1.0 - self.shares[self.place]) * self.audio
        self.out = crossfade(self.audio, self.held + rest, self.mix)
        self.sound[self.place] = 0.0
        self.shares[self.place] = 0.0
        self.place = (self.place + 1) % FRAMES
        self.history[self.written] = audio
        self.written = (self.written + 1) % HISTORY
        self.frozen = 1.0 if holding else 0.0
