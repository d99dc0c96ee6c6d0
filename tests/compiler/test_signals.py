"""Loops over the voices of a frame that only add them up are one sum; others stay as they are written."""

from collections.abc import Callable

import numpy as np
import pytest

from livepatch.compiler.library import Library
from livepatch.compiler.primitives import NATIVE
from livepatch.compiler.rewrite import rewrite
from livepatch.declarations import read_panel
from tests.conftest import Playable

FRAMES = 70
SUM = """
from livepatch.dsp import VOICES
from livepatch.module import Module, channels, inlet, outlet, poly, signal


class Test(Module):
    audio = inlet()
    out = outlet()

    def process(self, start: int, stop: int) -> None:
        audio = poly(self.audio)
        out = signal(self.out)
        for i in range(start, stop):
            total = 1.0
            for voice in range(channels(self.audio)):
                total += audio[i * VOICES + voice]
            out[i] = total
"""


def text_of(file: str) -> str:
    return rewrite(file, "test.py", read_panel(file, "test.py"), Library(NATIVE)).text


@pytest.mark.parametrize("voices", [1, 5, 15, 16])
@pytest.mark.parametrize("native_code", [False, True])
def test_voices_add_up(
    voices: int, native: Callable[..., Playable], interpreted: Callable[..., Playable], *, native_code: bool
) -> None:
    volts = np.random.default_rng(voices).normal(size=(FRAMES, voices))
    heard = (native if native_code else interpreted)(SUM).render(FRAMES, {"audio": volts})["out"]
    assert heard == pytest.approx(1.0 + volts.sum(axis=1), abs=1e-13)


def test_voices_add_up_to_the_same_bits_natively(
    native: Callable[..., Playable], interpreted: Callable[..., Playable]
) -> None:
    volts = np.random.default_rng(1).normal(size=(FRAMES, 16))
    given = {"audio": volts}
    assert (native(SUM).render(FRAMES, given)["out"] == interpreted(SUM).render(FRAMES, given)["out"]).all()


def test_a_loop_that_only_adds_up_voices_is_one_sum() -> None:
    text = text_of(SUM)
    assert "total += sum_voices__(audio, i, i64(self.channels_audio))" in text
    assert "for voice" not in text


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("total += audio[i * VOICES + voice]", "total -= audio[i * VOICES + voice]"),
        ("total += audio[i * VOICES + voice]", "total += 2.0 * audio[i * VOICES + voice]"),
        ("out[i] = total", "out[i] = total + float(voice)"),
    ],
)
def test_a_loop_that_does_more_stays(line: str, other: str) -> None:
    text = text_of(SUM.replace(line, other))
    assert "for voice in range(i64(self.channels_audio))" in text
    assert "sum_voices__" not in text
