"""A voltage that takes its time."""

import numpy as np
import pytest

from tests.rendering import Render


@pytest.mark.parametrize("sample_rate", [44100.0, 96000.0])
@pytest.mark.parametrize(("knob", "target"), [("rise", 10.0), ("fall", -10.0)])
def test_ten_volts_take_the_time_of_the_knob(render: Render, sample_rate: float, knob: str, target: float) -> None:
    frames = int(0.02 * sample_rate)
    out = render("slew", frames, {"audio": target, knob: -2.0}, sample_rate=sample_rate)["out"]
    reached = np.flatnonzero(np.abs(out) >= 9.999)[0] + 1
    assert reached / sample_rate == pytest.approx(0.01, rel=0.01)
    assert out[-1] == pytest.approx(target)


def test_it_says_which_way_it_goes(render: Render) -> None:
    audio = np.repeat([5.0, -5.0], 4800)
    out = render("slew", 9600, {"audio": audio, "rise": -1.5, "fall": -1.5})
    assert (out["rising"][10], out["falling"][10]) == (10.0, 0.0)
    assert (out["rising"][4000], out["falling"][4000]) == (0.0, 0.0)
    assert (out["rising"][4810], out["falling"][4810]) == (0.0, 10.0)
