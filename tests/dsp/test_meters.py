"""Meters: how fast a needle comes, and how fast a bar falls."""

import numpy as np
import pytest

from livepatch.dsp import vu_meter
from tests.dsp.playing import Native, played


def test_a_needle_is_at_99_percent_after_its_time_and_a_bar_falls_by_20_db_in_1_7_seconds(native: Native) -> None:
    volts = np.where(np.arange(110000) < 24000, 5.0, 0.0)
    step = "self.out = self.meter.process(self.x)\nself.other = self.meter.peak"
    rms, peak = played(native, "meter = vu_meter()", step, frames=110000, x=volts)
    assert np.flatnonzero(rms >= 0.99 * 5.0)[0] == pytest.approx(0.3 * 48000, abs=2)
    assert peak[23999] == 5.0
    assert 20.0 * np.log10(peak[24000 - 1 + round(1.7 * 48000)] / 5.0) == pytest.approx(-20.0, abs=0.02)


def test_a_sine_is_3_db_below_its_peak(native: Native) -> None:
    sine = 5.0 * np.sin(2.0 * np.pi * 1000.0 * np.arange(96000) / 48000.0)
    step = "self.out = gain_to_db(self.meter.process(self.x))\nself.other = gain_to_db(self.meter.peak)"
    rms, peak = played(native, "meter = vu_meter(seconds=0.3, fall_db=11.76)", step, frames=96000, x=sine)
    assert peak[-1] - rms[-1] == pytest.approx(3.01, abs=0.05)
    with pytest.raises(ValueError, match="a needle"):
        vu_meter(0.0)
