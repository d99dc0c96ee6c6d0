"""Whole numbers of some bits, as files and converters have them."""

import numpy as np
import pytest

from livepatch.dsp import from_pcm, to_pcm
from tests.dsp.playing import Native, played


@pytest.mark.parametrize(("bits", "kind"), [(8, np.int8), (16, np.int16), (32, np.int32)])
def test_every_number_of_so_many_bits_comes_back_and_what_is_beyond_is_the_last(bits: int, kind: type) -> None:
    info = np.iinfo(kind)
    for number in (int(info.min), -1000 % 128, -1, 0, 1, 77, int(info.max)):
        assert to_pcm(from_pcm(number, bits), bits) == number
    assert (to_pcm(9.0, bits), to_pcm(-9.0, bits)) == (info.max, info.min)
    assert from_pcm(int(info.min), bits) == -1.0


def test_a_sample_becomes_the_nearest_number() -> None:
    assert [to_pcm(x / 32768.0, 16) for x in (0.4, 0.6, -0.4, -0.6, 1.49)] == [0, 1, 0, -1, 1]


def test_compiled_they_crush_a_ramp_to_steps(native: Native) -> None:
    ramp = np.linspace(-1.2, 1.2, 640)
    out, _ = played(native, "", "self.out = from_pcm(to_pcm(self.x, 4), 4)", frames=640, x=ramp)
    assert sorted(set(out)) == [step / 8.0 for step in range(-8, 8)]
    inside = np.abs(ramp) < 0.87
    assert np.abs(out - ramp)[inside].max() <= 1.0 / 16.0 + 1e-12
