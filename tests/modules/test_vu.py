"""The meters: dB of full scale, on average as a VU's needle and at the peaks."""

import numpy as np
import pytest

from livepatch.canvas import Box, Canvas, Text
from livepatch.colours import COLOURS
from livepatch.voices import Number
from tests.rendering import PlainModule, Render


def played(volts: float, seconds: float = 1.0, hertz: float = 997.0) -> PlainModule:
    meter = PlainModule("vu")
    for sample in volts * np.sin(2.0 * np.pi * hertz * np.arange(round(seconds * 48000)) / 48000.0):
        meter.set(left=float(sample), right=0.5 * float(sample))
        meter.module.step()
    return meter


def average_db(meter: PlainModule, side: str) -> float:
    return float(10.0 * np.log10(2.0 * meter.state(f"{side}_square") / 100.0))


def peak_db(meter: PlainModule, side: str) -> float:
    return float(20.0 * np.log10(meter.state(f"{side}_peak") / 10.0))


@pytest.mark.parametrize("volts", [10.0, 5.0, 0.05])
def test_a_sine_reads_the_same_on_average_and_at_its_peak(volts: float) -> None:
    meter = played(volts)
    expected = 20.0 * np.log10(volts / 10.0)
    assert average_db(meter, "left") == pytest.approx(expected, abs=0.05)
    assert peak_db(meter, "left") == pytest.approx(expected, abs=0.05)
    assert average_db(meter, "right") == pytest.approx(expected - 6.02, abs=0.05)


def test_a_square_is_three_db_above_a_sine_of_its_peak() -> None:
    meter = PlainModule("vu")
    for frame in range(48000):
        meter.set(left=5.0 if frame % 100 < 50 else -5.0)
        meter.module.step()
    assert average_db(meter, "left") - peak_db(meter, "left") == pytest.approx(3.01, abs=0.01)


def test_the_needle_takes_three_tenths_of_a_second_to_99_percent() -> None:
    meter = played(5.0, 0.3)
    assert meter.state("left_square") == pytest.approx(0.99 * 12.5, rel=0.003)


def test_a_peak_is_seen_at_once_and_falls_20_db_in_a_second() -> None:
    meter = PlainModule("vu")
    meter.set(left=10.0)
    meter.module.step()
    assert peak_db(meter, "left") == pytest.approx(0.0)
    meter.set(left=0.0)
    for _ in range(48000):
        meter.module.step()
    assert peak_db(meter, "left") == pytest.approx(-20.0, abs=0.01)


def test_more_than_full_scale_lights_the_red_light() -> None:
    meter = PlainModule("vu")
    for volts, lit in ((9.99, 0.0), (-10.01, 1.0)):
        meter.set(left=volts, right=0.0)
        meter.module.step()
        assert meter.state("clip") == lit


def test_what_goes_in_comes_out(render: Render) -> None:
    signal = np.random.default_rng(3).normal(size=500)
    heard = render("vu", 500, {"left": signal, "right": 2.0 * signal})
    assert (heard["left_out"] == signal).all()
    assert (heard["right_out"] == 2.0 * signal).all()


def test_the_picture_says_the_levels_and_turns_red_near_full_scale() -> None:
    for volts, words, colours in ((5.0, "-6.0 dB", 2), (9.9, "-0.1 dB", 3), (0.0, "-inf dB", 0)):
        canvas = Canvas()
        meter = played(volts)
        meter.module.draw(canvas)
        assert words in [shape.text for shape in canvas.shapes if isinstance(shape, Text)]
        left = [shape for shape in canvas.shapes if isinstance(shape, Box) and shape.bottom > 0.5]
        assert len(left) == colours
        assert max((shape.right for shape in left), default=0.0) <= 48.0 / 54.0 + 0.001


def test_each_of_several_voices_has_a_bar_as_high_as_its_level() -> None:
    meter = PlainModule("vu")
    for name, values in {"left_square": [12.5, 0.125], "left_peak": [5.0, 0.5], "right_square": [0.0]}.items():
        voiced = Number(values[0])
        voiced.voices = values
        setattr(meter.module, name, voiced)
    canvas = Canvas()
    meter.module.draw(canvas)
    loud, quiet = [shape for shape in canvas.shapes if isinstance(shape, Box) and shape.right - shape.left < 0.04]
    assert (loud.colour, quiet.colour) == (COLOURS["yellow"], COLOURS["green"])
    assert (loud.top - 0.52) / (quiet.top - 0.52) == pytest.approx((48.0 - 6.0) / (48.0 - 26.0), abs=0.01)
