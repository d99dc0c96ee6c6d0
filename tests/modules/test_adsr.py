"""The envelope: segment times, levels, retriggering, no clicks."""

import numpy as np
import pytest

from tests.rendering import PlainModule, Render, Volts, all_finite, panel_of_type

TIMES: dict[str, Volts] = {
    "attack": -1.0,
    "decay": float(np.log10(0.2)),
    "sustain": 0.6,
    "release": float(np.log10(0.3)),
}


def gate(sample_rate: float, *edges: float, seconds: float) -> np.ndarray:
    """10 V between every second pair of `edges`, in seconds."""
    now = np.arange(round(seconds * sample_rate)) / sample_rate
    return 10.0 * (np.searchsorted(edges, now, side="right") % 2)


@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0, 96000.0])
def test_each_segment_lasts_as_long_as_its_knob_says(render: Render, sample_rate: float) -> None:
    given = {**TIMES, "gate": gate(sample_rate, 0.0, 0.6, seconds=1.0)}
    envelope = render("adsr", round(sample_rate), given, sample_rate=sample_rate)["envelope"]
    peak = int(envelope.argmax())
    off = round(0.6 * sample_rate)
    assert peak / sample_rate == pytest.approx(0.1, rel=0.01)
    assert np.argmax(envelope[peak:] <= 6.0) / sample_rate == pytest.approx(0.2, rel=0.01)
    assert np.argmax(envelope[off:] == 0.0) / sample_rate == pytest.approx(0.3, rel=0.01)


def test_it_peaks_at_ten_volts_holds_the_sustain_and_ends_at_nothing(render: Render) -> None:
    envelope = render("adsr", 48000, {**TIMES, "gate": gate(48000.0, 0.0, 0.6, seconds=1.0)})["envelope"]
    assert envelope.max() == 10.0
    assert np.ptp(envelope[15000:28700]) == 0.0
    assert envelope[20000] == pytest.approx(6.0)
    assert not envelope[-48:].any()


def test_the_fastest_attack_takes_a_millisecond(render: Render) -> None:
    envelope = render("adsr", 480, {"attack": -3.0, "gate": 10.0})["envelope"]
    assert int(envelope.argmax()) == pytest.approx(48, abs=1)


def test_a_new_gate_goes_on_from_where_the_release_was(render: Render) -> None:
    given = {**TIMES, "gate": gate(48000.0, 0.0, 0.5, 0.55, seconds=1.0)}
    envelope = render("adsr", 48000, given)["envelope"]
    assert np.abs(np.diff(envelope)).max() < 0.02
    assert envelope[round(0.55 * 48000) :].max() == 10.0


def test_retrigger_starts_the_attack_again_while_the_gate_is_on(render: Render) -> None:
    trigger = np.zeros(48000)
    trigger[24000:24048] = 10.0
    held = render("adsr", 48000, {**TIMES, "gate": 10.0, "retrigger": trigger})["envelope"]
    assert held[23999] == pytest.approx(6.0)
    assert held[24000:].max() == 10.0
    closed = render("adsr", 48000, {**TIMES, "retrigger": trigger})["envelope"]
    assert not closed.any()


def test_a_raised_sustain_is_reached_without_a_jump(render: Render) -> None:
    sustain = np.where(np.arange(48000) < 24000, 0.2, 0.9)
    envelope = render("adsr", 48000, {**TIMES, "gate": 10.0, "sustain": sustain})["envelope"]
    assert envelope[-1] == pytest.approx(9.0, abs=0.01)
    assert np.abs(np.diff(envelope)).max() < 0.02


def test_the_wildest_cables_leave_it_within_its_range(render: Render) -> None:
    chance = np.random.default_rng(5)
    given: dict[str, Volts] = {name: chance.uniform(-3.0, 1.0, 9600) for name in ("attack", "decay", "release")}
    given |= {"sustain": chance.uniform(0.0, 1.0, 9600)}
    given |= {"gate": chance.normal(size=9600) * 1e6, "retrigger": chance.normal(size=9600) * 1e6}
    rendered = render("adsr", 9600, given)
    assert all_finite(rendered)
    assert rendered["envelope"].min() >= 0.0
    assert rendered["envelope"].max() <= 10.0


def test_voltages_move_the_segments_by_four_decades_for_ten_volts(render: Render) -> None:
    given = {**TIMES, "gate": gate(48000.0, 0.0, 0.6, seconds=1.0)}
    turned = render("adsr", 48000, given)["envelope"]
    shifted: dict[str, Volts] = {"attack": -2.0, "decay": float(np.log10(2.0)), "sustain": 0.1, "release": 0.0}
    cables: dict[str, Volts] = {"attack_cv": 2.5, "attack_depth": 1.0, "decay_cv": -2.5, "decay_depth": 1.0}
    cables |= {"sustain_cv": 10.0, "sustain_depth": 0.5, "release_cv": -5.0, "release_depth": 0.26143937}
    patched = render("adsr", 48000, {**given, **shifted, **cables})["envelope"]
    assert patched == pytest.approx(turned, abs=1e-5)


def test_a_knob_of_rack_gives_racks_time(render: Render) -> None:
    attack = panel_of_type("adsr").rack["Fundamental/ADSR"].params[0]
    decades = attack.multiplier * 0.5 + attack.offset
    envelope = render("adsr", 24000, {"attack": decades, "gate": 10.0})["envelope"]
    assert int(envelope.argmax()) / 48000.0 == pytest.approx(0.1 * np.log(1.2 / 0.2), rel=0.01)


def test_the_button_is_the_gate_by_hand() -> None:
    plain = PlainModule("adsr")
    plain.set(attack=-3.0, push=True)
    for _ in range(60):
        plain.module.step()
    assert plain.state("active") == 1.0
    assert plain.state("envelope") > 9.0
    plain.set(push=False)
    plain.module.step()
    assert plain.state("active") == 0.0
