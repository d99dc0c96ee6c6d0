"""Delay lines between their samples, and samples that wait."""

import numpy as np
import pytest
from librt.vecs import vec

from livepatch.dsp import delay_line, double_ring_buffer, ring_buffer
from tests.dsp.playing import Native, decibels, impulse, played, response

READ = "self.out = self.line.{}(self.k)\nself.line.write(self.x)"


@pytest.mark.parametrize("reading", ["read", "read_cubic", "tap"])
def test_whole_delays_are_exact(native: Native, reading: str) -> None:
    noise = np.random.default_rng(4).uniform(-5.0, 5.0, 500)
    step = READ.format(reading).replace("self.k", "int(self.k)") if reading == "tap" else READ.format(reading)
    out, _ = played(native, "line = delay_line(frames=100)", step, frames=500, x=noise, k=57.0)
    assert out[57:] == pytest.approx(noise[:-57], abs=1e-12)


def delayed(native: Native, reading: str, delay: float) -> np.ndarray:
    declared, step = "line = delay_line(seconds=0.01)", READ.format(reading)
    return played(native, declared, step, frames=2048, x=impulse(2048), k=delay)[0]


@pytest.mark.parametrize(
    ("reading", "hertz", "loss"),
    [("read", 12000.0, 3.0103), ("read_cubic", 12000.0, 1.072), ("read_cubic", 4000.0, 0.015)],
)
def test_half_way_between_two_samples_the_highs_are_softer(
    native: Native, reading: str, hertz: float, loss: float
) -> None:
    gain = response(delayed(native, reading, 20.5), hertz)[0]
    assert decibels(gain) == pytest.approx(-loss, abs=0.001)
    assert abs(decibels(response(delayed(native, reading, 20.5), 1000.0)[0])) < (
        0.02 if reading == "read" else 1e-4
    )


@pytest.mark.parametrize("delay", [5.5, 20.25, 33.9])
@pytest.mark.parametrize(("reading", "least"), [("read", 0.001), ("read_cubic", 1e-4), ("read_allpass", 0.001)])
def test_the_delay_is_what_is_asked_for(native: Native, reading: str, least: float, delay: float) -> None:
    turn = np.angle(
        response(delayed(native, reading, delay), 300.0)[0] * np.exp(2j * np.pi * 300.0 * delay / 48000.0)
    )
    assert abs(turn) / (2.0 * np.pi * 300.0) * 48000.0 < least


def test_an_allpass_reading_loses_nothing(native: Native) -> None:
    out = delayed(native, "read_allpass", 20.3)
    assert np.abs(decibels(response(out, np.linspace(10.0, 23900.0, 100)))).max() < 1e-9


def test_a_delay_is_held_inside_the_line(native: Native) -> None:
    for reading in ("read", "read_cubic", "read_allpass"):
        for delay in (-1e5, 1e5):
            out, _ = played(
                native, "line = delay_line(frames=10)", READ.format(reading), frames=100, x=impulse(100), k=delay
            )
            assert np.abs(out).max() < 2.0
            assert np.abs(out[:20]).max() > 0.0 or delay > 0.0


def test_an_echo_comes_back_by_half_each_time(native: Native) -> None:
    step = "echo = self.line.read(100.0)\nself.line.write(self.x + 0.5 * echo)\nself.out = echo"
    out, _ = played(native, "line = delay_line(seconds=1.0)", step, x=impulse())
    assert [out[place] for place in (100, 200, 300)] == pytest.approx([1.0, 0.5, 0.25], abs=1e-12)


def test_a_line_says_how_long_it_is_in_one_way() -> None:
    for arguments in ({}, {"seconds": 1.0, "frames": 10}, {"frames": -1}):
        with pytest.raises(ValueError, match="how long"):
            delay_line(**arguments)


def test_a_ring_buffer_gives_back_in_order_and_loses_the_oldest() -> None:
    ring = ring_buffer(3).placed(48000.0)
    for volts in (1.0, 2.0, 3.0):
        ring.push(volts)
    assert ring.is_full()
    ring.push(4.0)
    assert [ring.at(place) for place in range(-1, 4)] == [0.0, 2.0, 3.0, 4.0, 0.0]
    assert [ring.shift() for _ in range(4)] == [2.0, 3.0, 4.0, 0.0]
    ring.push(5.0)
    ring.clear()
    assert ring.shift() == 0.0


def test_a_ring_buffer_is_the_same_compiled(native: Native) -> None:
    step = """
self.ring.push(self.x)
if self.ring.is_full():
    self.out = self.ring.shift() + 0.5 * self.ring.at(1)
self.other = float(self.ring.size)"""
    noise = np.random.default_rng(8).uniform(-5.0, 5.0, 200)
    out, size = played(native, "ring = ring_buffer(5)", step, frames=200, x=noise)
    assert out[4:] == pytest.approx(noise[:-4] + 0.5 * noise[2:-2], abs=1e-12)
    assert size.max() == 4.0


def test_a_double_ring_buffer_has_the_last_samples_in_one_row() -> None:
    ring = double_ring_buffer(5).placed(48000.0)
    for count in range(1, 14):
        assert ring.push(float(count)) == max(count - 5, 0)
        row = [float(max(count - age, 0)) for age in range(4, -1, -1)]
        assert [ring.samples[ring.first + place] for place in range(5)] == row
        assert [ring.at(place) for place in range(-1, 6)] == [0.0, *row, 0.0]
    ring.clear()
    assert [ring.push(1.0) for _ in range(6)] == [0.0] * 5 + [1.0]
    with pytest.raises(ValueError, match="room for 1 sample"):
        double_ring_buffer(0)


@pytest.mark.parametrize("begun", range(5))
def test_frames_overlap_wherever_the_ring_has_come_to(begun: int) -> None:
    ring = double_ring_buffer(5).placed(48000.0)
    for _ in range(begun):
        ring.push(0.0)
    ring.overlap(vec[float]([1.0, 2.0, 3.0, 4.0, 5.0, 99.0]))
    heard = [ring.push(0.0), ring.push(0.0)]
    ring.overlap(vec[float]([10.0, 20.0, 30.0, 40.0, 50.0]))
    ring.overlap(vec[float]([1000.0] * 4))
    heard += [ring.push(0.0) for _ in range(6)]
    assert heard == [1.0, 2.0, 13.0, 24.0, 35.0, 40.0, 50.0, 0.0]


def test_overlapping_frames_are_the_same_compiled(native: Native) -> None:
    """Four windows at once; what they hear of the ring comes back a ring later, as loud as it was."""
    step = """
self.out = self.sum.push(0.0)
self.heard.push(self.x)
self.place = (self.place + 1) % 16
if self.place == 0:
    for index in range(64):
        self.frame[index] = 0.5 * hann(index / 64.0) * self.heard.samples[self.heard.first + index]
    self.sum.overlap(self.frame)
self.other = self.heard.at(3)"""
    declared = "heard = double_ring_buffer(64)\nsum = double_ring_buffer(64)\nframe = buffer(frames=64)\nplace = 0"
    noise = np.random.default_rng(8).uniform(-5.0, 5.0, 600)
    out, other = played(native, declared, step, frames=600, x=noise)
    assert out[128:] == pytest.approx(noise[64:-64], abs=1e-9)
    assert other[60:] == pytest.approx(noise[:-60], abs=1e-12)
