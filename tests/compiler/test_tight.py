"""Loops of process(): places followed without a look at each, state in locals, and the same samples and errors."""

from collections.abc import Callable

import numpy as np
import pytest

from livepatch.errors import ModuleError
from tests.conftest import Playable

HEAD = """
from livepatch.dsp import exp2, tanh
from livepatch.module import Module, buffer, inlet, knob, outlet, signal


class Test(Module):
    gain = knob(0.0, 4.0, 1.0)
    audio = inlet()
    out = outlet()
    line = buffer(frames=100)
    block = buffer(frames=64)
    sum = 0.0
    count = 0
    on = False

    def process(self, start: int, stop: int) -> None:
        audio, out = signal(self.audio), signal(self.out)
        line, block = self.line, self.block
"""
Native = Callable[..., Playable]


@pytest.mark.parametrize("kind", ["native", "interpreted"])
def test_places_before_and_after_the_loops_variable_are_read_and_written(
    kind: str, request: pytest.FixtureRequest
) -> None:
    body = """
        frames = stop - start
        for i in range(frames):
            line[i + 3] = audio[start + i]
        for i in range(frames):
            block[frames - 1 - i] = line[3 + i]
        for i in range(frames // 2):
            line[i] = block[2 * i]
            line[50 + i] = block[i * 2 + 1]
        for i in range(start, stop):
            out[i] = line[(i - start) // 2 + (50 if (i - start) % 2 == 1 else 0)] + tanh(0.0)
"""
    volts = np.arange(64.0)
    out = request.getfixturevalue(kind)(HEAD + body).render(64, {"audio": volts})["out"]
    assert out == pytest.approx(volts[::-1], abs=1e-12)


def test_a_place_below_zero_is_counted_from_the_end(native: Native) -> None:
    body = """
        line[99] = 7.0
        for i in range(1):
            line[i - 2] = line[i - 1] + 1.0
        out[start] = line[98]
"""
    assert native(HEAD + body).render(1)["out"].tolist() == [8.0]


@pytest.mark.parametrize("place", ["line[i + 60]", "line[2 * i]", "line[i - 130]", "line[200 - i]"])
def test_a_place_outside_its_block_raises_as_it_would_in_python(native: Native, place: str) -> None:
    for line in (f"self.sum = {place}", f"{place} = 1.0"):
        with pytest.raises(ModuleError, match="IndexError: index out of range"):
            native(f"{HEAD}        for i in range(64):\n            {line}\n")


def test_a_loop_that_leaves_early_never_reads_beyond(native: Native) -> None:
    body = """
        for i in range(200):
            if i == 50:
                break
            self.sum += line[i] + 1.0
        out[start] = self.sum
"""
    assert native(HEAD + body).render(1)["out"].tolist() == [50.0]


def test_state_of_every_kind_is_kept_from_loop_to_loop(native: Native) -> None:
    body = """
        for i in range(start, stop):
            self.sum += audio[i]
            self.count += 1
            self.on = not self.on
        for i in range(start, stop):
            out[i] = self.sum * self.count + self.on
"""
    out = native(HEAD + body).render(6, {"audio": 1.0}, block=3)["out"]
    assert out.tolist() == [10.0, 10.0, 10.0, 36.0, 36.0, 36.0]


def test_a_loop_whose_variable_is_changed_inside_stays_as_it_was(native: Native) -> None:
    body = """
        line[10] = 5.0
        for i in range(3):
            i = i + 10
            self.sum += line[i]
        out[start] = self.sum
"""
    assert native(HEAD + body).render(1)["out"].tolist() == [5.0]


def test_functions_computed_several_frames_at_a_time_are_those_of_one(native: Native) -> None:
    body = """
        for i in range(start, stop):
            out[i] = tanh(audio[i]) + exp2(audio[i])
"""
    volts = np.linspace(-12.0, 12.0, 64)
    whole = native(HEAD + body).render(64, {"audio": volts})["out"]
    one_by_one = native(HEAD + body).render(64, {"audio": volts}, block=1)["out"]
    assert whole == pytest.approx(np.tanh(volts) + np.exp2(volts), rel=1e-11)
    assert whole == pytest.approx(one_by_one, abs=1e-12)
