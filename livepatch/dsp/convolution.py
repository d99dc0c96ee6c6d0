"""Convolution: filters of a finite row of weights, short ones sample by sample and long ones block by block.

Source: Thomas Stockham, High-speed convolution and correlation, 1966; the row is cut into equal parts.
"""

from librt.vecs import vec

from livepatch.block import Block, buffer
from livepatch.dsp.fourier import real_fft
from livepatch.dsp.functions import divide, sin1
from livepatch.dsp.windows import blackman_harris


def sinc(x: float) -> float:
    """sin(pi x) / (pi x), 1 at 0: error below 2e-12."""
    angle = 3.141592653589793 * x
    z = angle * angle
    near = 1.0 + z * (-1.0 / 6.0 + z * (1.0 / 120.0 - z * (1.0 / 5040.0)))
    return near if z < 0.009 else divide(sin1(0.5 * x), angle)


class fir(Block):
    """A filter of `frames` weights, each for a sample of the past: exact to rounding, at some 0.7 ns a weight."""

    position = 0
    designed_hz = 0.0

    def __init__(self, frames: int) -> None:
        if not 1 <= frames <= 4096:
            raise ValueError("a row of 1 to 4096 weights; convolver() takes more")
        self.frames = frames
        self.weights = buffer(frames=frames)
        self.line = buffer(frames=2 * frames)

    def weigh(self, age: int, weight: float) -> None:
        """Set the weight of the sample `age` samples ago, 0 being the newest."""
        if 0 <= age < self.frames:
            self.weights[age] = weight

    def low(self, cutoff_hz: float) -> None:
        """Make it a lowpass: -6 dB at the cutoff, -90 dB from 4 sample_rate / frames above it, linear in phase.

        It costs nothing while the cutoff stays. The delay is (frames - 1) / 2 samples.
        """
        if cutoff_hz != self.designed_hz:
            self.designed_hz = cutoff_hz
            share = 2.0 * cutoff_hz * self.sample_seconds
            sum = 0.0
            for age in range(self.frames):
                from_middle = float(age) - 0.5 * float(self.frames - 1)
                window = blackman_harris((float(age) + 0.5) / float(self.frames))
                self.weights[age] = window * sinc(share * from_middle)
                sum += self.weights[age]
            for age in range(self.frames):
                self.weights[age] = divide(self.weights[age], sum)

    def process(self, volts: float) -> float:
        """The weighted sum of the last samples."""
        line = self.line
        weights = self.weights
        self.position = self.position - 1 if self.position > 0 else self.frames - 1
        first = self.position
        line[first] = volts
        line[first + self.frames] = volts
        sum = 0.0
        for age in range(self.frames):
            sum += weights[age] * line[first + age]
        return sum


class convolver(Block):
    """A filter of up to `frames` weights, such as the echo of a room, `block` samples late; exact to 1e-12.

    Once in `block` samples (a power of 2, 64 unless you say so) it works for the whole block.
    """

    place = 0
    newest = 0

    def __init__(self, frames: int, block: int = 64) -> None:
        if frames < 1 or block not in {1 << power for power in range(1, 14)}:
            raise ValueError("1 weight or more, in blocks of a power of 2 from 2 to 8192")
        self.frames = frames
        self.size = block
        self.bins = block + 1
        self.parts_count = -(-frames // block)
        self.transform = real_fft(2 * block)
        self.kernel_real = buffer(frames=self.parts_count * self.bins)
        self.kernel_imaginary = buffer(frames=self.parts_count * self.bins)
        self.past_real = buffer(frames=self.parts_count * self.bins)
        self.past_imaginary = buffer(frames=self.parts_count * self.bins)
        self.samples = buffer(frames=2 * block)
        self.scratch = buffer(frames=2 * block)
        self.real = buffer(frames=block + 1)
        self.imaginary = buffer(frames=block + 1)

    def load(self, weights: vec[float]) -> None:
        """Take the weights of a buffer, at most `frames`; it takes long, so do it in `on_add` or at a trigger."""
        for part in range(self.parts_count):
            for index in range(self.size):
                age = part * self.size + index
                self.scratch[index] = weights[age] if age < self.frames and age < len(weights) else 0.0
                self.scratch[self.size + index] = 0.0
            self.transform.forward(self.scratch, self.real, self.imaginary)
            for number in range(self.bins):
                self.kernel_real[part * self.bins + number] = self.real[number]
                self.kernel_imaginary[part * self.bins + number] = self.imaginary[number]
        for index in range(2 * self.size):
            self.scratch[index] = 0.0

    def process(self, volts: float) -> float:
        """What is heard of the samples up to `block` samples ago."""
        heard = self.scratch[self.size + self.place]
        self.samples[self.size + self.place] = volts
        self.place += 1
        if self.place >= self.size:
            self.place = 0
            self._turn()
        return heard

    def _turn(self) -> None:
        self.transform.forward(self.samples, self.real, self.imaginary)
        self.newest = self.newest - 1 if self.newest > 0 else self.parts_count - 1
        begin = self.newest * self.bins
        for number in range(self.bins):
            self.past_real[begin + number] = self.real[number]
            self.past_imaginary[begin + number] = self.imaginary[number]
            self.real[number] = 0.0
            self.imaginary[number] = 0.0
        for index in range(self.size):
            self.samples[index] = self.samples[self.size + index]
        for part in range(self.parts_count):
            age = (self.newest + part) % self.parts_count * self.bins
            weight = part * self.bins
            for number in range(self.bins):
                a = self.past_real[age + number]
                b = self.past_imaginary[age + number]
                c = self.kernel_real[weight + number]
                d = self.kernel_imaginary[weight + number]
                self.real[number] = self.real[number] + a * c - b * d
                self.imaginary[number] = self.imaginary[number] + a * d + b * c
        self.transform.inverse(self.real, self.imaginary, self.scratch)
