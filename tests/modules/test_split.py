"""The voices of a cable at an outlet each."""

import numpy as np

from tests.rendering import Render


def test_each_outlet_is_a_voice_and_those_that_the_cable_has_not_are_silent(render: Render) -> None:
    heard = render("split", 100, {"audio": np.arange(300.0).reshape(100, 3)})
    assert [block[10] for block in heard.values()] == [30.0, 31.0, 32.0] + [0.0] * 13


def test_a_cable_of_one_voice_is_at_the_first_outlet(render: Render) -> None:
    heard = render("split", 100, {"audio": 4.0})
    assert [block[-1] for block in heard.values()] == [4.0] + [0.0] * 15
