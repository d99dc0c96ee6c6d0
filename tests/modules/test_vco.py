"""The oscillator: pitch, level, aliases, sync, FM and pulse width."""

from collections.abc import Callable

import numpy as np
import pytest

from livepatch.voltage import C4_HZ
from tests.rendering import Render, Volts, all_finite, frequency, partials, rises

SETTLE = 64
COUNT = 1 << 15
PARTIALS: dict[str, Callable[[int], float]] = {
    "saw": lambda number: 10.0 / np.pi / number,
    "square": lambda number: 20.0 / np.pi / number if number % 2 else 0.0,
    "triangle": lambda number: 40.0 / np.pi**2 / number**2 if number % 2 else 0.0,
    "sine": lambda number: 5.0 if number == 1 else 0.0,
}


def octaves(hertz: float) -> float:
    return float(np.log2(hertz / C4_HZ))


@pytest.mark.parametrize("outlet", ["saw", "square", "triangle", "sine"])
@pytest.mark.parametrize(
    ("hertz", "sample_rate"), [(220.0, 48000.0), (5000.0, 48000.0), (5000.0, 44100.0), (9000.0, 96000.0)]
)
def test_every_wave_has_its_partials_and_no_alias(
    render: Render, outlet: str, hertz: float, sample_rate: float
) -> None:
    cycles = round(hertz * COUNT / sample_rate) | 1
    tune = octaves(cycles * sample_rate / COUNT)
    signal = render("vco", COUNT + SETTLE, {"tune": tune}, sample_rate=sample_rate)[outlet][SETTLE:]
    found, rest = partials(signal, cycles)
    heard = int(15000.0 * COUNT / sample_rate)
    expected = [PARTIALS[outlet](number) for number in range(1, heard // cycles + 1)]
    assert found[1 : 1 + len(expected)] == pytest.approx(expected, rel=0.02, abs=1e-4)
    assert found[0] < 1e-5
    aliases_db = 20.0 * np.log10(rest[: int(18000.0 * COUNT / sample_rate)].max() / found[1])
    assert aliases_db < -95.0


@pytest.mark.parametrize("voct", [-4.0, -1.0, 0.0, 0.75, 3.0])
@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_a_volt_is_an_octave(render: Render, voct: float, sample_rate: float) -> None:
    sine = render("vco", 24000, {"voct": voct}, sample_rate=sample_rate)["sine"]
    cents = 1200.0 * np.log2(frequency(sine, sample_rate) / (C4_HZ * 2.0**voct))
    assert abs(cents) < 0.02


def test_fine_tune_is_in_semitones(render: Render) -> None:
    sine = render("vco", 24000, {"fine": 1.0, "tune": 1.0})["sine"]
    assert frequency(sine) == pytest.approx(C4_HZ * 2.0 ** (13.0 / 12.0), rel=1e-5)


def test_pulse_width_is_the_share_of_the_cycle_spent_high(render: Render) -> None:
    assert render("vco", 48000, {"width": 0.2, "voct": octaves(100.0)})["square"].mean() == pytest.approx(
        -3.0, abs=0.01
    )
    swept = render("vco", 48000, {"pwm": 3.0, "voct": octaves(100.0)})["square"]
    assert swept.mean() == pytest.approx(3.0, abs=0.01)


def test_a_moving_pulse_width_makes_no_clicks(render: Render) -> None:
    sweep = 4.0 * np.sin(2.0 * np.pi * 3.0 * np.arange(48000) / 48000.0)
    square = render("vco", 48000, {"pwm": sweep})["square"]
    assert np.abs(square).max() < 7.1
    assert square.mean() == pytest.approx(0.0, abs=0.02)


def test_sync_locks_the_cycle_to_the_master_without_aliases(render: Render) -> None:
    cycles = 701
    master = np.sin(2.0 * np.pi * cycles * np.arange(COUNT + 4800) / COUNT)
    given: dict[str, Volts] = {"tune": octaves(1.37 * cycles * 48000.0 / COUNT), "sync": master}
    for name, signal in render("vco", COUNT + 4800, given).items():
        found, rest = partials(signal[4800:], cycles)
        assert 20.0 * np.log10(rest[: int(18000.0 * COUNT / 48000.0)].max() / found[1:].max()) < -85.0, name


def test_exponential_fm_is_in_octaves(render: Render) -> None:
    sine = render("vco", 24000, {"fm": 1.0, "fm_depth": -1.0})["sine"]
    assert frequency(sine) == pytest.approx(C4_HZ / 2.0, rel=1e-4)


def test_linear_fm_goes_through_zero_and_keeps_the_pitch(render: Render) -> None:
    modulator = 3.0 * np.sin(2.0 * np.pi * 50.0 * np.arange(48000) / 48000.0)
    given: dict[str, Volts] = {"tune": octaves(400.0), "fm": modulator, "fm_depth": 1.0, "fm_kind": 1}
    rendered = render("vco", 48000, given)
    expected = 5.0 * np.sin(2.0 * np.pi * np.cumsum(400.0 / 48000.0 * (1.0 + modulator)))
    assert rendered["sine"] == pytest.approx(expected, abs=1e-6)
    assert max(np.abs(signal).max() for signal in rendered.values()) < 8.5
    stopped = render("vco", 4800, {"fm": -1.0, "fm_depth": 1.0, "fm_kind": 1})["saw"]
    assert np.ptp(stopped[SETTLE:]) == 0.0


def test_fm_in_hertz_is_the_same_at_every_pitch_and_stops_at_0_hz(render: Render) -> None:
    for pitch in (-1.0, 0.0, 2.0):
        given: dict[str, Volts] = {"tune": pitch, "fm": 0.5, "fm_depth": 1.0, "fm_kind": 2}
        assert frequency(render("vco", 24000, given)["sine"]) == pytest.approx(
            C4_HZ * (2.0**pitch + 0.5), rel=1e-4
        )
    stopped = render("vco", 4800, {"fm": -3.0, "fm_depth": 1.0, "fm_kind": 2})
    for name, signal in stopped.items():
        assert np.ptp(signal[SETTLE:]) == 0.0, name


def test_backwards_is_forwards_mirrored(render: Render) -> None:
    forwards = render("vco", 9600, {"fm": 0.0, "fm_kind": 1, "fm_depth": 1.0})
    backwards = render("vco", 9600, {"fm": -2.0, "fm_kind": 1, "fm_depth": 1.0})
    assert backwards["sine"] == pytest.approx(-forwards["sine"], abs=1e-9)
    assert backwards["triangle"] == pytest.approx(-forwards["triangle"], abs=1e-9)
    assert backwards["saw"][SETTLE:] == pytest.approx(-forwards["saw"][SETTLE:], abs=1e-6)
    assert backwards["square"][SETTLE:] == pytest.approx(-forwards["square"][SETTLE:], abs=1e-6)


def test_the_wildest_cables_leave_it_finite(render: Render) -> None:
    chance = np.random.default_rng(1)
    given: dict[str, Volts] = {name: chance.normal(size=9600) * 1e3 for name in ("voct", "fm", "sync", "pwm")}
    given |= {"tune": chance.uniform(-5.0, 5.0, 9600), "width": chance.uniform(0.01, 0.99, 9600)}
    for kind in (0, 1, 2):
        rendered = render("vco", 9600, {**given, "fm_depth": 1.0, "fm_kind": kind})
        assert all_finite(rendered)
        assert max(np.abs(block).max() for block in rendered.values()) < 200.0


def test_every_wave_begins_at_the_same_place_of_its_cycle(render: Render) -> None:
    rendered = render("vco", 4800, {"tune": octaves(10.0)})
    assert rendered["sine"][1200] == pytest.approx(5.0, abs=0.01)
    assert rendered["triangle"][1200] == pytest.approx(5.0, abs=0.02)
    assert rendered["saw"][[600, 1200, 2000, 2800, 3600]] == pytest.approx(
        [1.25, 2.5, 25 / 6, -25 / 6, -2.5], abs=0.02
    )
    assert rendered["square"][[1200, 3600]] == pytest.approx([5.0, -5.0])


def test_a_hard_sync_starts_the_saw_anew_at_0_volts(render: Render) -> None:
    sync = np.where(np.arange(4800) < 1000, -1.0, 1.0)
    saw = render("vco", 4800, {"tune": octaves(10.0), "sync": sync})["saw"]
    assert saw[990] == pytest.approx(990 * 10 * 10.0 / 48000, abs=0.02)
    assert saw[1000 + 600] == pytest.approx(600 * 10 * 10.0 / 48000, abs=0.02)


def test_the_saw_falls_once_a_cycle(render: Render) -> None:
    saw = render("vco", 48000, {"tune": octaves(100.0)})["saw"]
    assert len(rises(-saw)) == pytest.approx(100, abs=1)


def test_soft_sync_turns_back_without_a_jump(render: Render) -> None:
    master = np.sin(2.0 * np.pi * 100.0 * np.arange(9600) / 48000.0 + 0.3)
    given: dict[str, Volts] = {"tune": octaves(30.0), "sync": master, "sync_kind": 0}
    rendered = render("vco", 9600, given)
    for name in ("triangle", "sine"):
        assert np.abs(np.diff(rendered[name])).max() < 0.1, name
    turns = rises(np.diff(rendered["triangle"][SETTLE:])), rises(-np.diff(rendered["triangle"][SETTLE:]))
    assert sum(len(found) for found in turns) > 15


def test_soft_sync_makes_no_aliases(render: Render) -> None:
    cycles = 702
    master = np.sin(2.0 * np.pi * cycles * np.arange(COUNT + 4800) / COUNT)
    given: dict[str, Volts] = {"tune": octaves(0.37 * cycles * 48000.0 / COUNT), "sync": master, "sync_kind": 0}
    for name in ("triangle", "sine"):
        found, rest = partials(render("vco", COUNT + 4800, given)[name][4800:], cycles // 2)
        assert 20.0 * np.log10(rest[: int(18000.0 * COUNT / 48000.0)].max() / found[1:].max()) < -80.0, name
