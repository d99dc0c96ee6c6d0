"""Another sample rate: what passes, what is kept out, how late it is, and how it moves from rate to rate."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.dsp import resampler
from tests.dsp.playing import Native, decibels, impulse, played, response, text_of

RATIOS = [0.25, 0.37, 0.5, 44.1 / 48.0, 0.999, 1.0, 48.0 / 44.1, 1.5, 2.0, 3.3, 4.0]
TONE = """
self.rate.set_ratio(self.x)
while not self.rate.is_ready():
    self.rate.push(sin1(self.phase))
    self.phase = frac(self.phase + self.k)
self.out = self.rate.pull()"""
"""The knob is a tone's cycles a sample before the change of rate."""
WAITING = 400
Ratios = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def parts(heard: NDArray[np.float64], hertz: float) -> tuple[complex, float]:
    """The tone of so many cycles a sample, and how loud the rest is, in dB."""
    turns = 2.0 * np.pi * hertz * np.arange(len(heard))
    waves = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    found = np.linalg.lstsq(waves, heard, rcond=None)[0]
    rest = heard - waves @ found
    return complex(found[0], -found[1]), float(decibels(np.sqrt(2.0 * np.mean(rest**2))))


@pytest.mark.parametrize("ratio", RATIOS)
def test_the_band_passes_and_neither_images_nor_aliases_do(native: Native, ratio: float) -> None:
    """18 kHz of 44.1 kHz is 0.408 of the lower rate; from half of it on nothing is left."""
    playable = native(text_of("rate = resampler()\nphase = 0.0", TONE))
    lower = min(1.0, ratio)
    for share in (0.001, 0.02, 0.11, 0.2, 0.3, 0.37, 0.408):
        given = {"x": ratio, "k": share * lower}
        playable.render(WAITING, given)
        tone, rest = parts(playable.render(2000, given)["out"], share * lower / ratio)
        assert abs(decibels(abs(tone))) < 0.02, share
        assert rest < -100.0, share
    for share in (0.501, 0.53, 0.7, 1.3):
        if share * lower < 0.5:
            playable.render(WAITING, {"x": ratio, "k": share * lower})
            found = playable.render(2000, {"x": ratio, "k": share * lower})["out"]
            assert decibels(np.abs(found).max()) < -100.0, share


@pytest.mark.parametrize("ratio", [0.4, 44.1 / 48.0, 48.0 / 44.1, 3.0])
def test_it_is_the_same_compiled(native: Native, ratio: float) -> None:
    declared = "rate = resampler()\nphase = 0.0"
    out, _ = played(native, declared, TONE, frames=300, x=ratio, k=0.05 * min(1.0, ratio), tolerance=1e-9)
    assert decibels(np.abs(out[-100:]).max()) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("ratio", [0.25, 0.8, 1.0, 1.7, 4.0])
def test_every_frequency_is_as_late(ratio: float) -> None:
    """35 samples of the lower rate, up to one more."""
    late = []
    for cycles in (0.01, 0.1, 0.3):
        rate = resampler().placed(48000.0)
        rate.set_ratio(ratio)
        heard, frames, lower = [], round(400 * max(1.0, 1.0 / ratio)), min(1.0, ratio)
        places = []
        for frame in range(frames):
            rate.push(float(np.cos(2.0 * np.pi * cycles * lower * frame)))
            while rate.is_ready():
                heard.append(rate.pull())
                places.append(frame)
        half = len(heard) // 2
        tone, _ = parts(np.array(heard[half:]), cycles * lower / ratio)
        begun = places[half]
        turned = (begun * cycles * lower - np.angle(tone) / (2.0 * np.pi)) % 1.0
        late.append(turned / cycles)
    # the phase says how late it is but for whole cycles of the tone
    assert 34.99 <= late[0] <= 36.01
    assert late[1] == pytest.approx(late[0] % 10.0, abs=1e-3)
    assert late[2] == pytest.approx(late[0] % (1.0 / 0.3), abs=1e-3)


MOVING = {
    "slowly, across": (lambda time: 1.0 + 0.3 * np.sin(time / 500.0), -90.0),
    "fast, across": (lambda time: 1.0 + 0.02 * np.sin(time / 15.0), -75.0),
    "by a hair": (lambda time: np.where(time // 7 % 2, 1.0005, 0.9995), -90.0),
    "at once": (lambda time: np.where(time // 2000 % 2, 2.0, 0.5), -75.0),
    "far": (lambda time: np.where(time // 2000 % 2, 4.0, 0.25), -75.0),
    "below": (lambda time: np.where(time // 2000 % 2, 0.9, 0.4), -75.0),
    "above": (lambda time: np.where(time // 2000 % 2, 3.0, 1.2), -90.0),
}
"""The ratio in time, and how loud the rest may be: of a tone that is faster at once there is a corner."""


@pytest.mark.parametrize(("ratios", "loudest"), MOVING.values(), ids=MOVING)
def test_the_ratio_moves_without_a_click(native: Native, ratios: Ratios, loudest: float) -> None:
    """A slow tone has nothing above a sixth of the rate, whatever becomes of its pitch."""
    playable = native(text_of("rate = resampler()\nphase = 0.0", TONE))
    heard = playable.render(12000, {"x": ratios(np.arange(12000.0)), "k": 0.004})["out"][400:]
    levels = np.abs(np.fft.rfft(heard * np.blackman(len(heard))))
    assert decibels(levels[len(levels) // 3 :].max() / levels.max()) < loudest
    assert np.abs(heard).max() == pytest.approx(1.0, abs=0.006)


def test_a_slower_module_in_a_faster_one_hears_and_says_all(native: Native) -> None:
    """Down to 32 kHz and back; a sample is taken out in each frame, and after the first few one is there."""
    declared = "down = resampler()\nup = resampler()"
    step = """
self.down.set_ratio(32.0 / 48.0)
self.up.set_ratio(48.0 / 32.0)
self.down.push(self.x)
while self.down.is_ready():
    self.up.push(self.down.pull())
self.out = self.up.pull()"""
    out, _ = played(native, declared, step, frames=600, x=impulse(600))
    assert 100 < np.abs(out).argmax() < 115
    assert np.abs(decibels(response(out, np.linspace(10.0, 12900.0, 60)))).max() < 0.05
    assert decibels(response(out, np.linspace(16000.0, 23900.0, 60))).max() < -90.0


def test_the_last_sample_stays_where_none_is_ready_and_the_oldest_goes_where_nobody_takes_them() -> None:
    for ratio in (0.5, 1.0, 3.0):
        rate = resampler().placed(48000.0)
        rate.set_ratio(ratio)
        assert (rate.pull(), rate.is_ready()) == (0.0, False)
        for frame in range(5000):
            rate.push(float(frame))
        taken = []
        while rate.is_ready():
            taken.append(rate.pull())
        assert 72 <= len(taken) <= 216 * 3 + 3
        assert taken[-1] == pytest.approx(5000.0 - 36.0 / min(1.0, ratio), abs=2.0 / min(1.0, ratio))
        assert np.diff(taken) == pytest.approx(1.0 / ratio, abs=0.03)
        assert rate.pull() == taken[-1]


def test_a_sample_comes_out_every_sixth_time_whatever_is_rounded() -> None:
    rate = resampler().placed(48000.0)
    rate.set_ratio(1.0 / 6.0)
    taken = []
    for frame in range(5000):
        rate.push(1.0)
        if rate.is_ready():
            rate.pull()
            taken.append(frame)
    assert set(np.diff(taken)) == {6}


def test_no_ratio_is_too_far_and_none_hangs() -> None:
    for ratio, most in ((0.0, 1), (-3.0, 1), (1e-9, 1), (1e9, 256), (float("inf"), 256), (float("nan"), 1)):
        rate = resampler().placed(48000.0)
        rate.set_ratio(ratio)
        for _ in range(100):
            rate.push(1.0)
            count = 0
            while rate.is_ready():
                assert np.isfinite(rate.pull())
                count += 1
            assert count <= most


IN_BLOCKS = '''
"""Test."""

from livepatch.dsp import resampler
from livepatch.module import Module, inlet, knob, outlet, signal


class Test(Module):
    """Down to a share of the rate and back, in whole blocks."""

    share = knob(0.1, 1.0, 0.5)
    audio = inlet()
    out = outlet()
    down = resampler()
    up = resampler()

    def process(self, start: int, stop: int) -> None:
        audio, out, share = signal(self.audio), signal(self.out), signal(self.share)
        for i in range(start, stop):
            self.down.set_ratio(share[i])
            self.up.set_ratio(1.0 / share[i])
            self.down.push(audio[i])
            while self.down.is_ready():
                self.up.push(self.down.pull())
            out[i] = self.up.pull()
'''


@pytest.mark.parametrize("share", [0.3, 0.5, 1.0])
def test_it_works_in_process(native: Native, share: float) -> None:
    audio = np.sin(2.0 * np.pi * 0.05 * np.arange(4000))
    heard = native(IN_BLOCKS).render(4000, {"audio": audio, "share": share}, block=37)["out"][1000:]
    tone, rest = parts(heard, 0.05)
    assert abs(decibels(abs(tone))) < 0.02
    assert rest < -95.0
