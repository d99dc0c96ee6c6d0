"""The plate: how long it sounds, how dull, how wide, and that it falls silent."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rendering import Render, Rendered, Volts, rms

Signal = NDArray[np.float64]
WET: dict[str, Volts] = {"mix": 1.0, "damping": 6.25, "tone": 6.25}


def burst(frames: int, sample_rate: float = 48000.0) -> Signal:
    """A fiftieth of a second of noise."""
    noise = np.random.default_rng(1).normal(size=frames)
    return np.asarray(noise * (np.arange(frames) < 0.02 * sample_rate), np.float64)


def octave(signal: Signal, hertz: float, sample_rate: float) -> Signal:
    """What is around `hertz`, about an octave wide."""
    frames = len(signal)
    bins = np.fft.rfft(signal, 2 * frames)
    bins[0] = 0.0
    away = np.log2(np.fft.rfftfreq(2 * frames, 1.0 / sample_rate)[1:] / hertz)
    bins[1:] *= np.exp(-2.0 * away * away)
    return np.asarray(np.fft.irfft(bins)[:frames], np.float64)


def decay_seconds(heard: Rendered, hertz: float, skip: float, sample_rate: float = 48000.0) -> float:
    """The time for -60 dB, from what is left to come between -5 and -35 dB (Schroeder)."""
    sides = [octave(side[round(skip * sample_rate) :], hertz, sample_rate) for side in heard.values()]
    left = np.sum([np.cumsum(np.square(side[::-1]))[::-1] for side in sides], axis=0)
    db = 10.0 * np.log10(left / left[0] + 1e-30)
    return float(np.argmax(db < -35.0) - np.argmax(db < -5.0)) / sample_rate * 2.0


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.5, 4.0])
@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
def test_it_decays_in_its_time_to_five_percent(render: Render, seconds: float, sample_rate: float) -> None:
    frames = round(sample_rate * (1.2 * seconds + 0.5))
    given: dict[str, Volts] = {**WET, "decay": float(np.log10(seconds)), "audio": burst(frames, sample_rate)}
    heard = render("plate", frames, given, sample_rate=sample_rate)
    assert decay_seconds(heard, 1000.0, 0.02 + 0.1 * seconds, sample_rate) == pytest.approx(seconds, rel=0.05)


def test_damping_shortens_what_is_above_it(render: Render) -> None:
    given: dict[str, Volts] = {**WET, "decay": 0.3, "damping": 3.0, "audio": burst(120000)}
    heard = render("plate", 120000, given)
    assert decay_seconds(heard, 400.0, 0.2) == pytest.approx(2.0, rel=0.1)
    assert decay_seconds(heard, 6000.0, 0.2) < 1.3


def test_left_and_right_have_nothing_in_common_and_are_as_loud(render: Render) -> None:
    noise = np.random.default_rng(2).normal(size=192000)
    heard = render("plate", 192000, {"audio": noise, "mix": 1.0})
    left, right = heard["out"][96000:], heard["right_out"][96000:]
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.05
    assert rms(left) / rms(right) == pytest.approx(1.0, abs=0.05)
    assert 20.0 * np.log10(rms(left)) == pytest.approx(0.0, abs=4.0)


@pytest.mark.parametrize("predelay", [0.0, 0.1, 0.25])
def test_nothing_comes_before_the_predelay(render: Render, predelay: float) -> None:
    click = np.zeros(24000)
    click[0] = 5.0
    out = render("plate", 24000, {**WET, "audio": click, "predelay": predelay, "low_cut": -3.7})["out"]
    first = np.argmax(np.abs(out) > 1e-6) / 48000.0
    assert predelay <= first < predelay + 0.02


def test_a_constant_voltage_does_not_pile_up(render: Render) -> None:
    out = render("plate", 240000, {**WET, "decay": 1.5, "audio": 5.0})["out"]
    assert abs(np.mean(out[-48000:])) < 0.05


def test_held_it_sounds_on_as_it_was_and_lets_nothing_in(render: Render) -> None:
    noise = np.random.default_rng(3).normal(size=384000)
    hold: Volts = np.where(np.arange(384000) < 96000, 0.0, 10.0)
    held = render("plate", 384000, {"audio": noise, "mix": 1.0, "sway": 0.0, "hold": hold})["out"]
    early, late = rms(held[120000:192000]), rms(held[312000:])
    assert 20.0 * np.log10(late / early) == pytest.approx(0.0, abs=1.5)


def test_it_falls_silent_and_never_into_denormals(render: Render) -> None:
    out = render("plate", 192000, {**WET, "decay": -0.6, "audio": burst(192000)})["out"][-1000:]
    assert np.abs(out).max() < 1e-10
    assert np.abs(out[out != 0.0]).min() > 1e-100


def test_dry_is_dry_on_both_sides(render: Render) -> None:
    left, right = np.random.default_rng(4).normal(size=(2, 480))
    heard = render("plate", 480, {"audio": left, "right": right, "mix": 0.0})
    assert heard["out"] == pytest.approx(left)
    assert heard["right_out"] == pytest.approx(right)


@pytest.mark.parametrize("size", [0.5, 1.5])
@pytest.mark.parametrize("seconds", [0.7, 4.0])
def test_a_plate_of_any_size_decays_in_its_time(render: Render, size: float, seconds: float) -> None:
    frames = round(48000.0 * (1.2 * seconds + 0.5))
    given: dict[str, Volts] = {**WET, "decay": float(np.log10(seconds)), "size": size, "audio": burst(frames)}
    heard = render("plate", frames, given)
    assert decay_seconds(heard, 1000.0, 0.02 + 0.1 * seconds * size) == pytest.approx(seconds, rel=0.08)


@pytest.mark.parametrize("size", [0.5, 1.0, 1.3, 1.5])
def test_it_is_as_far_around_as_the_size_says(render: Render, size: float) -> None:
    click = np.zeros(192000)
    click[0] = 5.0
    given: dict[str, Volts] = {**WET, "audio": click, "decay": 1.5, "diffusion": 0.0, "sway": 0.0, "size": size}
    out = render("plate", 192000, given)["out"]
    around = (672 + 908 + 1800 + 2656 + size * (4453 + 3720 + 4217 + 3163)) / 29761.0 * 48000.0
    spectrum = np.fft.rfft(out, 2 * len(out))
    alike = np.fft.irfft(np.abs(spectrum) ** 2)
    near = np.arange(round(0.9 * around), round(1.1 * around))
    assert near[np.argmax(alike[near])] == pytest.approx(around, abs=0.002 * around)


@pytest.mark.parametrize("sizes", [(0.5, 1.5), (1.5, 0.5), (1.0, 1.01)])
def test_the_size_may_be_turned_without_a_click(render: Render, sizes: tuple[float, float]) -> None:
    frames, turned = 144000, 48000
    sine = 5.0 * np.sin(2.0 * np.pi * 200.0 * np.arange(frames) / 48000.0)
    size = np.where(np.arange(frames) < turned, *sizes)
    out = render("plate", frames, {"audio": sine, "mix": 1.0, "size": size, "sway": 0.0})["out"]
    bent = np.abs(np.diff(out, 2))
    assert bent[turned:].max() < 3.0 * bent[24000:turned].max()
    assert not np.allclose(out[turned + 24000 : turned + 26400], out[turned - 4800 : turned - 2400], atol=0.05)
