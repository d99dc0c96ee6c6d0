"""Between samples: what stays of a tone, wherever it is read, and what is added to it."""

import numpy as np
import pytest
from librt.vecs import vec

from livepatch.dsp import interpolator
from tests.dsp.playing import Native, decibels, played

SOUND = np.random.default_rng(5).uniform(-5.0, 5.0, 200)
FILLED = """
if not self.filled:
    self.filled = True
    for index in range(200):
        self.sound[index] = sin1(0.11 * index)
"""
DECLARED = "between = interpolator()\nsound = buffer(frames=200)\nfilled = False"


def test_a_sample_is_itself_and_there_is_nothing_before_and_after_all() -> None:
    between = interpolator().placed(48000.0)
    sound = vec[float](SOUND.tolist())
    assert [between.read(sound, float(place)) for place in range(200)] == pytest.approx(SOUND, abs=1e-12)
    for place in (-25.0, -24.1, 223.1, 1e6, -1e6, 1e17):
        assert between.read(sound, place) == 0.0
    assert between.read(sound, -0.5) != 0.0
    assert interpolator(8).placed(48000.0).read(vec[float](), 0.5) == 0.0


def test_at_the_ends_it_is_as_if_silence_were_around() -> None:
    between = interpolator().placed(48000.0)
    sound, around = vec[float](SOUND.tolist()), vec[float]([*[0.0] * 50, *SOUND.tolist(), *[0.0] * 50])
    for place in np.linspace(-23.0, 222.0, 400):
        assert between.read(sound, float(place)) == pytest.approx(
            between.read(around, float(place) + 50.0), abs=1e-12
        )


def test_it_is_the_same_compiled(native: Native) -> None:
    step = f"{FILLED}self.out = self.between.read(self.sound, self.x)"
    places = np.linspace(-30.0, 230.0, 500)
    out, _ = played(native, DECLARED, step, frames=500, x=places)
    inside = (places > 30.0) & (places < 170.0)
    assert out[inside] == pytest.approx(np.sin(2.0 * np.pi * 0.11 * places[inside]), abs=1e-5)


@pytest.mark.parametrize("share", [0.01, 0.11, 0.3, 0.4, 0.41])
def test_images_are_100_db_below(share: float) -> None:
    sound = vec[float](np.sin(2.0 * np.pi * share * np.arange(400)).tolist())
    between = interpolator().placed(48000.0)
    places = 60.0 + 0.437 * np.arange(600)
    heard = np.array([between.read(sound, float(place)) for place in places])
    waves = np.stack([np.cos(2.0 * np.pi * share * places), np.sin(2.0 * np.pi * share * places)], axis=1)
    found = np.linalg.lstsq(waves, heard, rcond=None)[0]
    assert abs(decibels(np.hypot(*found))) < 0.01
    assert decibels(np.sqrt(2.0 * np.mean((heard - waves @ found) ** 2))) < -100.0


@pytest.mark.parametrize(("taps", "band"), [(2, 1.0), (7, 1.0), (258, 1.0), (48, 0.0), (48, 1.1)])
def test_a_kernel_that_is_none_is_refused(taps: int, band: float) -> None:
    with pytest.raises(ValueError, match="an even number of 4 to 256 weights"):
        interpolator(taps, band)
