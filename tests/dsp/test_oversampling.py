"""Oversampling: what passes, what is kept out, and what a distortion folds back."""

import numpy as np
import pytest

from tests.dsp.playing import Native, decibels, impulse, played, response
from tests.rendering import spectrum

STEPS = {
    2: "a, b = self.over.up({x})\nself.out = self.over.down({f}(a), {f}(b))",
    4: "a, b, c, d = self.over.up({x})\nself.out = self.over.down({f}(a), {f}(b), {f}(c), {f}(d))",
    8: (
        "a, b, c, d, e, f, g, h = self.over.up({x})\n"
        "self.out = self.over.down({f}(a), {f}(b), {f}(c), {f}(d), {f}(e), {f}(f), {f}(g), {f}(h))"
    ),
}


@pytest.mark.parametrize("times", STEPS)
def test_the_band_passes_there_and_back(native: Native, times: int) -> None:
    step = STEPS[times].format(x="self.x", f="")
    out, _ = played(native, f"over = oversampling{times}()", step, frames=4096, x=impulse(4096))
    levels = decibels(response(out, np.linspace(10.0, 21600.0, 200)))
    assert np.abs(levels).max() < 1e-6


@pytest.mark.parametrize("times", STEPS)
def test_what_is_between_the_samples_is_the_band_and_106_db_less_of_its_images(native: Native, times: int) -> None:
    """The samples in between, one after the other, are the impulse response at the higher rate."""
    names = "abcdefgh"[:times]
    samples = []
    for name in names:
        step = f"{', '.join(names)} = self.over.up(self.x)\nself.out = {name}"
        samples.append(played(native, f"over = oversampling{times}()", step, frames=2048, x=impulse(2048))[0])
    high = np.stack(samples, axis=1).reshape(-1)
    rate = 48000.0 * times
    assert np.abs(decibels(response(high, np.linspace(10.0, 21600.0, 100), rate) / times)).max() < 1e-6
    assert decibels(response(high, np.linspace(26400.0, rate / 2.0, 400), rate) / times).max() < -106.0


def folded_db(native: Native, declared: str, step: str) -> float:
    """The loudest alias of a distorted tone of 5 kHz, beside the tone."""
    frames = 24000
    tone = 4.0 * np.sin(2.0 * np.pi * 5003.0 * np.arange(frames) / 48000.0)
    out, _ = played(native, declared, step, frames=frames, x=tone, tolerance=1e-7)
    levels = spectrum(out[8000:])
    hertz = np.arange(len(levels)) * 3.0
    harmonic = (np.abs(hertz - 5003.0) < 30.0) | (np.abs(hertz - 15009.0) < 30.0)
    inside = (hertz > 50.0) & (hertz < 20000.0)
    return float(decibels(levels[inside & ~harmonic].max() / levels.max()))


def test_distortion_folds_back_less_the_faster_it_runs(native: Native) -> None:
    plain = folded_db(native, "over = oversampling2()", "self.over.up(0.0)\nself.out = tanh(self.x)")
    levels = [
        folded_db(native, f"over = oversampling{times}()", STEPS[times].format(x="self.x", f="tanh"))
        for times in STEPS
    ]
    assert plain > -30.0
    assert levels[0] < plain - 10.0
    assert levels[1] < -50.0
    assert levels[2] < -80.0
