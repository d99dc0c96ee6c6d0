"""Beats, bars and swing: at which frame they are, to the frame, for hours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from livepatch.engine.transport import NEVER, Transport
from livepatch.patch.edits import SetTransport
from tests.engine.playing import QUANTUM, Playing, add, code

RATES = (8000, 44100, 48000, 96000)
TEMPOS = (1.0, 97.3, 120.0, 133.333333, 999.0)


def advance(transport: Transport, frames: int) -> None:
    """As many frames, quantum by quantum."""
    while frames:
        count = min(frames, QUANTUM)
        transport.play(0, count)
        frames -= count


def volts(transport: Transport, name: str, frames: int) -> np.ndarray:
    block = np.frombuffer(memoryview(transport.block(name)), np.float64)
    rows = []
    for _ in range(frames // QUANTUM):
        transport.play(0, QUANTUM)
        rows.append(block.copy())
    return np.concatenate(rows)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("tempo", TEMPOS)
def test_after_an_hour_the_beat_is_where_it_should_be_to_the_last_unit(rate: int, tempo: float) -> None:
    transport = Transport(float(rate))
    transport.set("tempo", tempo)
    advance(transport, 1000 * QUANTUM)
    hour = 3600 * rate
    assert transport.position == 1000 * QUANTUM * round(tempo * 1e6)
    exact = transport.after(hour - 1000 * QUANTUM)
    assert exact == hour * round(tempo * 1e6)
    assert exact / (60_000_000 * rate) == pytest.approx(60.0 * tempo, rel=1e-9)
    transport.position = exact
    assert transport.beat() == pytest.approx(60.0 * tempo, rel=1e-9)


def test_beats_and_bars_are_at_their_frames() -> None:
    transport = Transport(48000.0)
    beats = volts(transport, "beats", 96000 + QUANTUM)
    assert_allclose(beats[[0, 24000, 48000, 96000]], [0.0, 1.0, 2.0, 4.0], rtol=0, atol=0)
    assert_allclose(np.diff(beats), 1 / 24000, rtol=1e-9)
    transport.set("position", 0.0)
    bars = volts(transport, "bars", 96000 + QUANTUM)
    assert bars[95999] < 1.0
    assert bars[96000] == 1.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(1.0, 999.0), st.integers(1, 5000)), min_size=1, max_size=20))
def test_other_tempos_never_move_the_place(changes: list[tuple[float, int]]) -> None:
    transport = Transport(44100.0)
    expected = 0
    for tempo, frames in changes:
        before = transport.position
        transport.set("tempo", tempo)
        assert transport.position == before
        advance(transport, frames)
        expected += frames * round(tempo * 1e6)
        assert transport.position == expected


@settings(max_examples=60, deadline=None)
@given(st.floats(1.0, 999.0), st.sampled_from([1 / 3, 0.25, 1.0, 4.0, 7.5]), st.integers(0, 20000))
def test_the_frame_of_a_beat_is_the_first_one_not_before_it(tempo: float, grid: float, frames: int) -> None:
    transport = Transport(48000.0)
    transport.set("tempo", tempo)
    advance(transport, frames)
    target = transport.next_multiple(grid, transport.position)
    assert 0 < target - transport.position <= transport.units(grid)
    count = transport.frames_to(target)
    assert transport.after(count) >= target > transport.after(count - 1)


def test_bars_of_another_length_count_from_the_bar_that_plays() -> None:
    transport = Transport(48000.0)
    advance(transport, 24000 * 9)  # a beat after two bars of four
    transport.set("beats_per_bar", 3.0)
    assert transport.bar_now() == pytest.approx(2.0 + 1.0 / 3.0)
    assert transport.beats_at(transport.next_bar(transport.position)) == 11.0
    assert transport.beats_at(transport.next_beat(transport.position)) == 10.0
    advance(transport, 24000 * 2)
    assert transport.bar_now() == 3.0
    transport.set("beats_per_bar", 3.5)
    assert transport.beats_at(transport.next_beat(transport.units(14.2))) == 14.5
    assert transport.beats_at(transport.next_bar(transport.position)) == 14.5


def test_while_it_stands_nothing_comes_nearer_and_it_goes_on_from_there() -> None:
    transport = Transport(48000.0)
    advance(transport, 1000)
    transport.set("running", 0.0)
    beats = volts(transport, "beats", 640)
    assert_allclose(beats, 1000 / 24000, rtol=0, atol=1e-15)
    assert transport.frames_to(transport.position) == 0
    assert transport.frames_to(transport.position + 1) == NEVER
    transport.set("running", 1.0)
    assert volts(transport, "beats", 64)[1] == 1001 / 24000


@pytest.mark.parametrize(("swing", "pair"), [(0.5, 0.5), (0.6, 0.5), (2 / 3, 1.0), (0.75, 0.5)])
def test_swing_puts_the_second_of_two_where_it_says(swing: float, pair: float) -> None:
    transport = Transport(48000.0)
    transport.set("swing", swing)
    transport.set("swing_beats", pair)
    swung = volts(transport, "swung", 24064)
    halves = np.flatnonzero(np.diff(np.floor(swung / (pair / 2) + 1e-12))) + 1
    frames = 24000 * pair
    expected = [frames * (count // 2 + (swing if count % 2 else 0.0)) for count in range(1, halves.size + 1)]
    assert halves.size == round(2 / pair)
    assert_allclose(halves, np.ceil(np.round(expected, 6)), rtol=0, atol=0)
    assert np.all(np.diff(swung) > 0.0)


def test_at_another_sample_rate_the_place_stays() -> None:
    transport = Transport(48000.0)
    advance(transport, 100_000)
    beat, bar = transport.beat(), transport.bar_now()
    transport.retune(44100.0)
    assert transport.beat() == pytest.approx(beat, abs=1e-12)
    assert transport.bar_now() == pytest.approx(bar, abs=1e-12)
    advance(transport, 22050)
    assert transport.beat() == pytest.approx(beat + 1.0, abs=1e-12)


def test_a_module_reads_the_transport_at_every_sample() -> None:
    playing = Playing(code("follower"))
    playing.perform(add(1, "follower"), SetTransport("beats_per_bar", 3.0))
    playing.engine.perform(8, SetTransport("tempo", 240.0), 1000)
    playing.engine.perform(9, SetTransport("running", 0.0), 40001)
    playing.engine.perform(10, SetTransport("running", 1.0), 41001)
    names = "beats", "bars", "place", "tempo", "running"
    heard = dict(zip(names, playing.outlets(1000 * QUANTUM, *((1, name) for name in names)), strict=True))
    frames = np.arange(1000 * QUANTUM)
    stood = np.clip(frames - 40001, 0, 1000)
    beats = (np.minimum(frames, 1000) + 2 * (np.maximum(frames - 1000, 0) - stood)) / 24000
    assert_allclose(heard["beats"], beats, rtol=0, atol=1e-12)
    assert_allclose(heard["bars"], beats / 3.0, rtol=0, atol=1e-12)
    assert_allclose(heard["place"], beats - 3.0 * np.floor(heard["bars"]), rtol=0, atol=1e-11)
    assert_allclose(heard["tempo"], np.where(frames < 1000, 120.0, 240.0), rtol=0, atol=0)
    assert_allclose(heard["running"], np.where((frames >= 40001) & (frames < 41001), 0.0, 1.0), rtol=0, atol=0)


def test_a_module_that_comes_later_and_one_in_a_loop_read_the_same() -> None:
    playing = Playing(code("follower"), code("total"))
    playing.perform(add(1, "follower"), SetTransport("swing", 0.6))
    playing.engine.perform(8, add(2, "follower"), 70)
    first, later = playing.outlets(100 * QUANTUM, (1, "swung"), (2, "swung"))
    assert_allclose(later[70:], first[70:], rtol=0, atol=0)
