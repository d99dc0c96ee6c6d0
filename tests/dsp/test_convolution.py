"""Convolution beside numpy's."""

from collections.abc import Callable

import numpy as np
import pytest
from librt.vecs import vec

from livepatch.dsp import convolver, fir, sinc
from tests.conftest import Playable
from tests.dsp.playing import Native, decibels, impulse, played, response

CHANCE = np.random.default_rng(9)


def test_sinc_is_its_formula() -> None:
    for x in (-3.7, -1.0, -1e-9, 0.0, 0.03, -0.031, 0.25, 2.0, 40.1):
        assert sinc(x) == pytest.approx(np.sinc(x), abs=2e-12)


def test_a_short_row_is_convolved_exactly() -> None:
    weights, samples = CHANCE.normal(size=7), CHANCE.normal(size=50)
    row = fir(7).placed(48000.0)
    for age, weight in enumerate(weights):
        row.weigh(age, float(weight))
    row.weigh(7, 1e9)
    found = [row.process(float(sample)) for sample in samples]
    assert found == pytest.approx(np.convolve(samples, weights)[:50], abs=1e-12)


def test_a_designed_lowpass_passes_and_stops_where_it_says(native: Native) -> None:
    step = "self.row.low(self.k)\nself.out = self.row.process(self.x)"
    out, _ = played(native, "row = fir(128)", step, frames=600, x=impulse(600), k=6000.0)
    assert np.abs(decibels(response(out, np.linspace(10.0, 4500.0, 50)))).max() < 0.01
    assert decibels(response(out, 6000.0))[0] == pytest.approx(-6.02, abs=0.02)
    assert decibels(response(out, np.linspace(7500.0, 24000.0, 200))).max() < -90.0
    assert out[:128] == pytest.approx(out[:128][::-1], abs=1e-12)


@pytest.mark.parametrize(("frames", "block"), [(1, 2), (5, 4), (64, 64), (300, 32)])
def test_a_long_row_is_convolved_a_block_late(frames: int, block: int) -> None:
    weights, samples = CHANCE.normal(size=frames), CHANCE.normal(size=500)
    row = convolver(frames, block).placed(48000.0)
    row.load(vec[float](weights.tolist()))
    found = np.array([row.process(float(sample)) for sample in samples])
    expected = np.convolve(samples, weights)[: 500 - block]
    assert not found[:block].any()
    assert np.abs(found[block:] - expected).max() < 1e-12 * np.abs(expected).max()


ROOM = '''
"""Room: an echo that dies away."""

from livepatch.dsp import convolver, exp2
from livepatch.module import Module, buffer, inlet, outlet, signal


class Room(Module):
    """Convolves with a row of weights that halve every 20 samples."""

    audio = inlet("Audio")
    out = outlet("Audio")
    weights = buffer(frames=200)
    room = convolver(200, block=32)
    loaded = False

    def process(self, start: int, stop: int) -> None:
        if not self.loaded:
            self.loaded = True
            for age in range(200):
                self.weights[age] = exp2(-0.05 * age)
            self.room.load(self.weights)
        audio = signal(self.audio)
        out = signal(self.out)
        for i in range(start, stop):
            out[i] = self.room.process(audio[i])
'''


def test_a_module_convolves_in_process(native: Callable[..., Playable]) -> None:
    samples = CHANCE.normal(size=400)
    out = native(ROOM, "room").render(400, {"audio": samples}, block=64)["out"]
    expected = np.convolve(samples, 2.0 ** (-0.05 * np.arange(200)))
    assert out[32:] == pytest.approx(expected[:368], abs=1e-9)
