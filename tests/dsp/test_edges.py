"""What is left of a step or corner: it meets the plain waveform, dies away, and leaves no alias."""

import numpy as np
import pytest
from librt.vecs import vec

from livepatch.dsp import (
    EDGE_DELAY,
    add_corner,
    add_corners,
    add_step,
    add_steps,
    advance_wave,
    place_of,
    start_wave,
    take_edge,
)
from tests.dsp.playing import Native, played

INSTANTS = 64
ALL = (True, True, True)
"""The edges of saw, square and triangle are wanted."""


def queued(count: int = 16) -> vec[float]:
    return vec[float]([0.0] * count)


def edge(kind: str) -> np.ndarray:
    """The rest of an edge of size 1, at every 64th of a sample from the edge on."""
    rows = []
    for instant in range(INSTANTS):
        queue = queued()
        (add_step if kind == "step" else add_corner)(queue, 0, instant / INSTANTS, 1.0)
        rows.append(list(queue))
    return np.array(rows).T.ravel()


def test_a_step_begins_where_the_plain_one_jumps_and_dies_away() -> None:
    rest = edge("step")
    assert rest[0] == pytest.approx(-1.0, abs=1e-3)
    assert np.abs(rest[-INSTANTS:]).max() < 2e-4
    assert np.abs(np.diff(rest)).max() < 0.02


def test_a_corner_begins_at_the_delay_and_dies_away() -> None:
    rest = edge("corner")
    assert rest[0] == pytest.approx(EDGE_DELAY, abs=1e-3)
    assert np.abs(rest[-INSTANTS:]).max() < 2e-4


def test_a_corner_is_a_step_summed_up() -> None:
    step, corner = edge("step"), edge("corner")
    assert (np.cumsum(step) - 0.5 * (step + step[0])) / INSTANTS + EDGE_DELAY == pytest.approx(corner, abs=1e-3)


def test_the_kernel_passes_the_band_and_stops_its_images() -> None:
    kernel = np.diff(edge("step") + 1.0, prepend=0.0)
    response = np.abs(np.fft.rfft(kernel, 1 << 16))
    hertz = np.arange(len(response)) * INSTANTS * 48000.0 / (1 << 16)
    level_db = 20.0 * np.log10(response / response[0])
    assert level_db[np.searchsorted(hertz, 15000.0)] == pytest.approx(0.0, abs=0.1)
    assert level_db[np.searchsorted(hertz, 18000.0)] == pytest.approx(-0.67, abs=0.2)
    assert level_db[(hertz > 30000.0) & (hertz < 400000.0)].max() < -75.0


@pytest.mark.parametrize("position", [0, 5, 15])
def test_a_queue_goes_round(position: int) -> None:
    straight, turned = queued(), queued()
    add_step(straight, 0, 0.3, 2.0)
    add_step(turned, position, 0.3, 2.0)
    assert [turned[(position + number) & 15] for number in range(16)] == list(straight)


def test_four_waveforms_are_four_times_one() -> None:
    four = queued(64)
    add_steps(four, 3, 0.7, 1.0, -2.0, 0.0, 0.5)
    add_corners(four, 4, 0.2, 0.0, 1.0, 3.0, -1.0)
    for number, (height, bend) in enumerate(((1.0, 0.0), (-2.0, 1.0), (0.0, 3.0), (0.5, -1.0))):
        one = queued()
        add_step(one, 3, 0.7, height)
        add_corner(one, 4, 0.2, bend)
        assert list(four)[number::4] == pytest.approx(list(one), abs=1e-15)


def test_what_is_taken_is_gone_and_what_is_outside_is_nothing() -> None:
    queue = queued()
    add_step(queue, 0, 0.0, 1.0)
    first = queue[0]
    assert (take_edge(queue, 0), take_edge(queue, 0)) == (first, 0.0)
    assert (take_edge(queue, 16), take_edge(queue, -1)) == (0.0, 0.0)


def test_a_queue_that_is_too_short_is_left_alone() -> None:
    queue = queued(15)
    add_step(queue, 0, 0.0, 1.0)
    add_corner(queue, 0, 0.0, 1.0)
    add_steps(queue, 0, 0.0, 1.0, 1.0, 1.0, 1.0)
    add_corners(queue, 0, 0.0, 1.0, 1.0, 1.0, 1.0)
    assert list(queue) == [0.0] * 15


def test_a_phase_that_meets_no_edge_only_advances() -> None:
    queue = queued(64)
    assert advance_wave(queue, 0, 0.3, 0.1, 0.0, 0.5, 0.5, *ALL) == pytest.approx(0.4)
    assert not any(queue)


@pytest.mark.parametrize(("phase", "speed"), [(0.95, 0.1), (0.05, -0.1)])
def test_a_phase_that_turns_over_queues_the_jump_of_the_saw(phase: float, speed: float) -> None:
    queue, by_hand = queued(64), queued(64)
    turn = 1.0 if speed > 0.0 else -1.0
    assert advance_wave(queue, 3, phase, speed, 0.0, 0.2, 0.2, *ALL) == pytest.approx(phase + speed - turn)
    add_steps(by_hand, 3, 0.5, -2.0 * turn, 0.0, 0.0, 0.0)
    assert list(queue) == pytest.approx(list(by_hand))


@pytest.mark.parametrize(
    ("phase", "speed", "height"), [(0.425, 0.1, 2.0), (0.575, -0.1, -2.0), (0.625, 0.1, -2.0), (0.775, -0.1, 2.0)]
)
def test_a_square_goes_up_where_the_cycle_begins_and_down_after_its_width(
    phase: float, speed: float, height: float
) -> None:
    queue, by_hand = queued(64), queued(64)
    assert advance_wave(queue, 3, phase, speed, 0.0, 0.2, 0.2, True, True, False) == pytest.approx(phase + speed)
    add_steps(by_hand, 3, 0.25, 0.0, height, 0.0, 0.0)
    assert list(queue) == pytest.approx(list(by_hand))
    assert place_of(phase) == pytest.approx((phase + 0.5) % 1.0)


def test_a_wave_starts_anew_between_two_samples() -> None:
    queue = queued(64)
    assert start_wave(queue, 0, 0.2, 0.01, 0.25, 0.5) == pytest.approx(0.5025)
    by_hand = queued(64)
    # at 0.7 of a cycle the saw stands at -0.6, the square at -1, the triangle at -0.8 on its way down
    bend = 2.0 * np.pi * 0.01 * (1.0 - np.cos(1.4 * np.pi))
    add_steps(by_hand, 0, 0.25, 0.6, 2.0, 0.8, EDGE_DELAY * bend - np.sin(1.4 * np.pi))
    add_corners(by_hand, 0, 0.25, 0.0, 0.0, 0.08, bend)
    assert list(queue) == pytest.approx(list(by_hand), abs=1e-9)


def test_a_saw_with_its_jumps_mended_has_60_db_less_aliases(native: Native) -> None:
    step = """
self.phase = self.phase + self.k
if self.phase >= 1.0:
    self.phase = self.phase - 1.0
    self.jumps.jump(self.phase / self.k, -2.0)
self.other = 2.0 * self.phase - 1.0
self.out = self.other + self.jumps.process()"""
    frames = 16384
    speed = 1001.0 / frames
    mended, plain = played(native, "jumps = blep()\nphase = 0.0", step, frames=2 * frames, k=speed)
    harmonics = np.arange(1001, frames // 2, 1001)
    aliases = []
    for saw in (mended, plain):
        levels = np.abs(np.fft.rfft(saw[frames:])) * 2.0 / frames
        levels[harmonics] = 0.0
        aliases.append(20.0 * np.log10(levels[1 : frames // 4].max()))
    assert aliases[0] < aliases[1] - 60.0
