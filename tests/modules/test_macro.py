"""The macro-oscillator: aliases, tuning and levels of each model, and what the knobs do."""

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.voltage import C4_HZ
from tests.modules.strokes import ringing, stroke
from tests.rendering import Render, Volts, all_finite, frequency, level_db, partials, rms

MODELS = ["pair", "fold", "fm", "vowel", "string", "dust"]
SETTLE = 48000
COUNT = 1 << 15


def given(
    model: str, timbre: float = 0.5, colour: float = 0.25, morph: float = 0.25, **more: Volts
) -> dict[str, Volts]:
    return {"model": MODELS.index(model), "timbre": timbre, "colour": colour, "morph": morph, **more}


def alias_db(render: Render, hertz: float, knobs: dict[str, Volts]) -> float:
    """The largest component below 18 kHz that is no harmonic, against the largest that is one."""
    cycles = 2 * (round(hertz * COUNT / 48000.0) // 2) + 2
    tune = float(np.log2(cycles * 48000.0 / COUNT / C4_HZ))
    signal = render("macro", COUNT + SETTLE, {**knobs, "tune": tune})["out"][SETTLE:]
    found, rest = partials(signal, cycles // 2)
    return float(20.0 * np.log10(rest[: int(18000.0 * COUNT / 48000.0)].max() / found[1:].max()))


@pytest.mark.parametrize("hertz", [220.0, 2000.0, 5000.0])
@pytest.mark.parametrize("model", ["pair", "fold", "fm", "vowel"])
def test_no_alias_is_heard_wherever_the_knobs_are(render: Render, model: str, hertz: float) -> None:
    for timbre in (0.0, 0.5, 1.0):
        for colour in (0.0, 1.0):
            for morph in (0.0, 1.0):
                found = alias_db(render, hertz, given(model, timbre, colour, morph))
                assert found < -80.0, (timbre, colour, morph)


@pytest.mark.parametrize("octave", range(-5, 6))
@pytest.mark.parametrize("model", ["pair", "fold", "fm", "vowel"])
def test_a_volt_is_an_octave(render: Render, model: str, octave: int) -> None:
    knobs = given(model, 0.0, 0.0, 0.0, voct=float(octave) * 0.99)
    hertz = C4_HZ * 2.0 ** (0.99 * octave)
    out = render("macro", 5 * SETTLE, knobs)["out"][SETTLE:]
    if model == "vowel":
        out = np.convolve(out, np.hanning(round(48000.0 / hertz)), "valid")
    assert abs(1200.0 * np.log2(frequency(out) / hertz)) < 0.1


@pytest.mark.parametrize("octave", [-2.0, 0.0, 2.0])
def test_the_string_is_in_tune_and_plucked_by_its_trigger(render: Render, octave: float) -> None:
    knobs = given("string", 0.8, 0.25, 0.6, tune=octave, trigger=stroke(4800, frames=96000))
    out = render("macro", 96000, knobs)["out"]
    assert np.abs(out[:4800]).max() < 1e-6
    cents, seconds = ringing(out, C4_HZ * 2.0**octave, 48000.0)
    assert abs(cents) < 0.1
    assert seconds == pytest.approx(2.0, rel=0.02)


def test_unpatched_the_string_is_bowed(render: Render) -> None:
    out = render("macro", 96000, given("string", morph=0.5))["out"][48000:]
    assert rms(out) > 0.1
    assert level_db(out, C4_HZ) > level_db(out, 1.5 * C4_HZ) + 15.0


def test_dust_falls_more_often_with_timbre_and_rings_with_morph(render: Render) -> None:
    few, many = (render("macro", 96000, given("dust", timbre, 0.0, 0.4))["out"] for timbre in (0.0, 0.6))
    assert (np.abs(few) < 1e-3).mean() > 0.5
    assert (np.abs(many) < 1e-3).mean() < 0.2
    ringing_out = render("macro", 96000, given("dust", 0.6, 0.0, 0.8))["out"]
    assert level_db(ringing_out, C4_HZ) > level_db(ringing_out, 2.0 * C4_HZ) + 25.0


def test_the_vowels_have_their_formants(render: Render) -> None:
    for timbre, hertz in ((0.0, 2290.0), (0.25, 1840.0)):
        out = render("macro", 96000, given("vowel", timbre, 0.25, 0.0, tune=-1.5))["out"][9600:]
        power = np.abs(np.fft.rfft(out)) ** 2
        bins = len(out) / 48000.0

        def around(centre: float, power: NDArray[np.float64] = power, bins: float = bins) -> float:
            return float(power[round(0.88 * centre * bins) : round(1.12 * centre * bins)].sum())

        assert around(hertz) > 3.0 * max(around(hertz * 0.72), around(hertz * 1.7))


@pytest.mark.parametrize("model", MODELS)
def test_each_is_as_loud_as_audio_is_and_has_no_dc(render: Render, model: str) -> None:
    trigger = stroke(0, 48000, frames=96000)
    for knobs in ((0.0, 0.0, 0.0), (0.5, 0.25, 0.25), (1.0, 1.0, 1.0)):
        for tune in (-3.0, 0.0, 3.0):
            out = render("macro", 96000, {**given(model, *knobs), "tune": tune, "trigger": trigger})["out"]
            assert 2.0 < np.abs(out[SETTLE:]).max() < 9.0, (knobs, tune)
            assert abs(out[SETTLE:].mean()) < 0.02


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("knob", ["timbre", "colour", "morph"])
def test_every_knob_is_heard(render: Render, model: str, knob: str) -> None:
    trigger = stroke(0, frames=24000)
    low, high = (
        render("macro", 24000, {**given(model), "trigger": trigger, knob: place})["out"] for place in (0.2, 0.9)
    )
    spectra = [np.abs(np.fft.rfft(out)) for out in (low, high)]
    assert np.abs(spectra[0] - spectra[1]).sum() > 0.05 * spectra[0].sum()


def test_moving_the_pulse_makes_no_click(render: Render) -> None:
    sweep = 0.75 + 0.25 * np.sin(2.0 * np.pi * 2.0 * np.arange(48000) / 48000.0)
    out = render("macro", 48000, {**given("pair", 0.0, 0.0, 0.0), "timbre": sweep, "tune": -2.0})["out"]
    assert np.abs(out).max() < 9.0


@pytest.mark.parametrize("model", MODELS)
def test_the_wildest_cables_leave_it_finite(render: Render, model: str) -> None:
    chance = np.random.default_rng(9)
    knobs: dict[str, Volts] = {name: chance.uniform(0.0, 1.0, 9600) for name in ("timbre", "colour", "morph")}
    cables: dict[str, Volts] = {name: chance.normal(size=9600) * 1e6 for name in ("voct", "trigger")}
    rendered = render("macro", 9600, {**knobs, **cables, "model": MODELS.index(model)})
    assert all_finite(rendered)
    assert np.abs(rendered["out"]).max() < 24.0
