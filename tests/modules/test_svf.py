"""A two-pole filter against its analytic curves."""

import numpy as np
import pytest
from numpy.typing import NDArray

from livepatch.voltage import C4_HZ
from tests.rendering import Render

FRAMES = 1 << 15


def response_db(render: Render, outlet: str, cutoff: float, resonance: float) -> NDArray[np.float64]:
    impulse = np.zeros(FRAMES)
    impulse[0] = 1.0
    heard = render("svf", FRAMES, {"audio": impulse, "cutoff": cutoff, "resonance": resonance})[outlet]
    level: NDArray[np.float64] = 20.0 * np.log10(np.abs(np.fft.rfft(heard)) + 1e-15)
    return level


def analytic_db(outlet: str, cutoff: float, resonance: float) -> NDArray[np.float64]:
    """The analogue curve at the frequencies that the bilinear transform maps."""
    hertz = np.fft.rfftfreq(FRAMES, 1.0 / 48000.0)
    s = 1j * np.tan(np.pi * hertz / 48000.0) / np.tan(np.pi * C4_HZ * 2.0**cutoff / 48000.0)
    k = 2.0 - 1.98 * resonance
    above = {"low": 1.0, "band": k * s, "high": s * s, "notch": 1.0 + s * s}[outlet]
    level: NDArray[np.float64] = 20.0 * np.log10(np.abs(above / (s * s + k * s + 1.0)) + 1e-15)
    return level


@pytest.mark.parametrize("outlet", ["low", "band", "high", "notch"])
@pytest.mark.parametrize(("cutoff", "resonance"), [(0.0, 0.0), (2.0, 0.5), (5.0, 0.9)])
def test_every_response_is_within_a_fifth_of_a_decibel(
    render: Render, outlet: str, cutoff: float, resonance: float
) -> None:
    wanted = analytic_db(outlet, cutoff, resonance)
    heard = response_db(render, outlet, cutoff, resonance)
    counted = (wanted > -80.0) & (np.arange(len(wanted)) > 0) & (np.arange(len(wanted)) < len(wanted) - 1)
    assert np.abs(heard - wanted)[counted].max() < 0.2


def test_one_volt_is_an_octave(render: Render) -> None:
    impulse = np.zeros(FRAMES)
    impulse[0] = 1.0
    moved = render("svf", FRAMES, {"audio": impulse, "cutoff": 1.0, "voct": 1.0})["low"]
    turned = render("svf", FRAMES, {"audio": impulse, "cutoff": 2.0})["low"]
    assert moved == pytest.approx(turned, abs=1e-12)
