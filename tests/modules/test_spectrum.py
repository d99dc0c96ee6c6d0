"""The spectrum: the frequency and level of a sine, what lies beside it, and how levels fall."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.canvas import Box, Canvas, Text
from livepatch.module import VOICES
from tests.conftest import Playable
from tests.rendering import MODULES, PlainModule

BANDS = 96
FLOOR_DB = -120.0


def analysed(
    native: Callable[..., Playable], wave: NDArray[np.float64], sample_rate: float = 48000.0, block: int = 64
) -> Playable:
    module = native(MODULES / "spectrum.py", sample_rate=sample_rate)
    module.render(len(wave), {"audio": wave}, block=block)
    return module


def sine(
    hertz: float, volts: float = 10.0, sample_rate: float = 48000.0, frames: int = 8192
) -> NDArray[np.float64]:
    return np.asarray(volts * np.sin(2.0 * np.pi * hertz / sample_rate * np.arange(frames)), np.float64)


def levels_db(module: Playable) -> NDArray[np.float64]:
    return np.array(list(module.module.levels)) + FLOOR_DB


def band_of(hertz: float) -> int:
    return int(BANDS * np.log(hertz / 20.0) / np.log(1000.0))


@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0, 96000.0])
@pytest.mark.parametrize(("hertz", "volts"), [(110.0, 5.0), (1000.0, 10.0), (4321.0, 0.05), (15000.0, 1.0)])
def test_the_loudest_sine_is_told_to_a_hertz_and_a_tenth_of_a_db(
    native: Callable[..., Playable], hertz: float, volts: float, sample_rate: float
) -> None:
    module = analysed(native, sine(hertz, volts, sample_rate), sample_rate)
    assert module.module.peak_hz == pytest.approx(hertz, abs=1.0)
    assert module.module.peak_db == pytest.approx(20.0 * np.log10(volts / 10.0), abs=0.1)


def test_a_sine_fills_its_band_and_hardly_any_other(native: Callable[..., Playable]) -> None:
    module = native(MODULES / "spectrum.py")
    module.render(28672, {"audio": sine(1000.0, frames=28672), "fall": 240.0})  # the click at the start has fallen
    levels = levels_db(module)
    band = band_of(1000.0)
    assert np.argmax(levels) == band
    assert levels[band] == pytest.approx(0.0, abs=0.9)
    assert levels[: band - 3].max() < -80.0
    assert levels[band + 3 :].max() < -80.0


def test_the_transform_is_that_of_numpy(native: Callable[..., Playable]) -> None:
    noise = np.random.default_rng(8).normal(size=4096)
    module = analysed(native, noise)
    turn = np.arange(4096) / 4096.0
    window = sum(
        weight * np.cos(2.0 * np.pi * index * turn)
        for index, weight in enumerate((0.35875, -0.48829, 0.14128, -0.01168))
    )
    expected = np.abs(np.fft.rfft(noise * window)[:2048] * 2.0 / (0.35875 * 4096 * 10.0)) ** 2
    assert np.array(list(module.module.real))[:2048] == pytest.approx(expected, rel=1e-9, abs=1e-18)


def test_white_noise_rises_by_three_db_an_octave_in_bands_of_equal_width_on_the_ear(
    native: Callable[..., Playable],
) -> None:
    powers = np.zeros(BANDS)
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(size=4096)
        powers += 10.0 ** (levels_db(analysed(native, noise)) / 10.0) / 20.0
    assert np.ptp(10.0 * np.log10(powers[band_of(500.0) : band_of(18000.0)])) < 9.0  # the loudest of each band


def test_what_goes_in_comes_out(native: Callable[..., Playable]) -> None:
    noise = np.random.default_rng(9).normal(size=5000)
    heard = native(MODULES / "spectrum.py").render(5000, {"audio": noise}, block=37)["out"]
    assert (heard == noise).all()


def test_a_level_falls_as_the_knob_says(native: Callable[..., Playable]) -> None:
    module = native(MODULES / "spectrum.py")
    module.render(8192, {"audio": sine(1000.0), "fall": 60.0})
    before = levels_db(module)[band_of(1000.0)]
    frames = 24576
    module.render(frames, {"audio": 0.0, "fall": 60.0})
    fallen = before - levels_db(module)[band_of(1000.0)]
    assert fallen == pytest.approx(60.0 * frames / 48000.0, abs=2.6 + 0.1)  # one transform: 2.56 dB


@pytest.mark.parametrize("block", [1, 37])
def test_it_is_the_same_in_blocks_of_any_size(native: Callable[..., Playable], block: int) -> None:
    wave = sine(777.0, 3.0)
    assert (levels_db(analysed(native, wave)) == levels_db(analysed(native, wave, block=block))).all()


def test_plain_python_draws_a_bar_for_each_band_that_sounds() -> None:
    spectrum = PlainModule("spectrum")
    block = spectrum.module.audio.wide  # type: ignore[attr-defined]
    wave = sine(1000.0, 5.0, frames=4096)
    for start in range(0, 4096, 64):
        for index in range(64):
            block[index * VOICES] = float(wave[start + index])
        spectrum.module.process(0, 64)
    canvas = Canvas()
    spectrum.module.draw(canvas)
    tallest = max((shape for shape in canvas.shapes if isinstance(shape, Box)), key=lambda box: box.top)
    assert tallest.left == pytest.approx(band_of(1000.0) / BANDS, abs=1e-4)
    assert tallest.top == pytest.approx(0.15 + 0.85 * 84.0 / 96.0, abs=0.01)
    assert [shape.text for shape in canvas.shapes if isinstance(shape, Text)][-2:] == ["1000.0 Hz", "-6.0 dB"]


def test_all_voices_are_heard_and_go_through(native: Callable[..., Playable]) -> None:
    chord = np.stack([sine(440.0, 5.0), sine(3000.0, 2.5)], axis=1)
    module = native(MODULES / "spectrum.py")
    assert np.array_equal(module.render(len(chord), {"audio": chord})["out"], chord)
    found = levels_db(module)
    assert (found[band_of(440.0)], found[band_of(3000.0)]) == pytest.approx((-6.02, -12.04), abs=1.5)
