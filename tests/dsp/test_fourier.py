"""Fourier transforms beside numpy's."""

from collections.abc import Callable

import numpy as np
import pytest
from librt.vecs import vec

from livepatch.dsp import double_ring_buffer, fft, real_fft
from tests.conftest import Playable

CHANCE = np.random.default_rng(6)


@pytest.mark.parametrize("frames", [2, 4, 8, 64, 1024])
def test_a_transform_is_numpys_and_comes_back(frames: int) -> None:
    numbers = CHANCE.normal(size=frames) + 1j * CHANCE.normal(size=frames)
    real, imaginary = vec[float](numbers.real.tolist()), vec[float](numbers.imag.tolist())
    transform = fft(frames).placed(48000.0)
    transform.forward(real, imaginary)
    expected = np.fft.fft(numbers)
    scale = np.abs(expected).max()
    assert np.abs(np.array(list(real)) + 1j * np.array(list(imaginary)) - expected).max() < 1e-12 * scale
    transform.inverse(real, imaginary)
    assert np.abs(np.array(list(real)) + 1j * np.array(list(imaginary)) - numbers).max() < 1e-12 * scale


@pytest.mark.parametrize("frames", [4, 8, 16, 256, 2048])
def test_a_transform_of_samples_is_numpys_and_comes_back(frames: int) -> None:
    samples = CHANCE.normal(size=frames)
    half = [0.0] * (frames // 2 + 1)
    given, real, imaginary = vec[float](samples.tolist()), vec[float](half), vec[float](half)
    transform = real_fft(frames).placed(48000.0)
    transform.forward(given, real, imaginary)
    expected = np.fft.rfft(samples)
    scale = np.abs(expected).max()
    assert np.abs(np.array(list(real)) + 1j * np.array(list(imaginary)) - expected).max() < 1e-12 * scale
    back = vec[float]([0.0] * frames)
    transform.inverse(real, imaginary, back)
    assert np.abs(np.array(list(back)) - samples).max() < 1e-12 * scale


def test_the_row_of_a_double_ring_buffer_is_transformed_where_it_is() -> None:
    samples = CHANCE.normal(size=100)
    ring, transform = double_ring_buffer(16).placed(48000.0), real_fft(16).placed(48000.0)
    for sample in samples:
        ring.push(float(sample))
    assert ring.first > 0
    real, imaginary = vec[float]([0.0] * 9), vec[float]([0.0] * 9)
    transform.forward(ring.samples, real, imaginary, ring.first)
    found = np.array(list(real)) + 1j * np.array(list(imaginary))
    assert np.abs(found - np.fft.rfft(samples[-16:])).max() < 1e-12


@pytest.mark.parametrize("frames", [0, 3, 1000, 1 << 17])
def test_only_powers_of_two_are_transformed(frames: int) -> None:
    with pytest.raises(ValueError, match="power of 2"):
        fft(frames)
    with pytest.raises(ValueError, match="power of 2"):
        real_fft(frames)


SPECTRUM = '''
"""Spectrum: the loudest of 32 frequencies."""

from livepatch.dsp import real_fft
from livepatch.module import Module, buffer, inlet, outlet, signal


class Spectrum(Module):
    """Says which of the frequencies of 64 samples is the loudest."""

    audio = inlet("Audio")
    out = outlet("Number")
    analysis = real_fft(64)
    samples = buffer(frames=64)
    real = buffer(frames=33)
    imaginary = buffer(frames=33)
    place = 0
    loudest = 0

    def process(self, start: int, stop: int) -> None:
        audio = signal(self.audio)
        out = signal(self.out)
        for i in range(start, stop):
            self.samples[self.place] = audio[i]
            self.place = (self.place + 1) % 64
            if self.place == 0:
                self.analysis.forward(self.samples, self.real, self.imaginary)
                most = 0.0
                for number in range(33):
                    power = self.real[number] ** 2 + self.imaginary[number] ** 2
                    if power > most:
                        most = power
                        self.loudest = number
            out[i] = float(self.loudest)
'''


def test_a_module_transforms_in_process(native: Callable[..., Playable]) -> None:
    for number in (3, 17):
        tone = np.sin(2.0 * np.pi * number * np.arange(256) / 64.0)
        assert native(SPECTRUM, "spectrum").render(256, {"audio": tone}, block=40)["out"][-1] == number
