"""Fourier transforms of blocks, in buffers that are there already.

Source: James Cooley and John Tukey, An algorithm for the machine calculation of complex Fourier series, 1965.
"""

from librt.vecs import vec

from livepatch.block import Block, buffer
from livepatch.dsp.functions import cos1


class fft(Block):
    """The transform of `frames` complex numbers, a power of 2 from 2 to 65536: relative error below 1e-12.

    A transform at once takes long: of 1024 numbers, some 20 microseconds. Spread the work, or call it rarely.
    """

    ready = 0

    def __init__(self, frames: int) -> None:
        if frames not in {1 << power for power in range(1, 17)}:
            raise ValueError("a transform is of a power of 2, from 2 to 65536")
        self.frames = frames
        self.cosines = buffer(frames=frames)

    def forward(self, real: vec[float], imaginary: vec[float]) -> None:
        """From time to frequency, in place: number k becomes that of k cycles."""
        self._transform(real, imaginary, 1)

    def inverse(self, real: vec[float], imaginary: vec[float]) -> None:
        """From frequency back to time, in place."""
        self._transform(real, imaginary, -1)
        for index in range(self.frames):
            real[index] = real[index] * (1.0 / self.frames)
            imaginary[index] = imaginary[index] * (1.0 / self.frames)

    def prepare(self) -> None:
        """Make the table of cosines; the first transform does it, where nobody did."""
        if self.ready != self.frames:
            for index in range(self.frames):
                self.cosines[index] = cos1(float(index) / float(self.frames))
            self.ready = self.frames

    def _transform(self, real: vec[float], imaginary: vec[float], way: int) -> None:
        self.prepare()
        self._reverse(real, imaginary)
        mask = self.frames - 1
        half = 1
        while half < self.frames:
            turn = self.frames // (2 * half)
            for first in range(half):
                angle = first * turn
                c = self.cosines[angle]
                s = self.cosines[(angle + way * (self.frames // 4)) & mask] if self.frames > 2 else 0.0
                start = first
                while start < self.frames:
                    other = start + half
                    x = real[other] * c - imaginary[other] * s
                    y = real[other] * s + imaginary[other] * c
                    real[other] = real[start] - x
                    imaginary[other] = imaginary[start] - y
                    real[start] = real[start] + x
                    imaginary[start] = imaginary[start] + y
                    start += 2 * half
            half *= 2

    def _reverse(self, real: vec[float], imaginary: vec[float]) -> None:
        other = 0
        for index in range(1, self.frames):
            bit = self.frames >> 1
            while other & bit:
                other ^= bit
                bit >>= 1
            other ^= bit
            if index < other:
                x = real[index]
                y = imaginary[index]
                real[index] = real[other]
                imaginary[index] = imaginary[other]
                real[other] = x
                imaginary[other] = y


class real_fft(Block):
    """The transform of `frames` real samples, a power of 2 from 4 to 65536: relative error below 1e-12.

    `frames // 2 + 1` frequencies, from 0 up to half the sample rate; it takes half the time of `fft`.
    """

    ready = 0

    def __init__(self, frames: int) -> None:
        if frames not in {1 << power for power in range(2, 17)}:
            raise ValueError("a transform of samples is of a power of 2, from 4 to 65536")
        self.frames = frames
        self.half = frames // 2
        self.inner = fft(frames // 2)
        self.cosines = buffer(frames=frames)

    def prepare(self) -> None:
        """Make the tables of cosines; the first transform does it, where nobody did."""
        self.inner.prepare()
        if self.ready != self.frames:
            for index in range(self.frames):
                self.cosines[index] = cos1(float(index) / float(self.frames))
            self.ready = self.frames

    def forward(self, samples: vec[float], real: vec[float], imaginary: vec[float], first: int = 0) -> None:
        """From the samples from `first` on to `real` and `imaginary`, which have room for `frames // 2 + 1`."""
        self.prepare()
        for index in range(self.half):
            real[index] = samples[first + 2 * index]
            imaginary[index] = samples[first + 2 * index + 1]
        self.inner.forward(real, imaginary)
        zero = real[0]
        rest = imaginary[0]
        for low in range(1, self.half // 2 + 1):
            high = self.half - low
            c = self.cosines[low]
            s = self.cosines[low + self.frames // 4]
            a = 0.5 * (real[low] + real[high])
            b = 0.5 * (imaginary[low] - imaginary[high])
            p = 0.5 * (imaginary[low] + imaginary[high])
            q = 0.5 * (real[high] - real[low])
            x = c * p - s * q
            y = c * q + s * p
            real[low] = a + x
            imaginary[low] = b + y
            real[high] = a - x
            imaginary[high] = y - b
        real[0] = zero + rest
        imaginary[0] = 0.0
        real[self.half] = zero - rest
        imaginary[self.half] = 0.0

    def inverse(self, real: vec[float], imaginary: vec[float], samples: vec[float]) -> None:
        """From `real` and `imaginary`, which are used up, back to samples."""
        self.prepare()
        zero = real[0]
        rest = real[self.half]
        for low in range(1, self.half // 2 + 1):
            high = self.half - low
            c = self.cosines[low]
            s = self.cosines[low + self.frames // 4]
            a = 0.5 * (real[low] + real[high])
            b = 0.5 * (imaginary[low] - imaginary[high])
            x = 0.5 * (real[low] - real[high])
            y = 0.5 * (imaginary[low] + imaginary[high])
            p = c * x + s * y
            q = c * y - s * x
            real[low] = a - q
            imaginary[low] = b + p
            real[high] = a + q
            imaginary[high] = p - b
        real[0] = 0.5 * (zero + rest)
        imaginary[0] = 0.5 * (zero - rest)
        self.inner.inverse(real, imaginary)
        for index in range(self.half):
            samples[2 * index] = real[index]
            samples[2 * index + 1] = imaginary[index]
