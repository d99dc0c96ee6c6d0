"""The delay: when echoes come, how loud, how dull; that it never runs away or clicks."""

import numpy as np
import pytest

from tests.rendering import Render, Volts, all_finite, frequency, level_db, rms

CLEAR: dict[str, Volts] = {"mix": 1.0, "tone": 6.25}


def pulse(frames: int, volts: float = 1.0) -> np.ndarray:
    signal = np.zeros(frames)
    signal[0] = volts
    return signal


@pytest.mark.parametrize("sample_rate", [44100.0, 48000.0, 96000.0])
def test_the_first_echo_comes_at_its_time_unchanged(render: Render, sample_rate: float) -> None:
    frames = round(0.15 * sample_rate)
    given = {**CLEAR, "time": -1.0, "audio": pulse(frames)}
    wet = render("delay", frames, given, sample_rate=sample_rate)["wet"]
    assert int(np.abs(wet).argmax()) == round(0.1 * sample_rate)
    assert np.abs(wet).max() == pytest.approx(1.0, abs=1e-6)


def test_every_echo_is_quieter_by_the_feedback(render: Render) -> None:
    tone = np.sin(2.0 * np.pi * 500.0 * np.arange(48000) / 48000.0) * (np.arange(48000) < 4800)
    out = render("delay", 48000, {**CLEAR, "time": np.log10(0.2), "feedback": 0.5, "audio": tone})["out"]
    echoes = [rms(out[9600 * number : 9600 * number + 4800]) for number in (1, 2, 3)]
    assert echoes[1] / echoes[0] == pytest.approx(0.5, rel=0.02)
    assert echoes[2] / echoes[1] == pytest.approx(0.5, rel=0.02)


def test_tone_makes_every_echo_duller(render: Render) -> None:
    burst = np.random.default_rng(7).uniform(-1.0, 1.0, 48000) * (np.arange(48000) < 4800)
    given = {"mix": 1.0, "tone": 2.0, "time": np.log10(0.2), "feedback": 0.9, "audio": burst}
    out = render("delay", 48000, given)["out"]
    brightness = []
    for number in (1, 2, 3):
        power = np.abs(np.fft.rfft(out[9600 * number : 9600 * number + 4800])) ** 2
        brightness.append(power[500:].sum() / power.sum())
    assert brightness[0] > 2.0 * brightness[1] > 3.0 * brightness[2]


def test_dry_is_dry_and_wet_is_wet(render: Render) -> None:
    assert (render("delay", 4800, {"mix": 0.0, "audio": pulse(4800)})["out"] == pulse(4800)).all()
    wet = render("delay", 4800, {"mix": 1.0, "time": -1.0, "audio": pulse(4800)})
    assert np.abs(wet["out"][:4799]).max() < 1e-9


def test_full_feedback_stays_bounded_without_end(render: Render) -> None:
    chance = np.random.default_rng(8)
    audio = chance.uniform(-10.0, 10.0, 96000)
    out = render("delay", 96000, {**CLEAR, "time": -2.0, "feedback": 1.0, "audio": audio})["out"]
    assert np.isfinite(out).all()
    assert np.abs(out).max() < 20.0


def test_a_moved_time_glides(render: Render) -> None:
    tone = 5.0 * np.sin(2.0 * np.pi * 200.0 * np.arange(96000) / 48000.0)
    time: Volts = np.where(np.arange(96000) < 48000, -1.0, -0.6)
    wet = render("delay", 96000, {**CLEAR, "feedback": 0.0, "time": time, "audio": tone})["wet"]
    assert np.abs(np.diff(wet[4900:], 2)).max() < 0.05
    assert frequency(wet[80000:]) == pytest.approx(200.0, rel=1e-3)


def test_a_fraction_of_a_sample_is_heard(render: Render) -> None:
    tone = np.sin(2.0 * np.pi * 1000.0 * np.arange(9600) / 48000.0)
    wet = render("delay", 9600, {**CLEAR, "feedback": 0.0, "time": np.log10(100.5 / 48000.0), "audio": tone})[
        "wet"
    ]
    expected = np.sin(2.0 * np.pi * 1000.0 * (np.arange(9600) - 100.5) / 48000.0)
    assert np.abs(wet - expected)[200:].max() < 2e-4
    assert level_db(wet[200:], 1000.0) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("time", [-3.0, 0.30103])
def test_the_ends_of_the_knob_and_wild_cables_leave_it_finite(render: Render, time: float) -> None:
    chance = np.random.default_rng(9)
    audio = chance.normal(size=9600) * 1e9
    assert all_finite(render("delay", 9600, {"time": time, "feedback": 1.0, "tone": 0.0, "audio": audio}))
    moving = chance.uniform(-3.0, 0.30103, 9600)
    assert all_finite(render("delay", 9600, {"time": moving, "feedback": 1.0, "audio": audio}))


@pytest.mark.parametrize(
    ("volts", "depth", "seconds"), [(1.0, 1.0, 0.05), (-1.0, 1.0, 0.2), (2.0, 0.5, 0.05), (3.0, 0.0, 0.1)]
)
def test_a_volt_halves_the_time(render: Render, volts: float, depth: float, seconds: float) -> None:
    given = {**CLEAR, "feedback": 0.0, "time": -1.0, "voct": volts, "time_depth": depth, "audio": pulse(10000)}
    wet = render("delay", 10000, given)["wet"]
    assert int(np.abs(wet).argmax()) == round(seconds * 48000.0)


@pytest.mark.parametrize(("clock_hz", "seconds"), [(4.0, 0.05), (1.0, 0.2)])
def test_a_clock_stretches_the_time(render: Render, clock_hz: float, seconds: float) -> None:
    frames = round(6.5 * 48000)
    clock: Volts = np.asarray(10.0 * (np.arange(frames) % round(48000 / clock_hz) < 480), np.float64)
    audio = np.zeros(frames)
    audio[6 * 48000] = 1.0
    wet = render("delay", frames, {**CLEAR, "feedback": 0.0, "time": -1.0, "clock": clock, "audio": audio})["wet"]
    assert int(np.abs(wet).argmax()) - 6 * 48000 == pytest.approx(seconds * 48000.0, abs=1)


def test_voltages_move_feedback_mix_and_tone_as_their_knobs_do(render: Render) -> None:
    burst = np.random.default_rng(7).uniform(-1.0, 1.0, 24000) * (np.arange(24000) < 480)
    turned = render("delay", 24000, {"time": -2.0, "feedback": 0.9, "mix": 0.75, "tone": 2.0, "audio": burst})
    cables = {"feedback_cv": 5.0, "mix_cv": 2.5, "tone_cv": -2.0 / 1.3287712379549449}
    depths = {"feedback_depth": 1.0, "mix_depth": 1.0, "tone_depth": 1.0}
    given: dict[str, Volts] = {"time": -2.0, "feedback": 0.4, "mix": 0.5, "tone": 4.0, "audio": burst}
    given |= {**cables, **depths}
    assert render("delay", 24000, given)["out"] == pytest.approx(turned["out"], abs=1e-9)


def test_the_longest_echo_comes_after_ten_seconds(render: Render) -> None:
    frames = 10 * 48000 + 100
    wet = render("delay", frames, {**CLEAR, "time": 1.0, "audio": pulse(frames)})["wet"]
    assert int(np.abs(wet).argmax()) == 10 * 48000
