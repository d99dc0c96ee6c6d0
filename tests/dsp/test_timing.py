"""Time and divisions."""

import numpy as np
import pytest

from livepatch.dsp import clock_divider, timer
from tests.dsp.playing import Native, played


def test_a_timer_counts_seconds_from_its_reset(native: Native) -> None:
    volts = np.zeros(1000)
    volts[300] = 10.0
    step = "self.other = self.clock.process()\nif self.x > 1.0:\n    self.out = self.clock.reset()"
    out, seconds = played(native, "clock = timer()", step, frames=1000, x=volts)
    assert seconds[299] == pytest.approx(300 / 48000.0, abs=1e-15)
    assert out[999] == pytest.approx(301 / 48000.0, abs=1e-15)
    assert seconds[301] == pytest.approx(1 / 48000.0, abs=1e-15)


def test_a_timer_is_a_billionth_off_after_ten_seconds() -> None:
    clock = timer()
    for _ in range(480000):
        clock.process()
    assert clock.seconds == pytest.approx(10.0, rel=1e-9)


def test_a_divider_lets_the_first_through_and_every_third(native: Native) -> None:
    volts = 10.0 * (np.arange(200) % 10 >= 5)
    step = "if self.edge.rises(self.x) and self.three.process():\n    self.out += 1.0"
    out, _ = played(native, "edge = schmitt()\nthree = clock_divider(3)", step, frames=200, x=volts)
    assert list(np.flatnonzero(np.diff(out)) + 1) == [5, 35, 65, 95, 125, 155, 185]


def test_a_divider_begins_anew() -> None:
    three = clock_divider(3)
    assert [three.process() for _ in range(2)] == [True, False]
    three.reset()
    assert three.process()
    with pytest.raises(ValueError, match="1 or more"):
        clock_divider(0)


def test_a_stepper_goes_round_and_counts_no_clock_for_a_millisecond_after_a_reset(native: Native) -> None:
    clock = 10.0 * (np.arange(2000) % 100 >= 50)
    reset = 10.0 * ((np.arange(2000) >= 1040) & (np.arange(2000) < 1060))
    step = "self.out = float(self.place.process(self.x, self.y, 3))"
    out, _ = played(native, "place = stepper()", step, frames=2000, x=clock, y=reset)
    assert list(out[[0, 49, 50, 150, 249, 250, 1039]]) == [0.0, 0.0, 1.0, 2.0, 2.0, 0.0, 1.0]
    assert list(out[[1040, 1051, 1149, 1150, 1250]]) == [0.0, 0.0, 0.0, 1.0, 2.0]
