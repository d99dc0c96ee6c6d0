"""Fewer bits and fewer samples: the noise of the bits, the images of the rate, and nothing else."""

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.voltage import C4_HZ
from tests.rendering import Render, level_db, spectrum

FRAMES = 48000
Signal = NDArray[np.float64]


def tone(hertz: float, volts: float = 5.0) -> Signal:
    return np.asarray(volts * np.sin(2.0 * np.pi * hertz * np.arange(FRAMES) / 48000.0), np.float64)


def octaves(hertz: float) -> float:
    return float(np.log2(hertz / C4_HZ))


@pytest.mark.parametrize("bits", [4.0, 8.0, 12.0])
def test_every_bit_is_six_decibels_of_noise_less(render: Render, bits: float) -> None:
    out = render("bitcrusher", FRAMES, {"audio": tone(997.0), "bits": bits, "rate": 7.6})["out"][100:]
    bins = spectrum(np.asarray(out[: FRAMES // 2], np.float64))
    power = np.square(bins)
    heard = power[490:508].sum()
    noise = (power[5:7500].sum() - heard) * 12000.0 / 7500.0
    assert 10.0 * np.log10(heard / noise) == pytest.approx(6.02 * bits + 1.76, abs=1.5)


def test_a_low_rate_has_its_images_as_a_zero_order_hold_has_them(render: Render) -> None:
    rate, hertz = 7350.0, 1000.0
    out = render("bitcrusher", FRAMES, {"audio": tone(hertz), "bits": 16.0, "rate": octaves(rate)})["out"]
    full_db = 20.0 * np.log10(5.0)
    for image in (hertz, rate - hertz, rate + hertz, 2.0 * rate - hertz):
        wanted = 20.0 * np.log10(np.abs(np.sinc(image / rate)))
        assert level_db(out, image) - full_db == pytest.approx(wanted, abs=0.5)


@pytest.mark.parametrize("rate", [3000.0, 7350.0, 11025.0])
def test_nothing_but_images_is_above_the_floor(render: Render, rate: float) -> None:
    out = render("bitcrusher", FRAMES, {"audio": tone(1000.0), "bits": 16.0, "rate": octaves(rate)})["out"]
    bins = spectrum(out)
    for number in range(20):
        for image in (number * rate - 1000.0, number * rate + 1000.0):
            place = round(abs(image))
            bins[max(0, place - 5) : place + 6] = 0.0
    assert 20.0 * np.log10(bins[5:18000].max() / 5.0) < -75.0


def test_silence_stays_silence_and_dry_is_dry(render: Render) -> None:
    assert not render("bitcrusher", 4800, {"bits": 1.0})["out"].any()
    dry = render("bitcrusher", FRAMES, {"audio": tone(500.0), "bits": 2.0, "mix": 0.0})["out"]
    assert dry == pytest.approx(tone(500.0))
