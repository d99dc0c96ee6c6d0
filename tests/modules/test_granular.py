"""The texture: where its grains come from, how many, how high, how loud, and that it can be held."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rendering import Render, Volts, rms, spectrum

Signal = NDArray[np.float64]
WET: dict[str, Volts] = {"mix": 1.0, "spread": 0.0}


def tone(hertz: float, frames: int) -> Signal:
    return np.asarray(5.0 * np.sin(2.0 * np.pi * hertz * np.arange(frames) / 48000.0), np.float64)


def noise(frames: int) -> Signal:
    return np.asarray(np.random.default_rng(1).normal(size=frames), np.float64)


@pytest.mark.parametrize(("pitch", "voct"), [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.5), (0.0, 2.0)])
def test_a_grain_is_read_at_its_pitch(render: Render, pitch: float, voct: float) -> None:
    given: dict[str, Volts] = {**WET, "audio": tone(500.0, 96000), "pitch": pitch, "voct": voct}
    left = render("granular", 96000, {**given, "size": -0.3, "density": 2.0, "position": 0.06})["left"]
    peak = int(spectrum(np.asarray(left[48000:], np.float64)).argmax())
    assert peak == pytest.approx(500.0 * 2.0 ** (pitch + voct), abs=3)


def test_what_is_heard_is_as_old_as_the_position_says(render: Render) -> None:
    audio = noise(96000) * (np.arange(96000) < 480)
    given: dict[str, Volts] = {**WET, "audio": audio, "position": 0.125, "size": -2.0, "density": 7.5}
    left = render("granular", 96000, given)["left"]
    heard = np.flatnonzero(np.abs(left) > 0.01)
    assert heard.min() == pytest.approx(48000, abs=500)
    assert heard.max() == pytest.approx(48480, abs=1000)


def test_as_many_grains_begin_in_a_second_as_the_density_says(render: Render) -> None:
    given: dict[str, Volts] = {**WET, "audio": 5.0, "density": 4.0, "size": -2.0, "position": 0.0}
    left = render("granular", 96000, given)["left"]
    begun = np.flatnonzero((left[1:] > 1e-3) & (left[:-1] <= 1e-3))[1:]
    assert np.diff(begun) == pytest.approx(3000.0, abs=1.5)
    scattered = render("granular", 96000, {**given, "spread": 1.0})["left"]
    begun = np.flatnonzero((scattered[1:] > 1e-3) & (scattered[:-1] <= 1e-3))
    assert np.std(np.diff(begun)) > 500.0


def test_a_trigger_begins_a_grain(render: Render) -> None:
    trigger = np.zeros(48000)
    trigger[20000:20048] = 10.0
    given: dict[str, Volts] = {**WET, "audio": 5.0, "density": -1.0, "size": -2.0, "position": 0.0}
    left = render("granular", 48000, {**given, "trigger": trigger})["left"]
    assert np.abs(left[1000:20000]).max() < 1e-9
    assert left[20000:20480].max() == pytest.approx(5.0, abs=0.01)


@pytest.mark.parametrize(("density", "size"), [(6.0, -0.7), (5.0, -0.5), (7.0, -1.0)])
def test_a_cloud_is_about_as_loud_as_what_it_is_made_of(render: Render, density: float, size: float) -> None:
    given: dict[str, Volts] = {"mix": 1.0, "spread": 1.0, "audio": noise(192000), "position": 0.05}
    heard = render("granular", 192000, {**given, "density": density, "size": size})
    for side in heard.values():
        assert 20.0 * np.log10(rms(side[96000:])) == pytest.approx(0.0, abs=2.5)


def test_frozen_it_plays_on_without_end_and_without_a_click(render: Render) -> None:
    frames = 384000
    audio = tone(200.0, frames) * (np.arange(frames) < 120000)
    freeze: Volts = np.where(np.arange(frames) < 96000, 0.0, 10.0)
    given: dict[str, Volts] = {**WET, "audio": audio, "freeze": freeze, "size": -0.7, "density": 5.0}
    left = render("granular", frames, {**given, "position": 0.1})["left"]
    assert rms(left[-48000:]) > 0.5
    assert np.abs(np.diff(left[90000:], 2)).max() < 0.02
    bins = spectrum(np.asarray(left[-96000:], np.float64))
    assert int(bins.argmax()) / 2.0 == pytest.approx(200.0, abs=20.0)


def test_spread_makes_it_wide(render: Render) -> None:
    given: dict[str, Volts] = {"mix": 1.0, "audio": noise(96000)}
    wide = render("granular", 96000, {**given, "spread": 1.0})
    narrow = render("granular", 96000, {**given, "spread": 0.0})
    assert rms(wide["left"] - wide["right"]) > 0.2 * rms(wide["left"])
    assert narrow["left"] == pytest.approx(narrow["right"])


def test_voltages_move_what_the_knobs_move(render: Render) -> None:
    given: dict[str, Volts] = {
        **WET,
        "audio": noise(48000),
        "position": 0.1,
        "density": 3.0,
        "size": -1.0,
        "mix": 0.5,
    }
    turned = render("granular", 48000, given)
    offset: dict[str, Volts] = {"position": 0.05, "density": 1.4, "size": -1.34, "mix": 0.3}
    cables: dict[str, Volts] = {"position_cv": 2.0, "density_cv": 1.0, "size_cv": 1.0, "mix_cv": 1.0}
    moved = render("granular", 48000, {**given, **offset, **cables})
    assert moved["left"] == pytest.approx(turned["left"], abs=1e-6)


def test_dry_it_passes_both_sides(render: Render) -> None:
    heard = render("granular", 480, {"audio": noise(480), "right_in": -0.5 * noise(480), "mix": 0.0})
    assert heard["left"] == pytest.approx(noise(480))
    assert heard["right"] == pytest.approx(-0.5 * noise(480))
