"""The LFO: rate, range, shapes, reset."""

import numpy as np
import pytest

from tests.rendering import Render, all_finite, frequency

SHAPES = ("sine", "triangle", "saw", "square")


@pytest.mark.parametrize("outlet", SHAPES)
@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_no_volts_are_two_hertz_and_a_volt_is_an_octave(render: Render, outlet: str, sample_rate: float) -> None:
    signal = render("lfo", round(2.0 * sample_rate), {"voct": 1.0}, sample_rate=sample_rate)[outlet]
    assert frequency(signal, sample_rate) == pytest.approx(4.0, rel=1e-4)


def test_bipolar_is_five_volts_to_either_side_and_unipolar_ten_to_one(render: Render) -> None:
    for polarity, low, high in ((0, -5.0, 5.0), (1, 0.0, 10.0)):
        for outlet, signal in render("lfo", 48000, {"polarity": polarity}).items():
            assert (signal.min(), signal.max()) == pytest.approx((low, high), abs=0.001), outlet


def test_every_shape_starts_where_it_should(render: Render) -> None:
    first = {name: block[0] for name, block in render("lfo", 1, {}).items()}
    assert first == pytest.approx({"sine": 0.0, "triangle": 0.0, "saw": -5.0, "square": 5.0}, abs=1e-12)
    turned = {name: block[0] for name, block in render("lfo", 1, {"start": 0.25}).items()}
    assert turned == pytest.approx({"sine": 5.0, "triangle": 5.0, "saw": -2.5, "square": 5.0}, abs=1e-7)


def test_a_bipolar_saw_can_begin_in_the_middle(render: Render) -> None:
    bottom = render("lfo", 48000, {"rate": 1.0, "start": 0.1})["saw"]
    middle = render("lfo", 48000, {"rate": 1.0, "start": 0.1, "saw_start": 1})["saw"]
    assert middle[0] == pytest.approx(1.0)
    assert middle[6000:] == pytest.approx(bottom[:-6000], abs=1e-9)
    raised = {"rate": 1.0, "start": 0.1, "polarity": 1}
    assert np.array_equal(
        render("lfo", 4800, {**raised, "saw_start": 1})["saw"], render("lfo", 4800, raised)["saw"]
    )


def test_reset_restarts_the_cycle_where_the_knob_says(render: Render) -> None:
    reset = np.zeros(48000)
    reset[10000:10048] = 10.0
    saw = render("lfo", 48000, {"reset": reset, "start": 0.5})["saw"]
    assert saw[10000] == 0.0
    assert saw[22001] == pytest.approx(-5.0, abs=0.001)


def test_pulse_width_is_the_share_spent_high(render: Render) -> None:
    assert (render("lfo", 48000, {"width": 0.1})["square"] > 0.0).mean() == pytest.approx(0.1, abs=0.001)


def test_the_wildest_cables_leave_it_within_its_range(render: Render) -> None:
    chance = np.random.default_rng(6)
    given = {"voct": chance.normal(size=9600) * 1e6, "reset": chance.normal(size=9600)}
    rendered = render("lfo", 9600, given)
    assert all_finite(rendered)
    assert max(np.abs(block).max() for block in rendered.values()) <= 5.0 + 1e-9


def test_unipolar_begins_at_the_bottom(render: Render) -> None:
    first = {name: block[0] for name, block in render("lfo", 1, {"polarity": 1}).items()}
    assert first == pytest.approx({"sine": 0.0, "triangle": 0.0, "saw": 0.0, "square": 10.0}, abs=1e-7)


@pytest.mark.parametrize("polarity", [0, 1])
def test_inverted_is_upside_down_within_the_same_range(render: Render, polarity: int) -> None:
    plain = render("lfo", 9600, {"polarity": polarity})
    inverted = render("lfo", 9600, {"polarity": polarity, "invert": 1})
    for name in SHAPES:
        assert inverted[name] == pytest.approx(10.0 * polarity - plain[name], abs=1e-9), name


def test_fm_and_pulse_width_take_volts_through_their_depths(render: Render) -> None:
    faster = render("lfo", 96000, {"fm": 2.0, "fm_depth": 0.5})["saw"]
    assert frequency(faster) == pytest.approx(4.0, rel=1e-4)
    swept = render("lfo", 48000, {"pwm": -5.0, "width_depth": 0.5})["square"]
    assert (swept > 0.0).mean() == pytest.approx(0.25, abs=0.001)


def test_a_clock_sets_the_rate_and_never_drifts_from_it(render: Render) -> None:
    frames = 960000
    beat = 48000.0 / 3.217
    clock = np.where(np.arange(frames) % beat < 480.0, 10.0, 0.0)
    for rate, cycles in ((0.0, 1.0), (1.0, 2.0), (-2.0, 0.25)):
        saw = render("lfo", frames, {"clock": clock, "rate": rate})["saw"]
        settled = saw[round(3 * beat) :]
        assert frequency(settled) == pytest.approx(cycles * 3.217, rel=1e-4)


@pytest.mark.parametrize("rate", [-2.0, 0.0, 1.0, 2.3])
def test_in_sync_it_is_where_the_transport_is(render: Render, rate: float) -> None:
    beats = 7.3 + np.arange(48000) / 20000.0
    heard = render("lfo", 48000, {"sync": 1, "rate": rate, "beats": beats})
    assert heard["sine"] == pytest.approx(5.0 * np.sin(2.0 * np.pi * beats * 2.0 ** round(rate)), abs=1e-6)
    assert heard["saw"] == pytest.approx(10.0 * (beats * 2.0 ** round(rate) % 1.0) - 5.0, abs=1e-6)
