"""Four channels under voltage control."""

import numpy as np
import pytest

from tests.rendering import Render, Volts

FOUR: dict[str, Volts] = {"in1": 1.0, "in2": 2.0, "in3": 3.0, "in4": 4.0}


@pytest.mark.parametrize(("level", "gain_db"), [(1.0, 0.0), (0.5, -12.0412), (2.0**0.5, 6.0206)])
def test_the_knob_of_a_channel_is_squared(render: Render, level: float, gain_db: float) -> None:
    heard = render("vcmixer", 4, {"in2": 1.0, "level2": level})
    assert 20.0 * np.log10(heard["out2"][-1]) == pytest.approx(gain_db, abs=1e-3)
    assert heard["mix"][-1] == heard["out2"][-1]


@pytest.mark.parametrize(
    ("volts", "linear", "fourth"), [(-1.0, 0.0, 0.0), (5.0, 0.5, 0.0625), (10.0, 1.0, 1.0), (15.0, 1.0, 1.0)]
)
def test_0_to_10_volts_open_a_channel_and_the_mix(
    render: Render, volts: float, linear: float, fourth: float
) -> None:
    for response, share in ((0, linear), (1, fourth)):
        given: dict[str, Volts] = {**FOUR, "cv3": volts, "response": response}
        heard = render("vcmixer", 4, given)
        assert heard["out3"][-1] == pytest.approx(3.0 * share)
        assert heard["mix"][-1] == pytest.approx(7.0 + 3.0 * share)
        given = {**FOUR, "mix_cv": volts, "mix_response": response, "level": 2.0}
        assert render("vcmixer", 4, given)["mix"][-1] == pytest.approx(20.0 * share)


def test_each_channel_has_its_voices_and_the_mix_those_of_the_channel_with_the_most(render: Render) -> None:
    three, two = np.tile([1.0, 2.0, 3.0], (100, 1)), np.tile([10.0, 20.0], (100, 1))
    cv = np.tile([10.0, 5.0], (100, 1))
    heard = render("vcmixer", 100, {"in1": three, "in2": two, "in3": 0.5, "cv2": cv})
    assert heard["out1"].shape == (100, 3)
    assert heard["out2"][-1].tolist() == [10.0, 10.0]
    assert heard["out3"].shape == (100,)
    assert heard["mix"][-1] == pytest.approx([11.5, 12.5, 3.5])
