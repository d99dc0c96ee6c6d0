"""The clock: tempo, divisions, swing, run, reset."""

import numpy as np
import pytest

from tests.rendering import Render, rises


@pytest.mark.parametrize(
    ("outlet", "beats"), [("sixteenth", 0.25), ("eighth", 0.5), ("quarter", 1.0), ("bar", 4.0)]
)
@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0])
def test_each_division_keeps_the_tempo(render: Render, outlet: str, beats: float, sample_rate: float) -> None:
    gates = render("clock", round(9.0 * sample_rate / 2.5), {"tempo": 300.0}, sample_rate=sample_rate)[outlet]
    expected = beats * 60.0 / 300.0 * sample_rate
    times = np.concatenate([[0.0], rises(gates, 5.0)])
    assert np.abs(times - expected * np.arange(len(times))).max() <= 1.0
    assert len(times) == int((len(gates) - 1) / expected) + 1


def test_all_divisions_begin_together_and_are_gates_of_ten_volts(render: Render) -> None:
    rendered = render("clock", 48000, {})
    assert {block[0] for block in rendered.values()} == {10.0}
    assert all(set(np.unique(block)) <= {0.0, 10.0} for block in rendered.values())


def test_swing_moves_every_second_sixteenth(render: Render) -> None:
    rendered = render("clock", 48000, {"tempo": 120.0, "swing": 0.6})
    steps = np.diff(rises(rendered["sixteenth"], 5.0))
    assert steps == pytest.approx([4800.0, 7200.0, 4800.0, 7200.0, 4800.0, 7200.0][: len(steps)], abs=1.0)
    assert np.diff(rises(rendered["eighth"], 5.0)) == pytest.approx(12000.0, abs=1.0)


@pytest.mark.parametrize("length", [0.05, 0.5, 0.95])
def test_gate_length_is_a_share_of_the_step(render: Render, length: float) -> None:
    rendered = render("clock", 96000, {"length": length, "swing": 0.6})
    for outlet in ("sixteenth", "eighth", "quarter"):
        assert (rendered[outlet] > 5.0).mean() == pytest.approx(length, abs=0.002)


def test_stopped_is_silent_and_goes_on_where_it_was(render: Render) -> None:
    assert not any(block.any() for block in render("clock", 4800, {"run": 0}).values())


def test_reset_starts_the_bar_again_with_new_rises(render: Render) -> None:
    reset = np.zeros(48000)
    reset[14000:14048] = 10.0
    for outlet, gates in render("clock", 48000, {"reset": reset, "length": 0.95}).items():
        assert rises(gates, 5.0)[rises(gates, 5.0) > 13990.0][0] == pytest.approx(14000.5), outlet


def test_a_cable_on_the_tempo_is_followed_at_once(render: Render) -> None:
    tempo = np.where(np.arange(96000) < 48000, 60.0, 240.0)
    steps = np.diff(rises(render("clock", 96000, {"tempo": tempo})["sixteenth"], 5.0))
    assert steps[0] == pytest.approx(12000.0, abs=1.0)
    assert steps[-1] == pytest.approx(3000.0, abs=1.0)
