"""What begins and ends with a gate."""

from math import log2

import numpy as np
import pytest

from tests.rendering import Render

FRAMES = 48000
GATE = np.zeros(FRAMES)
GATE[1000:5000] = 10.0
GATE[6000:6500] = 10.0
GATE[20000:40000] = 10.0


def spans(gate: np.ndarray) -> list[tuple[int, int]]:
    """Where a gate is on: from, up to."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0.0], gate, [0.0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


@pytest.mark.parametrize("sample_rate", [48000.0, 96000.0])
def test_both_ends_of_a_gate_give_a_trigger_of_a_millisecond(render: Render, sample_rate: float) -> None:
    heard = render("gates", FRAMES, {"gate": GATE}, sample_rate=sample_rate)
    frames = round(0.001 * sample_rate)
    assert spans(heard["rise"]) == [(at, at + frames) for at in (1000, 6000, 20000)]
    assert spans(heard["fall"]) == [(at, at + frames) for at in (5000, 6500, 40000)]


def test_every_second_gate_turns_flip_and_flop_over(render: Render) -> None:
    heard = render("gates", FRAMES, {"gate": GATE})
    assert spans(heard["flop"]) == [(1000, 6000), (20000, FRAMES)]
    assert (heard["flip"] + heard["flop"] == 10.0).all()


@pytest.mark.parametrize("seconds", [0.001, 0.05, 0.2])
def test_the_timed_gate_lasts_as_long_as_the_knob_says_from_the_last_rise(render: Render, seconds: float) -> None:
    frames = round(48000 * seconds)
    expected = [(1000, 1000 + frames), (6000, 6000 + frames), (20000, 20000 + frames)]
    expected = [(1000, 6000 + frames), expected[2]] if 1000 + frames >= 6000 else expected
    found = spans(render("gates", FRAMES, {"gate": GATE, "length": log2(seconds)})["timed"])
    assert np.array(found) == pytest.approx(np.array(expected), abs=1.0)


def test_a_volt_doubles_the_length(render: Render) -> None:
    lengths = [
        np.ptp(spans(render("gates", FRAMES, {"gate": GATE, "length": octaves})["timed"])[0])
        for octaves in (-6.0, -5.0)
    ]
    assert lengths == [750, 1500]


@pytest.mark.parametrize("seconds", [0.001, 0.01, 0.15])
def test_the_delayed_gate_is_the_gate_but_later(render: Render, seconds: float) -> None:
    frames = round(48000 * seconds)
    heard = render("gates", FRAMES, {"gate": GATE, "length": log2(seconds) - 1e-9})["delayed"]
    assert (heard[frames:] == GATE[:-frames]).all()
    assert not heard[:frames].any()


def test_a_delay_that_moves_back_and_forth_hears_the_same_gates_again(render: Render) -> None:
    length = np.full(FRAMES, -10.0 + 1e-9)
    length[10000:15000] = log2(0.2)
    heard = render("gates", FRAMES, {"gate": GATE, "length": np.maximum(length, log2(0.001))})["delayed"]
    assert [span for span in spans(heard) if span[0] < 20000] == [(1048, 5048), (6048, 6548), (10600, 14600)]


def test_more_gates_than_the_delay_remembers_still_end(render: Render) -> None:
    fast = np.where(np.arange(FRAMES) % 4 < 2, 10.0, 0.0)
    fast[24000:] = 0.0
    delayed = render("gates", FRAMES, {"gate": fast, "length": log2(0.1)})["delayed"]
    assert delayed[12000:24000].any()
    assert not delayed[24000 + 4800 :].any()


def test_a_reset_turns_flip_on_and_ends_the_timed_gate(render: Render) -> None:
    reset = np.zeros(FRAMES)
    reset[3000:3100] = 10.0
    heard = render("gates", FRAMES, {"gate": GATE, "reset": reset, "length": 0.0})
    assert spans(heard["timed"])[0] == (1000, 3000)
    assert spans(heard["flop"]) == [(1000, 3000), (6000, 20000)]
    assert not render("gates", FRAMES, {"gate": GATE, "clear": True})["flop"][:1000].any()
