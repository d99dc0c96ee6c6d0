"""The colours of noise, as slopes of their spectra."""

import numpy as np
import pytest

from tests.dsp.playing import Native, played

FRAMES = 1 << 18


def levels_db(native: Native, colour: str, hertz: list[float]) -> np.ndarray:
    """The level of a noise in a third of an octave around each frequency, beside white noise of the same power."""
    noise, _ = played(
        native, f"noise = {colour}_noise()", "self.out = self.noise.process()", frames=FRAMES, seed=5
    )
    powers = np.abs(np.fft.rfft(noise)) ** 2
    at = np.fft.rfftfreq(FRAMES, 1.0 / 48000.0)
    return np.array([10.0 * np.log10(powers[(at > f / 1.12) & (at < f * 1.12)].mean()) for f in hertz])


@pytest.mark.parametrize(
    ("colour", "slope_db"), [("white", 0.0), ("pink", -3.01), ("red", -6.02), ("blue", 3.01), ("violet", 6.02)]
)
def test_each_colour_has_its_slope(native: Native, colour: str, slope_db: float) -> None:
    levels = levels_db(native, colour, [125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0])
    assert np.diff(levels) == pytest.approx(slope_db, abs=0.8)
    assert (levels[-1] - levels[0]) / 5.0 == pytest.approx(slope_db, abs=0.25)


def test_grey_noise_is_the_a_weighting_upside_down(native: Native) -> None:
    hertz = [125.0, 1000.0, 4000.0, 8000.0]
    f = np.array(hertz) ** 2
    weight = f**2 * 12194.0**2 / ((f + 20.6**2) * np.sqrt((f + 107.7**2) * (f + 737.9**2)) * (f + 12194.0**2))
    found = levels_db(native, "grey", hertz)
    assert found - found[1] == pytest.approx(-20.0 * np.log10(weight / weight[1]), abs=1.5)


def test_two_noises_of_a_module_have_nothing_in_common(native: Native) -> None:
    declared = "one = white_noise()\nother_one = white_noise()"
    one, other = played(
        native, declared, "self.out = self.one.process()\nself.other = self.other_one.process()", frames=20000
    )
    assert abs(np.mean(one * other)) < 0.01
    assert np.sqrt(np.mean(one**2)) == pytest.approx(1.0 / np.sqrt(3.0), abs=0.01)
    assert max(np.abs(one).max(), np.abs(other).max()) <= 1.0
