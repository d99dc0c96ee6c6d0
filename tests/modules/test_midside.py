"""Mid and side, and left and right again."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import Playable
from tests.rendering import MODULES, Render

CHANCE = np.random.default_rng(6)
LEFT, RIGHT = CHANCE.normal(size=(2, 400))
STEREO = {"left": LEFT, "right": RIGHT}


def test_mid_is_what_the_sides_share_and_side_what_sets_them_apart(render: Render) -> None:
    heard = render("midside", 4, {"left": 3.0, "right": 1.0})
    assert (heard["mid_out"][-1], heard["side_out"][-1]) == (pytest.approx(2.0), pytest.approx(1.0))


def test_there_and_back_is_where_it_began(render: Render) -> None:
    coded = render("midside", 400, STEREO)
    heard = render("midside", 400, {"mid": coded["mid_out"], "side": coded["side_out"]})
    assert heard["left_out"] == pytest.approx(LEFT)
    assert heard["right_out"] == pytest.approx(RIGHT)


@pytest.mark.parametrize("control", [{"encoder_width": 2.0}, {"encoder_cv": 5.0}, {"decoder_width": 2.0}])
def test_without_cables_between_it_is_a_width(native: Callable[..., Playable], control: dict[str, float]) -> None:
    wide = native(MODULES / "midside.py").render(400, {**STEREO, **control})
    assert wide["left_out"] - wide["right_out"] == pytest.approx(2.0 * (LEFT - RIGHT))
    assert wide["left_out"] + wide["right_out"] == pytest.approx(LEFT + RIGHT)
    mono = native(MODULES / "midside.py").render(400, {**STEREO, "decoder_width": 0.0})
    assert mono["left_out"] == pytest.approx(mono["right_out"])
