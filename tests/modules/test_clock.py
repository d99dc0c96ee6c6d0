"""The clock: tempo, divisions, swing, run, reset."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import Playable
from tests.rendering import MODULES, Render, Setup, Volts, panel_of_type, rises

FREE: dict[str, Volts] = {"follow": 0}
BEATS = {
    "sixteenth": 0.25,
    "eighth": 0.5,
    "quarter": 1.0,
    "bar": 4.0,
    "half": 2.0,
    "phrase": 16.0,
    "triplet": 1.0 / 3.0,
    "thirtysecond": 0.125,
    "sync": 1.0 / 24.0,
    "ratio1": 2.0 / 3.0,
    "ratio2": 0.8,
}


@pytest.mark.parametrize(("outlet", "beats"), list(BEATS.items()))
@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0])
def test_each_division_keeps_the_tempo(render: Render, outlet: str, beats: float, sample_rate: float) -> None:
    gates = render("clock", round(9.0 * sample_rate / 2.5), {**FREE, "tempo": 300.0}, sample_rate=sample_rate)[
        outlet
    ]
    expected = beats * 60.0 / 300.0 * sample_rate
    times = np.concatenate([[0.0], rises(gates, 5.0)])
    assert np.abs(times - expected * np.arange(len(times))).max() <= 1.0
    assert len(times) == int((len(gates) - 1) / expected) + 1


def test_all_divisions_begin_together_and_are_gates_of_ten_volts(render: Render) -> None:
    rendered = render("clock", 48000, FREE)
    assert {rendered[outlet][0] for outlet in BEATS} == {10.0}
    assert all(set(np.unique(block)) <= {0.0, 10.0} for block in rendered.values())


def test_swing_moves_every_second_sixteenth(render: Render) -> None:
    rendered = render("clock", 48000, {**FREE, "tempo": 120.0, "swing": 0.6})
    steps = np.diff(rises(rendered["sixteenth"], 5.0))
    assert steps == pytest.approx([4800.0, 7200.0, 4800.0, 7200.0, 4800.0, 7200.0][: len(steps)], abs=1.0)
    assert np.diff(rises(rendered["eighth"], 5.0)) == pytest.approx(12000.0, abs=1.0)


@pytest.mark.parametrize("length", [0.05, 0.5, 0.95])
def test_gate_length_is_a_share_of_the_step(render: Render, length: float) -> None:
    rendered = render("clock", 96000, {**FREE, "length": length, "swing": 0.6})
    for outlet in ("sixteenth", "eighth", "quarter"):
        assert (rendered[outlet] > 5.0).mean() == pytest.approx(length, abs=0.002)


def test_stopped_is_silent_and_goes_on_where_it_was(render: Render) -> None:
    assert not any(block.any() for block in render("clock", 4800, {**FREE, "run": 0}).values())


def test_reset_starts_the_bar_again_with_new_rises(render: Render) -> None:
    reset = np.zeros(48000)
    reset[14000:14048] = 10.0
    heard = render("clock", 48000, {**FREE, "reset": reset, "length": 0.95})
    for outlet in BEATS:
        assert rises(heard[outlet], 5.0)[rises(heard[outlet], 5.0) > 13990.0][0] == pytest.approx(14000.5), outlet
    assert np.flatnonzero(heard["reset_out"]).tolist() == list(range(14000, 14048))


def test_a_cable_on_the_tempo_is_followed_at_once(render: Render) -> None:
    tempo = np.where(np.arange(96000) < 48000, 60.0, 240.0)
    steps = np.diff(rises(render("clock", 96000, {**FREE, "tempo": tempo})["sixteenth"], 5.0))
    assert steps[0] == pytest.approx(12000.0, abs=1.0)
    assert steps[-1] == pytest.approx(3000.0, abs=1.0)


@pytest.mark.parametrize(("voct", "hertz"), [(0.0, 2.0), (1.0, 4.0), (-1.0, 1.0), (3.5, 2.0 * 2.0**3.5)])
def test_a_volt_doubles_the_tempo_and_0_volts_are_2_hertz(render: Render, voct: float, hertz: float) -> None:
    times = rises(render("clock", 480000, {**FREE, "voct": voct})["quarter"], 5.0)
    assert np.diff(times).mean() == pytest.approx(48000.0 / hertz, rel=1e-4)


@pytest.mark.parametrize(("multiply", "divide"), [(7, 5), (1, 3), (32, 1), (1, 12)])
def test_a_ratio_is_so_many_gates_in_so_many_beats(render: Render, multiply: int, divide: int) -> None:
    given: dict[str, Volts] = {**FREE, "tempo": 300.0, "multiply2": float(multiply), "divide2": float(divide)}
    frames = 2 * 9600 * divide
    assert len(rises(np.concatenate([[0.0], render("clock", frames, given)["ratio2"]]), 5.0)) == 2 * multiply


def test_each_rise_at_run_stops_it_or_lets_it_go_on_where_it_was(render: Render) -> None:
    flip = np.zeros(96000)
    flip[10000:10100] = flip[40000:40100] = 10.0
    heard = render("clock", 96000, {**FREE, "run_flip": flip, "tempo": 120.0})
    assert not heard["quarter"][10000:40000].any()
    assert heard["running"][[9999, 10000, 39999, 40000]].tolist() == [10.0, 0.0, 0.0, 10.0]
    assert rises(heard["quarter"], 5.0)[-2:] == pytest.approx([24000.0 + 30000.0, 48000.0 + 30000.0], abs=1.0)
    expected = [*range(10000, 10048), *range(40000, 40048)]
    assert np.flatnonzero(heard["run_out"]).tolist() == expected


def test_it_follows_the_transport_and_its_swing(render: Render) -> None:
    beats = np.arange(96000) / 16000.0 + 2.5
    swung = beats + 0.02 * np.sin(8.0 * np.pi * beats)
    heard = render("clock", 96000, {"beats": beats, "beat_of_bar": beats % 3.0, "swung": swung, "tempo": 77.0})
    assert rises(heard["quarter"], 5.0) == pytest.approx(16000.0 * np.arange(0.5, 6.0), abs=1.0)
    assert rises(heard["bar"], 5.0) == pytest.approx([8000.0, 56000.0], abs=1.0)
    assert rises(heard["half"], 5.0) == pytest.approx([24000.0, 56000.0, 88000.0], abs=1.0)
    late = rises(heard["sixteenth"], 5.0)
    assert swung[np.ceil(late).astype(int)] % 0.25 == pytest.approx(0.0, abs=1e-3)


def test_it_stands_with_the_transport_and_tells_when_that_goes_back(render: Render) -> None:
    frames = np.arange(48000)
    beats = np.where(frames < 24000, frames, frames - 20000) / 24000.0
    plays = np.where((frames >= 12000) & (frames < 18000), 0.0, 1.0)
    heard = render("clock", 48000, {"beats": beats, "beat_of_bar": beats, "swung": beats, "plays": plays})
    assert not heard["sync"][12000:18000].any()
    assert np.flatnonzero(heard["reset_out"]).tolist() == list(range(24000, 24048))
    assert np.flatnonzero(heard["run_out"]).tolist() == [*range(12000, 12048), *range(18000, 18048)]


def test_an_outlet_without_a_cable_is_computed_now_and_then_for_its_meter(native: Callable[..., Playable]) -> None:
    setup = Setup(panel_of_type("clock").whole(), 16 * 64, FREE)
    playable = native(MODULES / "clock.py")
    playable.module.connected_half = False
    heard = playable.render(setup.frames, {**setup.knobs, **setup.switches, **setup.buttons}, block=64)["half"]
    assert not heard[: 15 * 64].any()
    assert heard[-1] == 10.0
