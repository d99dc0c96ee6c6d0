"""A moment held: as high, as loud and as long as it should be, and no seam."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rendering import Render, Volts, frequency, level_db, rms

Signal = NDArray[np.float64]


def gate(frames: int, on: int, off: int) -> Signal:
    place = np.arange(frames)
    return np.asarray(10.0 * ((place >= on) & (place < off)), np.float64)


def tone(hertz: float, frames: int, stop: int) -> Signal:
    place = np.arange(frames)
    return np.asarray(5.0 * np.sin(2.0 * np.pi * hertz * place / 48000.0) * (place < stop), np.float64)


@pytest.mark.parametrize("hertz", [110.0, 440.0, 3217.0])
def test_a_tone_goes_on_as_it_was(render: Render, hertz: float) -> None:
    frames = 480000
    given: dict[str, Volts] = {"audio": tone(hertz, frames, 40000), "freeze": gate(frames, 30000, frames)}
    out = render("freeze", frames, given)["out"]
    late = out[-96000:]
    assert frequency(np.asarray(late, np.float64)) == pytest.approx(hertz, abs=0.02)
    assert level_db(late, hertz) == pytest.approx(20.0 * np.log10(5.0), abs=0.1)


@pytest.mark.parametrize("hertz", [110.0, 440.0, 1000.5])
def test_there_is_no_seam_when_it_begins_and_none_when_it_ends(render: Render, hertz: float) -> None:
    frames = 96000
    given: dict[str, Volts] = {"audio": tone(hertz, frames, frames), "freeze": gate(frames, 30011, 60007)}
    out = render("freeze", frames, given)["out"]
    natural = 5.0 * (2.0 * np.pi * hertz / 48000.0) ** 2
    assert np.abs(np.diff(out[6000:], 2)).max() < 1.3 * natural
    assert np.abs(out - given["audio"])[6000:].max() < 0.3
    assert out[66000:] == pytest.approx(tone(hertz, frames, frames)[66000:], abs=1e-9)


@pytest.mark.parametrize("blur", [0.0, 1.0])
def test_noise_stays_about_as_loud_for_ever(render: Render, blur: float) -> None:
    frames = 480000
    audio = np.random.default_rng(1).normal(size=frames)
    given: dict[str, Volts] = {"audio": audio, "freeze": gate(frames, 30000, frames), "blur": blur}
    held = render("freeze", frames, given)["held"]
    assert not held[:30000].any()
    for start in (96000, 432000):
        assert 20.0 * np.log10(rms(held[start : start + 48000])) == pytest.approx(-1.5, abs=2.5)


def test_blur_takes_the_tone_apart_but_leaves_it_where_it_is(render: Render) -> None:
    frames = 192000
    given: dict[str, Volts] = {"audio": tone(440.0, frames, frames), "freeze": gate(frames, 30000, frames)}
    held = render("freeze", frames, {**given, "blur": 1.0})["held"][96000:]
    bins = np.square(np.abs(np.fft.rfft(held)))
    hertz = np.fft.rfftfreq(len(held), 1.0 / 48000.0)
    assert bins[(hertz > 390.0) & (hertz < 490.0)].sum() / bins.sum() > 0.99
    assert bins[(hertz > 439.0) & (hertz < 441.0)].sum() / bins.sum() < 0.5


def test_open_it_is_not_there_and_dry_is_dry(render: Render) -> None:
    audio = np.random.default_rng(2).normal(size=20000)
    assert render("freeze", 20000, {"audio": audio})["out"] == pytest.approx(audio)
    dry = render("freeze", 20000, {"audio": audio, "freeze": gate(20000, 9000, 20000), "mix": 0.0})["out"]
    assert dry == pytest.approx(audio)


def test_a_gate_like_a_tone_catches_no_more_than_once_a_hop(render: Render) -> None:
    frames = 48000
    given: dict[str, Volts] = {"audio": tone(440.0, frames, frames), "freeze": tone(1000.0, frames, frames)}
    assert np.abs(render("freeze", frames, given)["out"]).max() < 10.0
