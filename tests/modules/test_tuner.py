"""The tuner: a tenth of a cent on clean tones, the right note on others, and silence in silence."""

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.canvas import Canvas, Text
from livepatch.voices import Number
from tests.rendering import PlainModule

A4 = 440.0


def heard(wave: NDArray[np.float64], sample_rate: float = 48000.0, **values: float) -> PlainModule:
    tuner = PlainModule("tuner", sample_rate)
    tuner.set(**values)
    for volts in wave.tolist():
        tuner.set(audio=volts)
        tuner.module.step()
    return tuner


def turns(hertz: float, seconds: float = 0.8, sample_rate: float = 48000.0) -> NDArray[np.float64]:
    return np.asarray(hertz * np.arange(round(seconds * sample_rate)) / sample_rate, np.float64)


def cents(tuner: PlainModule, hertz: float) -> float:
    return float(1200.0 * np.log2(tuner.state("hertz") / hertz))


def words(tuner: PlainModule) -> list[str]:
    canvas = Canvas()
    tuner.module.draw(canvas)
    return [shape.text for shape in canvas.shapes if isinstance(shape, Text)]


@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
@pytest.mark.parametrize("hertz", [27.5, 82.41, 440.0, 1234.5, 4186.01])
def test_a_clean_tone_is_measured_to_a_tenth_of_a_cent(hertz: float, sample_rate: float) -> None:
    tuner = heard(5.0 * np.sin(2.0 * np.pi * turns(hertz, 0.8, sample_rate)), sample_rate)
    assert abs(cents(tuner, hertz)) < 0.1
    assert float(tuner.state("voct")) == pytest.approx(np.log2(hertz / 261.6255653005986), abs=0.1 / 1200.0)


def test_a_sawtooth_with_noise_and_an_offset_is_the_same_note() -> None:
    phase = turns(110.0, 1.2) % 1.0
    noise = np.random.default_rng(4).normal(scale=0.05, size=len(phase))
    tuner = heard(5.0 * (2.0 * phase - 1.0) + noise + 2.0)
    assert abs(cents(tuner, 110.0)) < 5.0
    assert words(tuner)[0] == "A2"


def test_loud_overtones_do_not_count_as_long_as_there_is_one_wave_a_period() -> None:
    phase = 2.0 * np.pi * turns(220.0)
    tuner = heard(3.0 * np.sin(phase) + 1.5 * np.sin(2.0 * phase) + 0.5 * np.sin(3.0 * phase))
    assert abs(cents(tuner, 220.0)) < 0.2


@pytest.mark.parametrize(
    ("hertz", "said", "lit"),
    [
        (440.0, ["A4", "+0.0 cents", "440.00 Hz"], "tuned"),
        (440.0 * 2.0 ** (10.0 / 1200.0), ["A4", "+10.0 cents", "442.55 Hz"], "sharp"),
        (261.6255653 * 2.0 ** (-20.0 / 1200.0), ["C4", "-20.0 cents", "258.62 Hz"], "flat"),
        (30.867706, ["B0", "+0.0 cents", "30.87 Hz"], "tuned"),
        (2217.461, ["C#7", "+0.0 cents", "2217.46 Hz"], "tuned"),
    ],
)
def test_it_says_note_cents_and_hertz_and_lights_a_side(hertz: float, said: list[str], lit: str) -> None:
    tuner = heard(5.0 * np.sin(2.0 * np.pi * turns(hertz)))
    assert words(tuner) == said
    assert {side: tuner.state(side) for side in ("flat", "tuned", "sharp")} == {
        side: float(side == lit) for side in ("flat", "tuned", "sharp")
    }


def test_another_reference_moves_the_notes() -> None:
    tuner = heard(5.0 * np.sin(2.0 * np.pi * turns(432.0)), reference=432.0)
    assert words(tuner)[0] == "A4"
    assert tuner.state("tuned") == 1.0


@pytest.mark.parametrize("volts", [0.0, 0.004])
def test_silence_has_no_note(volts: float) -> None:
    tuner = heard(volts * np.sin(2.0 * np.pi * turns(440.0)))
    assert words(tuner) == ["-"]
    assert tuner.state("tuned") == tuner.state("flat") == 0.0


def test_a_note_that_ends_is_forgotten_after_half_a_second_and_its_pitch_held() -> None:
    wave = 5.0 * np.sin(2.0 * np.pi * turns(440.0))
    tuner = heard(np.concatenate([wave, np.zeros(40000)]))
    assert words(tuner) == ["-"]
    assert float(tuner.state("voct")) == pytest.approx(0.75, abs=1e-4)


def test_several_voices_are_shown_by_their_notes() -> None:
    tuner = PlainModule("tuner")
    voiced = Number(440.0)
    voiced.voices = [440.0, 445.0, 0.0, 261.6255653]
    tuner.set(hertz=voiced)
    assert words(tuner) == ["A4+0", "A4+20", "-", "C4+0"]
